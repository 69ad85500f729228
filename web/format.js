// How the page writes addresses, bytes, times and messages. Pure: nothing here touches the document.

/** More than this of a message is not shown, however long it is: the browser lays out text slowly. */
const shownCharacters = 2000;
const shownBytes = 512;

const encoder = new TextEncoder();

/**
 * The WebSocket address of a route of the server that sent this page, such as `echo` or `topic/news`; the empty
 * route is the page's own path, so a prefix that a proxy put before it is kept.
 */
export function addressOf(route, page = location.href) {
  const url = new URL(route, new URL('.', page));
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = '';
  url.hash = '';
  return url.pathname === '/' ? url.href.slice(0, -1) : url.href;
}

/** The route of a topic. A slash in a name stays a slash; all else that means something in an address is escaped. */
export function topicRoute(name) {
  // A segment of dots would be read as a step in the path, and cannot be escaped.
  return 'topic/' + name.split('/').filter((part) => !/^\.{1,2}$/.test(part)).map(encodeURIComponent).join('/');
}

/** 14:03:07.042, in the reader's own time. */
export function clockTime(milliseconds) {
  const at = new Date(milliseconds);
  const two = (number) => String(number).padStart(2, '0');
  const thousandths = String(at.getMilliseconds()).padStart(3, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${thousandths}`;
}

/** 5 B, 9,999 B, 16.0 KiB, 5.2 MiB. */
export function byteSize(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 10000) return `${Math.floor(bytes / 1000)},${String(bytes % 1000).padStart(3, '0')} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** What a log shows of a message: its kind, its whole size, and as much of it as is worth showing. */
export function describe(data) {
  if (typeof data === 'string') {
    const shown = beginning(data, shownCharacters);
    return { kind: 'text', bytes: encoder.encode(data).length, shown, cut: shown.length < data.length };
  }
  const bytes = new Uint8Array(data);
  const shown = hex(bytes.subarray(0, shownBytes));
  return { kind: 'binary', bytes: bytes.length, shown, cut: bytes.length > shownBytes };
}

/** The beginning of a text, never ending in half a character. */
function beginning(text, length) {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const half = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, half ? length - 1 : length);
}

/** 48 65 6c 6c 6f */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** The bytes that hexadecimal text stands for, or null. Spaces, commas, colons and 0x are let pass. */
export function parseHex(text) {
  const digits = text.replace(/0x|[\s,:]/gi, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) return null;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; ++i) bytes[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** A time in milliseconds, with as many decimals as the browser's clock can justify. */
export function milliseconds(value, step = 0.1) {
  if (value < step) return `< ${step} ms`;
  return `${value.toFixed(step < 1 && value < 100 ? 1 : 0)} ms`;
}

/**
 * The smallest step of performance.now(), in milliseconds, rounded up to a power of ten. Browsers blur it: 0.1 ms or
 * 1 ms unless the page is isolated. Gives up after 20 ms.
 */
export function clockStep() {
  const end = performance.now() + 20;
  let smallest = Infinity;
  let before = performance.now();
  while (before < end) {
    const now = performance.now();
    if (now > before) smallest = Math.min(smallest, now - before);
    before = now;
  }
  return smallest > 0.15 ? 1 : 0.1;
}

/** The name of the text that says what a close code means. */
export function closeMeaning(code) {
  const known = [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015];
  if (known.includes(code)) return `code_${code}`;
  return code >= 4000 ? 'code_private' : 'code_registered';
}
