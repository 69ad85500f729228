// Bun, whose WebSockets are those of uWebSockets below JavaScript.

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
  fetch(request, server) {
    const everyone = new URL(request.url).pathname === '/broadcast';
    if (server.upgrade(request, { data: { everyone } })) return;
    return new Response('WebSocket only', { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    maxPayloadLength: 64 << 20,
    backpressureLimit: 64 << 20,
    open(socket) {
      if (socket.data.everyone) socket.subscribe('everyone');
    },
    message(socket, message) {
      if (socket.data.everyone) server.publish('everyone', message);
      else socket.send(message);
    },
  },
});

console.log(`listening on ws://127.0.0.1:${server.port}`);
