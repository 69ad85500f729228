"""What someone sees who runs `pushwire serve` and talks to its routes with a client of everyday use."""

import asyncio
import select
import unittest

import websockets

from program import LOOP, Server
from wire import BINARY, FINAL, Peer, frame

UNBOUNDED = {"max_size": None, "ping_interval": None}


def connect(server, path=""):
    return websockets.connect(server.url(path), **UNBOUNDED)


async def heard_nothing(client):
    """Whatever the server had sent before would have come before the pong."""
    await (await client.ping())
    return not client.messages


class Greeting(unittest.IsolatedAsyncioTestCase):
    async def test_answers_and_logs_as_the_tutorial_says(self):
        with Server() as server:
            async with connect(server) as client:
                await client.send("hello")
                self.assertEqual(await client.recv(), "server received message: hello\n")
            await asyncio.to_thread(server.out.wait_for_line, "client 1 closed")
            server.stop()
            self.assertEqual(server.out.all(), [
                f"listening on ws://127.0.0.1:{server.port}",
                f"open http://127.0.0.1:{server.port}/ in a browser",
                f"1 worker, on {server.loop()}; Ctrl-C stops",
                "client 1 connected",
                "client 1 closed",
            ])
            self.assertIn(server.loop(), [LOOP] if LOOP else ["epoll", "io_uring"])
            self.assertEqual(server.err.all(), [])

    async def test_answers_bytes_with_bytes(self):
        with Server() as server:
            async with connect(server) as client:
                await client.send(b"\xff\x00")
                self.assertEqual(await client.recv(), b"server received message: \xff\x00\n")

    async def test_says_where_it_listens_and_nothing_else_at_level_error(self):
        with Server("--log-level", "error") as server:
            async with connect(server) as client:
                await client.send("hello")
                await client.recv()
            server.stop()
            self.assertEqual(server.out.all(), [f"listening on ws://127.0.0.1:{server.port}"])

    async def test_numbers_each_client_once(self):
        with Server() as server:
            for number in (1, 2, 3):
                async with connect(server, "/echo"):
                    await asyncio.to_thread(server.out.wait_for_line, f"client {number} connected")
                await asyncio.to_thread(server.out.wait_for_line, f"client {number} closed")

    async def test_tells_more_at_level_debug(self):
        with Server("--log-level", "debug") as server:
            async with connect(server, "/echo"):
                pass
            await asyncio.to_thread(server.out.wait_for, "the path", lambda lines: any("/echo" in line for line in lines))

    async def test_names_localhost_where_it_serves_every_address(self):
        with Server(listen=("--host", "0.0.0.0", "--port", "0")) as server:
            self.assertEqual(server.url(), f"ws://0.0.0.0:{server.port}")
            server.out.wait_for_line(f"open http://localhost:{server.port}/ in a browser")


