"""What thousands of slow clients cost together: the two bounds of the whole server hold, whatever each of them may have
for itself. The kernel's memory for their sockets comes on top, and is no business of this test."""

import concurrent.futures
import pathlib
import re
import resource
import socket
import time
import unittest

from program import PATIENCE, Server
from wire import BINARY, FINAL, TEXT, Peer, frame, handshake_request, header

MIB = 1 << 20
PEERS = 5_000
BOUND = 200 * MIB


def peak_memory(process):
    """The most that was resident since the process began, in bytes."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024


def connect(server, receives_at_most=None):
    peer = socket.socket()
    peer.settimeout(PATIENCE)
    if receives_at_most:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives_at_most)
    peer.connect((server.host, server.port))
    peer.sendall(handshake_request("/echo"))
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += peer.recv(4096)
    assert answer.startswith(b"HTTP/1.1 101 "), answer
    return peer


def send_all(peer, data):
    """Who has been given up meanwhile cannot send any more."""
    try:
        peer.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


def never_read(server, count):
    """Each asks for more than the kernel takes of the answers."""
    question = frame(BINARY, bytes(64 * 1024))
    peers = []
    for _ in range(count):
        peers.append(connect(server, receives_at_most=4096))
        for _ in range(6):
            send_all(peers[-1], question)
    return peers


def send_a_part(server):
    part = header(BINARY, MIB) + bytes(MIB // 8)
    peers = []
    for _ in range(PEERS):
        peers.append(connect(server))
        send_all(peers[-1], part)
    return peers


class AllTogether(unittest.TestCase):
    def test_stay_within_the_bounds_of_the_server(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < 2 * PEERS + 500:
            self.skipTest(f"the limit of file descriptors is {hard}: {2 * PEERS} connections do not fit")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

        # Only the bounds end anybody, however slow the machine is.
        patient = ("--message-time", "0", "--stuck-time", "0", "--idle-timeout", "0")
        with Server("--log-level", "error", "--max-all-backlogs", "64M", "--max-all-unfinished", "64M", *patient) as server:
            with Peer(server).open("/echo") as other, concurrent.futures.ThreadPoolExecutor() as threads:
                slow = [threads.submit(never_read, server, PEERS // 4) for _ in range(4)]
                slow.append(threads.submit(send_a_part, server))
                longest = 0
                while not all(each.done() for each in slow):
                    begin = time.monotonic()
                    other.send(frame(TEXT, b"still there?"))
                    self.assertEqual(other.read_frame(), (FINAL | TEXT, b"still there?"))
                    longest = max(longest, time.monotonic() - begin)
                peers = [peer for each in slow for peer in each.result()]
                metrics = server.metrics()
                peak = peak_memory(server.process)
                for peer in peers:
                    peer.close()

        queued, unfinished = (metrics[f"pushwire_{which}_bytes"] for which in ("backlog", "unfinished"))
        gave_way = {row: metrics[f'pushwire_errors_total{{error="{row}"}}']
                    for row in ("all_backlogs_full", "all_unfinished_full")}
        print(f"{PEERS} that never read and {PEERS} unfinished messages of 1 MiB: {peak / MIB:.0f} MiB at most; in the end "
              f"{queued / MIB:.1f} MiB wait and {unfinished / MIB:.1f} MiB are unfinished; gave way: {gave_way}; "
              f"another client waited {longest * 1000:.0f} ms at most")
        self.assertLess(peak, BOUND)
        self.assertLessEqual(queued, 64 * MIB)
        self.assertLessEqual(unfinished, 64 * MIB)
        self.assertGreater(queued, 32 * MIB, "the bound was not reached")
        self.assertGreater(unfinished, 32 * MIB, "the bound was not reached")
        for row, count in gave_way.items():
            self.assertGreater(count, 0, row)


if __name__ == "__main__":
    unittest.main()
