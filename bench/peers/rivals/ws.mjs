// npm ws on Node.js, with bufferutil beside it: without that, large messages cost much more.

import { WebSocketServer } from 'ws';

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
  perMessageDeflate: false,
  maxPayload: 64 << 20,
});

const everyone = new Set();

server.on('connection', (socket, request) => {
  socket.on('error', () => {});
  if (request.url === '/broadcast') {
    everyone.add(socket);
    socket.on('close', () => everyone.delete(socket));
    socket.on('message', (data, binary) => {
      for (const each of everyone) each.send(data, { binary });
    });
  } else {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  }
});

server.on('listening', () => console.log(`listening on ws://127.0.0.1:${server.address().port}`));
