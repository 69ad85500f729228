// The tutorial's client, to the letter, in a real browser: it opens, is answered, and closes.
// As a program, it prints what the client says to the console.

const { startBrowser } = require('./browser.cjs');

const client = `
var ws = new WebSocket("ws://localhost:9502");
ws.onopen = function () { console.log("open"); ws.send("hello"); };
ws.onmessage = function (event) { console.log("message: " + event.data); };
ws.onclose = function () { console.log("closed"); };
`;

/** Runs the client against the server at port 9502; gives what it said. */
async function converse() {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    const said = [];
    const says = (text) => page.waitForEvent('console', (message) => message.text() === text);
    page.on('console', (message) => said.push(message.text()));

    const answered = says('message: server received message: hello\n');
    await page.addScriptTag({ content: client });
    await answered;
    const closed = says('closed');
    await page.evaluate('ws.close()');
    await closed;
    return said;
  } finally {
    await browser.close();
  }
}

module.exports = { converse };

if (require.main === module) {
  converse().then((said) => said.forEach((line) => console.log(line)));
}
