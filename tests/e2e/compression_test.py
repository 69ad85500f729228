"""permessage-deflate, spoken with Python's websockets, and with zlib in raw bytes where it has to be done wrong."""

import pathlib
import re
import threading
import time
import unittest
import zlib

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from program import Server
from wire import BINARY, FINAL, TEXT, Peer, frame, handshake_request

RSV1 = 0x40
MIB = 1 << 20


def texts():
    line = '{{"sensor": {}, "temperature": {}, "unit": "celsius", "from": "a device in the field"}}\n'
    yield "short"
    for size in (4, 40, 400, 4000, 20, 1):
        yield "".join(line.format(i % 7, i * i % 100) for i in range(size))
    yield "大家好" * 1000


def peak_memory(process):
    """The most that was resident so far, in bytes."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024


class PythonsWebsockets(unittest.IsolatedAsyncioTestCase):
    async def converse(self, server, **parameters):
        """Gives what was agreed on."""
        offer = ClientPerMessageDeflateFactory(**parameters)
        async with websockets.connect(server.url("/echo"), compression=None, extensions=[offer]) as client:
            (used,) = client.extensions
            for text in [*texts(), *texts()]:
                await client.send(text)
                self.assertEqual(await client.recv(), text)
                await client.send([text[:50], text[50:]])  # a message in two frames
                self.assertEqual(await client.recv(), text)
                await client.send(text.encode())
                self.assertEqual(await client.recv(), text.encode())
        return used

    async def test_without_context(self):
        with Server("--log-level", "error", "--compression", "on") as server:
            used = await self.converse(server, client_max_window_bits=True)
            self.assertTrue(used.remote_no_context_takeover and used.local_no_context_takeover)

    async def test_with_context(self):
        with Server("--log-level", "error", "--compression", "keep") as server:
            used = await self.converse(server, client_max_window_bits=True)
            self.assertFalse(used.remote_no_context_takeover or used.local_no_context_takeover)
            used = await self.converse(server, server_no_context_takeover=True)
            self.assertTrue(used.remote_no_context_takeover)
            used = await self.converse(server, client_no_context_takeover=True)
            self.assertTrue(used.local_no_context_takeover)

    async def test_with_windows_of_many_sizes(self):
        for mode in ("on", "keep"):
            with Server("--log-level", "error", "--compression", mode) as server:
                for bits in (8, 9, 10, 12, 15):
                    # zlib cannot compress with 8 bits itself.
                    used = await self.converse(server, server_max_window_bits=bits, client_max_window_bits=max(bits, 9))
                    self.assertEqual(used.remote_max_window_bits, bits)

    async def test_with_a_window_that_the_server_chooses(self):
        with Server("--log-level", "error", "--compression", "keep", "--compression-window", "9") as server:
            used = await self.converse(server, client_max_window_bits=True)
            self.assertEqual((used.remote_max_window_bits, used.local_max_window_bits), (9, 9))

    async def test_off_unless_it_is_turned_on(self):
        with Server("--log-level", "error") as server:
            async with websockets.connect(server.url("/echo")) as client:
                self.assertEqual(client.extensions, [])

    async def test_a_publication_reaches_each_receiver_as_it_takes_it(self):
        with Server("--log-level", "error", "--compression", "keep") as server:
            offers = [None, {}, {"server_max_window_bits": 9}, {"server_no_context_takeover": True}, {}]
            clients = []
            for offer in offers:
                extensions = None if offer is None else [ClientPerMessageDeflateFactory(**offer)]
                clients.append(await websockets.connect(server.url("/broadcast"), compression=None,
                                                        extensions=extensions))
            for sender in clients:
                for text in texts():
                    await sender.send(text)
                    for client in clients:
                        self.assertEqual(await client.recv(), text)
            for client in clients:
                await client.close()


def open_compressed(server, path="/echo"):
    peer = Peer(server)
    peer.send(handshake_request(path, extra=["Sec-WebSocket-Extensions: permessage-deflate"]))
    answer = peer.read_answer()
    assert "permessage-deflate" in answer.headers["sec-websocket-extensions"]
    return peer


class Bomb(unittest.TestCase):
    SIZE = 1 << 30

    def payload(self):
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        parts = [deflater.compress(bytes(MIB)) for _ in range(self.SIZE // MIB)]
        return (b"".join(parts) + deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]

    def test_of_a_gigabyte_is_refused_while_memory_stays_and_others_are_answered(self):
        payload = self.payload()
        with Server("--log-level", "error", "--compression", "on") as server, Peer(server).open() as other:
            ask = frame(TEXT, b"still there?")
            slowest = 0.0
            done = threading.Event()

            def keep_asking():
                nonlocal slowest
                while not done.is_set():
                    begin = time.monotonic()
                    other.send(ask)
                    assert other.read_frame() == (FINAL | TEXT, b"still there?")
                    slowest = max(slowest, time.monotonic() - begin)

            with open_compressed(server) as peer:  # one that is small, so that what is there once is there
                peer.send(frame(BINARY, payload[:100] + b"\0", first=FINAL | RSV1))
                peer.read(1)
            before = peak_memory(server.process)
            asking = threading.Thread(target=keep_asking)
            asking.start()
            for _ in range(4):
                with open_compressed(server) as peer:
                    peer.send(frame(BINARY, payload, first=FINAL | RSV1))
                    code, reason = peer.read_close()
                    self.assertEqual(code, 1009)
                    self.assertIn("inflates", reason)
            done.set()
            asking.join()
            grown = peak_memory(server.process) - before

            print(f"four bombs of {self.SIZE // MIB} MiB, {len(payload)} bytes each on the wire: the server's memory peaked "
                  f"{grown / MIB:.1f} MiB higher, and the slowest answer to another took {slowest * 1000:.0f} ms")
            # The message of at most 16 MiB that is inflated, while it grows by doubling.
            self.assertLess(grown, 40 * MIB)
            other.send(ask)
            self.assertEqual(other.read_frame(), (FINAL | TEXT, b"still there?"))


if __name__ == "__main__":
    unittest.main()
