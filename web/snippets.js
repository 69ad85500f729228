// The two clients to copy. Each is a function here: its own source is what the page shows, and it is what runs under
// "Run it here", so the two cannot differ. WebSocket and console are handed in, to print into the page.

export function tutorial(WebSocket, console) {
  var ws = new WebSocket("ws://localhost:9502");
  ws.onopen = function () { console.log("open"); ws.send("hello"); };
  ws.onmessage = function (event) { console.log("message: " + event.data); };
  ws.onclose = function () { console.log("closed"); };
  return ws;
}

export function reconnecting(WebSocket, console) {
  function connect(url, onMessage) {
    let ws, timer, openedAt, losses = 0, wanted = true;

    function open() {
      openedAt = Infinity;
      ws = new WebSocket(url);
      ws.onopen = () => { openedAt = Date.now(); console.log("open"); };
      ws.onmessage = onMessage;
      ws.onclose = (event) => {
        // 1000 is a deliberate close, by either side.
        if (!wanted || event.code === 1000) return console.log("closed");
        // A connection that lasted is a fresh start; one that broke at once is not.
        if (Date.now() - openedAt > 10000) losses = 0;
        // Anywhere from 0 to a limit that doubles, up to 30 s.
        const wait = Math.random() * Math.min(30000, 500 * 2 ** losses++);
        console.log("lost, again in " + Math.round(wait) + " ms");
        timer = setTimeout(open, wait);
      };
    }

    open();
    return {
      // Says whether it could: what is to be sent while the line is down is not kept.
      send(data) {
        if (ws.readyState !== WebSocket.OPEN) return false;
        ws.send(data);
        return true;
      },
      close() { wanted = false; clearTimeout(timer); ws.close(1000); },
    };
  }

  const line = connect("ws://localhost:9502", (event) => {
    console.log("message: " + event.data);
  });
  // line.send("hello");  line.close();
  return line;
}

/** What a reader copies: the body of the function without its last line, with the address of this server. */
export function source(client, address) {
  const body = client.toString().split('\n').slice(1, -2);
  return body.map((line) => line.slice(2)).join('\n').split('ws://localhost:9502').join(address);
}
