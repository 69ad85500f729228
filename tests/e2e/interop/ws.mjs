// What every client of the interop tests does (see interop_test.py), with npm's ws.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';

const { values: { url, compression = false, ca } } = parseArgs({
  options: { url: { type: 'string' }, compression: { type: 'boolean' }, ca: { type: 'string' } },
});

async function open(...subprotocols) {
  const socket = new WebSocket(url, subprotocols,
    { perMessageDeflate: compression && { threshold: 0 }, ca: ca && readFileSync(ca) });
  await once(socket, 'open');
  assert.equal(socket.extensions, compression ? 'permessage-deflate' : '');
  return socket;
}

async function answer(socket) {
  const [data, isBinary] = await once(socket, 'message');
  return isBinary ? data : data.toString();
}

let socket = await open();
for (const size of [0, 1, 125, 126, 65535, 65536, 1 << 20]) {
  const text = 'pushwire'.repeat(size / 8 + 1).slice(0, size);
  socket.send(text);
  assert.ok(await answer(socket) === text, `${size} bytes of text`);
  const bytes = Buffer.alloc(size, Buffer.from([0, 255, 7]));
  socket.send(bytes);
  assert.ok(bytes.equals(await answer(socket)), `${size} bytes`);
}
socket.send('in ', { fin: false });
socket.ping('there?');
socket.send('three ', { fin: false });
socket.send('pieces', { fin: true });
const [[pong], text] = await Promise.all([once(socket, 'pong'), answer(socket)]);
assert.equal(pong.toString(), 'there?');
assert.equal(text, 'in three pieces');
socket.close(4001, 'enough');
assert.equal((await once(socket, 'close'))[0], 4001);

socket = await open();
socket.send(Buffer.alloc((1 << 20) + 1));
const [code, reason] = await once(socket, 'close');
assert.equal(code, 1009);
assert.match(reason.toString(), /than this endpoint takes/);

socket = await open('nobody-speaks-this', 'superchat', 'chat');
assert.equal(socket.protocol, 'superchat');
socket.terminate();
