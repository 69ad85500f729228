"""What `pushwire serve` can be told, and what it says to whoever tells it something wrong: one line, and exit status 2."""

import ctypes
import os
import pathlib
import socket
import struct
import subprocess
import tempfile
import types
import unittest

import websockets

from program import PATIENCE, PROGRAM, Server, run
from wire import FINAL, TEXT, Peer, frame

HERE = ("--host", "127.0.0.1")


def forbid_io_uring():
    """As containers do, by a seccomp filter: io_uring_setup (which has this number on every machine) fails with EPERM."""
    program = b"".join(struct.pack("=HBBI", *each) for each in (
        (0x20, 0, 0, 0),           # load the number of the system call
        (0x15, 0, 1, 425),         # is it io_uring_setup?
        (0x06, 0, 0, 0x00050001),  # then it returns EPERM
        (0x06, 0, 0, 0x7FFF0000),  # else it is allowed
    ))
    code = ctypes.create_string_buffer(program, len(program))
    filter_ = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(code)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(38, 1, 0, 0, 0) or prctl(22, 2, filter_):  # PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP
        raise OSError(ctypes.get_errno(), "prctl")


# The arguments, and what the one line says of what is wrong and of how to mend it.
WRONG = [
    ([], "pushwire: which command?", "pushwire --help"),
    (["sevre"], 'pushwire: there is no command "sevre"', "pushwire --help"),
    (["serve", "now"], '"now" is not expected', "--help"),
    (["serve", "--prot", "9502"], "no option --prot", "did you mean --port?"),
    (["serve", "--nonsense=3"], "no option --nonsense", "--help"),
    (["serve", "--port"], "--port needs a value", "--help"),
    (["serve", "--port", "web"], '--port: "web" is no port', "from 0 to 65535"),
    (["serve", "--port", "65536"], '--port: "65536" is no port', "from 0 to 65535"),
    (["serve", "--port", "-1"], '--port: "-1" is no port', "from 0 to 65535"),
    (["serve", "--port", "80 "], '--port: "80 " is no port', "from 0 to 65535"),
    (["serve", "--max-message", "16Q"], 'pushwire serve: --max-message: "16Q" is no size',
     "write bytes, or a number with K, M or G"),
    (["serve", "--max-message", "0"], "--max-message: ", "at least 1 byte"),
    (["serve", "--max-message", "99999999999G"], '--max-message: "99999999999G" is no size', "K, M or G"),
    (["serve", "--max-backlog", "many"], '--max-backlog: "many" is no size', "K, M or G"),
    (["serve", "--max-all-backlogs", "1M"], "limits.max_all_backlogs must be at least max_backlog", "max_message"),
    (["serve", "--max-all-unfinished", "1M"], "limits.max_all_unfinished must be at least max_message", "each worker"),
    (["serve", "--accept-rate", "fast"], '--accept-rate: "fast" is no number of connections', "from 0 to"),
    (["serve", "--message-burst", "0"], '--message-burst: "0" is no number of messages', "from 1 to"),
    (["serve", "--trusted-proxies", "10.0.0.1,proxy"], 'trusted_proxies: "proxy" is no set of addresses', "10.0.0.0/8"),
    (["serve", "--trusted-proxies", "10.0.0.1,"], "--trusted-proxies: an address is needed", "10.0.0.0/8"),
    (["serve", "--proxy-protocol"], "proxy_protocol needs trusted_proxies", "name those"),
    (["serve", "--allowed-origins", "example.org"], 'allowed_origins: "example.org" is no origin', "write https://"),
    (["serve", "--max-connections", "0"], '--max-connections: "0"', "from 1 to"),
    (["serve", "--idle-timeout", "60"], '--idle-timeout: "60" is no duration', "such as 60s"),
    (["serve", "--drain-time", "soon"], '--drain-time: "soon" is no duration', "such as 60s"),
    (["serve", "--grace", "1d"], '--grace: "1d" is no duration', "ms, s, m or h"),
    (["serve", "--handshake-time", "0"], "--handshake-time: ", "longer than 0"),
    (["serve", "--workers", "0"], '--workers: "0" is no number of workers', "or auto"),
    (["serve", "--io", "select"], '--io: there is no I/O loop "select"', "auto, epoll or io_uring"),
    (["serve", "--log-level", "loud"], '--log-level: there is no level "loud"', "trace, debug, info, warn, error or off"),
    (["serve", "--client-publish=perhaps"], '--client-publish: "perhaps"', "true nor false"),
    (["serve", "--subprotocol", "a b"], '--subprotocol: "a b" is no sub-protocol', "letters, digits"),
    (["serve", "--listen", "9502"], '"9502" is no endpoint', "host:port"),
    (["serve", "--listen", "127.0.0.1:x"], '"127.0.0.1:x" is no endpoint', "the port must be a number"),
    (["serve", "--listen", "unix:"], '"unix:" is no endpoint', "path"),
    (["serve", "--listen", "unix:/no/such/folder/socket"], "/no/such/folder/socket", "make it, or choose another path"),
    (["serve", "--host", "203.0.113.1", "--port", "0"], "203.0.113.1 is no address of this machine", "0.0.0.0"),
    (["serve", "--help=html"], 'there is no form "html"', "man, bash, zsh or fish"),
    (["completion"], "pushwire completion: which shell?", "bash, zsh or fish"),
    (["completion", "tcsh"], 'shell: there is no completion for "tcsh"', "bash, zsh or fish"),
    (["serve", "--config", "/no/such/file.toml"], "--config: cannot read /no/such/file.toml", "No such file"),
    (["serve", "--config", "/"], "--config: cannot read /", "directory"),
]

