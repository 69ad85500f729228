// What a browser does in the interop tests (see interop_test.py): all that a script in a page can. It is evaluated there,
// and gives a function of the URL that resolves to null, or rejects with what went wrong.
async (url, compression) => {
  const require = (fine, what) => { if (!fine) throw new Error(what); };
  const open = (protocols = []) => new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => resolve(socket);
    socket.onclose = ({ code }) => reject(new Error(`the handshake failed: ${code}`));
  });
  const answer = (socket) => new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(data);
    socket.onclose = ({ code, reason }) => reject(new Error(`closed with ${code}: ${reason}`));
  });
  const closed = (socket) => new Promise((resolve) => { socket.onclose = resolve; });

  let socket = await open();
  require(socket.extensions.startsWith('permessage-deflate') === compression, `extensions: ${socket.extensions}`);
  for (const size of [0, 1, 125, 126, 65535, 65536, 1 << 20]) {
    const text = 'pushwire'.repeat(size / 8 + 1).slice(0, size);
    socket.send(text);
    require(await answer(socket) === text, `${size} bytes of text`);
    const bytes = Uint8Array.from({ length: size }, (_, i) => i * 31 >> 3);
    socket.send(bytes);
    const back = new Uint8Array(await answer(socket));
    require(back.length === size && back.every((byte, i) => byte === bytes[i]), `${size} bytes`);
  }
  socket.close(4001, 'enough');
  const end = await closed(socket);
  require(end.code === 4001 && end.wasClean, `4001 was answered with ${end.code}`);

  socket = await open();
  socket.send(new Uint8Array((1 << 20) + 1));
  const { code, reason } = await closed(socket);
  require(code === 1009 && reason.includes('than this endpoint takes'), `too large: ${code} ${reason}`);

  socket = await open(['nobody-speaks-this', 'superchat', 'chat']);
  require(socket.protocol === 'superchat', `sub-protocol: ${socket.protocol}`);
  socket.close();
  return null;
}
