"""What an idle connection costs the server's own memory. What the kernel holds for its socket comes on top, and is no
business of this test."""

import pathlib
import re
import resource
import socket
import unittest

from program import PATIENCE, Server
from wire import handshake_request

CONNECTIONS = 15_000
BOUND = 256  # bytes a connection


def own_memory(process):
    """Anonymous memory that is resident, in bytes."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+) kB", status).group(1)) * 1024


def open_idle(server):
    peer = socket.create_connection((server.host, server.port), timeout=PATIENCE)
    peer.sendall(handshake_request("/echo"))
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += peer.recv(4096)
    assert answer.startswith(b"HTTP/1.1 101 "), answer
    return peer


class IdleConnections(unittest.TestCase):
    def test_cost_at_most_256_bytes_each(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < CONNECTIONS + 500:
            self.skipTest(f"the limit of file descriptors is {hard}: {CONNECTIONS} connections do not fit")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

        with Server("--log-level", "error") as server:
            peers = [open_idle(server) for _ in range(100)]  # what is there once, whoever comes
            before = own_memory(server.process)
            peers += [open_idle(server) for _ in range(CONNECTIONS)]
            each = (own_memory(server.process) - before) / CONNECTIONS
            self.assertEqual(server.metrics()["pushwire_connections"], len(peers))
            for peer in peers:
                peer.close()

        print(f"an idle connection costs {each:.0f} bytes of the server's memory, at {CONNECTIONS} connections")
        self.assertLessEqual(each, BOUND)
        self.assertGreater(each, 0, "nothing was measured")


if __name__ == "__main__":
    unittest.main()
