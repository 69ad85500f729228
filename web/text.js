// Every word of the page, in English and in Chinese, and the one way in which a word gets into the document.
//
// An element that says something carries the name of its text in data-text (and data-text-label, -placeholder,
// -title for those attributes); what is to be filled in is kept in data-args. So the whole page, its logs included,
// can change language at any moment by a walk over those attributes.

const english = {
  skip: 'Skip to the conversation',
  sections: 'Sections',
  nav_connections: 'Connections',
  nav_latency: 'Latency',
  nav_client: 'Client code',
  theme: 'Switch between light and dark',

  eyebrow: 'A WebSocket server engine for C++',
  heading: 'Talk to your WebSocket server',
  lede: 'This page was sent by “pushwire serve”, and has already opened a connection to it. Write something, press Send, and watch the answer come back.',
  fact_address: 'Address',
  fact_opened: 'Opened in',
  fact_answer: 'Last answer after',
  not_yet: '–',
  as_is: '{value}',
  this_page: 'this page',
  server: 'server',

  live_connecting: 'Connecting',
  live_open: 'Running',
  live_closed: 'Disconnected',
  live_lost: 'No answer',

  status_idle: 'Not connected',
  status_connecting: 'Connecting…',
  status_open: 'Connected',
  status_closing: 'Closing…',
  status_closed: 'Closed',
  status_lost: 'Trying again in {seconds} s',

  connect: 'Connect',
  disconnect: 'Disconnect',
  remove: 'Remove this connection',
  clear: 'Clear',
  send: 'Send',
  message: 'Message',
  message_hint: 'A message…',
  hex_hint: '48 65 6c 6c 6f',
  kind: 'Type of message',
  kind_text: 'Text',
  kind_binary: 'Hex',
  pasted: '{count} characters pasted',
  discard: 'Discard what was pasted',
  bad_hex: 'Write bytes as pairs of hexadecimal digits, such as 48 65 6c 6c 6f.',
  not_open: 'Not connected, so it was not sent.',
  log: 'Messages',
  log_empty: 'Press Send. The message and its answer will appear here.',
  log_empty_card: 'Messages will appear here.',
  kept: 'Keeps the newest {count} rows',
  dropped: 'The newest {kept} rows are kept; older ones dropped: {count}',
  counts: '{messages} ({size})',
  sent: 'sent',
  received: 'received',
  text: 'text',
  binary: 'binary',
  empty_message: 'empty message',
  cut_text: 'Shown: the first {shown} characters of {bytes} bytes.',
  cut_binary: 'Shown: the first {shown} of {bytes} bytes.',

  row_open: 'Connected in {time}.',
  row_failed: 'Could not connect: the server is not there, or it refused the handshake.',
  row_invalid: 'The browser does not accept this address.',
  row_closed: 'Closed with {code}: ',
  row_closed_here: 'Closed from this page with {code}: ',
  row_reason: ' Reason given: ',
  code_1000: 'normal; both sides are done.',
  code_1001: 'the other side is going away, for example a server that stops.',
  code_1002: 'a side broke the protocol.',
  code_1003: 'this kind of data is not accepted.',
  code_1005: 'the close frame had no code.',
  code_1006: 'no close frame came; the connection was cut.',
  code_1007: 'text that is not valid UTF-8.',
  code_1008: 'against the rules of the server.',
  code_1009: 'the message is larger than the server accepts.',
  code_1010: 'an extension that was needed is missing.',
  code_1011: 'the server met an error.',
  code_1012: 'the server restarts.',
  code_1013: 'the server is overloaded; try later.',
  code_1014: 'a gateway got a bad answer.',
  code_1015: 'TLS failed.',
  code_registered: 'a code of a library or framework.',
  code_private: 'a code of the application’s own.',

  connections_heading: 'Connections, side by side',
  connections_lede: 'Choose a route to open one more connection. Connect two to the broadcast room, send from one, and both receive it.',
  connect_all: 'Connect all',
  disconnect_all: 'Disconnect all',
  add_greeting: 'Greeting',
  add_greeting_what: 'Answers “server received message: …”',
  add_echo: 'Echo',
  add_echo_what: 'Sends each message back as it came, text or binary',
  add_broadcast: 'Broadcast',
  add_broadcast_what: 'Everyone connected gets every message, the sender too',
  add_topic: 'Topic',
  add_topic_what: 'Everyone subscribed to a name gets what is published there',
  connection: 'Connection {number}',
  route: 'Route',
  route_greeting: '/  greeting',
  route_echo: '/echo',
  route_broadcast: '/broadcast',
  route_topic: '/topic/…',
  topic_name: 'Name of the topic',
  topic_note: 'What you send here is published only if the server runs with --client-publish; otherwise it is ignored.',
  enough: 'There are {count} connections now. Remove one to open another.',
  none: 'No connection here. Choose a route above to open one.',

  latency_heading: 'Latency',
  latency_lede: 'Round trips on /echo: one message of 16 bytes at a time, the next one 50 ms after the answer.',
  latency_start: 'Start measuring',
  latency_stop: 'Stop',
  latency_idle: 'Not measuring',
  latency_running: 'Measuring',
  latency_hidden: 'Paused while this tab is in the background',
  latency_ended: 'The connection ended',
  latency_wrong: 'The answer was not what was sent',
  minimum: 'Minimum',
  median: 'Median',
  p99: '99th percentile',
  maximum: 'Maximum',
  p99_later: 'from 100 samples on',
  samples: 'Samples',
  window: 'at most the newest {count}',
  chart: 'Round-trip times of the last {count} messages, newest on the right',
  chart_empty: 'The last {count} round trips will be drawn here.',
  latency_note: 'Measured in this browser, so it includes the browser’s own work and the network both ways; the server’s share is smaller. This browser’s clock moves in steps of {step}.',

  client_heading: 'Client code',
  client_lede: 'Copy it into a page or a browser’s console. The address is the one of this server.',
  tutorial_heading: 'The shortest client',
  tutorial_what: 'Connects, says hello, prints what comes.',
  reconnecting_heading: 'A client that comes back',
  reconnecting_what: 'Reconnects after a loss, waiting longer each time and never in step with others (exponential backoff with full jitter). Run it, restart the server, and watch.',
  copy: 'Copy',
  copied: 'Copied',
  copy_by_hand: 'Press Ctrl+C',
  run: 'Run it here',
  stop: 'Stop',
  console: 'Console',
  console_empty: 'What the code prints will appear here.',

  footer_http: 'Plain HTTP on the same port:',
  footer_health: 'is the server well?',
  footer_metrics: 'its figures, for Prometheus',
};

