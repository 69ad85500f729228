"""A server at full load for a long time, while connections come and go: every byte that comes back is compared, and in the
end it holds as much memory as it did after the first minute.

PUSHWIRE_SOAK_SECONDS says how long (600), PUSHWIRE_TEST_LOOP on which loop.
"""

import os
import pathlib
import random
import re
import socket
import struct
import subprocess
import threading
import time
import unittest

from program import PATIENCE, PROGRAM, Server
from wire import handshake_request

SECONDS = int(os.environ.get("PUSHWIRE_SOAK_SECONDS", "600"))
WARM_UP = min(60, SECONDS / 4)  # seconds until memory is what it stays
CYCLE = 5  # seconds that the connections of one load last

# Each is run again and again, all at once.
LOADS = {
    "small": ("/echo", "--connections", "200", "--depth", "8"),
    "large": ("/echo", "--connections", "4", "--size", "1M"),
    "text": ("/echo", "--connections", "10", "--size", "64K", "--type", "text"),
    "compressed": ("/echo", "--connections", "20", "--size", "4K", "--compression"),
    "publications": ("/topic/{}", "--mode", "fanout", "--connections", "100", "--size", "128", "--depth", "4"),
    "handshakes": ("/echo", "--mode", "handshake", "--connections", "16"),
}


def own_memory(pid):
    """Anonymous memory that is resident, in bytes."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+) kB", status).group(1)) * 1024


class Failures:
    def __init__(self):
        self._lock = threading.Lock()
        self.all = []

    def add(self, what):
        with self._lock:
            self.all.append(what)


def keep_loading(name, server, until, failures, counts):
    path, *options = LOADS[name]
    while time.monotonic() < until and not failures.all:
        # Without a warm-up: each message counts. What is published last may still be under way when the next begin, so each
        # time has a topic of its own.
        done = subprocess.run(
            [PROGRAM, "bench", f"ws://{server.host}:{server.port}{path.format(counts[name])}", *options, "--duration", f"{CYCLE}s",
             "--warmup", "0s"],
            capture_output=True, text=True, timeout=CYCLE + PATIENCE)
        if done.returncode != 0:
            failures.add(f"{name}: {done.stdout}{done.stderr}")
            return
        counts[name] += 1


def keep_leaving(server, until, failures, counts):
    """Clients that go in the middle of things, some by a reset."""
    chance = random.Random(1)
    while time.monotonic() < until and not failures.all:
        with socket.create_connection((server.host, server.port), timeout=PATIENCE) as client:
            client.sendall(handshake_request("/echo"))
            client.recv(4096)
            # The beginning of a message of 256 KiB
            frame = bytes([0x82, 0xFF]) + struct.pack(">Q", 256 * 1024) + bytes(4) + bytes(chance.randrange(200_000))
            client.sendall(frame[: chance.randrange(1, len(frame))])
            if chance.random() < 0.5:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        counts["left"] += 1


class Soak(unittest.TestCase):
    def test_a_server_under_load_loses_nothing_and_does_not_grow(self):
        with Server("--log-level", "error", "--compression", "on", "--client-publish") as server:
            soak(self, server, lambda: own_memory(server.process.pid))


def soak(test, server, memory_now):
    """Loads `server` (its `host` and `port`) for SECONDS; `memory_now` gives what it holds."""
    failures = Failures()
    counts = dict.fromkeys([*LOADS, "left"], 0)
    memory = []
    begin = time.monotonic()
    until = begin + SECONDS
    threads = [threading.Thread(target=keep_loading, args=(name, server, until, failures, counts)) for name in LOADS]
    threads.append(threading.Thread(target=keep_leaving, args=(server, until, failures, counts)))
    for each in threads:
        each.start()
    while time.monotonic() < until and not failures.all:
        time.sleep(0.5)  # between two samples, and nothing waits for it
        memory.append((time.monotonic() - begin, memory_now()))
    for each in threads:
        each.join()
    left = memory_now()

    test.assertEqual(failures.all, [])
    first = max(size for at, size in memory if at <= WARM_UP)
    last = max(size for at, size in memory if at >= SECONDS - WARM_UP)
    mebibyte = 1 << 20
    print(f"{SECONDS} s: {counts}; memory at most {first / mebibyte:.1f} MiB in the first {WARM_UP:.0f} s, "
          f"{last / mebibyte:.1f} MiB in the last, {left / mebibyte:.1f} MiB when all had left")
    test.assertLess(last, 1.1 * first + 2 * mebibyte)
    for name, times in counts.items():
        test.assertGreater(times, 0, name)


if __name__ == "__main__":
    unittest.main()
