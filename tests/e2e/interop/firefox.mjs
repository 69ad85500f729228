// browser_script.js in Firefox, which is told what to do over its own remote protocol (WebDriver BiDi): a WebSocket.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';

const { values: { url, compression = false, ca } } = parseArgs({
  options: { url: { type: 'string' }, compression: { type: 'boolean' }, ca: { type: 'string' } },
});
const script = readFileSync(new URL('browser_script.js', import.meta.url), 'utf8').replace(/^(\/\/.*\n)+/, '').trim();

const profile = mkdtempSync(path.join(os.tmpdir(), 'pushwire-firefox-'));
const firefox = spawn(process.env.PUSHWIRE_FIREFOX ?? 'firefox-esr',
  ['--headless', '--no-remote', '--remote-debugging-port', '0', '--profile', profile, 'about:blank'],
  { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile } });
const ended = once(firefox, 'exit');

async function remote() {
  for await (const line of readline.createInterface({ input: firefox.stderr })) {
    const found = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(line);
    if (found) return found[1];
  }
  throw new Error('Firefox ended before it listened');
}

try {
  const control = new WebSocket(`${await remote()}/session`);
  await once(control, 'open');
  const waiting = new Map();
  control.on('message', (data) => {
    const { id, error, message, result } = JSON.parse(data);
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error) reject?.(new Error(`${error}: ${message}`));
    else resolve?.(result);
  });
  let count = 0;
  const ask = (method, params) => new Promise((resolve, reject) => {
    waiting.set(++count, { resolve, reject });
    control.send(JSON.stringify({ id: count, method, params }));
  });

  await ask('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: ca !== undefined } } });
  const { contexts: [{ context }] } = await ask('browsingContext.getTree', {});
  const page = url.replace(/^ws/, 'http').replace(/\/echo$/, '/');
  await ask('browsingContext.navigate', { context, url: page, wait: 'complete' });
  const outcome = await ask('script.evaluate', {
    expression: `(${script})(${JSON.stringify(url)}, ${compression})`, target: { context }, awaitPromise: true,
  });
  if (outcome.type !== 'success') throw new Error(outcome.exceptionDetails?.text ?? JSON.stringify(outcome));
  control.close();
} finally {
  firefox.kill('SIGTERM');
  await ended;
  rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
}
