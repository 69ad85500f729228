"""`pushwire decode`: what it makes of files, pipes and dumps, and of what real endpoints say to each other."""

import asyncio
import os
import pathlib
import pty
import re
import subprocess
import tempfile
import unittest

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from program import PATIENCE, PROGRAM, ROOT, Server, run
from wire import BINARY, CLOSE, TEXT, close_body, frame, handshake_request, header

KEY = bytes.fromhex("37fa213d")
HELLO = bytes.fromhex("818537fa213d7f9f4d5158")
UNMASKED = frame(TEXT, b"Hello", mask=None)


def masked(opcode, payload):
    return header(opcode, len(payload), mask=KEY) + bytes(each ^ KEY[i % 4] for i, each in enumerate(payload))


def decode(*arguments, given=b""):
    """The exit status, and what it says; on stderr nothing may come."""
    done = subprocess.run([PROGRAM, "decode", *arguments], input=given, capture_output=True, timeout=PATIENCE)
    assert done.stderr == b"", done.stderr
    return done.returncode, done.stdout.decode()


def dump(command, given):
    return subprocess.run(command, input=given, capture_output=True, check=True, timeout=PATIENCE).stdout


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def file(self, data):
        path = self.folder / "capture"
        path.write_bytes(data)
        return str(path)


