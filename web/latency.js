// Round trips on /echo, one at a time: how long from send() until the answer is in the page's hands.
//
// Pauses while the tab is hidden, since browsers then delay the page and the figures would be about that.

import { clockStep, milliseconds } from './format.js';
import { say } from './text.js';

const pause = 50;
const samplesKept = 1000;
const drawn = 120;  // the width of the drawing in index.html
const enoughForP99 = 100;

export class Latency {
  #root;
  #address;
  #socket = null;
  #timer = 0;
  #sent = '';
  #sentAt = 0;
  #number = 0;
  #samples = [];
  #step = 0;

  constructor(root, address) {
    this.#root = root;
    this.#address = address;
    this.#part('latency-toggle').addEventListener('click', () => {
      if (this.#socket) this.stop('latency_idle');
      else this.start();
    });
    document.addEventListener('visibilitychange', () => this.#visibility());
    say(this.#part('latency-note'), 'latency_note', { step: '0.1 ms' });
    this.#show();
    this.#enter('latency_idle');
  }

  start() {
    this.#step = clockStep();
    say(this.#part('latency-note'), 'latency_note', { step: `${this.#step} ms` });
    this.#samples = [];
    this.#show();

    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    socket.onopen = () => { this.#enter('latency_running'); this.#next(); };
    socket.onmessage = (event) => this.#answered(event.data);
    socket.onclose = () => { if (this.#socket === socket) this.stop('latency_ended'); };
    this.#enter('status_connecting');
  }

  stop(why) {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#timer);
    socket?.close(1000);
    this.#enter(why);
  }

  #next() {
    if (document.hidden || this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#sent = `round trip ${String(++this.#number % 100000).padStart(5, '0')}`;
    this.#sentAt = performance.now();
    this.#socket.send(this.#sent);
  }

  #answered(data) {
    const now = performance.now();
    if (!this.#socket) return;
    if (data !== this.#sent) return this.stop('latency_wrong');
    if (!document.hidden) {
      this.#samples.push(now - this.#sentAt);
      if (this.#samples.length > samplesKept) this.#samples.shift();
      this.#show();
    }
    this.#timer = setTimeout(() => this.#next(), pause);
  }

  #visibility() {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    clearTimeout(this.#timer);
    this.#enter(document.hidden ? 'latency_hidden' : 'latency_running');
    if (!document.hidden) this.#next();
  }

  #enter(status) {
    this.#root.dataset.running = String(this.#socket !== null);
    say(this.#part('latency-status'), status);
    say(this.#part('latency-toggle'), this.#socket ? 'latency_stop' : 'latency_start');
  }

  #show() {
    const sorted = [...this.#samples].sort((a, b) => a - b);
    const rank = (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    this.#figure('latency-min', sorted[0]);
    this.#figure('latency-median', rank(0.5));
    this.#figure('latency-p99', sorted.length >= enoughForP99 ? rank(0.99) : undefined);
    this.#figure('latency-max', sorted[sorted.length - 1]);
    say(this.#part('latency-samples'), 'as_is', { value: sorted.length });
    say(this.#part('latency-samples-note'), 'window', { count: samplesKept });
    this.#part('latency-p99-note').classList.toggle('met', sorted.length >= enoughForP99);
    this.#draw(rank(0.5));
  }

  #figure(name, value) {
    if (value === undefined) say(this.#part(name), 'not_yet');
    else say(this.#part(name), 'as_is', { value: milliseconds(value, this.#step) });
  }

  /** A bar for each of the last round trips; a line joined between them would claim times that nobody measured. */
  #draw(median) {
    const last = this.#samples.slice(-drawn);
    const top = niceCeiling(Math.max(...last, 0));
    const height = (value) => Math.max(0.8, (value / top) * 100);
    const bars = last.map((value, i) => {
      const x = drawn - last.length + i;
      return `M${x + 0.15} 100v-${height(value).toFixed(2)}h.7v${height(value).toFixed(2)}z`;
    });
    this.#part('latency-bars').setAttribute('d', bars.join(''));
    this.#part('latency-median-line').setAttribute('d', last.length ? `M0 ${100 - height(median)}h${drawn}` : '');

    this.#part('latency-chart').classList.toggle('empty', last.length === 0);
    say(this.#part('latency-top'), last.length ? 'as_is' : 'not_yet', { value: `${top} ms` });
    say(this.#part('latency-empty'), 'chart_empty', { count: drawn });
  }

  #part(name) {
    return this.#root.querySelector(`[data-testid="${name}"]`);
  }
}

/** 1, 2 or 5 times a power of ten, at or above the value, so that the scale seldom changes. */
function niceCeiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((factor) => value <= factor * power * 1.0001);
  return Number((step * power).toPrecision(1));
}
