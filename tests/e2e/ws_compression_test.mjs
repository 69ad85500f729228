// permessage-deflate between `pushwire serve` and npm's ws. Run with `node --test`.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { message, open, startServer } from './ws_client.mjs';

function* texts() {
  yield 'short';
  for (const size of [4, 40, 400, 4000, 20, 1]) {
    yield Array.from({ length: size }, (_, i) => `{"sensor": ${i % 7}, "temperature": ${i * i % 100}}`).join('\n');
  }
  yield '大家好'.repeat(1000);
}

async function converse(url, perMessageDeflate) {
  const socket = await open(url + '/echo', { perMessageDeflate: { threshold: 0, ...perMessageDeflate } });
  const used = socket._extensions['permessage-deflate'].params;
  for (const text of [...texts(), ...texts()]) {
    socket.send(text);
    assert.equal(await message(socket), text);
    socket.send(text.slice(0, 30), { fin: false });
    socket.send(text.slice(30), { fin: true });
    assert.equal(await message(socket), text);
    socket.send(Buffer.from(text), { compress: false });
    assert.ok(Buffer.from(text).equals(await message(socket)));
  }
  socket.close();
  await once(socket, 'close');
  return used;
}

async function withServer(mode, talk) {
  const server = await startServer('--log-level', 'error', '--compression', mode);
  try {
    await talk(server.url);
  } finally {
    assert.equal(await server.stop(), 0);
  }
}

test('without context', () => withServer('on', async (url) => {
  const used = await converse(url, {});
  assert.ok(used.server_no_context_takeover && used.client_no_context_takeover);
}));

test('with context, unless the client wants none', () => withServer('keep', async (url) => {
  let used = await converse(url, {});
  assert.ok(!used.server_no_context_takeover && !used.client_no_context_takeover);
  used = await converse(url, { serverNoContextTakeover: true });
  assert.ok(used.server_no_context_takeover);
  used = await converse(url, { clientNoContextTakeover: true });
  assert.ok(used.client_no_context_takeover);
}));

for (const mode of ['on', 'keep']) {
  test(`with windows of many sizes, --compression ${mode}`, () => withServer(mode, async (url) => {
    for (const bits of [8, 9, 12, 15]) {
      const used = await converse(url, { serverMaxWindowBits: bits, clientMaxWindowBits: Math.max(bits, 9) });
      assert.equal(used.server_max_window_bits, bits);
    }
  }));
}
