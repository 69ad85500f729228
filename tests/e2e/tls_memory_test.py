"""What an idle TLS connection costs the server's own memory: OpenSSL's state, and ours."""

import resource
import ssl
import sys
import tempfile
import unittest

import certificates
from idle_memory_test import own_memory
from program import Server
from wire import FINAL, TEXT, Peer, frame

CONNECTIONS = 2_000
BOUND = 16 * 1024  # bytes a connection


class IdleConnections(unittest.TestCase):
    def test_cost_little_beyond_openssls_state(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < CONNECTIONS + 500:
            self.skipTest(f"the limit of file descriptors is {hard}: {CONNECTIONS} connections do not fit")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        folder = certificates.Folder(self.enterContext(tempfile.TemporaryDirectory()))
        local = folder.issue("local", names=["localhost"])

        for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
            with self.subTest(version), Server(*certificates.options(local), "--log-level", "error") as server:
                context = folder.client(version=version)

                def open_idle():
                    peer = Peer(server)
                    peer.socket = context.wrap_socket(peer.socket, server_hostname="localhost")
                    peer.open("/echo")
                    peer.send(frame(TEXT, b"x" * 1000))
                    assert peer.read_frame() == (FINAL | TEXT, b"x" * 1000)
                    return peer

                peers = [open_idle() for _ in range(100)]  # what is there once, whoever comes
                before = own_memory(server.process)
                peers += [open_idle() for _ in range(CONNECTIONS)]
                each = (own_memory(server.process) - before) / CONNECTIONS
                for peer in peers:
                    peer.socket.close()
                print(f"an idle {version.name} connection costs {each:.0f} bytes of the server's memory, "
                      f"at {CONNECTIONS} connections", file=sys.stderr)
                self.assertLess(each, BOUND)
                self.assertGreater(each, 0, "nothing was measured")


if __name__ == "__main__":
    unittest.main()
