"""TLS as clients meet it: with Python's `ssl` (OpenSSL) and `websockets`."""

import asyncio
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest
import urllib.request

import websockets

import certificates
from program import PATIENCE, Server, run
from wire import FINAL, TEXT, Peer, close_body, frame, handshake_request, CLOSE

NAMES = ("localhost", "127.0.0.1")


class TlsPeer(Peer):
    """A raw connection over TLS."""

    def __init__(self, server, context, name="localhost", session=None):
        super().__init__(server)
        self.socket = context.wrap_socket(self.socket, server_hostname=name, session=session)

    def names_shown(self):
        return {value for kind, value in self.socket.getpeercert()["subjectAltName"] if kind == "DNS"}


class WithCertificates(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = certificates.Folder(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.local = cls.folder.issue("local", names=NAMES)

    def serve(self, *options, issued=None):
        return Server(*certificates.options(*(issued or [self.local])), *options)


class Speaking(WithCertificates):
    async def test_echoes_over_each_version(self):
        with self.serve() as server:
            self.assertEqual(server.address, f"wss://127.0.0.1:{server.port}")
            server.out.wait_for_line(f"open https://127.0.0.1:{server.port}/ in a browser")
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = self.folder.client(version=version)
                async with websockets.connect(server.url("/echo"), ssl=context, max_size=None) as client:
                    self.assertEqual(client.transport.get_extra_info("ssl_object").version(), version.name.replace("_", "."))
                    for size in (0, 1, 125, 126, 16384, 16385, 65536, 1 << 20, 16 << 20):
                        data = os.urandom(size)
                        await client.send(data)
                        self.assertTrue(await client.recv() == data, f"{size} bytes came back changed")

    async def test_serves_the_page(self):
        with self.serve() as server:
            with urllib.request.urlopen(server.http("/"), timeout=PATIENCE, context=self.folder.client()) as answer:
                self.assertIn(b"<html", answer.read())

    def test_speaks_nothing_older_than_asked(self):
        for options, refused in ([(), ssl.TLSVersion.TLSv1_1], [("--tls-min-version", "1.3"), ssl.TLSVersion.TLSv1_2]):
            with self.subTest(refused), self.serve(*options) as server:
                context = self.folder.client()
                context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
                context.maximum_version = refused
                context.set_ciphers("ALL:@SECLEVEL=0")
                with self.assertRaisesRegex(ssl.SSLError, "(?i)protocol.version"):
                    TlsPeer(server, context)
                self.assertEqual(server.metrics()['pushwire_errors_total{error="tls_handshake_failed"}'], 1)

    def test_agrees_on_http_1_1_and_on_nothing_else(self):
        with self.serve() as server:
            for offer, chosen in ((["http/1.1"], "http/1.1"), (["h2", "http/1.1"], "http/1.1"), ([], None)):
                with TlsPeer(server, self.folder.client(alpn=offer)) as peer:
                    self.assertEqual(peer.socket.selected_alpn_protocol(), chosen)
            with self.assertRaisesRegex(ssl.SSLError, "(?i)no.application.protocol"):
                TlsPeer(server, self.folder.client(alpn=["h2"]))

    def test_tells_the_end_before_it_ends(self):
        with self.serve() as server, TlsPeer(server, self.folder.client()).open() as peer:
            peer.send(frame(CLOSE, close_body(1000)))
            self.assertEqual(peer.read_frame(), (FINAL | CLOSE, close_body(1000)))
            peer.socket.suppress_ragged_eofs = False
            self.assertEqual(peer.socket.recv(1), b"")  # close_notify; without it this raises

    def test_takes_each_cutting_of_what_comes(self):
        # Byte by byte through a socket: TLS records, HTTP heads and frames all come in parts.
        with self.serve() as server:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = self.folder.client().wrap_bio(incoming, outgoing, server_hostname="localhost")
            with Peer(server) as peer:
                def drip():
                    for byte in outgoing.read():
                        peer.send(bytes([byte]))

                def until_done(step):
                    while True:
                        try:
                            return step()
                        except ssl.SSLWantReadError:
                            drip()
                            incoming.write(peer.socket.recv(65536))
                        finally:
                            drip()

                until_done(tls.do_handshake)
                tls.write(handshake_request("/echo") + frame(TEXT, b"hello"))
                received = b""
                while not received.endswith(b"hello"):
                    received += until_done(lambda: tls.read(65536))
                self.assertTrue(received.startswith(b"HTTP/1.1 101 "))

    def test_speaks_plain_where_it_is_told_to(self):
        with Server(*certificates.options(self.local), listen=("--listen", "ws://127.0.0.1:0", "--listen", "127.0.0.1:0")) as server:
            second = server.out.wait_for("the second address", lambda lines: len(lines) > 1 and lines[1])
            self.assertRegex(second, r"^listening on wss://127\.0\.0\.1:\d+$")
            with Peer(server).open() as peer:
                peer.send(frame(TEXT, b"plain"))
                self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"plain"))


