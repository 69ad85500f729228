"""The program under test: starts it, reads its lines as they come, stops it.

Where it is, the environment variable PUSHWIRE tells (build/release/pushwire otherwise).
"""

import os
import pathlib
import re
import signal
import ssl
import subprocess
import threading
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PUSHWIRE", str(ROOT / "build/release/pushwire"))

# The event loop to test on: "epoll", or "io_uring"; by default the one that the program takes by itself.
LOOP = os.environ.get("PUSHWIRE_TEST_LOOP")
ON_LOOP = ("--io", LOOP) if LOOP else ()

# Nothing here takes long; this is when a test gives up on a server that hangs.
PATIENCE = 60

# For a server whose clients stay to the end: it waits no longer for them.
HASTE = ("--grace", "500ms")


def run(*arguments, prepare=None):
    """Runs the program to its end: for what does not serve."""
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=PATIENCE, preexec_fn=prepare)


class Lines:
    """What a stream of the program has said so far, and will say."""

    def __init__(self, stream):
        self._lines = []
        self._ended = False
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._reader.start()

    def _read(self, stream):
        with stream:
            for line in stream:
                with self._changed:
                    self._lines.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def so_far(self):
        with self._changed:
            return list(self._lines)

    def wait_for(self, what, is_there):
        """Waits until `is_there(lines)` gives something true, and gives that."""
        with self._changed:
            found = self._changed.wait_for(lambda: is_there(self._lines) or self._ended, PATIENCE)
            found = found and is_there(self._lines)
        if not found:
            raise AssertionError(f"{what} did not come; what came: {self.so_far()}")
        return found

    def wait_for_line(self, line):
        self.wait_for(f"the line {line!r}", lambda lines: line in lines)

    def all(self):
        """All of them, once the program has ended."""
        self._reader.join(PATIENCE)
        return self.so_far()


class Server:
    """`pushwire serve`, by default on a free port of this machine only. At the end of a `with` it is stopped, which has to
    go well."""

    def __init__(self, *options, listen=("--host", "127.0.0.1", "--port", "0"), prepare=None):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", *ON_LOOP, *listen, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=prepare)
        self.out = Lines(self.process.stdout)
        self.err = Lines(self.process.stderr)
        try:
            first = self.out.wait_for("the first line", lambda lines: lines and lines[0])
        except AssertionError as missing:
            self.process.kill()
            raise AssertionError(f"{missing}; on stderr: {self.err.all()}") from None
        self.address = re.fullmatch(r"listening on (ws.*)", first).group(1)
        tcp = re.fullmatch(r"wss?://(.*):(\d+)", self.address)
        self.host = tcp and tcp.group(1).strip("[]")
        self.port = tcp and int(tcp.group(2))

    def url(self, path=""):
        return self.address + path

    def http(self, path):
        return self.address.replace("ws", "http", 1) + path

    def loop(self):
        """Which event loop it says that it runs on."""
        said = re.compile(r"\d+ workers?, on (\w+); Ctrl-C stops")
        return self.out.wait_for("the line that names the loop", lambda lines: next(
            (found.group(1) for found in map(said.fullmatch, lines) if found), None))

    def metrics(self):
        """The samples of /metrics, by name with labels."""
        anyone = ssl._create_unverified_context()  # that it is the server is not the question here
        with urllib.request.urlopen(self.http("/metrics"), timeout=PATIENCE, context=anyone) as answer:
            samples = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in samples)}

    def stop(self, number=signal.SIGTERM):
        """Gives the exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            status = self.stop() if self.process.poll() is None else self.process.returncode
        finally:
            self.process.kill()
        if kind is None and status != 0:
            raise AssertionError(f"the server ended with status {status}: {self.err.all()}")
