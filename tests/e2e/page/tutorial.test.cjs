// The tutorial's client talks to `pushwire serve`, and the server's log says so.

const assert = require('node:assert');
const { test } = require('node:test');
const { startServer } = require('./browser.cjs');
const { converse } = require('./tutorial_client.cjs');

test('the tutorial client opens, is answered and closes', async () => {
  const server = await startServer({ host: '0.0.0.0', port: 9502, options: [] });
  let said = [];
  try {
    said = await converse();
  } finally {
    await server.stop();
  }
  assert.deepEqual(said, ['open', 'message: server received message: hello\n', 'closed']);
  assert.deepEqual(server.lines.filter((line) => line.startsWith('client')), ['client 1 connected', 'client 1 closed']);
});
