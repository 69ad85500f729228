"""`pushwire bench` against `pushwire serve`, and against servers that do what none should."""

import base64
import hashlib
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import certificates
from program import PATIENCE, PROGRAM, Server, run
from wire import PING, FINAL

SHORT = ("--duration", "400ms", "--warmup", "100ms")


def bench(*arguments):
    return run("bench", *map(str, arguments))


def measured(*arguments):
    """What a run that has to go well says as JSON."""
    done = bench(*SHORT, "--json", *arguments)
    if done.returncode != 0:
        raise AssertionError(f"bench ended with status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


class EchoServer:
    """Answers the opening handshake, and sends each frame back unmasked, changed by `change(count, frame)`, after
    `before(count)`; `count` is that of all frames so far. One thread for each connection."""

    def __init__(self, change=lambda count, frame: frame, before=lambda count: None):
        self._change = change
        self._before = before
        self._count = 0
        self._echoing = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}/echo"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            with peer, peer.makefile("rb") as stream:
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open(peer, stream)
                while True:
                    self._echo(peer, stream)
        except (OSError, EOFError):
            pass  # the client has what it wanted

    @staticmethod
    def _open(peer, stream):
        lines = iter(stream.readline, b"\r\n")
        fields = dict(line.strip().split(b": ", 1) for line in lines if b": " in line)
        key = fields[b"Sec-WebSocket-Key"] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     b"Sec-WebSocket-Accept: " + base64.b64encode(hashlib.sha1(key).digest()) + b"\r\n\r\n")

    def _echo(self, peer, stream):
        header = self._read(stream, 2)
        length = header[1] & 0x7F
        assert length < 126, "this server knows short frames only"
        mask = self._read(stream, 4)
        payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self._read(stream, length)))
        with self._echoing:  # a stall holds up everyone
            count = self._count
            self._count += 1
            self._before(count)
            peer.sendall(self._change(count, bytes([header[0], length]) + payload))

    @staticmethod
    def _read(stream, size):
        data = stream.read(size)
        if len(data) < size:
            raise EOFError
        return data


