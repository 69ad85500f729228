// The tutorial's client, to the letter, in a real browser: it opens, is answered, and closes, and the server's log says so.

const assert = require('node:assert');
const { test } = require('node:test');
const { startBrowser, startServer } = require('./browser.cjs');

const client = `
var ws = new WebSocket("ws://localhost:9502");
ws.onopen = function () { console.log("open"); ws.send("hello"); };
ws.onmessage = function (event) { console.log("message: " + event.data); };
ws.onclose = function () { console.log("closed"); };
`;

test('the tutorial client opens, is answered and closes', async () => {
  const server = await startServer({ host: '0.0.0.0', port: 9502, options: [] });
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

    assert.deepEqual(said, ['open', 'message: server received message: hello\n', 'closed']);
  } finally {
    await browser.close();
    await server.stop();
  }
  assert.deepEqual(server.lines.filter((line) => line.startsWith('client')), ['client 1 connected', 'client 1 closed']);
});
