// The page as a person meets it: what they press, and what they then see. Run with `node --test`.

const assert = require('node:assert/strict');
const os = require('node:os');
const { after, before, test } = require('node:test');
const { inState, nthMessage, openPage, part, paste, startBrowser, startServer } = require('./browser.cjs');

let browser;
let server;
let home;

before(async () => {
  browser = await startBrowser();
  server = await startServer({ host: '0.0.0.0' });
  home = `http://127.0.0.1:${server.port}/`;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function send(conversation, text) {
  await part(conversation, 'input').fill(text);
  await part(conversation, 'send').click();
}

async function addCard(page, route) {
  const count = await part(page, 'card').count();
  await part(page, `add-${route}`).click();
  const card = part(page, 'card').nth(count);
  await inState(card, 'open');
  return card;
}

test('greets whoever presses Send, and says how long the answer took', async () => {
  const { page, complaints } = await openPage(browser, home);
  const greeting = part(page, 'greeting');

  await part(greeting, 'send').click();

  assert.equal((await nthMessage(greeting, 'sent', 1)).text, 'hello');
  const answer = await nthMessage(greeting, 'received', 1);
  assert.equal(answer.text, 'server received message: hello\n');
  assert.equal(answer.bytes, 31);
  assert.match(await part(page, 'last-answer').textContent(), /\d ms$/);
  assert.equal(await part(page, 'live-text').textContent(), 'Running');
  assert.deepEqual(complaints, []);
});

test('shows markup in a message as text', async () => {
  const { page } = await openPage(browser, home);
  const greeting = part(page, 'greeting');

  await send(greeting, '<img src=x onerror=alert(1)>');

  const answer = await nthMessage(greeting, 'received', 1);
  assert.equal(answer.text, 'server received message: <img src=x onerror=alert(1)>\n');
  assert.equal(await greeting.locator('img').count(), 0);
});

test('offers the tutorial client with the address of this server', async () => {
  const { page } = await openPage(browser, home);

  assert.equal(await part(part(page, 'tutorial'), 'code').textContent(), [
    `var ws = new WebSocket("ws://127.0.0.1:${server.port}");`,
    'ws.onopen = function () { console.log("open"); ws.send("hello"); };',
    'ws.onmessage = function (event) { console.log("message: " + event.data); };',
    'ws.onclose = function () { console.log("closed"); };',
  ].join('\n'));
});

test('runs the tutorial client in the page', async () => {
  const { page } = await openPage(browser, home);
  const tutorial = part(page, 'tutorial');

  await part(tutorial, 'run').click();
  await part(tutorial, 'console').getByText('message: server received message: hello').waitFor();
  await part(tutorial, 'run').click();
  await part(tutorial, 'console').getByText('closed').waitFor();

  assert.equal(await part(tutorial, 'run').textContent(), 'Run it here');
});

test('copies the code where there is no secure context', async (context) => {
  const outside = Object.values(os.networkInterfaces()).flat().find((one) => one.family === 'IPv4' && !one.internal);
  if (!outside) return context.skip('this machine has no address but localhost');
  const { page } = await openPage(browser, `http://${outside.address}:${server.port}/`);
  const tutorial = part(page, 'tutorial');
  const input = part(part(page, 'greeting'), 'input');

  await part(tutorial, 'copy').click();
  await part(tutorial, 'copy').getByText('Copied').waitFor();
  await input.fill('');
  await input.press('Control+V');

  assert.equal(await page.evaluate(() => isSecureContext), false);
  assert.equal(await input.inputValue(), await part(tutorial, 'code').textContent());
});

test('gives a broadcast to every card in the room', async () => {
  const { page } = await openPage(browser, home);
  const [first, second] = [part(page, 'card').nth(0), part(page, 'card').nth(1)];
  await part(page, 'toggle-all').click();
  await inState(first, 'open');
  await inState(second, 'open');

  await send(first, '大家好');

  assert.equal((await nthMessage(first, 'received', 1)).text, '大家好');
  assert.deepEqual((await nthMessage(second, 'received', 1)).bytes, 9);
});

test('sends bytes written in hexadecimal, and refuses half a byte', async () => {
  const { page } = await openPage(browser, home);
  const card = await addCard(page, 'echo');
  await part(card, 'kind').selectOption('binary');

  await send(card, '00 ff 0x41');
  const answer = await nthMessage(card, 'received', 1);
  await send(card, '4');

  assert.equal(answer.text, '00 ff 41');
  assert.equal(await answer.row.getAttribute('data-kind'), 'binary');
  assert.ok(await part(card, 'problem').isVisible());
});

test('sends a long paste whole and shows its beginning', async () => {
  const { page } = await openPage(browser, home);
  const card = await addCard(page, 'echo');

  await paste(part(card, 'input'), 'é', 1_000_000);
  await part(card, 'send').click();

  const answer = await nthMessage(card, 'received', 1);
  assert.equal(answer.bytes, 2_000_000);
  assert.equal(answer.text.length, 2000);
  assert.match(await part(answer.row, 'cut').textContent(), /2,000,000 bytes/);
});

test('says in words why the server closed', async () => {
  const { page } = await openPage(browser, home);
  const card = await addCard(page, 'echo');

  await paste(part(card, 'input'), 'x', 17 * 1024 * 1024);
  await part(card, 'send').click();
  await inState(card, 'closed');

  const { text } = await nthMessage(card, 'event', 2);
  assert.match(text, /^Closed with 1009: the message is larger than the server accepts\./);
});

test('tells a script the code and the reason when the server goes away', async () => {
  const own = await startServer({ options: ['--log-level', 'error', '--drain-time', '500ms'] });
  const { page } = await openPage(browser, `http://127.0.0.1:${own.port}/`);
  const closes = page.evaluate((url) => {
    const closeOf = (socket) => new Promise((resolve) => {
      socket.onclose = ({ code, reason, wasClean }) => resolve([code, reason, wasClean]);
    });
    const sockets = [1, 2].map(() => new WebSocket(url));
    const opened = Promise.all(sockets.map((socket) => new Promise((resolve) => { socket.onopen = resolve; })));
    window.opened = opened;
    return Promise.all(sockets.map(closeOf));
  }, `ws://127.0.0.1:${own.port}/echo`);
  await page.evaluate(() => window.opened);

  assert.equal(await own.stop(), 0);

  for (const close of await closes) assert.deepEqual(close, [1001, 'the server is going away', true]);
});

test('keeps the newest 500 rows', async () => {
  const { page } = await openPage(browser, home);
  const card = await addCard(page, 'echo');

  // A row for the connection, and two for each message.
  await card.evaluate((element) => {
    const [input, button] = ['input', 'send'].map((name) => element.querySelector(`[data-testid="${name}"]`));
    for (let i = 0; i < 260; ++i) {
      input.value = String(i);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      button.click();
    }
  });
  await part(card, 'kept').getByText('older ones dropped: 21').waitFor();

  assert.equal(await part(card, 'row').count(), 500);
});

test('stays disconnected when the reader disconnects', async () => {
  const { page } = await openPage(browser, home);
  const greeting = part(page, 'greeting');

  await part(greeting, 'toggle').click();
  await inState(greeting, 'closed');

  assert.match((await nthMessage(greeting, 'event', 2)).text, /^Closed from this page with 1000/);
  assert.ok(await part(greeting, 'send').isDisabled());
  assert.equal(await part(page, 'live-text').textContent(), 'Disconnected');
});

test('comes back after the server does, and so does the reconnecting client', async () => {
  let own = await startServer();
  const { page } = await openPage(browser, `http://127.0.0.1:${own.port}/`);
  const client = part(page, 'reconnecting');
  await part(client, 'run').click();
  await part(client, 'console').getByText('open').waitFor();

  await own.stop();
  await part(client, 'console').getByText('lost, again in').first().waitFor();
  await inState(part(page, 'greeting'), 'lost');
  own = await startServer({ port: own.port });

  try {
    await part(client, 'console').getByText('open').nth(1).waitFor();
    await inState(part(page, 'greeting'), 'open');
    await part(client, 'run').click();
    await part(client, 'console').getByText('closed').waitFor();
  } finally {
    await own.stop();
  }
});

test('measures round trips until it is stopped', async () => {
  const { page } = await openPage(browser, home);
  const latency = part(page, 'latency');

  await part(latency, 'latency-toggle').click();
  await part(latency, 'latency-samples').getByText(/^[1-9]/).waitFor();
  await part(latency, 'latency-toggle').click();

  assert.match(await part(latency, 'latency-median').textContent(), /\d ms$/);
  assert.equal(await part(latency, 'latency-p99').textContent(), '–');
  assert.equal(await latency.getAttribute('data-running'), 'false');
});

test('speaks Chinese to those who do, and remembers a choice of language and colours', async () => {
  const { page } = await openPage(browser, home, { locale: 'zh-CN', colorScheme: 'light' });
  const button = part(part(page, 'greeting'), 'send');
  assert.equal(await button.textContent(), '发送');

  await part(page, 'language').click();
  await part(page, 'theme').click();
  await page.reload();

  await button.filter({ hasText: 'Send' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
});

test('compresses messages where the server does', async () => {
  const compressing = await startServer({ options: ['--log-level', 'error', '--compression', 'on'] });
  try {
    const page = await browser.newPage();
    const [extensions, echoed] = await page.evaluate((url) => new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.onopen = () => socket.send('a text that says the same again and again, '.repeat(1000));
      socket.onmessage = (event) => resolve([socket.extensions, event.data]);
      socket.onclose = () => reject(new Error('closed'));
    }), `ws://127.0.0.1:${compressing.port}/echo`);

    assert.equal(extensions, 'permessage-deflate; server_no_context_takeover; client_no_context_takeover');
    assert.equal(echoed, 'a text that says the same again and again, '.repeat(1000));
  } finally {
    await compressing.stop();
  }
});

for (const width of [320, 360, 390]) {
  test(`fits a phone ${width} wide without scrolling sideways`, async () => {
    const phone = { viewport: { width, height: 740 }, isMobile: true, hasTouch: true };
    const { page } = await openPage(browser, home, phone);
    const greeting = part(page, 'greeting');

    await send(greeting, 'w'.repeat(3000));
    await nthMessage(greeting, 'received', 1);

    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
  });
}
