"""How `pushwire serve` ends."""

import asyncio
import resource
import signal
import subprocess
import time
import unittest

import websockets

from program import PATIENCE, PROGRAM, Server
from wire import BINARY, CLOSE, FINAL, TEXT, Peer, close_body, frame


class Stop(unittest.IsolatedAsyncioTestCase):
    async def test_says_1001_to_everyone_and_exits_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), Server() as server:
                clients = [await websockets.connect(server.url(path)) for path in ("", "/echo", "/broadcast")]
                server.process.send_signal(number)
                for client in clients:
                    with self.assertRaises(websockets.ConnectionClosed) as caught:
                        await client.recv()
                    self.assertEqual(caught.exception.rcvd.code, 1001)
                self.assertEqual(await asyncio.to_thread(server.process.wait, PATIENCE), 0)
                for line in ("client 1 closed", "client 2 closed", "client 3 closed"):
                    self.assertEqual(server.out.all().count(line), 1)
                self.assertEqual(server.err.all(), [])

    async def test_says_1001_to_the_clients_of_each_worker(self):
        with Server("--workers", "3", "--log-level", "error") as server:
            clients = [await websockets.connect(server.url("/echo")) for _ in range(12)]
            server.process.send_signal(signal.SIGTERM)
            for client in clients:
                with self.assertRaises(websockets.ConnectionClosed) as caught:
                    await client.recv()
                self.assertEqual(caught.exception.rcvd.code, 1001)
            self.assertEqual(await asyncio.to_thread(server.process.wait, PATIENCE), 0)

    def test_ends_well_however_early_it_is_told_to(self):
        for _ in range(10):
            with Server() as server:
                self.assertEqual(server.stop(), 0)

    def test_sends_what_is_queued_before_it_ends(self):
        with Server("--log-level", "error") as server, Peer(server).open() as peer:
            payload = bytes(range(256)) * 4096
            peer.send(frame(BINARY, payload))
            self.assertEqual(peer.read(1), b"\x82")  # it has the message, and sends more than the kernel takes
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(peer.read(9), b"\x7f" + len(payload).to_bytes(8, "big"))
            self.assertTrue(peer.read(len(payload)) == payload)
            code, _ = peer.read_close()
            peer.send(frame(CLOSE, close_body(code)))
            self.assertEqual(peer.read_to_end(), b"")
            peer.socket.close()
            self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_cuts_off_after_the_grace_who_does_not_answer(self):
        with Server("--log-level", "error", "--grace", "500ms") as server, Peer(server).open() as peer:
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(peer.read_close()[0], 1001)
            self.assertEqual(server.process.wait(PATIENCE), 0)
            self.assertGreaterEqual(time.monotonic() - began, 0.4)
            self.assertLess(time.monotonic() - began, 4)

    def test_does_not_wait_out_the_grace_if_all_have_answered(self):
        with Server("--log-level", "error", "--grace", "10m") as server, Peer(server).open() as peer:
            server.process.send_signal(signal.SIGTERM)
            code, _ = peer.read_close()
            peer.send(frame(CLOSE, close_body(code)))
            self.assertEqual(peer.read_to_end(), b"")
            peer.socket.close()
            self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_discards_what_comes_while_it_closes(self):
        with Server("--log-level", "error", "--grace", "10m") as server, Peer(server).open() as peer:
            server.process.send_signal(signal.SIGTERM)
            code, _ = peer.read_close()
            peer.send(frame(TEXT, b"too late") + frame(CLOSE, close_body(code)))
            self.assertEqual(peer.read_to_end(), b"")
            peer.socket.close()
            self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_spreads_the_close_frames_over_the_drain_time(self):
        with Server("--log-level", "error", "--drain-time", "1200ms") as server:
            peers = [self.enterContext(Peer(server)).open() for _ in range(4)]
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            for number, peer in enumerate(peers):
                self.assertEqual(peer.read_close(), (1001, "the server is going away"))
                self.assertGreaterEqual(time.monotonic() - began, number * 0.3 - 0.01)
                peer.send(frame(CLOSE, close_body(1001)))
                self.assertEqual(peer.read_to_end(), b"")
                peer.socket.close()
            self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_serves_while_it_drains_and_takes_nobody_new(self):
        with Server("--log-level", "error", "--drain-time", "1h") as server:
            first, second, checking = (self.enterContext(Peer(server)) for _ in range(3))
            first.open()
            second.open()
            checking.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertEqual(checking.read_answer().status, 200)
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(first.read_close()[0], 1001)

            second.send(frame(TEXT, b"still here"))
            self.assertEqual(second.read_frame(), (FINAL | TEXT, b"still here"))
            checking.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            answer = checking.read_answer()
            self.assertEqual(answer.status, 503)
            self.assertGreater(int(answer.headers["retry-after"]), 0)
            with self.assertRaises(ConnectionRefusedError):
                Peer(server)

            # A second signal hurries, of whichever kind.
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(second.read_close()[0], 1001)
            for peer in (first, second, checking):
                peer.socket.close()
            self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_goes_on_at_a_hangup_without_certificates(self):
        with Server() as server, Peer(server).open() as peer:
            server.process.send_signal(signal.SIGHUP)
            server.out.wait_for("the answer", lambda lines: any("nothing is read anew" in line for line in lines))
            peer.send(frame(TEXT, b"still here"))
            self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"still here"))

    def test_says_so_when_it_does_not_get_its_workers(self):
        room = 1200 << 20  # for some, with their stacks, not for all of them
        result = subprocess.run([PROGRAM, "serve", "--host", "127.0.0.1", "--port", "0", "--workers", "256"],
                                capture_output=True, text=True, timeout=PATIENCE,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (room, room)))
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr, r"no more than \d+ of 256 workers (a thread: .*ulimit -u|their memory: .*ulimit -v)")

    def test_ctrl_c_does_not_wait_for_the_drain(self):
        with Server("--log-level", "error", "--drain-time", "1h") as server:
            peers = [self.enterContext(Peer(server)).open() for _ in range(3)]
            server.process.send_signal(signal.SIGINT)
            for peer in peers:
                self.assertEqual(peer.read_close()[0], 1001)
                peer.socket.close()
            self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_a_second_signal_ends_it_at_once(self):
        with Server("--log-level", "error", "--grace", "10m") as server, Peer(server).open() as peer:
            server.process.send_signal(signal.SIGINT)
            self.assertEqual(peer.read_frame()[0], FINAL | CLOSE)
            self.assertEqual(server.stop(signal.SIGINT), -signal.SIGINT)
            server.process.returncode = 0  # as it should be here


if __name__ == "__main__":
    unittest.main()
