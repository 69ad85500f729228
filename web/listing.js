// A piece of code on the page: shown in colours, copied, and run with its console beside it.

import { say, translate } from './text.js';
import { source } from './snippets.js';

const linesKept = 200;

/** Puts into `root` the code of `client`, a function of snippets.js, for the server at `address`. */
export function addListing(root, client, address) {
  root.append(document.getElementById('code').content.cloneNode(true));
  translate(root);
  const part = (name) => root.querySelector(`[data-testid="${name}"]`);

  const text = source(client, address);
  highlight(part('code').firstElementChild, text);
  part('copy').addEventListener('click', () => copy(part('copy'), part('copy-status'), part('code'), text));
  new Run(root, part, client, address);
}

/** Strings first: an address holds two slashes, which are no comment. */
const token = /("(?:[^"\\\n]|\\.)*")|(\/\/.*)|\b(const|else|function|if|let|new|return|true|false|var)\b|\b(\d+)\b/g;
const tokenNames = ['string', 'comment', 'keyword', 'number'];

function highlight(element, text) {
  let end = 0;
  for (const match of text.matchAll(token)) {
    element.append(text.slice(end, match.index));
    const span = document.createElement('span');
    span.className = tokenNames[match.slice(1).findIndex((group) => group !== undefined)];
    span.textContent = match[0];
    element.append(span);
    end = match.index + match[0].length;
  }
  element.append(text.slice(end));
}

async function copy(button, status, code, text) {
  const done = (await copyByClipboard(text)) || copyByCommand(text);
  // Last of all the reader does it: the code is selected, one key is left to press.
  if (!done) getSelection().selectAllChildren(code);
  const word = done ? 'copied' : 'copy_by_hand';
  say(button, word);
  say(status, word);
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = setTimeout(() => {
    say(button, 'copy');
    delete status.dataset.text;
    status.textContent = '';
  }, 2500);
}

/** There is no clipboard object on a page that came by plain HTTP from another machine. */
async function copyByClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function copyByCommand(text) {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.className = 'unseen';
  field.readOnly = true;
  field.value = text;
  document.body.append(field);
  field.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    before?.focus();
  }
}

/** One run of the code at a time; what it prints goes to the page. */
class Run {
  #button;
  #lines;
  #console;
  #client;
  #address;
  #line = null;

  constructor(root, part, client, address) {
    this.#button = part('run');
    this.#lines = part('console');
    this.#console = root.querySelector('.console');
    this.#client = client;
    this.#address = address;
    this.#button.addEventListener('click', () => (this.#line ? this.#stop() : this.#start()));
  }

  #start() {
    this.#lines.replaceChildren();
    const line = this.#client(tiedTo(this.#address), { log: (text) => this.#print(text) });
    this.#line = line;
    // The tutorial's client is a bare WebSocket, which can end by itself; the other one goes on until it is stopped.
    line.addEventListener?.('close', () => { if (this.#line === line) this.#ended(); });
    this.#show();
  }

  #stop() {
    this.#line.close();
    this.#ended();
  }

  #ended() {
    this.#line = null;
    this.#show();
  }

  #show() {
    const running = this.#line !== null;
    this.#console.dataset.running = String(running);
    say(this.#button, running ? 'stop' : 'run');
  }

  #print(text) {
    const line = document.createElement('div');
    line.textContent = String(text).slice(0, 2000);
    this.#lines.append(line);
    if (this.#lines.childElementCount > linesKept) this.#lines.firstElementChild.remove();
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }
}

/** A WebSocket that connects to the one address, whatever address the code names. */
function tiedTo(address) {
  return class extends WebSocket {
    constructor() { super(address); }
  };
}
