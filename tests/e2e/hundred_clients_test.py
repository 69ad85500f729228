"""A server that is killed under a hundred clients, and started again, gets all of them back: within the bounds of their
waits, not all in one instant; and what each had pushed meanwhile arrives once."""

import collections
import os
import re
import subprocess
import unittest

from program import Lines, Server

CLIENTS = 100
# A first wait of up to two seconds, for most the only one; who comes before the server is there waits for up to four more.
LATEST_MS = 6500
SLICE_MS = 250


class Hundred(unittest.TestCase):
    def test_come_back_one_by_one_with_what_they_kept(self):
        with Server("--log-level", "error") as first:
            clients = subprocess.Popen([os.environ["HUNDRED_CLIENTS"], first.url("/echo")], stdout=subprocess.PIPE, text=True)
            self.addCleanup(clients.wait)
            self.addCleanup(clients.kill)
            lines = Lines(clients.stdout)
            self.times(lines, "open", CLIENTS)
            first.process.kill()
            first.process.wait()
            first.process.returncode = 0
        with Server("--log-level", "error", listen=("--host", first.host, "--port", str(first.port))):
            lost = self.times(lines, "lost", CLIENTS)
            opened = self.times(lines, "open", 2 * CLIENTS)[CLIENTS:]
            lines.wait_for("all that was kept", lambda seen: sum(" kept " in each for each in seen) >= CLIENTS)

        waits = [time - min(lost) for time in opened]
        self.assertLessEqual(max(waits), LATEST_MS)
        fullest = max(collections.Counter(wait // SLICE_MS for wait in waits).values())
        self.assertLess(fullest, CLIENTS // 2, f"within {SLICE_MS} ms came back {fullest} of them: {sorted(waits)}")

        kept = collections.Counter(re.findall(r"kept \d+", "\n".join(lines.so_far())))
        self.assertEqual(kept, {f"kept {number}": 1 for number in range(CLIENTS)})

    def times(self, lines, what, count):
        """When it happened, in milliseconds, once it has happened so often."""
        seen = lines.wait_for(f"{count} times {what}", lambda all: (
            found := [int(each.split()[0]) for each in all if each.split()[1] == what]) and len(found) >= count and found)
        return sorted(seen) if what != "open" else seen


if __name__ == "__main__":
    unittest.main()
