"""Messages larger than any memory pass through a server in parts, both ways, in constant memory: the program
echo_in_parts beside this file sends back what comes, and reads on only while its client reads.

With PUSHWIRE_FULL=yes, as `./dev test --full` sets it, ten gigabytes; otherwise two.
"""

import os
import pathlib
import re
import select
import subprocess
import threading
import time
import unittest
import zlib

from program import PATIENCE
from wire import BINARY, CONTINUATION, FINAL, Peer, header

GIGABYTE = 1_000_000_000
AMOUNT = (10 if os.environ.get("PUSHWIRE_FULL") == "yes" else 2) * GIGABYTE
BLOCK = os.urandom(1_000_003)  # a prime, so that no buffer's size divides it
BLOCK_TWICE = BLOCK * 2
COMPRESSED = 0x40  # RSV1

MEASURE = 50_000_000  # after so many bytes, again
MAY_GROW = 4 << 20  # bytes, from when the first part has come back
MAY_HOLD = 32 << 20  # bytes in all, program and libraries included


class Server:
    """The program, as program.Server is `pushwire serve`."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([os.environ["ECHO_IN_PARTS"], *arguments], stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        self.host, port = re.fullmatch(r"listening on ws://(.*):(\d+)\n", first).groups()
        self.port = int(port)

    def memory(self):
        """Resident, in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        if kind is None and status != 0:
            raise AssertionError(f"the server ended with status {status}")


def send_blocks(peer, amount, held_up):
    """One message of so many bytes, a frame a block. Sets `held_up` once the server takes no more for a second."""
    frames = []
    for begin in range(0, amount, len(BLOCK)):
        size = min(len(BLOCK), amount - begin)
        last = FINAL if begin + size == amount else 0
        frames.append(header(CONTINUATION if begin else BINARY, size, first=last))
    for number, frame_header in enumerate(frames):
        size = min(len(BLOCK), amount - number * len(BLOCK))
        rest = memoryview(frame_header + BLOCK[:size])
        while rest:
            if not held_up.is_set() and not select.select([], [peer.socket], [], 1)[1]:
                held_up.set()
            rest = rest[peer.socket.send(rest):]
    held_up.set()


def read_fragments(peer):
    """The payloads of one message of any number of frames, as they come; pings are passed over."""
    with peer.socket.makefile("rb", buffering=1 << 20) as stream:
        last, begun = False, False
        while not last:
            first, length = stream.read(2)
            length = int.from_bytes(stream.read(2 if length == 126 else 8), "big") if length > 125 else length
            payload = stream.read(length)
            if first == FINAL | 9:
                continue
            assert first & 0x7F == (CONTINUATION if begun else BINARY), f"a frame {first:02x} came amid the message"
            begun, last = True, bool(first & FINAL)
            yield payload


class MuchData(unittest.TestCase):
    def check_memory(self, what, before, most):
        print(f"{what}: {before / 1e6:.1f} MB resident when it began, {most / 1e6:.1f} MB at most")
        self.assertLess(most - before, MAY_GROW)
        self.assertLess(most, MAY_HOLD)

    def test_passes_both_ways_in_constant_memory(self):
        with Server() as server, Peer(server).open("/") as peer:
            held_up = threading.Event()
            sender = threading.Thread(target=send_blocks, args=(peer, AMOUNT, held_up))
            sender.start()
            self.assertTrue(held_up.wait(PATIENCE), "the server takes more and more of what nobody reads")
            self.assertTrue(sender.is_alive(), "all of it was taken, and nobody read")
            print(f"{server.memory() / 1e6:.1f} MB resident while the peer does not read")

            begin, received, before, most = time.monotonic(), 0, 0, 0
            for payload in read_fragments(peer):
                at = received % len(BLOCK)
                self.assertTrue(payload == BLOCK_TWICE[at:at + len(payload)], f"other bytes came at {received}")
                received += len(payload)
                if received % MEASURE < len(payload) or not before:
                    most = max(most, server.memory())
                    before = before or most
            sender.join(PATIENCE)
            took = time.monotonic() - begin

        self.assertEqual(received, AMOUNT)
        self.check_memory(f"{AMOUNT / 1e9:.0f} GB in parts, {AMOUNT / 1e9 / took:.2f} GB/s each way", before, most)

    def test_is_inflated_as_it_passes(self):
        zeros = bytes(1 << 20)
        compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = b"".join(compressor.compress(zeros) for _ in range(1024)) + compressor.flush(zlib.Z_SYNC_FLUSH)
        data = data[:-4]  # RFC 7692 7.2.1

        with Server("compress") as server, Peer(server) as peer:
            peer.open("/", extra=["Sec-WebSocket-Extensions: permessage-deflate"])
            before = server.memory()
            # Not before it reads: the server takes no more of it than it can send back.
            sender = threading.Thread(target=peer.send, args=(header(BINARY, len(data), first=FINAL | COMPRESSED) + data,))
            sender.start()
            received, most = 0, 0
            for payload in read_fragments(peer):
                self.assertTrue(payload == zeros[:len(payload)], f"other bytes came at {received}")
                received += len(payload)
                if received % MEASURE < len(payload):
                    most = max(most, server.memory())
            sender.join(PATIENCE)

        self.assertEqual(received, 1 << 30)
        self.check_memory(f"1 GiB inflated from {len(data) / 1e6:.2f} MB", before, most)


if __name__ == "__main__":
    unittest.main()
