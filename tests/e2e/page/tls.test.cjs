// The page over TLS, with a certificate that its reader has accepted.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const certificate = require('../certificate.cjs');
const { nthMessage, openPage, part, startBrowser, startServer } = require('./browser.cjs');

test('the page that came over https connects with wss', async () => {
  const server = await startServer({ options: ['--log-level', 'error', ...certificate.options] });
  const browser = await startBrowser();
  try {
    const home = `https://127.0.0.1:${server.port}/`;
    const { page, complaints } = await openPage(browser, home, { ignoreHTTPSErrors: true });
    const greeting = part(page, 'greeting');

    await part(greeting, 'send').click();

    assert.equal((await nthMessage(greeting, 'received', 1)).text, 'server received message: hello\n');
    assert.match(await page.locator('body').innerText(), new RegExp(`wss://127\\.0\\.0\\.1:${server.port}`));
    assert.doesNotMatch(await page.locator('body').innerText(), /\bws:\/\//);
    assert.deepEqual(complaints, []);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  } finally {
    await browser.close();
    await server.stop();
  }
});

test('a script on any page connects with wss once the certificate was accepted', async () => {
  const server = await startServer({ options: ['--log-level', 'error', ...certificate.options] });
  const browser = await startBrowser();
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const answer = await page.evaluate((port) => new Promise((resolve, reject) => {
      const ws = new WebSocket(`wss://localhost:${port}/echo`);
      ws.onopen = () => ws.send('x'.repeat(100000));
      ws.onmessage = (event) => { ws.onclose = (end) => resolve([event.data.length, end.code]); ws.close(4000); };
      ws.onerror = () => reject(new Error('no connection'));
    }), server.port);

    assert.deepEqual(answer, [100000, 4000]);
  } finally {
    await browser.close();
    await server.stop();
  }
});
