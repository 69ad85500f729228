"""`pushwire connect` as its users meet it: in a pipe, at a terminal, and where something is wrong."""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import certificates
from program import PATIENCE, PROGRAM, Server


def connect(*arguments, input=b"", **more):
    return subprocess.run([PROGRAM, "connect", *map(str, arguments)], input=input, capture_output=True, timeout=PATIENCE, **more)


class Pipe(unittest.TestCase):
    def test_sends_each_line_and_prints_the_answers(self):
        with Server() as server:
            result = connect(server.url("/echo"), input=b"a\nb\n\nlast, without an end")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, b"a\nb\n\nlast, without an end\n", b""))

    def test_leaves_after_so_many_messages(self):
        with Server("--client-publish") as server:
            listening = subprocess.Popen([PROGRAM, "connect", server.url("/topic/x"), "--count", "2", "--json"],
                                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
            self.assertEqual(json.loads(listening.stdout.readline())["event"], "open")
            connect(server.url("/topic/x"), input=b"one\ntwo\nthree\n")
            said = [json.loads(line) for line in listening.stdout]
            listening.stdout.close()
            self.assertEqual(listening.wait(PATIENCE), 0)
        self.assertEqual([each.get("data") for each in said if each["event"] == "message"][:2], ["one", "two"])
        self.assertEqual((said[-1]["event"], said[-1]["code"], said[-1]["meaning"]), ("close", 1000, "normal closure"))

    def test_sends_bytes(self):
        with Server() as server:
            result = connect(server.url("/echo"), "--hex", input=b"00ff\n7 f\nzz\n")
            self.assertEqual(result.stdout, b"00 ff\n7f\n")
            self.assertIn(b"hex digits come in pairs", result.stderr)
            result = connect(server.url("/echo"), "--binary", "--json", input=b"\x00\n\xff")
            self.assertIn({"event": "message", "type": "binary", "base64": "AAr/"}, [json.loads(line) for line in result.stdout.splitlines()])

    def test_says_what_is_no_text(self):
        with Server() as server:
            result = connect(server.url("/echo"), input=b"\xff\nfine\n")
        self.assertEqual((result.returncode, result.stdout), (0, b"fine\n"))
        self.assertEqual(result.stderr, b"pushwire connect: not sent: it is not valid UTF-8\n")

    def test_traces_every_frame(self):
        with Server() as server:
            result = connect(server.url("/echo"), "--trace", input=b"hello\n")
        self.assertEqual(result.returncode, 0)
        trace = result.stderr.decode()
        self.assertRegex(trace, r'(?m)^>> .*text.*"hello"')
        self.assertRegex(trace, r'(?m)^<< .*text.*"hello"')
        self.assertRegex(trace, r"(?m)^>> .*close.*1000")
        self.assertIn("Sec-WebSocket-Key", trace)

    def test_comes_back_after_a_server_that_was_killed_and_sends_what_waited_once(self):
        with Server("--log-level", "error") as first:
            client = subprocess.Popen([PROGRAM, "connect", first.url("/echo"), "--reconnect", "--json"], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
            self.assertEqual(json.loads(client.stdout.readline())["event"], "open")
            first.process.kill()
            first.process.wait()
            first.process.returncode = 0
        self.assertEqual(json.loads(client.stdout.readline())["event"], "close")
        with Server("--log-level", "error", listen=("--host", first.host, "--port", str(first.port))):
            client.stdin.write("after all\n")
            client.stdin.close()
            said = [json.loads(line) for line in client.stdout]
            client.stdout.close()
            self.assertEqual(client.wait(PATIENCE), 0)
        self.assertEqual([each["data"] for each in said if each["event"] == "message"], ["after all"])


class Wrong(unittest.TestCase):
    """Each is one line, and a status of its own."""

    def expect(self, status, text, *arguments):
        result = connect(*arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertRegex(result.stderr.decode(), text)
        self.assertEqual(result.stderr.count(b"\n"), 1, result.stderr)
        self.assertEqual(result.stdout, b"")

    def test_option(self):
        self.expect(2, "which server", )
        self.expect(2, "begins neither", "example.org")
        self.expect(2, "Name: value", "ws://localhost/", "--header", "nonsense")
        self.expect(2, "/nowhere", "wss://localhost/", "--ca", "/nowhere")

    def test_host(self):
        host = "x" * 64 + ".invalid"  # RFC 1035 2.3.4: no name server need be asked
        self.expect(3, f"cannot find {host}: ", f"ws://{host}/")

    def test_port(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.expect(4, "Connection refused", f"ws://127.0.0.1:{free.getsockname()[1]}/")

    def test_time(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            port = silent.getsockname()[1]
            self.expect(5, "took too long", f"ws://127.0.0.1:{port}/", "--timeout", "100ms")
            self.expect(5, "longer than 100 ms", f"wss://127.0.0.1:{port}/", "--timeout", "100ms")

    def test_certificate(self):
        with tempfile.TemporaryDirectory() as path:
            folder = certificates.Folder(path)
            of_another = folder.issue("another", names=("example.org",))
            with Server(*certificates.options(of_another)) as server:
                url = f"wss://127.0.0.1:{server.port}/echo"
                self.expect(7, "not for this host", url, "--ca", folder.ca)
                self.expect(8, "no authority that is trusted", url)
                self.assertEqual(connect(url, "--insecure").returncode, 0)
                self.assertEqual(connect(url, "--ca", folder.ca, "--server-name", "example.org").returncode, 0)
            expired = folder.issue("expired", names=("127.0.0.1",), days=-1)
            with Server(*certificates.options(expired)) as server:
                self.expect(6, "has expired", f"wss://127.0.0.1:{server.port}/", "--ca", folder.ca)

    def test_no_tls(self):
        with Server() as server:
            self.expect(9, "speaks no TLS", f"wss://127.0.0.1:{server.port}/")

    def test_status(self):
        with Server("--allowed-origins", "https://example.org") as server:
            self.expect(10, "status 403", server.url("/"), "--header", "Origin: https://evil.example")

    def test_close_code_in_words(self):
        with Server("--max-message", "10") as server:
            result = connect(server.url("/echo"), input=b"more than ten bytes\n")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr.decode(), "closed: 1009, message too big: the message is larger")


class Terminal(unittest.TestCase):
    """In a pseudo-terminal, as a person uses it."""

    def setUp(self):
        self.home = self.enterContext(tempfile.TemporaryDirectory())
        self.seen = ""

    def start(self, *arguments):
        pid, self.fd = pty.fork()
        if pid == 0:
            os.environ.update(HOME=self.home, TERM="xterm-256color", XDG_STATE_HOME="")
            os.execv(PROGRAM, [PROGRAM, "connect", *map(str, arguments)])
        self.addCleanup(os.close, self.fd)
        self.pid = pid

    def expect(self, pattern):
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.seen)):
            left = deadline - time.monotonic()
            self.assertGreater(left, 0, f"{pattern!r} did not come; what came: {self.seen!r}")
            if select.select([self.fd], [], [], left)[0]:
                try:
                    self.seen += os.read(self.fd, 65536).decode(errors="replace")
                except OSError:
                    self.fail(f"{pattern!r} did not come before the end; what came: {self.seen!r}")
        self.seen = self.seen[found.end():]
        return found

    def type(self, text):
        os.write(self.fd, text.encode())

    def status(self):
        while True:  # what it still prints has to go somewhere
            try:
                if not os.read(self.fd, 65536):
                    break
            except OSError:
                break
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def test_a_conversation(self):
        with Server() as server:
            self.start(server.url("/echo"))
            self.expect("connected to ws://")
            self.type("hello\n")
            self.expect("< hello")
            self.type("hexlo\x1b[D\x1b[D\x7fl\n")  # two to the left, and the x becomes an l
            self.expect("< hello")
            self.type("\x1b[A\n")  # the line before
            self.expect("< hello")
            self.type("/ping\n")
            self.expect(r"pong after \d+\.\d\d ms")
            self.type("/hex 00 1b ff\n")
            self.expect("< binary, 3 bytes: 00 1b ff")
            self.type("//quit\n")
            self.expect("< /quit")
            self.type("/nonsense\n")
            self.expect("there is no command /nonsense")
            self.type("/close 4000 bye\n")
            self.expect("closed: 4000, the application's own")
            self.assertEqual(self.status(), 0)
        with open(os.path.join(self.home, ".pushwire_history"), encoding="utf-8") as history:
            self.assertIn("hello\n", history.read())

    def test_what_is_typed_stays_when_something_comes(self):
        with Server("--client-publish") as server:
            self.start(server.url("/topic/x"))
            self.expect("connected")
            self.type("half a li")
            self.expect("half a li")
            connect(server.url("/topic/x"), input=b"news\n")
            self.expect("< news")
            self.expect("half a li")
            self.type("ne\n")
            self.expect("< half a line")
            self.type("\x04")
            self.expect("closed: 1000")
            self.assertEqual(self.status(), 0)

    def test_shows_what_a_terminal_would_obey(self):
        with Server() as server:
            self.start(server.url("/echo"))
            self.expect("connected")
            path = os.path.join(self.home, "evil")
            with open(path, "w", encoding="utf-8") as file:
                file.write("a\x1b]0;owned\x07b\u009bc")
            self.type(f"/text {path}\n")
            self.expect(r"< a\\x1b\]0;owned\\x07b\\u009bc")
            self.type("\x03")
            self.expect("closed: 1000")
            self.assertEqual(self.status(), 0)

    def test_says_which_file_it_cannot_read(self):
        with Server() as server:
            self.start(server.url("/echo"))
            self.expect("connected")
            for path, why in ((self.home, "Is a directory"), (os.path.join(self.home, "no-such"), "No such file")):
                self.type(f"/file {path}\n")
                self.expect(f"cannot read {path}: {why}")
            self.type("/file /dev/zero\n")
            self.expect("not sent: /dev/zero has more than 256 MiB")
            self.type("after\n")
            self.expect("< after")  # nothing was sent in its place
            self.type("\x03")
            self.expect("closed: 1000")
            self.assertEqual(self.status(), 0)

    def test_says_that_the_server_has_gone(self):
        with Server() as server:
            self.start(server.url("/echo"))
            self.expect("connected")
            server.process.send_signal(signal.SIGTERM)
            self.expect("closed: 1001, going away")
            self.assertEqual(self.status(), 1)
            self.assertEqual(server.process.wait(PATIENCE), 0)


if __name__ == "__main__":
    unittest.main()
