"""What comes to a server that is no well-formed opening handshake gets an error status and a reason, never silence."""

import time
import unittest

from program import Server
from wire import Peer, handshake_request

REFUSED = {
    "garbage": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "a line that is no request": (b"hello\r\n\r\n", 400),
    "HTTP/1.0": (handshake_request().replace(b"HTTP/1.1", b"HTTP/1.0"), 505),
    "no Host": (handshake_request(leave_out=["Host"]), 400),
    "two Hosts": (handshake_request(extra=["Host: other"]), 400),
    "a folded field": (handshake_request(extra=["X-Long: a", " b"]), 400),
    "no key": (handshake_request(leave_out=["Sec-WebSocket-Key"]), 400),
    "a key that is no Base64": (handshake_request(Sec_WebSocket_Key="not base64!"), 400),
    "a key of 15 bytes": (handshake_request(Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAA"), 400),
    "no Connection: Upgrade": (handshake_request(Connection="close"), 400),
    "version 8": (handshake_request(Sec_WebSocket_Version="8"), 426),
    "no version": (handshake_request(leave_out=["Sec-WebSocket-Version"]), 426),
    "POST": (handshake_request().replace(b"GET", b"POST"), 405),
    "the same sub-protocol twice": (handshake_request(extra=["Sec-WebSocket-Protocol: a, a"]), 400),
    "a header of 20 KB": (handshake_request(extra=["X-Long: " + "x" * 20_000]), 431),
    "200 fields": (handshake_request(extra=[f"X-{number}: x" for number in range(200)]), 431),
}


class Handshake(unittest.TestCase):
    def test_refuses_with_a_status_and_a_reason(self):
        with Server("--log-level", "error") as server:
            for name, (request, status) in REFUSED.items():
                with self.subTest(name), Peer(server) as peer:
                    peer.send(request)
                    answer = peer.read_answer()
                    self.assertEqual(answer.status, status)
                    self.assertRegex(answer.headers["content-type"], "^text/plain")
                    self.assertRegex(answer.body.decode(), r"\w+ \w+")
                    self.assertEqual(peer.read_to_end(), b"")
            with Peer(server).open():
                pass  # and it serves on

    def test_names_the_version_it_speaks(self):
        with Server("--log-level", "error") as server, Peer(server) as peer:
            peer.send(handshake_request(Sec_WebSocket_Version="8"))
            answer = peer.read_answer()
            self.assertEqual(answer.status, 426)
            self.assertEqual(answer.headers["sec-websocket-version"], "13")

    def test_takes_a_request_in_single_bytes(self):
        with Server("--log-level", "error") as server, Peer(server) as peer:
            for byte in handshake_request():
                peer.send(bytes([byte]))
            self.assertEqual(peer.read_answer().status, 101)

    def test_waits_no_longer_for_a_slow_sender_than_it_was_told(self):
        with Server("--log-level", "error", "--handshake-time", "300ms") as server, Peer(server) as peer:
            began = time.monotonic()
            peer.send(handshake_request()[:-2])
            answer = peer.read_answer()
            self.assertEqual(answer.status, 408)
            self.assertGreaterEqual(time.monotonic() - began, 0.2)
            self.assertEqual(peer.read_to_end(), b"")

    def test_is_not_kept_by_single_bytes_now_and_then(self):
        with Server("--log-level", "error", "--handshake-time", "300ms") as server, Peer(server) as peer:
            peer.send(b"GET /")
            peer.socket.settimeout(0.05)
            answer = b""
            while not answer:
                try:
                    answer = peer.socket.recv(4096)
                except TimeoutError:
                    peer.socket.sendall(b"x")
            self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)

    def test_does_not_wait_for_ever_for_a_silent_one(self):
        with Server("--log-level", "error", "--handshake-time", "300ms") as server, Peer(server) as peer:
            self.assertRegex(peer.read_to_end(), b"^(HTTP/1.1 408 |$)")


if __name__ == "__main__":
    unittest.main()
