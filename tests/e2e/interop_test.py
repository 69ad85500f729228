"""Real clients against `pushwire serve`: the same list of things with each (see the files in interop/): texts and bytes of 0,
1, 125, 126, 65535 and 65536 bytes and of 1 MiB, fragments and pings where the client has them, close codes both ways, and
the choice of a sub-protocol; plain, compressed, over TLS, and both."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import certificates
from program import Server

CLIENTS = pathlib.Path(__file__).parent / "interop"
PATIENCE = 240  # a browser takes its time where processors are few

SERVER = ("--log-level", "error", "--max-message", "1M", "--subprotocol", "chat", "--subprotocol", "superchat")


class Clients:
    """What is done with each; a class of tests says how a client is called."""

    def client(self):
        """The command that runs it."""
        raise NotImplementedError

    def converse(self, options=(), arguments=()):
        with Server(*SERVER, *options) as server:
            result = subprocess.run([*self.client(), "--url", server.url("/echo"), *arguments], capture_output=True,
                                    text=True, timeout=PATIENCE)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_plain(self):
        self.converse()

    def test_compressed(self):
        self.converse(("--compression", "on"), ["--compression"])

    def test_compressed_with_context(self):
        self.converse(("--compression", "keep"), ["--compression"])

    def test_tls(self):
        with self.certificate() as (options, trust):
            self.converse(options, trust)

    def test_tls_and_compressed(self):
        with self.certificate() as (options, trust):
            self.converse((*options, "--compression", "on"), [*trust, "--compression"])

    @contextlib.contextmanager
    def certificate(self):
        """What names it to the server, and what makes a client trust it."""
        with tempfile.TemporaryDirectory() as path:
            folder = certificates.Folder(path)
            issued = folder.issue("local", names=("localhost", "127.0.0.1"))
            yield certificates.options(issued), ["--ca", folder.ca]


class Gorilla(Clients, unittest.TestCase):
    """Go's gorilla/websocket, as Debian has it: found without modules, and without a network."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="pushwire-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.program = os.path.join(folder, "gorilla")
        subprocess.run(["go", "build", "-o", cls.program, "gorilla.go"], cwd=CLIENTS, check=True, timeout=PATIENCE,
                       env={**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
                            "GOCACHE": os.path.join(folder, "cache")})

    def client(self):
        return [self.program]


class Ws(Clients, unittest.TestCase):
    def client(self):
        return ["node", CLIENTS / "ws.mjs"]


class Websockets(Clients, unittest.TestCase):
    def client(self):
        return ["/usr/bin/python3", "-B", CLIENTS / "websockets_client.py"]


class Chromium(Clients, unittest.TestCase):
    def client(self):
        return ["node", CLIENTS / "chromium.cjs"]


class Firefox(Clients, unittest.TestCase):
    def client(self):
        return ["node", CLIENTS / "firefox.mjs"]


if __name__ == "__main__":
    unittest.main()