class Modes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("--log-level", "error", "--compression", "on"))

    def assert_is_whole(self, result):
        """The figures of a run that measured latencies fit together."""
        latency = result["latency_us"]
        order = [latency[name] for name in ("min", "p50", "p90", "p99", "p99.9", "p99.99", "max")]
        self.assertEqual(order, sorted(order))
        self.assertGreater(latency["min"], 0)
        self.assertGreater(result["messages"], 0)
        self.assertEqual(result["messages"], sum(each["messages"] for each in result["series"]))
        self.assertAlmostEqual(result["messages_per_second"], result["messages"] / result["seconds"],
                               delta=1 + result["messages_per_second"] / 100)
        self.assertEqual(result["unanswered"], 0)

    def test_echo_counts_every_message_the_server_answered(self):
        before = self.server.metrics()
        result = measured(self.server.url("/echo"), "--connections", 7, "--depth", 3, "--pid", self.server.process.pid)
        after = self.server.metrics()

        self.assert_is_whole(result)
        self.assertEqual(result["latency_us"]["count"], result["messages"])
        # The server has seen those of the warm-up as well, and 21 that were in flight at the end.
        name = "pushwire_messages_received_total"
        self.assertGreaterEqual(after[name] - before[name], result["messages"])
        self.assertGreater(result["cpu"]["server_us_per_message"], 0)

    def test_echo_checks_large_messages_and_text(self):
        for more in (("--size", "300K"), ("--size", "70K", "--type", "text"), ("--size", "70K", "--type", "ascii"),
                     ("--size", 1), ("--size", 126)):
            with self.subTest(more):
                self.assert_is_whole(measured(self.server.url("/echo"), "--connections", 3, "--depth", 4, *more))

    def test_echo_goes_compressed_both_ways(self):
        result = measured(self.server.url("/echo"), "--connections", 3, "--size", "1K", "--depth", 2, "--compression")
        self.assert_is_whole(result)
        self.assertLess(result["bytes_received_per_message"], 700)
        plain = measured(self.server.url("/echo"), "--connections", 3, "--size", "1K")
        self.assertAlmostEqual(plain["bytes_received_per_message"], 1028, delta=20)

    def test_fanout_counts_what_everyone_received(self):
        for depth in (1, 8):
            with self.subTest(depth=depth):
                result = measured(self.server.url("/broadcast"), "--mode", "fanout", "--connections", 20, "--depth",
                                  depth, "--size", 128)
                self.assert_is_whole(result)
                # Each of the 20, and the publisher itself.
                self.assertAlmostEqual(result["latency_us"]["count"] / result["messages"], 20 / 21, delta=0.01)

    def test_fanout_in_an_open_loop_delivers_what_was_due(self):
        result = measured(self.server.url("/broadcast"), "--mode", "fanout", "--connections", 5, "--rate", 100)
        self.assert_is_whole(result)
        self.assertAlmostEqual(result["latency_us"]["count"], 0.4 * 100 * 5, delta=5)

    def test_handshakes_come_and_go(self):
        before = self.server.metrics()["pushwire_opened_total"]
        result = measured(self.server.url("/"), "--mode", "handshake", "--connections", 4)
        opened = self.server.metrics()["pushwire_opened_total"] - before

        self.assert_is_whole(result)
        self.assertGreaterEqual(opened, result["messages"])

    def test_idle_tells_what_a_connection_costs(self):
        result = measured(self.server.url("/"), "--mode", "idle", "--connections", 400, "--pid",
                          self.server.process.pid)
        memory = result["memory"]
        self.assertGreaterEqual(memory["when_open"], memory["before"])
        self.assertAlmostEqual(memory["bytes_per_connection"], (memory["at_end"] - memory["before"]) / 400, delta=1)
        self.assertGreater(result["opening_seconds"], 0)

    def test_an_open_loop_sends_at_the_rate_asked_for(self):
        result = measured(self.server.url("/echo"), "--connections", 8, "--rate", 2000)
        self.assert_is_whole(result)
        self.assertAlmostEqual(result["latency_us"]["count"], 2000 * result["seconds"], delta=3)

    def test_tells_what_it_was_asked_for(self):
        result = measured(self.server.url("/echo"), "--connections", 2, "--size", "1K", "--type", "text")
        asked = {"mode": "echo", "url": self.server.url("/echo"), "connections": 2, "size": 1024, "type": "text",
                 "depth": 1, "rate": None, "duration": 0.4, "warmup": 0.1, "compression": False}
        self.assertEqual({name: result["settings"][name] for name in asked}, asked)

    def test_writes_a_table_a_page_and_a_file_of_json(self):
        with tempfile.TemporaryDirectory() as folder:
            page, file = pathlib.Path(folder, "report.html"), pathlib.Path(folder, "report.json")
            done = bench(*SHORT, self.server.url("/echo"), "--html", page, "--json", file)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, r"latency +p50 +p90 +p99 +p99.9 +p99.99 +max")
            self.assertIn("messages/s", done.stdout)
            json.loads(file.read_text())
            html = page.read_text()
        self.assertEqual(html.count("<svg"), 3)
        self.assertIn("prefers-color-scheme: dark", html)
        self.assertIsNone(re.search(r"(src|href)=|@import|https?://", html), "it needs something from elsewhere")


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = certificates.Folder(cls.enterClassContext(tempfile.TemporaryDirectory()))
        issued = cls.folder.issue("here", names=["127.0.0.1"])
        cls.server = cls.enterClassContext(Server("--log-level", "error", *certificates.options(issued)))

    def test_every_mode_goes_over_tls(self):
        for mode, path, *more in (("echo", "/echo", "--size", "40K"), ("fanout", "/broadcast"), ("handshake", "/"),
                                  ("idle", "/")):
            with self.subTest(mode):
                measured(self.server.url(path), "--mode", mode, "--connections", 3, "--ca", self.folder.ca, *more)

    def test_a_stranger_is_not_trusted_unless_that_is_asked_for(self):
        done = bench(*SHORT, self.server.url("/echo"))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "certificate is not trusted .*: name who issued it with --ca FILE, or use "
                                      "--insecure")
        measured(self.server.url("/echo"), "--insecure")

    def test_a_certificate_for_another_name_is_not_trusted(self):
        done = bench(*SHORT, self.server.url("/echo").replace("127.0.0.1", "localhost"), "--ca", self.folder.ca)
        self.assertEqual(done.returncode, 1)
        self.assertIn("mismatch", done.stderr)


