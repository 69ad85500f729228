// The page that a Pushwire server shows at /: puts its parts together.
//
// text.js: every word, in two languages   format.js: addresses, sizes, times   early.js: colours before the first paint
// conversation.js: one WebSocket and its view, with log.js and composer.js     latency.js: round trips on /echo
// snippets.js: the clients to copy, shown and run by listing.js
//
// Invariants: nothing is loaded but what the server itself serves, by relative addresses, so that a prefix put before
// it by a proxy works; what comes from a connection reaches the document as text, never as markup.
//
// Elements are found by data-testid, here and in tests. In a list, `x > y` means y within x:
//   live (data-state), live-text, language, theme, address, opened-in, last-answer, wire
//   greeting > (a conversation)                   the first connection, to the page's own address
//   connections > toggle-all, notice, add-greeting, add-echo, add-broadcast, add-topic, cards
//   cards > card > card-name, card-address, route, topic, topic-note, remove, (a conversation)
//   (a conversation, data-state): status, toggle, clear, log, kept, count-sent, count-received,
//     form, input, kind, send, problem, pasted, pasted-size, discard
//   log > row (data-direction sent|received|event, data-kind text|binary, data-bytes) > data, cut
//   latency (data-running) > latency-toggle, latency-status, latency-min, -median, -p99, -p99-note, -max,
//     -samples, -samples-note, -note, -chart, -svg, -bars, -median-line, -top, -empty
//   client > tutorial, reconnecting > code, copy, copy-status, run, console
//   healthz, metrics

import { Conversation } from './conversation.js';
import { addressOf, milliseconds, topicRoute } from './format.js';
import { Latency } from './latency.js';
import { addListing } from './listing.js';
import { reconnecting, tutorial } from './snippets.js';
import { locale, say, setLanguage, translate } from './text.js';

const mostCards = 12;

const find = (name, root = document) => root.querySelector(`[data-testid="${name}"]`);

// Refused in some private windows; the page then forgets, and works.
function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(`pushwire.${name}`);
    else localStorage.setItem(`pushwire.${name}`, value);
  } catch { /* as said */ }
}

function startLanguage() {
  const button = find('language');
  const offerTheOther = () => {
    const chinese = locale() === 'zh-CN';
    button.textContent = chinese ? 'English' : '中文';
    button.lang = chinese ? 'en' : 'zh-CN';
  };
  button.addEventListener('click', () => {
    setLanguage(locale() === 'zh-CN' ? 'en' : 'zh-CN');
    remember('language', locale());
    offerTheOther();
  });
  setLanguage(locale());
  offerTheOther();
  document.documentElement.classList.remove('translating');
}

function startTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)');
  find('theme').addEventListener('click', () => {
    const { dataset } = document.documentElement;
    dataset.theme = dataset.theme === 'dark' ? 'light' : 'dark';
    // Back at what the system wants, the page follows the system again.
    remember('theme', (dataset.theme === 'dark') === system.matches ? null : dataset.theme);
  });
}

const liveTexts = {
  idle: 'live_closed',
  connecting: 'live_connecting',
  open: 'live_open',
  closing: 'live_closed',
  closed: 'live_closed',
  lost: 'live_lost',
};

/** The first connection: open from the start, and opened again after a loss. */
function startGreeting() {
  const sentAt = [];
  const conversation = new Conversation(find('greeting'), {
    address: () => addressOf(''),
    returns: true,
    keepsText: true,
    onState(state) {
      find('live').dataset.state = state;
      say(find('live-text'), liveTexts[state]);
      if (state !== 'open') sentAt.length = 0;
    },
    onOpen(time) { say(find('opened-in'), 'as_is', { value: milliseconds(time) }); },
    onMessage(direction) {
      pulse(direction);
      // This route answers each message, in order, so the answers pair with what was sent.
      const now = performance.now();
      if (direction === 'sent') sentAt.push(now);
      else if (sentAt.length) say(find('last-answer'), 'as_is', { value: milliseconds(now - sentAt.shift()) });
    },
  });
  find('address').textContent = addressOf('');
  conversation.connect();
}

