"""Whoever breaks the protocol learns why: the close code of RFC 6455 arrives as a frame, and the connection ends in good
order."""

import unittest

from program import Server
from wire import BINARY, CLOSE, CONTINUATION, FINAL, PING, PONG, TEXT, Peer, close_body, frame, header

NOT_FINAL = 0
RESERVED_1, RESERVED_2, RESERVED_3 = 0x40, 0x20, 0x10

VIOLATIONS = {
    "the first reserved bit": (frame(TEXT, b"x", first=FINAL | RESERVED_1), 1002),
    "the second reserved bit": (frame(TEXT, b"x", first=FINAL | RESERVED_2), 1002),
    "the third reserved bit": (frame(TEXT, b"x", first=FINAL | RESERVED_3), 1002),
    "a reserved opcode for data": (frame(0x3, b"x"), 1002),
    "a reserved opcode for control": (frame(0xB, b"x"), 1002),
    "no mask": (frame(TEXT, b"hello", mask=None), 1002),
    "a length of 5 in 16 bits": (frame(TEXT, b"hello", form=16), 1002),
    "a length of 5 in 64 bits": (frame(TEXT, b"hello", form=64), 1002),
    "a length with its highest bit set": (header(TEXT, 1 << 63), 1002),
    "a ping in fragments": (frame(PING, b"x", first=NOT_FINAL), 1002),
    "a ping of 126 bytes": (frame(PING, bytes(126)), 1002),
    "a continuation of nothing": (frame(CONTINUATION, b"x"), 1002),
    "a new message amid another": (frame(TEXT, b"x", first=NOT_FINAL) + frame(TEXT, b"y"), 1002),
    "a close body of one byte": (frame(CLOSE, b"x"), 1002),
    "close code 0": (frame(CLOSE, close_body(0)), 1002),
    "close code 1005": (frame(CLOSE, close_body(1005)), 1002),
    "close code 1006": (frame(CLOSE, close_body(1006)), 1002),
    "close code 2000": (frame(CLOSE, close_body(2000)), 1002),
    "close code 65535": (frame(CLOSE, close_body(65535)), 1002),
    "text that is not UTF-8": (frame(TEXT, b"caf\xe9"), 1007),
    "text that ends within a character": (frame(TEXT, b"caf\xc3"), 1007),
    "a surrogate": (frame(TEXT, b"\xed\xa0\x80"), 1007),
    "text that goes wrong in its first fragment": (frame(TEXT, b"\xff", first=NOT_FINAL), 1007),
    "a character broken over fragments": (
        frame(TEXT, b"\xc3", first=NOT_FINAL) + frame(CONTINUATION, b"(", first=NOT_FINAL), 1007),
    "a close reason that is not UTF-8": (frame(CLOSE, close_body(1000, b"\xff")), 1007),
    "a message of 17 MiB": (header(BINARY, 17 << 20), 1009),
}


class Violations(unittest.TestCase):
    def test_closes_with_the_right_code_and_says_why(self):
        with Server("--log-level", "error") as server, Peer(server).open() as bystander:
            for name, (sent, code) in VIOLATIONS.items():
                with self.subTest(name), Peer(server).open() as peer:
                    peer.send(sent)
                    closed_with, reason = peer.read_close()
                    self.assertEqual(closed_with, code)
                    self.assertRegex(reason, r"\w+ \w+")
                    self.assertEqual(peer.read_to_end(), b"")
            bystander.send(frame(TEXT, b"still here"))
            self.assertEqual(bystander.read_frame(), (FINAL | TEXT, b"still here"))

    def test_sends_what_it_answered_before_the_violation(self):
        with Server("--log-level", "error") as server, Peer(server).open() as peer:
            peer.send(frame(TEXT, b"right") + frame(0x3, b"wrong") + frame(PING))
            self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"right"))
            self.assertEqual(peer.read_close()[0], 1002)
            self.assertEqual(peer.read_to_end(), b"")

    def test_says_nothing_more_after_the_close_frame(self):
        with Server("--log-level", "error") as server, Peer(server).open() as peer:
            peer.send(frame(CONTINUATION) + frame(TEXT, b"too late") + frame(PING))
            self.assertEqual(peer.read_close()[0], 1002)
            self.assertEqual(peer.read_to_end(), b"")


class Control(unittest.TestCase):
    def test_answers_a_ping_amid_a_fragmented_message(self):
        with Server("--log-level", "error") as server, Peer(server).open() as peer:
            peer.send(frame(TEXT, b"Hel", first=NOT_FINAL) + frame(PING, b"there?") + frame(CONTINUATION, b"lo"))
            self.assertEqual(peer.read_frame(), (FINAL | PONG, b"there?"))
            self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"Hello"))

    def test_ignores_a_pong_that_nobody_asked_for(self):
        with Server("--log-level", "error") as server, Peer(server).open() as peer:
            peer.send(frame(PONG, b"by the way") + frame(TEXT, b"x"))
            self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"x"))

    def test_echoes_the_close_code(self):
        with Server("--log-level", "error") as server:
            for code in (1000, 1001, 3000, 4999):
                with self.subTest(code), Peer(server).open() as peer:
                    peer.send(frame(CLOSE, close_body(code, "à bientôt".encode())))
                    self.assertEqual(peer.read_close()[0], code)
                    self.assertEqual(peer.read_to_end(), b"")
            with Peer(server).open() as peer:
                peer.send(frame(CLOSE))
                self.assertEqual(peer.read_close(), (1005, ""))
                self.assertEqual(peer.read_to_end(), b"")

    def test_pings_who_is_silent_and_lets_go_who_stays_so(self):
        with Server("--idle-timeout", "600ms") as server, Peer(server).open() as peer:
            self.assertEqual(peer.read_frame()[0], FINAL | PING)
            self.assertEqual(peer.read_close()[0], 1011)
            server.out.wait_for_line("client 1 closed")

    def test_keeps_who_only_answers_pings(self):
        with Server("--idle-timeout", "400ms") as server, Peer(server).open() as peer:
            for _ in range(5):
                first, payload = peer.read_frame()
                self.assertEqual(first, FINAL | PING)
                peer.send(frame(PONG, payload))
            peer.send(frame(TEXT, b"x"))
            self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"x"))


if __name__ == "__main__":
    unittest.main()