class Raw(unittest.TestCase):
    def test_a_raw_echo_needs_no_handshake(self):
        def echo(peer):
            with peer:
                try:
                    while data := peer.recv(65536):
                        peer.sendall(data)
                except OSError:
                    pass  # the client has what it wanted

        def accept_two(listener):
            for _ in range(2):
                threading.Thread(target=echo, args=(listener.accept()[0],), daemon=True).start()

        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=accept_two, args=(listener,), daemon=True).start()
            result = measured(f"tcp://127.0.0.1:{listener.getsockname()[1]}", "--connections", 2)
        self.assertGreater(result["messages"], 0)
        self.assertAlmostEqual(result["bytes_received_per_message"], 70, delta=1)  # the masking key comes back too


class WrongServers(unittest.TestCase):
    def fails(self, server, text, *more):
        done = bench(*SHORT, server.url, *more)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, text)
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertEqual(done.stdout, "")

    def test_one_wrong_byte_is_told(self):
        def alter(count, frame):
            return frame[:-1] + bytes([frame[-1] ^ 1]) if count == 40 else frame

        with EchoServer(alter) as server:
            self.fails(server, "connection [01]: wrong reply: byte 63 of the payload is 0x.., expected 0x..",
                       "--connections", 2)

    def test_a_reply_of_another_type_is_told(self):
        with EchoServer(lambda count, frame: b"\x81" + frame[1:]) as server:
            self.fails(server, r"wrong reply: byte 0 .* is 0x81 \(a text message\), expected 0x82 \(a binary message\)")

    def test_a_reply_that_comes_twice_is_told(self):
        with EchoServer(lambda count, frame: frame * 2 if count == 10 else frame) as server:
            self.fails(server, "wrong reply|came to nothing", "--connections", 1)

    def test_a_close_frame_is_told_with_its_code(self):
        with EchoServer(lambda count, frame: b"\x88\x0b" + b"\x03\xf5too tired" if count == 5 else frame) as server:
            self.fails(server, "close frame with code 1013: too tired", "--connections", 1)

    def test_a_server_that_says_nothing_more_is_told(self):
        stalled = threading.Event()
        self.addCleanup(stalled.set)
        with EchoServer(before=lambda count: count < 20 or stalled.wait(PATIENCE)) as server:
            done = bench("--duration", "30s", server.url, "--connections", 2)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "no reply on connection [01] for 5 s")

    def test_a_ping_is_answered_and_is_no_wrong_reply(self):
        ping = bytes([FINAL | PING, 2]) + b"hi"
        pongs = []

        def change(count, frame):
            if frame[0] == 0x8A:  # what the client answered: not sent back
                pongs.append(frame[2:])
                return b""
            return ping + frame if count == 10 else frame

        with EchoServer(change) as server:
            measured(server.url, "--connections", 2)
        self.assertEqual(pongs, [b"hi"])

    def test_a_wrong_accept_key_is_told(self):
        with EchoServer() as server:
            server._open = lambda peer, stream: peer.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: nonsense\r\n\r\n")
            for mode in ("echo", "handshake"):
                with self.subTest(mode):
                    self.fails(server, "Sec-WebSocket-Accept does not fit the key: nonsense", "--mode", mode)