const chinese = {
  skip: '跳到对话',
  sections: '各部分',
  nav_connections: '连接',
  nav_latency: '延迟',
  nav_client: '客户端代码',
  theme: '切换浅色与深色',

  eyebrow: 'C++ WebSocket 服务器引擎',
  heading: '和你的 WebSocket 服务器说句话',
  lede: '这个页面由 pushwire serve 提供，并且已经和它建立了连接。写点什么，点“发送”，就能看到服务器的回应。',
  fact_address: '地址',
  fact_opened: '建立连接用时',
  fact_answer: '最近一次回应用时',
  not_yet: '–',
  as_is: '{value}',
  this_page: '本页面',
  server: '服务器',

  live_connecting: '正在连接',
  live_open: '运行中',
  live_closed: '已断开',
  live_lost: '没有回应',

  status_idle: '未连接',
  status_connecting: '正在连接…',
  status_open: '已连接',
  status_closing: '正在关闭…',
  status_closed: '已关闭',
  status_lost: '{seconds} 秒后重试',

  connect: '连接',
  disconnect: '断开',
  remove: '移除这个连接',
  clear: '清空',
  send: '发送',
  message: '消息',
  message_hint: '输入消息…',
  hex_hint: '48 65 6c 6c 6f',
  kind: '消息类型',
  kind_text: '文本',
  kind_binary: 'Hex',
  pasted: '已粘贴 {count} 个字符',
  discard: '丢弃粘贴的内容',
  bad_hex: '请用成对的十六进制数字表示字节，例如 48 65 6c 6c 6f。',
  not_open: '尚未连接，消息没有发出。',
  log: '消息记录',
  log_empty: '点“发送”，消息和回应会显示在这里。',
  log_empty_card: '消息会显示在这里。',
  kept: '保留最新 {count} 行',
  dropped: '只保留最新 {kept} 行，已丢弃较早的 {count} 行',
  counts: '{messages} 条（{size}）',
  sent: '已发送',
  received: '已收到',
  text: '文本',
  binary: '二进制',
  empty_message: '空消息',
  cut_text: '共 {bytes} 字节，只显示前 {shown} 个字符。',
  cut_binary: '共 {bytes} 字节，只显示前 {shown} 字节。',

  row_open: '已连接，用时 {time}。',
  row_failed: '无法连接：服务器不在，或者拒绝了握手。',
  row_invalid: '浏览器不接受这个地址。',
  row_closed: '连接已关闭，代码 {code}：',
  row_closed_here: '由本页面关闭，代码 {code}：',
  row_reason: '对方给出的原因：',
  code_1000: '正常结束。',
  code_1001: '对方正在离开，例如服务器停止。',
  code_1002: '有一方违反了协议。',
  code_1003: '不接受这种类型的数据。',
  code_1005: '关闭帧没有带代码。',
  code_1006: '没有收到关闭帧，连接被切断。',
  code_1007: '文本不是有效的 UTF-8。',
  code_1008: '不符合服务器的规定。',
  code_1009: '消息超过了服务器允许的大小。',
  code_1010: '缺少必需的扩展。',
  code_1011: '服务器出错。',
  code_1012: '服务器正在重启。',
  code_1013: '服务器过载，请稍后再试。',
  code_1014: '网关收到了错误的回应。',
  code_1015: 'TLS 失败。',
  code_registered: '由某个库或框架定义的代码。',
  code_private: '由应用自己定义的代码。',

  connections_heading: '多个连接，并排对照',
  connections_lede: '选择一个路由，再打开一个连接。把两个连接都接入广播室，从其中一个发送，两边都会收到。',
  connect_all: '全部连接',
  disconnect_all: '全部断开',
  add_greeting: '问候',
  add_greeting_what: '回答“server received message: …”',
  add_echo: '回声',
  add_echo_what: '把每条消息原样发回，文本和二进制都可以',
  add_broadcast: '广播',
  add_broadcast_what: '每条消息发给所有已连接的人，包括发送者',
  add_topic: '主题',
  add_topic_what: '订阅同一名称的人，都会收到发布到那里的消息',
  connection: '连接 {number}',
  route: '路由',
  route_greeting: '/  问候',
  route_echo: '/echo',
  route_broadcast: '/broadcast',
  route_topic: '/topic/…',
  topic_name: '主题名称',
  topic_note: '只有服务器以 --client-publish 运行时，你在这里发送的内容才会发布；否则会被忽略。',
  enough: '已有 {count} 个连接。请先移除一个，再打开新的。',
  none: '这里还没有连接。在上面选择一个路由来打开。',

  latency_heading: '延迟',
  latency_lede: '在 /echo 上测量往返时间：每次只发一条 16 字节的消息，收到回应 50 毫秒后再发下一条。',
  latency_start: '开始测量',
  latency_stop: '停止',
  latency_idle: '未在测量',
  latency_running: '正在测量',
  latency_hidden: '标签页在后台，已暂停',
  latency_ended: '连接已结束',
  latency_wrong: '收到的回应与发出的不一致',
  minimum: '最小值',
  median: '中位数',
  p99: '第 99 百分位',
  maximum: '最大值',
  p99_later: '满 100 个样本后显示',
  samples: '样本数',
  window: '最多取最新 {count} 个',
  chart: '最近 {count} 条消息的往返时间，最新的在右边',
  chart_empty: '最近 {count} 次往返会画在这里。',
  latency_note: '这是在浏览器里测得的，包含浏览器自身的开销和网络往返，服务器所占的部分更小。此浏览器的时钟精度为 {step}。',

  client_heading: '客户端代码',
  client_lede: '复制到网页或浏览器控制台即可运行，其中的地址就是这台服务器。',
  tutorial_heading: '最短的客户端',
  tutorial_what: '连接，发送 hello，打印收到的内容。',
  reconnecting_heading: '会自动重连的客户端',
  reconnecting_what: '断线后自动重连，等待时间逐次加长，并且彼此错开（指数退避加完全随机抖动）。运行它，重启服务器，看看效果。',
  copy: '复制',
  copied: '已复制',
  copy_by_hand: '请按 Ctrl+C',
  run: '在这里运行',
  stop: '停止',
  console: '控制台',
  console_empty: '代码打印的内容会显示在这里。',

  footer_http: '同一端口上的普通 HTTP：',
  footer_health: '服务器是否正常',
  footer_metrics: '供 Prometheus 抓取的指标',
};

