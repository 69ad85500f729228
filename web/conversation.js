// One WebSocket and what a person sees of it: its state, its log, its counts, and the form that sends.
//
// Not here: where it connects to, and what surrounds it. A conversation that `returns` connects again by itself after
// a loss, never after the reader's own Disconnect. At most one socket of it is alive for the page: what an earlier one
// still has to say is not listened to.

import { Composer } from './composer.js';
import { byteSize, closeMeaning, milliseconds } from './format.js';
import { Log } from './log.js';
import { say } from './text.js';

const longestWait = 10000;

export class Conversation {
  /** One of idle, connecting, open, closing, closed, lost (waiting to try again). */
  state = 'idle';

  #root;
  #options;
  #log;
  #composer;
  #socket = null;
  #began = 0;
  #closedHere = false;
  #losses = 0;
  #retry = 0;
  #countsScheduled = false;
  #counts = { sent: { messages: 0, bytes: 0 }, received: { messages: 0, bytes: 0 } };

  /**
   * `root` holds the parts, found by their data-testid. Options: `address()` gives the address at each connect;
   * `returns`, `keepsText`; `onState(state)`, `onOpen(milliseconds)`, `onMessage(direction)` tell the surroundings.
   */
  constructor(root, options) {
    this.#root = root;
    this.#options = { returns: false, keepsText: false, onState() {}, onOpen() {}, onMessage() {}, ...options };
    this.#log = new Log(this.#part('log'), this.#part('kept'));
    this.#composer = new Composer(this.#part('form'), {
      send: (data) => this.send(data),
      keepsText: this.#options.keepsText,
    });
    this.#part('toggle').addEventListener('click', () => (this.live ? this.disconnect() : this.connect()));
    this.#part('clear').addEventListener('click', () => this.#clear());
    this.#showCounts();
    this.#enter('idle');
  }

  get live() {
    return this.state === 'connecting' || this.state === 'open' || this.state === 'closing';
  }

  connect() {
    if (this.live) return;
    clearTimeout(this.#retry);
    this.#closedHere = false;
    this.#began = performance.now();
    let socket;
    try {
      socket = new WebSocket(this.#options.address());
    } catch {
      this.#log.event([['row_invalid']]);
      return this.#enter('closed');
    }
    this.#listen(socket);
    this.#enter('connecting');
  }

  disconnect() {
    clearTimeout(this.#retry);
    if (!this.live) return this.#enter('closed');
    this.#closedHere = true;
    this.#enter('closing');
    this.#socket.close(1000);
  }

  send(data) {
    if (this.state !== 'open') return false;
    this.#socket.send(data);
    this.#count('sent', data);
    return true;
  }

  #listen(socket) {
    this.#socket = socket;
    // Blobs would have to be read before their bytes could be shown, and could then be shown out of order.
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#count('received', event.data);
    socket.onclose = (event) => this.#closed(event);
  }

  #opened() {
    const time = performance.now() - this.#began;
    this.#losses = 0;
    this.#log.event([['row_open', { time: milliseconds(time) }]]);
    this.#enter('open');
    this.#options.onOpen(time);
  }

  #closed({ code, reason }) {
    const wasOpen = this.state === 'open' || (this.state === 'closing' && code !== 1006);
    // One row for a server that stays away, not one for each attempt.
    if (wasOpen) this.#log.event(this.#closeTexts(code, reason), reason);
    else if (this.#losses === 0 && !this.#closedHere) this.#log.event([['row_failed']]);

    if (this.#options.returns && !this.#closedHere) this.#comeBack();
    else this.#enter('closed');
  }

  #closeTexts(code, reason) {
    const texts = [
      [this.#closedHere ? 'row_closed_here' : 'row_closed', { code: String(code) }],
      [closeMeaning(code)],
    ];
    if (reason) texts.push(['row_reason']);
    return texts;
  }

  #comeBack() {
    // Random, so that the pages of many people do not come back to a restarted server in one moment.
    const wait = 250 + Math.random() * Math.min(longestWait, 500 * 2 ** this.#losses++);
    this.#retry = setTimeout(() => this.connect(), wait);
    this.#enter('lost', { seconds: (wait / 1000).toFixed(1) });
  }

  #enter(state, args) {
    this.state = state;
    this.#root.dataset.state = state;
    say(this.#part('status'), `status_${state}`, args);
    say(this.#part('toggle'), this.live ? 'disconnect' : 'connect');
    this.#composer.enabled = state === 'open';
    this.#options.onState(state);
  }

  #count(direction, data) {
    const bytes = this.#log.message(direction, data);
    const count = this.#counts[direction];
    ++count.messages;
    count.bytes += bytes;
    this.#countsChanged();
    this.#options.onMessage(direction);
  }

  #clear() {
    this.#log.clear();
    for (const count of Object.values(this.#counts)) count.messages = count.bytes = 0;
    this.#showCounts();
  }

  /** Many messages may come between two frames; the reader sees only the last count. */
  #countsChanged() {
    if (this.#countsScheduled) return;
    this.#countsScheduled = true;
    requestAnimationFrame(() => this.#showCounts());
  }

  #showCounts() {
    this.#countsScheduled = false;
    for (const [direction, { messages, bytes }] of Object.entries(this.#counts)) {
      say(this.#part(`count-${direction}`), 'counts', { messages, size: byteSize(bytes) });
    }
  }

  #part(name) {
    return this.#root.querySelector(`[data-testid="${name}"]`);
  }
}
