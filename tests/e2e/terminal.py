"""A shell in a terminal, to which the test types."""

import fcntl
import os
import pty
import select
import struct
import termios
import time

from program import PATIENCE


class Terminal:
    """Runs `command` in a terminal large enough that nothing is shown by the page. Ends it at the end of a `with`."""

    def __init__(self, *command, folder, environment):
        self._shown = ""
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 500, 200, 0, 0))

    def type(self, keys):
        os.write(self._terminal, keys.encode())

    def read_until(self, text):
        """What is shown up to `text`, which is taken away, too."""
        deadline = time.monotonic() + PATIENCE
        while text not in self._shown:
            ready, _, _ = select.select([self._terminal], [], [], max(0, deadline - time.monotonic()))
            try:
                more = os.read(self._terminal, 65536) if ready else b""
            except OSError:  # it has ended
                more = b""
            if not more:
                raise AssertionError(f"{text!r} did not come; what came: {self._shown!r}")
            self._shown += more.decode(errors="replace")
        before, self._shown = self._shown.split(text, 1)
        return before

    def run(self, line):
        """Types a line, and gives what it prints."""
        self.type(f"{line}; printf '%s\\n' en''d\r")
        return self.read_until("end\r\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._terminal)  # and the shell gets SIGHUP
        os.waitpid(self._process, 0)
