"""How `pushwire serve` ends."""

import asyncio
import signal
import time
import unittest

import websockets

from program import PATIENCE, Server
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

    def test_a_second_signal_ends_it_at_once(self):
        with Server("--log-level", "error", "--grace", "10m") as server, Peer(server).open() as peer:
            server.process.send_signal(signal.SIGINT)
            self.assertEqual(peer.read_frame()[0], FINAL | CLOSE)
            self.assertEqual(server.stop(signal.SIGINT), -signal.SIGINT)
            server.process.returncode = 0  # as it should be here


if __name__ == "__main__":
    unittest.main()
