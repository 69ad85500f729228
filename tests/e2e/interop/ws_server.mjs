// An echo server on npm's ws: [--compression] [--cert FILE --key FILE]. The first line says where it listens.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';

const { values: options } = parseArgs({
  options: { compression: { type: 'boolean' }, cert: { type: 'string' }, key: { type: 'string' } },
});
const server = options.cert
  ? https.createServer({ cert: readFileSync(options.cert), key: readFileSync(options.key) })
  : http.createServer();
const sockets = new WebSocketServer({
  server,
  perMessageDeflate: options.compression ? { threshold: 0 } : false,
  handleProtocols: (offered) => (offered.has('superchat') ? 'superchat' : false),
});
sockets.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on ${options.cert ? 'wss' : 'ws'}://127.0.0.1:${server.address().port}`);
});
