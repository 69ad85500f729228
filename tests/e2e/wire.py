"""A peer that writes and reads the very bytes, to say what no well-behaved client says."""

import base64
import hashlib
import os
import socket
import struct

from program import PATIENCE

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
CONTINUATION = 0x0
FINAL = 0x80
# Masking with zeros changes nothing, and is masking all the same (RFC 6455 5.3).
NO_CHANGE = bytes(4)


def header(opcode, length, first=FINAL, mask=NO_CHANGE, form=None):
    """The header of a frame. `form`: 7, 16 or 64 bits of length, by default the shortest that fits."""
    form = form or (7 if length < 126 else 16 if length < 65536 else 64)
    masked = 0x80 if mask is not None else 0
    short = {7: length, 16: 126, 64: 127}[form]
    extended = {7: b"", 16: struct.pack("!H", length & 0xFFFF), 64: struct.pack("!Q", length)}[form]
    return bytes([first | opcode, masked | short]) + extended + (mask or b"")


def frame(opcode, payload=b"", **how):
    return header(opcode, len(payload), **how) + payload


def close_body(code, reason=b""):
    return struct.pack("!H", code) + reason


def handshake_request(path="/echo", extra=(), leave_out=(), **changed):
    fields = {"Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade",
              "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(), "Sec-WebSocket-Version": "13"}
    fields.update({name.replace("_", "-"): value for name, value in changed.items()})
    lines = [f"{name}: {value}" for name, value in fields.items() if name not in leave_out]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, *extra, "", ""]).encode()


class Answer:
    """An HTTP response."""

    def __init__(self, head, body):
        status_line, *lines = head.decode().split("\r\n")
        self.status = int(status_line.split(" ")[1])
        self.headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        self.body = body


class Peer:
    """A raw connection. Every read gives up after a while, so that no test hangs."""

    def __init__(self, server):
        self.socket = socket.create_connection((server.host, server.port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = bytearray()  # which grows in place, where bytes would be copied for each piece

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _more(self):
        try:
            came = self.socket.recv(65536)
        except socket.timeout:
            raise AssertionError(f"nothing comes from the server; unread: {bytes(self._unread[:200])!r}") from None
        self._unread += came
        return came

    def read(self, count):
        while len(self._unread) < count:
            if not self._more():
                raise AssertionError(f"the server ended the connection; unread: {bytes(self._unread[:200])!r}")
        read = bytes(memoryview(self._unread)[:count])
        del self._unread[:count]
        return read

    def read_until(self, mark):
        while mark not in self._unread:
            if not self._more():
                raise AssertionError(f"the server ended the connection; unread: {bytes(self._unread[:200])!r}")
        return self.read(self._unread.index(mark) + len(mark))

    def read_to_end(self):
        """What comes until the server has ended its side in good order (a reset raises)."""
        while self._more():
            pass
        return self.read(len(self._unread))

    def read_answer(self):
        head = self.read_until(b"\r\n\r\n")[:-4]
        answer = Answer(head, b"")
        answer.body = self.read(int(answer.headers.get("content-length", 0)))
        return answer

    def open(self, path="/echo", extra=()):
        """The opening handshake, with `extra` lines in its header."""
        key = base64.b64encode(os.urandom(16)).decode()
        self.send(handshake_request(path, extra, Sec_WebSocket_Key=key))
        answer = self.read_answer()
        accept = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        assert answer.status == 101, f"{answer.status} {answer.body!r}"
        assert answer.headers["sec-websocket-accept"] == base64.b64encode(accept).decode()
        return self

    def read_frame(self):
        """(the first byte, the payload): a server's frames are not masked."""
        first, length = self.read(2)
        assert length < 128, "a server must not mask"
        if length == 126:
            (length,) = struct.unpack("!H", self.read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self.read(8))
        return first, self.read(length)

    def read_close(self):
        """The code and the reason of the close frame, which has to be what comes next."""
        first, body = self.read_frame()
        assert first == FINAL | CLOSE, f"a frame {first:02x} came in place of a close frame: {body[:50]!r}"
        return (struct.unpack("!H", body[:2])[0], body[2:].decode()) if body else (1005, "")
