"""Compressed messages to and fro, as a peer makes them that fragments, and offers what it likes; it is zlib and raw frames."""

import json
import random
import unittest
import zlib

from program import Server
from wire import BINARY, CONTINUATION, FINAL, TEXT, Peer, frame, handshake_request

NOT_FINAL, RSV1 = 0, 0x40
TAIL = b"\x00\x00\xff\xff"
ROUNDS = 10

# (bytes of a message, bytes of each of its fragments; 0: it is in one frame)
SIZES = ((0, 0), (16, 0), (64, 0), (256, 0), (1024, 0), (4096, 0), (8192, 0), (16384, 0), (32768, 0), (65536, 0), (131072, 0),
         (8192, 256), (16384, 256), (32768, 256), (65536, 256), (131072, 256), (131072, 1024), (131072, 4096),
         (131072, 32768))

BARE = "permessage-deflate; client_no_context_takeover; client_max_window_bits"
OFFERS = {
    "what a browser offers": "permessage-deflate; client_max_window_bits",
    "any answer": BARE,
    "no context of the server": BARE + "; server_no_context_takeover",
    "a window of 9 bits": BARE + "; server_max_window_bits=9",
    "a window of 15 bits": BARE + "; server_max_window_bits=15",
    "no context, 9 bits": BARE + "; server_no_context_takeover; server_max_window_bits=9",
    "no context, 15 bits": BARE + "; server_no_context_takeover; server_max_window_bits=15",
    "three offers": ", ".join((BARE + "; server_no_context_takeover; server_max_window_bits=9",
                               BARE + "; server_no_context_takeover", BARE)),
}

_random = random.Random(1)
_WORDS = [bytes(_random.choices(b"abcdefghijklmnopqrstuvwxyz", k=_random.randint(2, 9))) for _ in range(800)]
DATA = {
    "prose": (BINARY, b" ".join(_random.choices(_WORDS, k=40000))),
    "a picture": (BINARY, bytes((x * y // 64 + _random.randrange(4)) & 255 for y in range(512) for x in range(512))),
    "a document": (BINARY, _random.randbytes(180000)),
    "JSON": (TEXT, json.dumps([{"id": n, "name": _random.choice(_WORDS).decode(), "on": n % 3 == 0}
                               for n in range(4000)]).encode()),
    "HTML": (TEXT, "".join(f"<li class=\"r{n % 5}\">{_random.choice(_WORDS).decode()} – é</li>\n"
                           for n in range(6000)).encode()),
}


class CompressingPeer(Peer):
    """Compresses what it sends, and inflates what comes, as agreed."""

    def open_with(self, offer):
        self.send(handshake_request("/echo", Sec_WebSocket_Extensions=offer))
        answer = self.read_answer()
        assert answer.status == 101, answer.body
        name, *parameters = [part.strip() for part in answer.headers["sec-websocket-extensions"].split(";")]
        assert name == "permessage-deflate"
        self.agreed = dict((parameter.split("=") + [""])[:2] for parameter in parameters)
        self.compressor = self.inflater = None
        return self

    def _compressed(self, payload):
        if self.compressor is None or "client_no_context_takeover" in self.agreed:
            self.compressor = zlib.compressobj(wbits=-int(self.agreed.get("client_max_window_bits", 15)))
        data = self.compressor.compress(payload) + self.compressor.flush(zlib.Z_SYNC_FLUSH)
        return data[:-len(TAIL)]

    def send_message(self, opcode, payload, fragment):
        data = self._compressed(payload)
        size = fragment or len(data) or 1
        parts = [data[i:i + size] for i in range(0, len(data), size)] or [b""]
        last = len(parts) - 1
        self.send(b"".join(frame(CONTINUATION if i else opcode, part,
                                 first=(FINAL if i == last else NOT_FINAL) | (0 if i else RSV1))
                           for i, part in enumerate(parts)))

    def read_message(self):
        first, data = self.read_frame()
        assert first & FINAL and first & 0x30 == 0
        if not first & RSV1:
            return first & 0xF, data
        if self.inflater is None or "server_no_context_takeover" in self.agreed:
            # With exactly the window that was agreed: a reference further back is an error. zlib itself needs one of 512.
            self.inflater = zlib.decompressobj(wbits=-max(9, int(self.agreed.get("server_max_window_bits", 15))))
        message = self.inflater.decompress(data + TAIL)
        return first & 0xF, message


def pieces(opcode, data, size):
    """Of `size` characters (text) or bytes, each from where the last one ended, over and over."""
    whole = data.decode() if opcode == TEXT else data
    begin = 0
    while True:
        end = (begin + size) % len(whole)
        piece = whole[begin:begin + size] if begin + size <= len(whole) else whole[begin:] + whole[:end]
        yield piece.encode() if opcode == TEXT else piece
        begin = end


class CompressedEcho(unittest.TestCase):
    def converse(self, peer, kind):
        opcode, data = DATA[kind]
        for size, fragment in SIZES:
            messages = pieces(opcode, data, size)
            for _ in range(ROUNDS):
                message = next(messages)
                peer.send_message(opcode, message, fragment)
                self.assertTrue(peer.read_message() == (opcode, message), f"{kind}: {size} bytes in {fragment} differ")

    def test_of_five_kinds_of_data(self):
        for mode in ("on", "keep"):
            with Server("--compression", mode, "--log-level", "error") as server:
                for kind in DATA:
                    with self.subTest(mode=mode, kind=kind), CompressingPeer(server).open_with(BARE) as peer:
                        self.converse(peer, kind)

    def test_as_each_offer_wants(self):
        for mode in ("on", "keep"):
            with Server("--compression", mode, "--log-level", "error") as server:
                for name, offer in OFFERS.items():
                    with self.subTest(mode=mode, offer=name), CompressingPeer(server).open_with(offer) as peer:
                        if "server_max_window_bits=9" in offer:
                            self.assertEqual(peer.agreed["server_max_window_bits"], "9")
                        if "server_no_context_takeover" in offer:
                            self.assertIn("server_no_context_takeover", peer.agreed)
                        self.converse(peer, "JSON")


if __name__ == "__main__":
    unittest.main()