class Echo(unittest.IsolatedAsyncioTestCase):
    SIZES = [0, 1, 125, 126, 127, 65535, 65536, 65537, 1 << 20, 16 << 20]

    async def test_sends_back_texts_of_all_sizes(self):
        with Server() as server:
            async with connect(server, "/echo") as client:
                for size in self.SIZES:
                    text = ("né" * (size // 3 + 1)).encode()[:size].decode(errors="ignore")
                    await client.send(text)
                    self.assertTrue(await client.recv() == text, f"{size} bytes of text came back changed")

    async def test_sends_back_bytes_of_all_sizes(self):
        with Server() as server:
            async with connect(server, "/echo") as client:
                for size in self.SIZES:
                    data = (bytes(range(256)) * (size // 256 + 1))[:size]
                    await client.send(data)
                    self.assertTrue(await client.recv() == data, f"{size} bytes came back changed")

    async def test_puts_the_pieces_of_a_message_together(self):
        with Server() as server:
            async with connect(server, "/echo") as client:
                await client.send(["one, ", "", "two, ", "three"])
                self.assertEqual(await client.recv(), "one, two, three")

    async def test_chooses_the_subprotocol_that_it_speaks(self):
        with Server("--subprotocol", "chat", "--subprotocol", "news") as server:
            async with websockets.connect(server.url("/echo"), subprotocols=["other", "news"]) as client:
                self.assertEqual(client.subprotocol, "news")

    def test_loses_no_answer_to_a_client_that_sends_and_does_not_read(self):
        # The answers fill what may wait for one client (1 MiB) many times over.
        payloads = [bytes([number]) * (256 << 10) for number in range(200)]
        waiting = b"".join(frame(BINARY, payload) for payload in payloads)
        with Server() as server, Peer(server).open() as peer:
            peer.socket.setblocking(False)
            taken = 0
            # Until the server holds us up: it takes nothing more.
            while taken < len(waiting) and select.select([], [peer.socket], [], 0.5)[1]:
                taken += peer.socket.send(waiting[taken:taken + 65536])
            self.assertLess(taken, len(waiting))

            received = bytearray()
            expected = b"".join(b"\x82\x7f" + len(payload).to_bytes(8, "big") + payload for payload in payloads)
            while len(received) < len(expected):
                wants_to_send = [peer.socket] if taken < len(waiting) else []
                readable, writable, _ = select.select([peer.socket], wants_to_send, [], 20)
                self.assertTrue(readable or writable, "the server is stuck")
                if readable:
                    received += peer.socket.recv(1 << 20)
                if writable:
                    taken += peer.socket.send(waiting[taken:taken + 65536])
            self.assertTrue(received == expected)


class Rooms(unittest.IsolatedAsyncioTestCase):
    async def test_broadcasts_to_everyone_in_the_room_and_nobody_else(self):
        with Server("--client-publish") as server:
            async with connect(server, "/broadcast") as first, connect(server, "/broadcast") as second, \
                    connect(server, "/broadcast") as third, connect(server) as greeted, \
                    connect(server, "/topic/broadcast") as namesake:
                await first.send("to all")
                await second.send(b"\x00\xff")
                for member in (first, second, third):
                    self.assertEqual({await member.recv(), await member.recv()}, {"to all", b"\x00\xff"})
                self.assertTrue(await heard_nothing(greeted))
                self.assertTrue(await heard_nothing(namesake))

    async def test_ignores_what_clients_send_on_a_topic(self):
        with Server() as server:
            async with connect(server, "/topic/news") as first, connect(server, "/topic/news") as second:
                await first.send("listen")
                self.assertTrue(await heard_nothing(first))
                self.assertTrue(await heard_nothing(second))

    async def test_publishes_what_clients_send_on_a_topic_if_told_to(self):
        with Server("--client-publish") as server:
            async with connect(server, "/topic/a/b%20c%C3%A9") as first, connect(server, "/topic/%61/b%20c%c3%a9") as same, \
                    connect(server, "/topic/a") as other:
                await first.send("listen")
                self.assertEqual(await first.recv(), "listen")
                self.assertEqual(await same.recv(), "listen")
                self.assertTrue(await heard_nothing(other))

    async def test_reaches_everyone_from_each_of_two_workers(self):
        with Server("--workers", "2", "--log-level", "info") as server:
            server.out.wait_for_line(f"2 workers, on {server.loop()}; Ctrl-C stops")
            clients = [await connect(server, "/broadcast") for _ in range(24)]
            for number, client in enumerate(clients):
                await client.send(str(number))
            for client in clients:
                heard = {await client.recv() for _ in clients}
                self.assertEqual(heard, {str(number) for number in range(24)})
            for client in clients:
                await client.close()
            lines = server.out.so_far()
            self.assertEqual(len({line for line in lines if line.endswith(" connected")}), 24)

    async def test_refuses_what_is_no_route(self):
        refused = {"/nothing": 404, "/topic/": 404, "/topic": 404, "/echo/": 404, "/topic/%zz": 400, "/topic/%4": 400,
                   "/topic/" + "x" * 1001: 414}
        with Server() as server:
            for path, status in refused.items():
                with self.subTest(path[:20]), self.assertRaises(websockets.InvalidStatusCode) as caught:
                    await connect(server, path)
                self.assertEqual(caught.exception.status_code, status)
            with Peer(server) as peer:
                peer.send(b"GET /nothing HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                body = peer.read_answer().body.decode()
            for route in ("/echo", "/broadcast", "/topic/NAME"):
                self.assertIn(route, body)


if __name__ == "__main__":
    unittest.main()
