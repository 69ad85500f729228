// A bounded list of what happened on a connection.
//
// A server can send faster than a browser can draw. So what comes is first held, at most as much as the log keeps,
// and drawn once a frame, less often in a flood; rows beyond the bound are never built. A message reaches the document
// as text only.

import { byteSize, clockTime, describe } from './format.js';
import { say, translate } from './text.js';

export const rowsKept = 500;

/** More rows than this in one frame are a flood: the page then rests, in milliseconds, before the next drawing. */
const flood = 50;
const rest = 200;

export class Log {
  #list;
  #note;
  #held = [];
  #dropped = 0;
  #scheduled = false;
  #rest = 0;

  /** `list` is the scrolling element, `note` says how many rows are kept and how many were dropped. */
  constructor(list, note) {
    this.#list = list;
    this.#note = note;
    say(note, 'kept', { count: rowsKept });
  }

  /** A message that was 'sent' or 'received'; returns its size in bytes. */
  message(direction, data) {
    const about = describe(data);
    this.#hold({ direction, ...about });
    return about.bytes;
  }

  /** Something else that happened: texts as [name, args], and what the other side said, word for word. */
  event(texts, quoted = '') {
    this.#hold({ direction: 'event', texts, quoted });
  }

  clear() {
    this.#held = [];
    this.#dropped = 0;
    this.#list.replaceChildren();
    say(this.#note, 'kept', { count: rowsKept });
  }

  #hold(entry) {
    this.#held.push({ at: Date.now(), ...entry });
    if (this.#held.length > rowsKept) {
      this.#held.shift();
      ++this.#dropped;
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => requestAnimationFrame(() => this.#draw()), this.#rest);
  }

  #draw() {
    this.#scheduled = false;
    const list = this.#list;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 32;

    const rows = document.createDocumentFragment();
    for (const entry of this.#held) rows.append(entry.direction === 'event' ? eventRow(entry) : messageRow(entry));
    this.#rest = this.#held.length > flood ? rest : 0;
    this.#held = [];
    list.append(rows);

    for (; list.childElementCount > rowsKept; ++this.#dropped) list.firstElementChild.remove();
    if (this.#dropped > 0) say(this.#note, 'dropped', { count: this.#dropped, kept: rowsKept });
    // A reader who has scrolled up stays where they are.
    if (atEnd) list.scrollTop = list.scrollHeight;
  }
}

function messageRow({ at, direction, kind, bytes, shown, cut }) {
  const row = newRow(direction, at);
  row.dataset.kind = kind;
  row.dataset.bytes = bytes;

  const arrow = element('span', 'arrow', direction === 'sent' ? '↑' : '↓');
  arrow.setAttribute('role', 'img');
  arrow.dataset.textLabel = direction;
  translate(arrow);

  const type = element('span', 'kind');
  say(type, kind);

  const size = element('span', 'size', byteSize(bytes));
  size.title = `${bytes} B`;

  const data = element('div', 'data', shown);
  data.dataset.testid = 'data';
  data.dir = 'auto';
  if (!cut && kind === 'text' && shown.endsWith('\n')) markLineEnd(data, shown);
  if (bytes === 0) {
    data.classList.add('empty');
    say(data, 'empty_message');
  }

  row.append(arrow, type, size, data);
  if (cut) row.append(cutNote(kind, bytes, shown));
  return row;
}

/** The size counts a line end that nobody would see: the style sheet shows one, and the text stays the message's. */
function markLineEnd(data, shown) {
  data.replaceChildren(shown.slice(0, -1), element('span', 'line-end', '\n'));
}

function cutNote(kind, bytes, shown) {
  const note = element('div', 'cut');
  note.dataset.testid = 'cut';
  if (kind === 'text') say(note, 'cut_text', { shown: shown.length, bytes });
  else say(note, 'cut_binary', { shown: (shown.length + 1) / 3, bytes });
  return note;
}

function eventRow({ at, texts, quoted }) {
  const row = newRow('event', at);
  const what = element('div', 'data');
  what.dataset.testid = 'data';
  for (const [name, args] of texts) {
    const part = element('span', 'part');
    say(part, name, args);
    what.append(part);
  }
  if (quoted) {
    const part = element('q', 'part', quoted);
    part.dir = 'auto';
    what.append(part);
  }
  row.append(what);
  return row;
}

function newRow(direction, at) {
  const row = element('div', `row ${direction}`);
  row.dataset.testid = 'row';
  row.dataset.direction = direction;
  row.append(element('time', '', clockTime(at)));
  return row;
}

function element(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
