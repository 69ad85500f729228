"""Who is let in: pages by their origin, clients by their address, and for whom a proxy speaks."""

import fcntl
import json
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import certificates
from program import HASTE, ROOT, Server
from wire import FINAL, TEXT, Peer, frame, handshake_request


def status(server, *fields, first=b""):
    with Peer(server) as peer:
        peer.send(first + handshake_request("/echo", extra=fields))
        return peer.read_answer().status


class Origins(unittest.TestCase):
    def test_are_those_of_the_option(self):
        with Server("--log-level", "error", "--allowed-origins", "https://example.org,*.example.net") as server:
            self.assertEqual(status(server, "Origin: https://example.org"), 101)
            self.assertEqual(status(server, "Origin: http://www.example.net:8080"), 101)
            self.assertEqual(status(server, "Origin: https://evil.example"), 403)
            self.assertEqual(status(server), 101)
            self.assertEqual(server.metrics()['pushwire_errors_total{error="origin_refused"}'], 1)

    def test_are_warned_of_once_where_a_cookie_is_sent_from_a_foreign_page(self):
        with Server("--log-level", "warn") as server:
            for _ in range(2):
                self.assertEqual(status(server, "Origin: https://evil.example", "Cookie: session=1"), 101)
            server.err.wait_for("a warning", lambda lines: any("--allowed-origins" in line for line in lines))
            self.assertEqual(len([line for line in server.err.so_far() if "origin" in line]), 1)


class Proxies(unittest.TestCase):
    def test_speak_for_their_clients(self):
        with Server("--log-level", "debug", "--trusted-proxies", "loopback,10.0.0.0/8") as server:
            self.assertEqual(status(server, "X-Forwarded-For: 198.51.100.1, 203.0.113.9, 10.1.1.1"), 101)
            server.out.wait_for("the address", lambda lines: any("client 1 is 203.0.113.9 port 0" in each for each in lines))

    def test_send_a_header_of_their_own(self):
        with Server("--log-level", "debug", "--trusted-proxies", "loopback", "--proxy-protocol") as server:
            header = b"PROXY TCP4 203.0.113.9 192.0.2.1 51234 443\r\n"
            self.assertEqual(status(server, first=header), 101)
            server.out.wait_for("the address", lambda lines: any("client 1 is 203.0.113.9 port 51234" in each for each in lines))
            with Peer(server) as peer:
                peer.send(handshake_request("/echo"))
                self.assertEqual(peer.read_to_end(), b"")


    def test_send_it_before_tls_begins(self):
        with tempfile.TemporaryDirectory() as path:
            folder = certificates.Folder(path)
            issued = folder.issue("local", names=("localhost",))
            options = certificates.options(issued)
            with Server("--log-level", "debug", "--trusted-proxies", "loopback", "--proxy-protocol", *options) as server:
                header = b"PROXY TCP4 203.0.113.9 192.0.2.1 51234 443\r\n"
                with Peer(server) as peer:
                    peer.send(header[:20])
                    peer.send(header[20:])
                    peer.socket = folder.client().wrap_socket(peer.socket, server_hostname="localhost")
                    peer.send(handshake_request("/echo"))
                    self.assertEqual(peer.read_answer().status, 101)
                    peer.send(frame(TEXT, b"through both"))
                    self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"through both"))
                server.out.wait_for("the address", lambda lines: any("is 203.0.113.9 port 51234" in each for each in lines))
                with Peer(server) as peer, self.assertRaises(OSError):
                    folder.client().wrap_socket(peer.socket, server_hostname="localhost")


class Addresses(unittest.TestCase):
    """Needs clients of other addresses than the loopback, so it runs in a network of its own."""

    def found_by(self, what):
        outcome = subprocess.run([sys.executable, "-B", str(ROOT / "tests/support/own_network.py"), sys.executable, "-B",
                                  __file__, what], capture_output=True, text=True, timeout=120)
        if outcome.returncode == 77:
            self.skipTest(outcome.stdout)
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        return json.loads(outcome.stdout.splitlines()[-1])

    def test_have_so_many_connections(self):
        self.assertEqual(self.found_by("have_so_many_connections"), {
            "two are served": [101, 101],
            "the third is turned away unasked": 429,
            "one of another address": 101,
            "in the place of one that left": 101,
        })

    def test_are_held_to_the_accept_rate_however_many_are_turned_away(self):
        found = self.found_by("come_faster_than_the_accept_rate")
        self.assertGreaterEqual(found["accepted"], 600)
        # A tenth of the rate may come at once.
        self.assertLessEqual(found["accepted"], 100 * found["seconds"] + 10)


def take_addresses():
    """198.18.0.1 and 198.18.0.2, on the loopback interface."""
    set_address = 0x8916
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for last in (1, 2):
            fcntl.ioctl(any_socket, set_address, struct.pack(
                "16sH2x4s8x", f"lo:{last}".encode(), socket.AF_INET, socket.inet_aton(f"198.18.0.{last}")))


def have_so_many_connections():
    take_addresses()

    def connect(source="198.18.0.1"):
        peer = Peer.__new__(Peer)
        peer.socket = socket.create_connection(("198.18.0.1", server.port), timeout=30, source_address=(source, 0))
        peer._unread = bytearray()
        return peer

    def ask(peer):
        peer.send(handshake_request("/echo"))
        return peer.read_answer().status

    found = {}
    with Server("--log-level", "error", "--host", "0.0.0.0", "--max-connections-per-address", "2", *HASTE,
                listen=("--port", "0")) as server:
        served = [connect(), connect()]
        found["two are served"] = [ask(peer) for peer in served]
        found["the third is turned away unasked"] = connect().read_answer().status
        found["one of another address"] = ask(connect("198.18.0.2"))
        served[0].socket.close()
        while True:
            last = connect()
            last.send(handshake_request("/echo"))
            found["in the place of one that left"] = last.read_answer().status
            if found["in the place of one that left"] != 429:
                break
        last.send(frame(TEXT, b"x"))
        assert last.read_frame() == (FINAL | TEXT, b"x")
    print(json.dumps(found))


def come_faster_than_the_accept_rate():
    """All but one over the limit of their address, and more of them than are kept to be told why."""
    take_addresses()
    began = time.monotonic()
    with Server("--log-level", "error", "--host", "0.0.0.0", "--accept-rate", "100",
                "--max-connections-per-address", "1", listen=("--port", "0")) as server:
        peers = [socket.create_connection(("198.18.0.1", server.port), timeout=30) for _ in range(600)]
        last = socket.create_connection(("127.0.0.1", server.port), timeout=30)  # behind all of them
        last.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: last.recv(65536), b""))
        seconds = time.monotonic() - began
        accepted = int(re.search(rb"^pushwire_accepted_total (\d+)", answer, re.M)[1])
        for each in (*peers, last):
            each.close()
    print(json.dumps({"accepted": accepted, "seconds": seconds}))


if __name__ == "__main__":
    in_its_own_network = {each.__name__: each for each in (have_so_many_connections, come_faster_than_the_accept_rate)}
    if sys.argv[1:] and sys.argv[1] in in_its_own_network:
        in_its_own_network[sys.argv[1]]()
    else:
        unittest.main()