class Choosing(WithCertificates):
    def test_shows_the_certificate_for_the_name_that_is_asked_for(self):
        with tempfile.TemporaryDirectory() as path:
            folder = certificates.Folder(path)
            issued = [folder.issue("first", names=["localhost"]), folder.issue("wild", names=["*.example.test"]),
                      folder.issue("exact", names=["chat.example.test", "other.test"])]
            context = folder.client()
            context.check_hostname = False
            with self.serve(issued=issued) as server:
                for asked, shown in {"localhost": "localhost", "a.example.test": "*.example.test",
                                     "chat.example.test": "chat.example.test", "OTHER.test": "chat.example.test",
                                     "a.b.example.test": "localhost", "example.test": "localhost",
                                     "unknown.test": "localhost", None: "localhost"}.items():
                    with self.subTest(asked), TlsPeer(server, context, asked) as peer:
                        self.assertIn(shown, peer.names_shown())

    def test_shows_the_kind_of_certificate_that_the_client_can_use(self):
        issued = [self.folder.issue("ec", names=["localhost"]), self.folder.issue("rsa", names=["localhost"], key="rsa")]
        with self.serve(issued=issued) as server:
            for cipher in ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"):
                context = self.folder.client(version=ssl.TLSVersion.TLSv1_2)
                context.set_ciphers(cipher)
                with TlsPeer(server, context) as peer:
                    self.assertEqual(peer.socket.cipher()[0], cipher)


class Clients(WithCertificates):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls.folder.issue("alice", for_clients=True)
        with tempfile.TemporaryDirectory() as path:
            stranger = certificates.Folder(path).issue("mallory", for_clients=True)
            for file in (stranger.certificate, stranger.key):
                (cls.folder.path / pathlib.Path(file).name).write_bytes(pathlib.Path(file).read_bytes())
        cls.stranger = type(stranger)(certificate=str(cls.folder.path / "mallory.pem"), key=str(cls.folder.path / "mallory.key"))

    def attempt(self, server, version, certificate):
        """What a client sees that opens a WebSocket."""
        with TlsPeer(server, self.folder.client(version=version, certificate=certificate)) as peer:
            peer.send(handshake_request("/echo"))
            return peer.read(12)

    def test_are_asked_for_certificates_where_these_are_wanted(self):
        for mode, nameless in (("required", False), ("optional", True)):
            options = ("--tls-client-ca", str(self.folder.client_ca), "--tls-client-cert", mode)
            with self.serve(*options) as server:
                for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                    for who, served in ((self.known, True), (self.stranger, False), (None, nameless)):
                        with self.subTest(mode=mode, version=version, who=who):
                            if served:
                                self.assertEqual(self.attempt(server, version, who), b"HTTP/1.1 101")
                            else:
                                with self.assertRaises((ssl.SSLError, ConnectionError, AssertionError)):
                                    self.attempt(server, version, who)

    def test_must_have_one_where_only_the_authority_is_named(self):
        with self.serve("--tls-client-ca", str(self.folder.client_ca)) as server:
            self.assertEqual(self.attempt(server, None, self.known), b"HTTP/1.1 101")
            with self.assertRaises((ssl.SSLError, ConnectionError, AssertionError)):
                self.attempt(server, None, None)


class Resuming(WithCertificates):
    def resumes(self, server, context, session):
        with TlsPeer(server, context, session=session).open() as peer:
            peer.send(frame(TEXT, b"x"))
            self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"x"))  # by now the tickets have come
            return peer.socket.session_reused, peer.socket.session

    def test_goes_on_with_a_session_on_any_worker(self):
        with self.serve("--workers", "2", "--log-level", "error") as server:
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                with self.subTest(version):
                    context = self.folder.client(version=version)
                    reused, session = self.resumes(server, context, None)
                    self.assertFalse(reused)
                    for _ in range(10):
                        reused, session = self.resumes(server, context, session)
                        self.assertTrue(reused)

    def test_goes_on_with_a_session_from_before_a_reload(self):
        with self.serve() as server:
            context = self.folder.client()
            _, session = self.resumes(server, context, None)
            server.process.send_signal(signal.SIGHUP)
            server.out.wait_for("the reload", lambda lines: any("read anew" in line for line in lines))
            reused, _ = self.resumes(server, context, session)
            self.assertTrue(reused)

    def test_goes_on_with_no_session_of_another_server(self):
        context = self.folder.client()
        with self.serve() as server:
            _, session = self.resumes(server, context, None)
        with self.serve() as server:
            reused, _ = self.resumes(server, context, session)
            self.assertFalse(reused)


