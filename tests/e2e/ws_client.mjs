// A server, and npm's ws as its client. PUSHWIRE names the program (build/release/pushwire otherwise), and
// PUSHWIRE_TEST_LOOP the event loop (its default otherwise).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';

const program = process.env.PUSHWIRE ?? fileURLToPath(new URL('../../build/release/pushwire', import.meta.url));
const onLoop = process.env.PUSHWIRE_TEST_LOOP ? ['--io', process.env.PUSHWIRE_TEST_LOOP] : [];

export async function startServer(...options) {
  const child = spawn(program, ['serve', ...onLoop, '--host', '127.0.0.1', '--port', '0', ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(([status]) => status);
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value;
  const first = await next();
  assert.match(first, /^listening on wss?:\/\/127\.0\.0\.1:\d+$/);
  return { url: first.replace('listening on ', ''), next, stop() { child.kill('SIGTERM'); return ended; } };
}

export async function open(url, ...more) {
  const socket = new WebSocket(url, ...more);
  socket.arrived = [];
  socket.on('message', (data, isBinary) => socket.arrived.push(isBinary ? data : data.toString()));
  await once(socket, 'open');
  return socket;
}

/** The next message, whether it has come or is to come. */
export async function message(socket) {
  if (socket.arrived.length === 0) await once(socket, 'message');
  return socket.arrived.shift();
}
