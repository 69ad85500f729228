"""The tutorial's PHP script, to the letter, on the extension: with Python's client, and with the tutorial's own in a browser.

The script names port 9502, so this runs in a network of its own. PUSHWIRE_PHP_EXTENSION is the extension
(build/release/pushwire.so otherwise).
"""

import asyncio
import os
import signal
import socket
import subprocess
import tempfile
import unittest

import websockets

from program import PATIENCE, ROOT, Lines

EXTENSION = os.environ.get("PUSHWIRE_PHP_EXTENSION", str(ROOT / "build/release/pushwire.so"))
SCRIPT = ROOT / "examples/php/greeting.php"


class Tutorial:
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        # It says when it serves, as services do to systemd.
        notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(notified.close)
        notified.settimeout(PATIENCE)
        notified.bind(f"{folder.name}/notify")
        self.server = subprocess.Popen(
            ["php", "-d", f"extension={EXTENSION}", str(SCRIPT)], stdout=subprocess.PIPE, text=True,
            env=os.environ | {"NOTIFY_SOCKET": f"{folder.name}/notify"})
        self.addCleanup(self.stop)
        self.lines = Lines(self.server.stdout)
        self.assertEqual(notified.recv(100), b"READY=1")

    def stop(self):
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(PATIENCE)

    def expect_one_client(self):
        self.lines.wait_for("the client's end", lambda lines: "client 1 closed" in lines)
        self.assertEqual(self.lines.so_far(), ["client 1 connected", "client 1 closed"])
        self.stop()
        self.assertEqual(self.server.returncode, 0)


class Python(Tutorial, unittest.TestCase):
    def test_is_answered(self):
        async def converse():
            async with websockets.connect("ws://localhost:9502") as client:
                await client.send("hello")
                return await client.recv()

        self.assertEqual(asyncio.run(converse()), "server received message: hello\n")
        self.expect_one_client()


class Browser(Tutorial, unittest.TestCase):
    def test_the_tutorials_client_is_answered(self):
        page = ROOT / "tests/e2e/page/tutorial_client.cjs"
        said = subprocess.run(["node", str(page)], capture_output=True, text=True, timeout=PATIENCE * 2)
        self.assertEqual(said.stderr, "")
        self.assertEqual(said.stdout.splitlines(), ["open", "message: server received message: hello", "", "closed"])
        self.expect_one_client()
