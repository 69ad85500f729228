// A server and a browser for the tests of the page. Where they are is told by the environment:
// PUSHWIRE (build/release/pushwire), PUSHWIRE_CHROMIUM (/usr/bin/chromium), and NODE_PATH for playwright-core.
// PUSHWIRE_TEST_LOOP names the server's event loop (its default otherwise).

const { spawn } = require('node:child_process');
const path = require('node:path');
const readline = require('node:readline');
const { chromium } = require('playwright-core');

const program = process.env.PUSHWIRE || path.resolve(__dirname, '../../../build/release/pushwire');
const onLoop = process.env.PUSHWIRE_TEST_LOOP ? ['--io', process.env.PUSHWIRE_TEST_LOOP] : [];

/** Starts `pushwire serve`, by default on a free port; resolves when it listens. `lines` gathers what it says. */
function startServer({ host = '127.0.0.1', port = 0, options = ['--log-level', 'error'] } = {}) {
  const child = spawn(program, ['serve', ...onLoop, '--host', host, '--port', String(port), '--workers', '1', ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const lines = [];
  return new Promise((resolve, reject) => {
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      if (lines.push(line) > 1) return;
      const found = /^listening on wss?:\/\/.*:(\d+)/.exec(line);
      if (!found) reject(new Error(`unexpected first line: ${line}`));
      else resolve({ port: Number(found[1]), lines, stop() { child.kill('SIGTERM'); return ended; } });
    });
    ended.then(() => reject(new Error('the server ended before it listened')));
  });
}

function startBrowser() {
  return chromium.launch({
    executablePath: process.env.PUSHWIRE_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

/** Opens the page and waits until its first connection stands. `complaints` gathers what a console would show. */
async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US', ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(url).host) complaints.push(`loads ${request.url()}`);
  });
  await page.goto(url);
  await inState(part(page, 'greeting'), 'open');
  return { page, complaints };
}

const part = (within, name) => within.locator(`[data-testid="${name}"]`);

/** Waits until a conversation is in that state. */
function inState(conversation, state) {
  return conversation.and(conversation.page().locator(`[data-state="${state}"]`)).waitFor();
}

/** What stands in the newest row of that direction, once there are `count` of them. */
async function nthMessage(conversation, direction, count) {
  const row = conversation.locator(`[data-testid="row"][data-direction="${direction}"]`).nth(count - 1);
  await row.waitFor();
  return { text: await part(row, 'data').textContent(), bytes: Number(await row.getAttribute('data-bytes')), row };
}

/** Pastes without a keyboard, as long as one likes. */
function paste(field, text, count) {
  return field.evaluate((element, [piece, times]) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', piece.repeat(times));
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, [text, count]);
}

module.exports = { inState, nthMessage, openPage, part, paste, startBrowser, startServer };