const numbers = { en: new Intl.NumberFormat('en'), 'zh-CN': new Intl.NumberFormat('zh-CN') };
const attributes = { textLabel: 'aria-label', textPlaceholder: 'placeholder', textTitle: 'title' };
const selector = '[data-text], [data-text-label], [data-text-placeholder], [data-text-title]';

export function locale() {
  return document.documentElement.lang;
}

/** As the reader's language writes it. Kept formatters, since making one costs more than a whole message. */
export function number(value) {
  return numbers[locale()].format(value);
}

/** The words of that name in the reader's language; numbers among `args` are written as the language writes them. */
export function words(name, args = {}) {
  const all = locale() === 'zh-CN' ? chinese : english;
  return all[name].replace(/\{(\w+)\}/g, (_, key) => {
    const value = args[key];
    return typeof value === 'number' ? number(value) : value;
  });
}

/** Makes an element say the text of that name, now and after each change of language. */
export function say(element, name, args) {
  element.dataset.text = name;
  if (args) element.dataset.args = JSON.stringify(args);
  else delete element.dataset.args;
  speak(element);
}

/** Says again, in the present language, all that is under `root`. */
export function translate(root) {
  if (root.matches?.(selector)) speak(root);
  root.querySelectorAll(selector).forEach(speak);
}

export function setLanguage(code) {
  document.documentElement.lang = code;
  translate(document.documentElement);
}

function speak(element) {
  const { dataset } = element;
  const args = dataset.args ? JSON.parse(dataset.args) : {};
  // An unchanged text is left alone, so that a screen reader does not read it out again.
  if (dataset.text) {
    const text = words(dataset.text, args);
    if (element.textContent !== text) element.textContent = text;
  }
  for (const [key, attribute] of Object.entries(attributes)) {
    if (dataset[key]) element.setAttribute(attribute, words(dataset[key], args));
  }
}