WRONG_FILES = [
    ("port = 80\nprot = 1\n", ':2: there is no option "prot"', "did you mean port?"),
    ("port = 1\n\nmax-message = \"16Q\"", ':3: max-message: "16Q" is no size', "K, M or G"),
    ("port = [1]", ":1: port: ", "write a string, a whole number, true or false"),
    ("port = 1.5", ":1: port: ", "write a string, a whole number, true or false"),
    ("\n\nport =", ":3: ", "value"),
    ("[serve]\nport = 1", ':1: there is no option "serve"', "--help"),
    ("max-message = 1\nmax_message = 2", ":2: max-message is given twice", ""),
    ('config = "x"', ':1: there is no option "config"', "--help"),
]


class Folder(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def file(self, text, name="pushwire.toml"):
        path = self.folder / name
        path.write_text(text)
        return str(path)


class Mistakes(Folder):
    def assert_one_line(self, done, *parts):
        self.assertEqual(done.returncode, 2, done)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\A[^\n]+\n\Z")
        self.assertTrue(done.stderr.startswith("pushwire"), done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    def test_says_in_one_line_what_is_wrong_and_how_to_mend_it(self):
        for arguments, what, how in WRONG:
            with self.subTest(" ".join(arguments)):
                self.assert_one_line(run(*arguments), what, how)

    def test_names_the_line_of_a_file_that_is_wrong(self):
        for text, what, how in WRONG_FILES:
            with self.subTest(text):
                path = self.file(text)
                self.assert_one_line(run("serve", "--config", path), path + what, how)

    def test_says_that_the_port_is_in_use(self):
        for more in ([], ["--workers", "2"]):
            with self.subTest(more), Server(*more) as server:
                done = run("serve", *HERE, "--port", str(server.port), *more)
                self.assert_one_line(done, f"port {server.port} on 127.0.0.1 is in use", "choose another port")

    def test_says_that_the_port_is_in_use_by_another_program(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            done = run("serve", *HERE, "--port", str(other.getsockname()[1]))
            self.assert_one_line(done, "is in use", "choose another port")

    def test_says_that_the_unix_socket_is_in_use(self):
        path = self.folder / "socket"
        with Server(listen=("--listen", f"unix:{path}")):
            self.assert_one_line(run("serve", "--listen", f"unix:{path}"), str(path), "in use")

    def test_says_that_io_uring_is_not_allowed(self):
        done = run("serve", *HERE, "--port", "0", "--io", "io_uring", prepare=forbid_io_uring)
        self.assert_one_line(done, "io_uring is not allowed here", "kernel.io_uring_disabled", "choose epoll")

    def test_leaves_a_file_alone_that_is_no_socket(self):
        path = self.file("precious")
        self.assert_one_line(run("serve", "--listen", f"unix:{path}"), path, "not a socket")
        self.assertEqual(pathlib.Path(path).read_text(), "precious")


class Help(unittest.TestCase):
    def test_tells_the_version(self):
        done = run("--version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\Apushwire \d+\.\d+\.\d+\n\Z")

    def test_lists_commands_and_options_with_examples(self):
        for arguments, expected in {("--help",): ["serve", "Examples:"],
                                    ("serve", "--help"): ["--host", "--listen", "--workers", "--max-message", "--grace",
                                                          "--config", "Examples:", "/broadcast"]}.items():
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            for word in expected:
                self.assertIn(word, done.stdout)

    def test_gives_an_example_of_every_option(self):
        help_text = run("serve", "--help").stdout
        options, examples = help_text.split("Examples:")
        names = {word for line in options.splitlines() for word in line.split()[:1] if word.startswith("--")}
        self.assertGreater(len(names), 10)
        for name in names:
            self.assertIn(name, examples)


class Listening(Folder):
    async def echo(self, client):
        await client.send("hello")
        self.assertEqual(await client.recv(), "hello")

    async def test_at_a_unix_socket(self):
        path = str(self.folder / "socket")
        with Server(listen=("--listen", f"unix:{path}")) as server:
            self.assertEqual(server.address, f"ws+unix:{path}")
            async with websockets.unix_connect(path, "ws://localhost/echo") as client:
                await self.echo(client)
            server.stop()
            self.assertFalse(any("in a browser" in line for line in server.out.all()))

    async def test_at_a_unix_socket_that_a_dead_server_left_behind(self):
        path = str(self.folder / "socket")
        with Server(listen=("--listen", f"unix:{path}")) as dead:
            dead.process.kill()
            dead.process.wait()
            dead.process.returncode = 0
        self.assertTrue(os.path.exists(path))
        with Server(listen=("--listen", f"unix:{path}")):
            async with websockets.unix_connect(path, "ws://localhost/echo") as client:
                await self.echo(client)

    async def test_at_a_port_whose_server_was_just_killed(self):
        with Server() as dead:
            clients = [self.enterContext(socket.create_connection((dead.host, dead.port))) for _ in range(500)]
            dead.process.kill()
            dead.process.wait()
            dead.process.returncode = 0
        with Server(listen=("--host", dead.host, "--port", str(dead.port))) as server:
            async with websockets.connect(server.url("/echo")) as client:
                await self.echo(client)
        self.assertEqual(len(clients), 500)

    async def test_at_an_address_of_ipv6(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            self.skipTest("this machine has no IPv6")
        with Server(listen=("--host", "::1", "--port", "0")) as server:
            self.assertEqual(server.address, f"ws://[::1]:{server.port}")
            async with websockets.connect(server.url("/echo")) as client:
                await self.echo(client)

    async def test_at_several_addresses(self):
        path = str(self.folder / "socket")
        with Server("--listen", f"unix:{path}", "--listen", "127.0.0.1:0") as server:
            both = server.out.wait_for("all addresses", lambda lines: len(lines) > 2 and lines[1:3])
            self.assertEqual(both[0], f"listening on ws+unix:{path}")
            self.assertRegex(both[1], r"^listening on ws://127\.0\.0\.1:\d+$")
            for address in (server.address, both[1].split()[-1]):
                async with websockets.connect(address + "/echo") as client:
                    await self.echo(client)
            async with websockets.unix_connect(path, "ws://localhost/echo") as client:
                await self.echo(client)

    async def test_on_a_port_that_is_shared_on_purpose(self):
        with Server("--takeover") as first:
            with Server("--takeover", listen=(*HERE, "--port", str(first.port))) as second:
                self.assertEqual(first.stop(), 0)
                async with websockets.connect(second.url("/echo")) as client:
                    await self.echo(client)


    async def test_takes_nothing_over_if_it_cannot_start(self):
        path = str(self.folder / "socket")
        at_path = ("--listen", f"unix:{path}")
        with Server("--takeover", listen=at_path) as running, Server() as other:
            failed = run("serve", "--takeover", *at_path, "--listen", f"127.0.0.1:{other.port}")
            self.assertEqual(failed.returncode, 2)
            self.assertIn("does not share it", failed.stderr)
            async with websockets.unix_connect(path, "ws://localhost/echo") as client:
                await self.echo(client)
            self.assertEqual(os.listdir(self.folder), ["socket"])
            running.stop()
            self.assertEqual(os.listdir(self.folder), [])

    async def test_at_the_unix_socket_of_a_running_server_taken_over(self):
        path = str(self.folder / "socket")
        at_path = ("--listen", f"unix:{path}")
        with Server(listen=at_path) as first, Server("--takeover", listen=at_path):
            self.assertEqual(first.stop(), 0)
            async with websockets.unix_connect(path, "ws://localhost/echo") as client:
                await self.echo(client)


class Configuration(Folder):
    async def test_is_read_from_a_file_with_dashes_or_underscores(self):
        path = self.file('# Ours\nhost = "127.0.0.1"\nport = 0\nmax_message = "1K"\nmax-connections = 1\n'
                         'client-publish = true\nlog_level = "error"\nsubprotocol = ["chat"]\n')
        with Server("--config", path, listen=()) as server:
            self.assertEqual(server.host, "127.0.0.1")
            async with websockets.connect(server.url("/topic/x"), subprotocols=["chat"]) as client:
                self.assertEqual(client.subprotocol, "chat")
                await client.send("x" * 1024)
                self.assertEqual(await client.recv(), "x" * 1024)
                with self.assertRaises(websockets.InvalidStatusCode) as caught:
                    await websockets.connect(server.url())
                self.assertEqual(caught.exception.status_code, 503)
                await client.send("x" * 1025)
                with self.assertRaises(websockets.ConnectionClosed) as caught:
                    await client.recv()
                self.assertEqual(caught.exception.rcvd.code, 1009)
            server.stop()
            self.assertEqual(len(server.out.all()), 1)

    async def test_gives_way_to_the_command_line(self):
        path = self.file('host = "203.0.113.1"\nmax-message = 10\nlog-level = "error"\nclient-publish = true\n')
        with Server("--config", path, "--max-message=20", "--log-level", "info", "--client-publish=false") as server:
            async with websockets.connect(server.url("/echo")) as client:
                await client.send("x" * 20)
                self.assertEqual(await client.recv(), "x" * 20)
            async with websockets.connect(server.url("/topic/x")) as client:
                await client.send("x")
                await (await client.ping())
                self.assertFalse(client.messages)
            self.assertIn("client 1 connected", server.out.so_far())

    def test_may_be_empty(self):
        with Server("--config", self.file("")):
            pass

    def test_lists_addresses(self):
        path = str(self.folder / "socket")
        with Server("--config", self.file(f'listen = ["127.0.0.1:0", "unix:{path}"]'), listen=()) as server:
            server.out.wait_for_line(f"listening on ws+unix:{path}")
            self.assertEqual(server.host, "127.0.0.1")


class Output(unittest.TestCase):
    def test_goes_on_when_nobody_reads_its_lines_any_more(self):
        process = subprocess.Popen([PROGRAM, "serve", *HERE, "--port", "0"], stdout=subprocess.PIPE, text=True)
        try:
            server = types.SimpleNamespace(host="127.0.0.1", port=int(process.stdout.readline().rsplit(":", 1)[1]))
            process.stdout.close()
            for _ in range(3):
                with Peer(server).open() as peer:
                    peer.send(frame(TEXT, b"x"))
                    self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"x"))
            process.terminate()
            self.assertEqual(process.wait(PATIENCE), 0)
        finally:
            process.kill()


if __name__ == "__main__":
    unittest.main()