class OpenLoop(unittest.TestCase):
    def test_a_stall_delays_each_message_that_was_due_meanwhile(self):
        stall, rate, stall_at = 0.3, 200, 150
        with EchoServer(before=lambda count: count == stall_at and time.sleep(stall)) as server:
            done = bench("--duration", "2s", "--warmup", 0, "--rate", rate, "--connections", 5, server.url, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        latency = json.loads(done.stdout)["latency_us"]

        # 60 of the 400 messages were due while it lasted, and waited 150 ms on average: were latencies counted from
        # when a message was sent, or nothing sent meanwhile, no more than 5 would show it.
        self.assertGreater(latency["max"], 290_000)
        self.assertGreater(latency["p99"], 200_000)
        self.assertGreater(latency["p90"], 50_000)
        self.assertAlmostEqual(latency["count"], 400, delta=2)


class Wrong(unittest.TestCase):
    OPTIONS = [
        ((), "which server? Write its URL", "ws://localhost:9502/echo"),
        (("http://localhost/",), '"http://localhost/" is no URL for this', "ws://HOST:PORT/PATH"),
        (("ws://:1/",), "it has no host", "write ws://"),
        (("tcp://localhost",), "it has no port", "tcp://HOST:PORT"),
        (("ws://localhost:99999/",), '"99999" is no port', "from 1 to 65535"),
        (("ws://::1:80/",), "an IPv6 address needs brackets", "ws://"),
        (("ws://localhost:1/", "ws://localhost:2/"), "is not expected here", "--help"),
        (("ws://localhost:1/", "--mode", "noise"), 'there is no mode "noise"', "echo, fanout, handshake or idle"),
        (("ws://localhost:1/", "--size", "65M"), "--size: a message has at most 64M", ""),
        (("ws://localhost:1/", "--conections", "3"), "no option --conections", "did you mean --connections?"),
        (("ws://localhost:1/", "--rate", "5", "--mode", "idle"), "--rate: in mode idle nobody sends", "leave it out"),
        (("ws://localhost:1/", "--rate", "5", "--depth", "2"), "--depth and --rate", "leave one out"),
        (("ws://localhost:1/", "--ca", "x.pem"), "about certificates", "write wss://"),
        (("tcp://localhost:1", "--compression"), "a raw connection has none", "write ws://"),
        (("ws://localhost:1/", "--pid", "999999999"), "there is no process 999999999", ""),
        (("ws://localhost:1/", "--html", "/no/such/folder/x.html"), "--html: cannot write /no/such/folder/x.html",
         "No such file"),
    ]

    def test_options_that_make_no_sense_are_told_with_status_2(self):
        for arguments, what, how in self.OPTIONS:
            with self.subTest(arguments):
                done = bench(*arguments)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertRegex(done.stderr, r"\Apushwire bench: .*\n\Z")
                self.assertIn(what, done.stderr)
                self.assertIn(how, done.stderr)

    def test_a_server_that_is_not_there_is_told_with_status_1(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        done = bench(f"ws://127.0.0.1:{port}/")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, f"pushwire bench: cannot connect to 127.0.0.1:{port}: Connection refused: does a "
                                      "server run there, on this port?\n")

    def test_a_path_that_is_not_there_is_told(self):
        with Server("--log-level", "error") as server:
            done = bench(server.url("/nowhere"))
        self.assertEqual(done.returncode, 1)
        self.assertIn('the server answered "HTTP/1.1 404 Not Found", and not 101: is /nowhere the right path?',
                      done.stderr)

    def test_a_server_without_compression_is_told(self):
        with Server("--log-level", "error") as server:
            done = bench(server.url("/echo"), "--compression")
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not agree to permessage-deflate", done.stderr)

    def test_too_few_descriptors_are_told(self):
        done = subprocess.run(["bash", "-c", 'ulimit -n 100; exec "$0" bench "$@"', PROGRAM, "ws://127.0.0.1:1/",
                               "--connections", "200"], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("200 connections need 232 file descriptors, and 100 may be open: raise that with ulimit",
                      done.stderr)

    def test_help_is_about_what_it_does(self):
        done = bench("--help")
        self.assertEqual(done.returncode, 0)
        for word in ("ws://HOST:PORT/PATH", "--rate", "--html", "fanout", "Examples:"):
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    unittest.main()
