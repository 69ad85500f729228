"""A million messages through a PHP handler leave the worker's memory where it was after the first ten thousand.

PUSHWIRE_PHP_EXTENSION is the extension (build/release/pushwire.so otherwise), PUSHWIRE the program that sends.
"""

import json
import os
import pathlib
import signal
import subprocess
import unittest

from program import PATIENCE, PROGRAM, ROOT, Lines

EXTENSION = os.environ.get("PUSHWIRE_PHP_EXTENSION", str(ROOT / "build/release/pushwire.so"))
SERVER = ROOT / "bench/peers/php/server.php"
MORE_AT_MOST = 512 << 10  # bytes: the heap's own pages


def resident(pid):
    """Bytes that are the process's own, as far as the kernel knows exactly."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) << 10
    raise AssertionError("no Private_Dirty in smaps_rollup")


class Memory(unittest.TestCase):
    def test_stays_where_it_was(self):
        server = subprocess.Popen(["php", "-d", f"extension={EXTENSION}", str(SERVER), "echo"], stdout=subprocess.PIPE,
                                  text=True)
        self.addCleanup(server.wait, PATIENCE)
        self.addCleanup(server.send_signal, signal.SIGTERM)
        lines = Lines(server.stdout)
        first = lines.wait_for("its address", lambda said: said[0] if said else None)
        address = first.removeprefix("listening on ")
        worker = int(pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()[0])

        def send(seconds):
            done = subprocess.run(
                [PROGRAM, "bench", address, "--json=-", "--connections", "50", "--size", "64", "--depth", "16",
                 "--duration", f"{seconds * 1000:.0f}ms", "--warmup", "0ms"],
                capture_output=True, text=True, timeout=PATIENCE, check=True)
            return json.loads(done.stdout)["messages"]

        sent = 0
        while sent < 10_000:
            sent += send(0.3)
        before = resident(worker)
        while sent < 1_000_000:
            sent += send(2)
        after = resident(worker)
        print(f"{sent} messages: {before >> 10} KiB before, {after >> 10} KiB after")
        self.assertLess(after - before, MORE_AT_MOST)


if __name__ == "__main__":
    unittest.main()