class Reloading(WithCertificates):
    def setUp(self):
        self.current = self.folder.issue("current", names=["localhost", "old.test"])

    def replace(self, names, **how):
        fresh = self.folder.issue("fresh", names=names, **how)
        os.replace(fresh.certificate, self.current.certificate)
        os.replace(fresh.key, self.current.key)

    def reload(self, server, said):
        server.process.send_signal(signal.SIGHUP)
        stream = server.out if said.startswith("certificates") else server.err
        return stream.wait_for(said, lambda lines: [line for line in lines if said in line])

    def test_shows_new_certificates_and_drops_nobody(self):
        for more in ((), ("--workers", "2")):
            with self.subTest(more), self.serve(*more, issued=[self.current]) as server:
                with TlsPeer(server, self.folder.client()).open() as peer:
                    self.replace(["localhost", "new.test"])
                    line, = self.reload(server, "certificates read anew")
                    self.assertRegex(line, r"current\.pem until \d{4}-\d\d-\d\d")
                    peer.send(frame(TEXT, b"still here"))
                    self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"still here"))
                    for _ in range(4):
                        with TlsPeer(server, self.folder.client()) as another:
                            self.assertIn("new.test", another.names_shown())

    def test_keeps_the_old_ones_where_the_new_ones_are_no_good(self):
        with self.serve(issued=[self.current]) as server:
            pathlib.Path(self.current.certificate).write_text("not yet")
            self.reload(server, "holds no certificate")
            with TlsPeer(server, self.folder.client()) as peer:
                self.assertIn("old.test", peer.names_shown())
            self.replace(["localhost", "new.test"])
            self.reload(server, "certificates read anew")
            with TlsPeer(server, self.folder.client()) as peer:
                self.assertIn("new.test", peer.names_shown())


