"""Large messages, whole and in pieces, with the limits that the program has by default."""

import unittest

from program import Server
from wire import BINARY, CLOSE, CONTINUATION, FINAL, TEXT, Peer, close_body, frame

KIB, MIB = 1 << 10, 1 << 20
NOT_FINAL = 0


def in_fragments(opcode, payload, size):
    """The frames of a message, each but the last with `size` bytes of it."""
    parts = [payload[i:i + size] for i in range(0, len(payload), size)]
    return b"".join(frame(opcode if i == 0 else CONTINUATION, part, first=FINAL if i == len(parts) - 1 else NOT_FINAL)
                    for i, part in enumerate(parts))


class Large(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server("--log-level", "error"))
        self.peer = self.enterContext(Peer(self.server).open())

    def expect(self, opcode, payload):
        first, came = self.peer.read_frame()
        self.assertEqual((first, len(came)), (FINAL | opcode, len(payload)))
        self.assertTrue(came == payload, "the echo differs")

    def expect_still_open(self):
        self.peer.send(frame(CLOSE, close_body(1000)))
        self.assertEqual(self.peer.read_close()[0], 1000)
        self.assertEqual(self.peer.read_to_end(), b"")

    def test_echoes_messages_up_to_the_largest(self):
        for size in (64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB):
            for opcode, payload in ((TEXT, b"*" * size), (BINARY, b"\xfe" * size)):
                with self.subTest(size=size, opcode=opcode):
                    self.peer.send(frame(opcode, payload))
                    self.expect(opcode, payload)
        self.expect_still_open()

    def test_echoes_a_message_in_65536_fragments(self):
        for opcode, payload in ((TEXT, b"*" * 4 * MIB), (BINARY, b"\xfe" * 4 * MIB)):
            for size in (64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB):
                with self.subTest(size=size, opcode=opcode):
                    self.peer.send(in_fragments(opcode, payload, size))
                    self.expect(opcode, payload)
        # The last fragment may be empty.
        self.peer.send(b"".join([frame(TEXT, first=NOT_FINAL), *[frame(CONTINUATION, b"x" * 64, first=NOT_FINAL)] * 65536,
                                 frame(CONTINUATION)]))
        self.expect(TEXT, b"x" * 4 * MIB)
        self.expect_still_open()

    def test_echoes_a_message_that_comes_in_small_pieces(self):
        for opcode, payload in ((TEXT, b"*" * MIB), (BINARY, b"\xfe" * MIB)):
            for size in (64, 128, 256, 512, KIB, 2 * KIB):
                with self.subTest(size=size, opcode=opcode):
                    sent = frame(opcode, payload)
                    for i in range(0, len(sent), size):
                        self.peer.send(sent[i:i + size])
                    self.expect(opcode, payload)
        self.expect_still_open()

    def test_echoes_a_thousand_messages_in_turn(self):
        for size in (0, 16, 64, 256, KIB, 4 * KIB):
            for opcode, payload in ((TEXT, b"*" * size), (BINARY, b"\xfe" * size)):
                with self.subTest(size=size, opcode=opcode):
                    for _ in range(1000):
                        self.peer.send(frame(opcode, payload))
                        self.expect(opcode, payload)
        self.expect_still_open()

    def test_echoes_a_message_in_fragments_that_fit_a_packet(self):
        self.peer.send(in_fragments(TEXT, b"*" * 64 * KIB, 1300))
        self.expect(TEXT, b"*" * 64 * KIB)
        self.expect_still_open()


if __name__ == "__main__":
    unittest.main()