class Input(Folder):
    def test_is_a_file_or_standard_input(self):
        said = decode(given=HELLO)
        self.assertEqual(said[0], 0)
        self.assertIn('# 0: text, 5 bytes "Hello"', said[1])
        self.assertEqual(decode("-", given=HELLO), said)
        self.assertEqual(decode(self.file(HELLO)), said)

    def test_may_be_written_in_hex(self):
        data = HELLO + masked(BINARY, bytes(range(100))) + masked(CLOSE, close_body(1000, b"bye"))
        said = decode(given=data)
        self.assertEqual(said[0], 0, said)
        self.assertEqual(decode(given=data.hex().encode()), said)
        for command in (["xxd"], ["xxd", "-g1"], ["hexdump", "-Cv"]):
            with self.subTest(command):
                self.assertEqual(decode(given=dump(command, data)), said)
                self.assertEqual(decode("--hex", given=dump(command, data)), said)

    def test_may_look_like_hex_and_be_raw(self):
        self.assertEqual(decode(given=b"818537fa213d7f9f4d5158")[0], 0)
        status, said = decode("--raw", given=b"818537fa213d7f9f4d5158")
        self.assertEqual(status, 1)
        self.assertIn("why reserved_bit", said)

    def test_is_shown_as_it_comes(self):
        with subprocess.Popen([PROGRAM, "decode"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
            program.stdin.write(HELLO)
            program.stdin.flush()
            self.assertIn(b"role server", program.stdout.readline())
            self.assertIn(b'"Hello"', program.stdout.readline())
            program.stdin.close()
            self.assertIn(b"well-formed", program.stdout.readline())

    def test_of_any_size_takes_little_memory(self):
        peak = 'import resource, subprocess, sys\n' \
               'subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n' \
               'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)'
        path = self.file(frame(BINARY, bytes(100 << 20), mask=KEY))
        done = subprocess.run(["/usr/bin/python3", "-c", peak, PROGRAM, "decode", path], capture_output=True, check=True,
                              timeout=PATIENCE)
        self.assertLess(int(done.stdout), 32 << 10)  # KiB; Python before it execs has some 10 MiB


class Output(Folder):
    def test_is_what_the_docs_say(self):
        text = (ROOT / "docs/decode.md").read_text()
        command, output = re.search(r"```sh\necho '(.*)' \| pushwire decode\n```\n```text\n(.*?)```", text, re.S).groups()
        self.assertEqual(decode(given=command.encode()), (1, output))

    def test_says_what_is_wrong_and_what_is_missing(self):
        for given, status, what in (
                (HELLO + UNMASKED, 1, "wrong at byte 12 (0xc): mask_missing. RFC 6455 5.1: a frame from a client must be"),
                (HELLO[:-2], 1, "incomplete: the last frame lacks 2 of its 5 bytes of payload"),
                (handshake_request() + HELLO, 0, "1 frame, 1 message: all well-formed"),
                (handshake_request(Sec_WebSocket_Version="8"), 1, "version_unsupported. RFC 6455 4.2.1: "),
                (b"", 0, "0 bytes, 0 frames, 0 messages: all well-formed")):
            with self.subTest(what):
                done = decode(given=given)
                self.assertEqual(done[0], status)
                self.assertIn(what, done[1])

    def test_has_payloads_in_full_where_that_is_asked_for(self):
        data = masked(TEXT, b"a" * 1000)
        self.assertIn('" ...', decode(given=data)[1])
        self.assertIn(f'"{"a" * 1000}"', decode("--all", given=data)[1])

    def on_a_terminal(self, **environment):
        terminal, program_side = pty.openpty()
        with open(terminal, "rb", buffering=0) as read:
            subprocess.run([PROGRAM, "decode", self.file(UNMASKED), "--from", "client"], stdout=program_side,
                           env=dict(os.environ, **environment), timeout=PATIENCE, check=False)
            os.close(program_side)
            return read.read(65536).decode()

    def test_has_colours_on_a_terminal_only(self):
        self.assertIn("\x1b[1;31m# wrong at byte 1", self.on_a_terminal())
        self.assertNotIn("\x1b", self.on_a_terminal(NO_COLOR="1"))
        self.assertNotIn("\x1b", decode("--from", "client", given=UNMASKED)[1])


class Mistakes(Folder):
    WRONG = [
        (["/no/such/file"], "cannot read /no/such/file: No such file or directory"),
        (["/"], "cannot read /: Is a directory"),
        (["--from", "me"], '--from: there is no end "me": write client or server'),
        (["--begin", "here"], '--begin: nothing begins with "here": write opening or frames'),
        (["--hex", "--raw"], "--hex and --raw: it is one or the other"),
        (["--compression", "gzip"], "--compression: the server chose an extension that was not offered: write what"),
        (["--from", "client", "--key", "x"], "--key: it is the server's response that answers a key"),
        (["--nonsense"], "there is no option --nonsense"),
    ]

    def assert_one_line(self, done, what):
        self.assertEqual(done.returncode, 2, done)
        self.assertRegex(done.stderr, r"\Apushwire decode: [^\n]+\n\Z")
        self.assertIn(what, done.stderr)

    def test_are_told_in_one_line(self):
        for arguments, what in self.WRONG:
            with self.subTest(what):
                self.assert_one_line(run("decode", *arguments), what)

    def test_in_a_dump_are_told_by_line(self):
        self.assert_one_line(run("decode", "--hex", self.file(b"81 05\nHello")), "line 2 of the hex dump: \"H\" is no hex")

    def test_of_the_disk_are_told(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "decode", self.file(HELLO)], stdout=full, stderr=subprocess.PIPE, text=True,
                                  timeout=PATIENCE, check=False)
        self.assert_one_line(done, "cannot write: No space left on device")

    def test_are_avoided_with_help(self):
        done = run("decode", "--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for word in ("--from", "--begin", "--hex", "--raw", "--compression", "--key", "--all", "Examples:"):
            self.assertIn(word, done.stdout)


class Recorder:
    """Stands between a client and a server, and keeps what each of them says."""

    def __init__(self, server):
        self._server = server
        self.of_client, self.of_server = bytearray(), bytearray()

    async def __aenter__(self):
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}/echo"
        return self

    async def __aexit__(self, *_):
        self._listener.close()
        await self._listener.wait_closed()

    async def _serve(self, reader, writer):
        inner_reader, inner_writer = await asyncio.open_connection(self._server.host, self._server.port)
        await asyncio.gather(self._pass(reader, inner_writer, self.of_client),
                             self._pass(inner_reader, writer, self.of_server))

    @staticmethod
    async def _pass(reader, writer, record):
        while data := await reader.read(65536):
            record += data
            writer.write(data)
        writer.close()


class Conversations(unittest.IsolatedAsyncioTestCase):
    TEXTS = ("Hello", "你好，世界", "x" * 70_000)

    async def record(self, server, **how):
        async with Recorder(server) as recorder:
            async with websockets.connect(recorder.url, **how) as client:
                for text in self.TEXTS:
                    await client.send(text)
                    self.assertEqual(await client.recv(), text)
                await client.send(["in ", "three ", "pieces"])
                await client.recv()
                await client.close(4001, "enough")
            return bytes(recorder.of_client), bytes(recorder.of_server)

    def check(self, of_client, of_server, *words):
        for data in (of_client, of_server):
            status, said = decode("--all", given=data)
            self.assertEqual(status, 0, said)
            for word in (*words, "你好，世界", "x" * 70_000, '"in three pieces"', "closed 4001"):
                self.assertIn(word, said)
        key = re.search(rb"Sec-WebSocket-Key: (.*)\r", of_client).group(1).decode()
        self.assertEqual(decode("--key", key, given=of_server)[0], 0)
        self.assertEqual(decode("--key", key[::-1], given=of_server)[0], 1)

    async def test_are_well_formed(self):
        with Server("--log-level", "error") as server:
            self.check(*await self.record(server, compression=None))

    async def test_are_inflated(self):
        with Server("--log-level", "error", "--compression", "keep") as server:
            offer = ClientPerMessageDeflateFactory(client_max_window_bits=True)
            of_client, of_server = await self.record(server, compression=None, extensions=[offer])
            self.check(of_client, of_server, "compressed", "70000 bytes, inflated")
            frames = of_server[of_server.index(b"\r\n\r\n") + 4:]
            agreed = re.search(rb"Sec-WebSocket-Extensions: (.*)\r", of_server).group(1).decode()
            self.assertEqual(decode("--compression", agreed, given=frames)[0], 0)
            self.assertIn("why reserved_bit", decode(given=frames)[1])
            self.assertIn("why reserved_bit", decode("--compression", "off", given=of_client)[1])


if __name__ == "__main__":
    unittest.main()