class Failing(WithCertificates):
    def errors(self, server, name):
        return server.metrics()[f'pushwire_errors_total{{error="{name}"}}']

    def test_answers_plain_http_in_plain_words(self):
        with self.serve() as server:
            for request in (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", handshake_request("/echo")):
                with Peer(server) as peer:
                    peer.send(request)
                    answer = peer.read_answer()
                    self.assertEqual(answer.status, 400)
                    self.assertIn(b"wss:// or https://", answer.body)
                    self.assertEqual(peer.socket.recv(1), b"")
            self.assertEqual(self.errors(server, "tls_expected"), 2)
            self.assertEqual(server.err.so_far(), [])

    def test_counts_handshakes_that_fail_and_says_nothing(self):
        with self.serve() as server:
            for garbage in (bytes(100), b"\x16\x03\x01\x00\x05hello", os.urandom(70000)):
                with Peer(server) as peer:
                    try:
                        peer.send(garbage)
                        while peer.socket.recv(65536):
                            pass
                    except ConnectionError:
                        pass
            self.assertEqual(self.errors(server, "tls_handshake_failed"), 3)
            self.assertEqual(server.err.so_far(), [])
            self.assertEqual(server.metrics()["pushwire_opened_total"], 0)

    def test_ends_a_handshake_that_takes_too_long(self):
        with self.serve("--handshake-time", "300ms") as server:
            for begun in (b"", b"\x16\x03\x01", b"\x16\x03\x01\x01\x00\x01"):
                with self.subTest(begun), Peer(server) as peer:
                    peer.send(begun)
                    self.assertEqual(peer.socket.recv(1), b"")  # no answer in plain words amid TLS
            with TlsPeer(server, self.folder.client()) as peer:
                self.assertEqual(peer.read_answer().status, 408)  # TLS is there, so it can be said
            self.assertEqual(self.errors(server, "handshake_timeout"), 4)

    def test_ends_a_connection_whose_records_are_changed_on_their_way(self):
        with self.serve() as server:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = self.folder.client().wrap_bio(incoming, outgoing, server_hostname="localhost")
            with Peer(server) as peer:
                while True:
                    try:
                        tls.do_handshake()
                        break
                    except ssl.SSLWantReadError:
                        peer.send(outgoing.read())
                        incoming.write(peer.socket.recv(65536))
                tls.write(handshake_request("/echo"))
                peer.send(outgoing.read())
                server.out.wait_for_line("client 1 connected")
                tls.write(frame(TEXT, b"hello"))
                record = bytearray(outgoing.read())
                record[-1] ^= 1
                peer.send(record)
                server.out.wait_for_line("client 1 closed")
                while more := peer.socket.recv(65536):
                    incoming.write(more)
                with self.assertRaisesRegex(ssl.SSLError, "(?i)bad.record.mac"):
                    while True:
                        tls.read(65536)
            self.assertEqual(self.errors(server, "tls_broken"), 1)

    def test_takes_the_end_of_a_stream_for_the_end(self):
        # Without close_notify: the connection is lost, as it is without TLS.
        with self.serve() as server:
            with TlsPeer(server, self.folder.client()).open() as peer:
                server.out.wait_for_line("client 1 connected")
                peer.socket.shutdown(socket.SHUT_WR)
                server.out.wait_for_line("client 1 closed")
            self.assertEqual(self.errors(server, "connection_lost"), 1)

    def test_refuses_to_negotiate_anew(self):
        with self.serve() as server:
            with TlsPeer(server, self.folder.client(version=ssl.TLSVersion.TLSv1_2)).open() as peer:
                peer.send(frame(TEXT, b"x"))
                self.assertEqual(peer.read_frame(), (FINAL | TEXT, b"x"))
            client = subprocess.run(
                ["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{server.port}", "-CAfile", str(self.folder.ca)],
                input="R\n", capture_output=True, text=True, timeout=PATIENCE)
            self.assertIn("RENEGOTIATING", client.stderr)
            self.assertIn("no renegotiation", client.stderr)


class Starting(WithCertificates):
    def assert_refused(self, arguments, *said):
        done = run("serve", "--host", "127.0.0.1", "--port", "0", *arguments)
        self.assertEqual(done.returncode, 2, done)
        self.assertRegex(done.stderr, r"\Apushwire[^\n]+\n\Z")
        for part in said:
            self.assertIn(part, done.stderr)

    def test_says_what_is_wrong_with_the_files(self):
        other = self.folder.issue("other", names=["localhost"])
        path = self.folder.path
        encrypted = path / "encrypted.key"
        certificates._openssl("pkey", "-in", self.local.key, "-aes256", "-passout", "pass:secret", "-out", encrypted)
        (path / "empty.pem").write_text("")
        pair = ["--tls-cert", self.local.certificate, "--tls-key"]
        self.assert_refused(["--tls-cert", "/no/such.pem", "--tls-key", self.local.key], "cannot read /no/such.pem", "No such file")
        self.assert_refused([*pair, "/no/such.key"], "cannot read /no/such.key", "No such file")
        self.assert_refused([*pair, other.key], other.key, "does not fit", self.local.certificate)
        self.assert_refused([*pair, str(encrypted)], str(encrypted), "is encrypted", "without a passphrase")
        self.assert_refused([*pair, str(path / "empty.pem")], "holds no private key in PEM form")
        self.assert_refused(["--tls-cert", str(path / "empty.pem")], "holds no certificate in PEM form")
        self.assert_refused(["--tls-cert", self.local.certificate], "holds no private key")
        self.assert_refused([*pair, self.local.key, "--tls-client-ca", "/no/such.pem"], "cannot read /no/such.pem")
        self.assert_refused([*pair, self.local.key, "--tls-client-ca", self.local.key], "holds no certificates in PEM form")
        self.assert_refused([*pair, self.local.key, "--tls-cert", other.certificate], "--tls-key", "2 and 1")
        for alone in (("client-ca", str(self.folder.ca)), ("client-cert", "optional"), ("min-version", "1.3")):
            self.assert_refused([f"--tls-{alone[0]}", alone[1]], f"--tls-{alone[0]} needs --tls-cert")
        self.assert_refused(["--listen", "wss://127.0.0.1:0"], "wss://127.0.0.1:0 needs a certificate")
        self.assert_refused([*pair, self.local.key, "--tls-min-version", "1.1"], "write 1.2 or 1.3")
        self.assert_refused([*pair, self.local.key, "--tls-client-cert", "perhaps"], "required or optional")

    def test_takes_a_key_from_the_certificates_file(self):
        both = self.folder.path / "both.pem"
        both.write_text(pathlib.Path(self.local.certificate).read_text() + pathlib.Path(self.local.key).read_text())
        with Server("--tls-cert", str(both)) as server, TlsPeer(server, self.folder.client()) as peer:
            self.assertIn("localhost", peer.names_shown())

    def test_warns_of_a_certificate_that_has_expired(self):
        with self.serve(issued=[self.folder.issue("late", names=["localhost"], days=-1)]) as server:
            server.err.wait_for("the warning", lambda lines: any(re.search(r"warning: .*late\.pem has expired on \d{4}-", line) for line in lines))

    def test_reads_the_files_from_the_configuration(self):
        config = self.folder.path / "pushwire.toml"
        config.write_text(f'tls-cert = ["{self.local.certificate}"]\ntls_key = ["{self.local.key}"]\n')
        with Server("--config", str(config)) as server:
            self.assertTrue(server.address.startswith("wss://"))


if __name__ == "__main__":
    unittest.main()
