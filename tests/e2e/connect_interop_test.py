"""`pushwire connect` with servers that nobody here wrote, and with our own: the same list of things with each; plain,
compressed, over TLS, and both."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import certificates
from program import PATIENCE, PROGRAM, Lines, Server

SERVERS = pathlib.Path(__file__).parent / "interop"
BUILD_PATIENCE = 240

TEXTS = ["", "a", "Grüße aus 東京 🚀", "x" * 125, "y" * 126, "z" * 65535, "w" * 65536, "v" * (1 << 20)]


class Servers:
    """What is done with each; a class of tests says how a server is called."""

    compression = ["--compression"]

    def server(self):
        """The command that runs it."""
        raise NotImplementedError

    @contextlib.contextmanager
    def serving(self, arguments):
        process = subprocess.Popen([*map(str, self.server()), *map(str, arguments)], stdout=subprocess.PIPE, text=True)
        try:
            lines = Lines(process.stdout)
            first = lines.wait_for("the first line", lambda seen: seen and seen[0])
            yield first.removeprefix("listening on ").rstrip("/") + "/echo"
        finally:
            process.kill()
            process.wait()

    def converse(self, server=(), client=()):
        with self.serving(server) as url:
            for text in TEXTS:
                self.assertEqual(self.answer(url, client, (text + "\n").encode()), (text + "\n").encode(), len(text))
            together = "".join(text + "\n" for text in TEXTS if len(text) < 1000).encode() * 100
            self.assertEqual(self.answer(url, client, together), together)
            data = bytes(range(256)) * 1000
            self.assertEqual(bytes.fromhex(self.answer(url, [*client, "--binary"], data).decode()), data)
            opened = self.answer(url, [*client, "--json", "--subprotocol", "chat", "--subprotocol", "superchat"], b"")
            self.assertIn(b'"subprotocol":"superchat"', opened)
            self.assertIn(b'"event":"close","code":1000', opened)

    def answer(self, url, options, data):
        result = subprocess.run([PROGRAM, "connect", url, *map(str, options)], input=data, capture_output=True, timeout=PATIENCE)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return result.stdout

    def test_plain(self):
        self.converse()

    def test_compressed(self):
        self.converse(self.compression, ["--compression"])

    def test_tls(self):
        with self.certificate() as (options, trust):
            self.converse(options, trust)

    def test_tls_and_compressed(self):
        with self.certificate() as (options, trust):
            self.converse([*options, *self.compression], [*trust, "--compression"])

    @contextlib.contextmanager
    def certificate(self):
        with tempfile.TemporaryDirectory() as path:
            folder = certificates.Folder(path)
            issued = folder.issue("local", names=("localhost", "127.0.0.1"))
            yield self.with_certificate(issued), ["--ca", folder.ca]

    def with_certificate(self, issued):
        return ["--cert", issued.certificate, "--key", issued.key]


class Websockets(Servers, unittest.TestCase):
    def server(self):
        return ["/usr/bin/python3", "-B", SERVERS / "websockets_server.py"]


class Ws(Servers, unittest.TestCase):
    def server(self):
        return ["node", SERVERS / "ws_server.mjs"]


class Gorilla(Servers, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="pushwire-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.program = os.path.join(folder, "gorilla_server")
        subprocess.run(["go", "build", "-o", cls.program, "gorilla_server.go"], cwd=SERVERS, check=True,
                       timeout=BUILD_PATIENCE, env={**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
                                                    "GOCACHE": os.path.join(folder, "cache")})

    def server(self):
        return [self.program]


class Ours(Servers, unittest.TestCase):
    compression = ["--compression", "keep"]

    @contextlib.contextmanager
    def serving(self, arguments):
        with Server("--log-level", "error", "--subprotocol", "superchat", *arguments) as server:
            yield server.url("/echo")

    def with_certificate(self, issued):
        return certificates.options(issued)


if __name__ == "__main__":
    unittest.main()
