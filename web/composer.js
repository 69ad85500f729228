// The form in which a message is written: text, or bytes in hexadecimal.
//
// A text field grows slow with a few hundred kilobytes in it. A long paste is therefore held aside, shown as a line
// that says how long it is, and sent whole.

import { parseHex } from './format.js';
import { say, translate } from './text.js';

const longPaste = 20000;

export class Composer {
  #form;
  #input;
  #kind;
  #problem;
  #pasted = null;
  #last = '';
  #keepsText;
  #send;

  /** `send(data)` says whether it could; `keepsText` leaves the text in place, ready to be sent again. */
  constructor(form, { send, keepsText = false }) {
    this.#form = form;
    this.#send = send;
    this.#keepsText = keepsText;
    this.#input = this.#part('input');
    this.#kind = this.#part('kind');
    this.#problem = this.#part('problem');

    form.addEventListener('submit', (event) => { event.preventDefault(); this.#submit(); });
    this.#input.addEventListener('keydown', (event) => this.#key(event));
    this.#input.addEventListener('paste', (event) => this.#paste(event));
    this.#input.addEventListener('input', () => this.#complain(null));
    this.#kind.addEventListener('change', () => this.#showKind());
    this.#part('discard').addEventListener('click', () => { this.#hold(null); this.#input.focus(); });
    this.#showKind();
  }

  set enabled(enabled) {
    this.#part('send').disabled = !enabled;
  }

  #part(name) {
    return this.#form.querySelector(`[data-testid="${name}"]`);
  }

  #submit() {
    const text = this.#pasted ?? this.#input.value;
    const data = this.#kind.value === 'binary' ? parseHex(text) : text;
    if (data === null) return this.#complain('bad_hex');
    if (!this.#send(data)) return this.#complain('not_open');

    this.#complain(null);
    if (this.#pasted !== null) return this.#hold(null);
    this.#last = text;
    if (!this.#keepsText) this.#input.value = '';
    // Selecting brings up the keyboard and its handles on a touch screen, so only where the field has the focus.
    else if (document.activeElement === this.#input) this.#input.select();
  }

  #key(event) {
    // While an input method composes, Enter chooses a candidate; it does not send.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === 'ArrowUp' && this.#input.value === '' && this.#last) {
      event.preventDefault();
      this.#input.value = this.#last;
    }
  }

  #paste(event) {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text.length < longPaste) return;
    event.preventDefault();
    this.#hold(text);
    this.#part('send').focus();
  }

  #hold(text) {
    this.#pasted = text;
    this.#input.hidden = text !== null;
    this.#part('pasted').hidden = text === null;
    if (text !== null) say(this.#part('pasted-size'), 'pasted', { count: text.length });
  }

  #showKind() {
    const binary = this.#kind.value === 'binary';
    this.#input.classList.toggle('hex', binary);
    this.#input.dataset.textPlaceholder = binary ? 'hex_hint' : 'message_hint';
    translate(this.#input);
    this.#complain(null);
  }

  #complain(name) {
    this.#problem.hidden = name === null;
    this.#input.setAttribute('aria-invalid', name === 'bad_hex');
    if (name) say(this.#problem, name);
  }
}
