// `pushwire serve` seen by npm's ws, a client and a protocol implementation that nobody here wrote.
// Run with `node --test`.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import certificate from './certificate.cjs';
import { message, open, startServer } from './ws_client.mjs';

let server;
before(async () => { server = await startServer('--log-level', 'error'); });
after(async () => { assert.equal(await server.stop(), 0); });

test('holds the conversation of the tutorial', async () => {
  const own = await startServer();
  const log = [];
  const ws = new WebSocket(own.url);
  ws.onopen = function () { log.push('open'); ws.send('hello'); };
  ws.onmessage = function (event) { log.push('message: ' + event.data); ws.close(); };
  ws.onclose = function () { log.push('closed'); };
  await once(ws, 'close');

  assert.deepEqual(log, ['open', 'message: server received message: hello\n', 'closed']);
  await own.next();
  await own.next();
  assert.equal(await own.next(), 'client 1 connected');
  assert.equal(await own.next(), 'client 1 closed');
  assert.equal(await own.stop(), 0);
});

test('echoes texts and bytes of any size, whole or in fragments', async () => {
  const socket = await open(server.url + '/echo');
  for (const size of [0, 1, 125, 126, 65535, 65536, 1 << 20, 16 << 20]) {
    const data = Buffer.alloc(size, 'pushwire');
    socket.send(data);
    assert.ok(data.equals(await message(socket)), `${size} bytes`);
    socket.send(data.toString());
    assert.ok(await message(socket) === data.toString(), `${size} bytes of text`);
  }
  socket.send('in ', { fin: false });
  socket.send('three ', { fin: false });
  socket.send('pieces', { fin: true });
  assert.equal(await message(socket), 'in three pieces');
  socket.close();
  await once(socket, 'close');
});

test('answers every message of a long burst, in order', async () => {
  const socket = await open(server.url + '/echo');
  const count = 20_000;
  for (let i = 0; i < count; ++i) socket.send(String(i));
  for (let i = 0; i < count; ++i) assert.equal(await message(socket), String(i));
  socket.terminate();
});

test('answers a ping with its payload', async () => {
  const socket = await open(server.url);
  socket.ping('are you there?');
  const [payload] = await once(socket, 'pong');
  assert.equal(payload.toString(), 'are you there?');
  socket.terminate();
});

test('answers a close frame with its code', async () => {
  const socket = await open(server.url);
  socket.close(4001, 'enough');
  const [code] = await once(socket, 'close');
  assert.equal(code, 4001);
});

test('carries each message to everyone in the broadcast room', async () => {
  const members = await Promise.all([1, 2, 3].map(() => open(server.url + '/broadcast')));
  members[0].send('大家好');
  for (const member of members) assert.equal(await message(member), '大家好');
  members[1].send(Buffer.from([0, 255]));
  for (const member of members) assert.deepEqual(await message(member), Buffer.from([0, 255]));
  for (const member of members) member.terminate();
});

test('refuses a path that is no route', async () => {
  const socket = new WebSocket(server.url + '/nothing');
  const [, response] = await once(socket, 'unexpected-response');
  assert.equal(response.statusCode, 404);
  socket.on('error', () => {});  // ws complains of what we end here
  socket.terminate();
});

test('says 1009 to a message that is too large, and its reason', async () => {
  const socket = await open(server.url + '/echo');
  socket.send(Buffer.alloc(17 << 20));
  const [code, reason] = await once(socket, 'close');
  assert.equal(code, 1009);
  assert.match(reason.toString(), /larger/);
});

test('says 1001 to everyone when it stops', async () => {
  const own = await startServer('--log-level', 'error');
  const clients = await Promise.all(['', '/echo', '/topic/x'].map((path) => open(own.url + path)));
  const closed = Promise.all(clients.map((client) => once(client, 'close')));
  assert.equal(await own.stop(), 0);
  for (const [code] of await closed) assert.equal(code, 1001);
});

test('holds a conversation over TLS, and believes the certificate', async () => {
  const own = await startServer('--log-level', 'error', ...certificate.options);
  const ca = fs.readFileSync(certificate.file);
  const url = own.url.replace('127.0.0.1', 'localhost');
  const client = await open(`${url}/echo`, { ca, minVersion: 'TLSv1.3' });
  for (const size of [0, 1, 125, 126, 16384, 16385, 1 << 20]) {
    const data = Buffer.alloc(size, 'x');
    client.send(data);
    assert.deepEqual(await message(client), data);
  }
  client.close(1000);
  await once(client, 'close');

  await assert.rejects(open(`${url}/echo`), /self-signed certificate/);
  assert.equal(await own.stop(), 0);
});
