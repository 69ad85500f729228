"""The soak of soak_test.py, of a server in PHP with two workers and a task worker: every byte that comes back is compared, and
its processes hold as much memory in the end as after the first minute.

PUSHWIRE_PHP_EXTENSION is the extension (build/release/pushwire.so otherwise).
"""

import os
import pathlib
import signal
import subprocess
import types
import unittest
from urllib.parse import urlsplit

from program import PATIENCE, ROOT, Lines
from soak_test import own_memory, soak

EXTENSION = os.environ.get("PUSHWIRE_PHP_EXTENSION", str(ROOT / "build/release/pushwire.so"))
SERVER = pathlib.Path(__file__).with_name("soak_server.php")


class PhpSoak(unittest.TestCase):
    def test_a_server_in_php_under_load_loses_nothing_and_does_not_grow(self):
        process = subprocess.Popen(["php", "-d", f"extension={EXTENSION}", SERVER], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.wait, PATIENCE)
        self.addCleanup(process.send_signal, signal.SIGTERM)
        lines = Lines(process.stdout)
        url = urlsplit(lines.wait_for("its address", lambda said: said[0] if said else None))
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        workers = children.read_text().split()
        soak(self, types.SimpleNamespace(host=url.hostname, port=url.port),
             lambda: sum(own_memory(pid) for pid in workers))
        self.assertEqual(children.read_text().split(), workers, "none has been replaced")


if __name__ == "__main__":
    unittest.main()
