"""What happens where there is too much of something: bytes in a message, connections, file descriptors."""

import os
import pathlib
import re
import resource
import select
import signal
import subprocess
import tempfile
import unittest

import websockets

import certificates
from program import HASTE, Server
from wire import BINARY, CONTINUATION, FINAL, TEXT, Peer, frame, handshake_request, header

MIB = 1 << 20


class LargeMessages(unittest.IsolatedAsyncioTestCase):
    def test_the_close_frame_reaches_a_peer_in_the_middle_of_a_long_upload(self):
        with Server("--log-level", "error", "--max-message", "1M") as server, Peer(server).open() as peer:
            # It announces 1 GiB and sends a good part of it, much more than is taken, before it looks at what came: closing
            # the socket while that is unread would reset the connection, and destroy the close frame.
            peer.send(header(BINARY, 1024 * MIB))
            for _ in range(40 * 16):
                peer.send(bytes(MIB // 16))
            code, reason = peer.read_close()
            self.assertEqual(code, 1009)
            self.assertIn("larger", reason)
            self.assertEqual(peer.read_to_end(), b"")

    def test_the_close_frame_reaches_a_peer_that_writes_until_it_comes(self):
        with Server("--log-level", "error") as server, Peer(server).open() as peer:
            peer.send(header(BINARY, 1024 * MIB))
            while not select.select([peer.socket], [], [], 0)[0]:
                peer.send(bytes(MIB // 16))
            peer.send(bytes(MIB))  # and had more under way
            self.assertEqual(peer.read_close()[0], 1009)

    def test_counts_the_fragments_of_a_message_together(self):
        with Server("--log-level", "error", "--max-message", "1000") as server, Peer(server).open() as peer:
            peer.send(frame(TEXT, b"x" * 600, first=0) + frame(CONTINUATION, b"x" * 400))
            self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"x" * 1000))
            peer.send(frame(TEXT, b"x" * 600, first=0) + frame(CONTINUATION, b"x" * 401))
            self.assertEqual(peer.read_close()[0], 1009)

    async def test_takes_the_largest_and_refuses_the_next_larger(self):
        with Server("--log-level", "error", "--max-message", "64K") as server:
            async with websockets.connect(server.url("/echo")) as client:
                await client.send(bytes(65536))
                self.assertEqual(len(await client.recv()), 65536)
                await client.send(bytes(65537))
                with self.assertRaises(websockets.ConnectionClosed) as caught:
                    await client.recv()
                self.assertEqual(caught.exception.rcvd.code, 1009)


class Answers(unittest.TestCase):
    def test_that_wait_beside_the_backlogs_have_a_bound_too(self):
        with Server("--log-level", "error", "--max-all-backlogs", "40M", *HASTE) as server:
            first, second = peers = [self.enterContext(Peer(server)).open() for _ in range(2)]
            big = bytes(16 * MIB)
            message = frame(BINARY, big)
            for peer in peers:
                # More than the kernel takes, so that what follows finds a backlog, and is held: one, but not both.
                peer.send(message)
                peer.read(1)
                peer.send(message)
            second.read(len(header(BINARY, len(big), mask=None)) - 1 + len(big))
            self.assertEqual(second.read_close(), (1013, "too many answers wait to be read"))
            first.read(len(header(BINARY, len(big), mask=None)) - 1 + len(big))
            self.assertEqual(len(first.read_frame()[1]), len(big))
            first.send(frame(TEXT, b"served as before"))
            self.assertEqual(first.read_frame(), (FINAL | TEXT, b"served as before"))


class Connections(unittest.IsolatedAsyncioTestCase):
    async def test_turns_away_who_is_one_too_many_and_takes_them_later(self):
        with Server("--log-level", "error", "--max-connections", "2") as server:
            first = await websockets.connect(server.url("/echo"))
            async with websockets.connect(server.url("/echo")) as second:
                with Peer(server) as third:
                    third.send(handshake_request())
                    answer = third.read_answer()
                    self.assertEqual(answer.status, 503)
                    self.assertGreater(int(answer.headers["retry-after"]), 0)
                    self.assertEqual(third.read_to_end(), b"")
                await second.send("still served")
                self.assertEqual(await second.recv(), "still served")
                await first.close()
                async with websockets.connect(server.url("/echo")) as fourth:
                    await fourth.send("served now")
                    self.assertEqual(await fourth.recv(), "served now")


class Descriptors(unittest.TestCase):
    def test_some_are_left_for_itself_whatever_the_clients_do(self):
        with tempfile.TemporaryDirectory() as path:
            folder = certificates.Folder(path)
            tls = certificates.options(folder.issue("local", names=("localhost",)))
            for workers in ("1", "3"):
                with self.subTest(workers=workers), self.limited_to(256, "--workers", workers, *tls) as server:
                    taken = self.fill(server)
                    self.assertGreater(taken, 100)
                    in_use = pathlib.Path(f"/proc/{server.process.pid}/fd")
                    self.assertLessEqual(len(list(in_use.iterdir())), 256 - 50)
                    server.process.send_signal(signal.SIGHUP)
                    server.out.wait_for("the reload", lambda lines: any("read anew" in each for each in lines))

    def test_are_warned_of_where_they_do_not_suffice_for_the_connections_asked_for(self):
        with self.limited_to(256, "--max-connections", "1000") as server:
            server.err.wait_for("a warning", lambda lines: any("ulimit -n" in each for each in lines))
            line, = server.err.so_far()
            self.assertRegex(line, r"warning: max_connections: .*1000.* 256 ")
        with self.limited_to(256, "--max-connections", "100") as server:
            self.assertGreater(self.fill(server), 100)
            self.assertEqual(server.err.so_far(), [])

    def limited_to(self, few, *options):
        return Server("--log-level", "warn" if "--max-connections" in options else "info", "--handshake-time", "1h",
                      *HASTE, *options, listen=("--listen", "ws://127.0.0.1:0"),
                      prepare=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (few, few)))

    def fill(self, server):
        """Connects more than it has room for, and says how many it has taken when it takes no more."""
        asking = self.enterContext(Peer(server))
        for _ in range(600):
            self.enterContext(Peer(server))
        taken = [0]
        while len(taken) < 10 or len(set(taken[-5:])) > 1:  # each answer is a turn, in which it would take some
            asking.send(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            taken.append(int(re.search(rb"^pushwire_accepted_total (\d+)", asking.read_answer().body, re.M)[1]))
        return taken[-1]

    def cpu_seconds(self, process):
        with open(f"/proc/{process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_running_out_of_them_neither_spins_nor_kills(self):
        few = 100
        with Server("--log-level", "warn", "--handshake-time", "1h", *HASTE) as server:
            # It has counted on more.
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (few, few))
            # The kernel completes connections that the server cannot accept, so all of these succeed.
            peers = [self.enterContext(Peer(server)) for _ in range(few + 50)]
            server.err.wait_for("a warning", lambda lines: any("accept: " in line for line in lines))
            before = self.cpu_seconds(server.process)
            with self.assertRaises(subprocess.TimeoutExpired):
                server.process.wait(2)
            self.assertLess(self.cpu_seconds(server.process) - before, 0.2)

            # Those that are in are served meanwhile,
            peers[0].open()
            peers[0].send(frame(TEXT, b"in"))
            self.assertEqual(peers[0].read_frame(), (FINAL | TEXT, b"in"))
            # and those who waited are when others leave.
            for peer in peers[:-1]:
                peer.socket.close()
            peers[-1].open()
            peers[-1].send(frame(TEXT, b"late"))
            self.assertEqual(peers[-1].read_frame(), (FINAL | TEXT, b"late"))
            self.assertLess(len([line for line in server.err.so_far() if "accept: " in line]), 5)


if __name__ == "__main__":
    unittest.main()