/** A dot that runs along the wire, a few at most. */
function pulse(direction) {
  const wire = find('wire');
  if (wire.childElementCount >= 8) return;
  const dot = document.createElement('i');
  dot.className = direction;
  dot.addEventListener('animationend', () => dot.remove());
  wire.append(dot);
}

/** The cards beside each other, each with a connection to a route of its own choice. */
class Cards {
  #conversations = new Map();
  #numbers = 0;

  constructor() {
    for (const button of document.querySelectorAll('[data-route]')) {
      button.addEventListener('click', () => this.#addAndConnect(button.dataset.route));
    }
    find('toggle-all').addEventListener('click', () => this.#toggleAll());
    // Two in one room are the shortest way to see what a broadcast is.
    this.#add('broadcast');
    this.#add('broadcast');
  }

  #addAndConnect(route) {
    if (this.#conversations.size >= mostCards) return this.#notice('enough', { count: mostCards });
    const card = this.#add(route);
    this.#conversations.get(card).connect();
    card.scrollIntoView({ block: 'nearest' });
    // On a touch screen the keyboard would come up and cover the card.
    if (matchMedia('(pointer: fine)').matches) find('input', card).focus({ preventScroll: true });
  }

  #add(route) {
    const card = document.getElementById('card').content.firstElementChild.cloneNode(true);
    const number = ++this.#numbers;
    say(find('card-name', card), 'connection', { number });
    translate(card);

    const chosen = find('route', card);
    const topic = find('topic', card);
    chosen.value = route;
    const show = () => showRoute(card);
    chosen.addEventListener('change', show);
    topic.addEventListener('input', show);
    show();

    const conversation = new Conversation(card, {
      address: () => cardAddress(card),
      onState: (state) => {
        // A connection stays on the route that it was opened on.
        chosen.disabled = topic.disabled = !['idle', 'closed'].includes(state);
        this.#showToggleAll();
      },
    });
    find('remove', card).addEventListener('click', () => this.#remove(card));
    this.#conversations.set(card, conversation);
    find('cards').append(card);
    this.#notice(null);
    this.#showToggleAll();
    return card;
  }

  #remove(card) {
    this.#conversations.get(card).disconnect();
    this.#conversations.delete(card);
    const neighbour = card.nextElementSibling ?? card.previousElementSibling;
    card.remove();
    (neighbour ? find('remove', neighbour) : find('add-broadcast')).focus({ preventScroll: true });
    this.#notice(this.#conversations.size ? null : 'none');
    this.#showToggleAll();
  }

  #toggleAll() {
    const disconnect = this.#allLive();
    for (const conversation of this.#conversations.values()) {
      if (disconnect) conversation.disconnect();
      else conversation.connect();
    }
  }

  #allLive() {
    return [...this.#conversations.values()].every((conversation) => conversation.live);
  }

  #showToggleAll() {
    const none = this.#conversations.size === 0;
    find('toggle-all').disabled = none;
    say(find('toggle-all'), !none && this.#allLive() ? 'disconnect_all' : 'connect_all');
  }

  #notice(name, args) {
    find('notice').hidden = name === null;
    if (name) say(find('notice'), name, args);
  }
}

function cardAddress(card) {
  const routes = { greeting: '', echo: 'echo', broadcast: 'broadcast' };
  const route = find('route', card).value;
  return addressOf(route === 'topic' ? topicRoute(find('topic', card).value.trim() || 'news') : routes[route]);
}

function showRoute(card) {
  const isTopic = find('route', card).value === 'topic';
  find('topic', card).hidden = !isTopic;
  find('topic-note', card).hidden = !isTopic;
  find('card-address', card).textContent = cardAddress(card);
}

startLanguage();
startTheme();
startGreeting();
new Cards();
new Latency(find('latency'), addressOf('echo'));
addListing(find('tutorial'), tutorial, addressOf(''));
addListing(find('reconnecting'), reconnecting, addressOf(''));
