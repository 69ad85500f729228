"""What a browser, a supervisor and Prometheus get from `pushwire serve` over plain HTTP."""

import http.client
import re
import unittest

import websockets

from program import PATIENCE, ROOT, Server
from wire import CONTINUATION, Peer, frame

TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".svg": "image/svg+xml; charset=utf-8"}


class Http(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server("--log-level", "error"))
        # One connection for all requests of a test.
        self.connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=PATIENCE)
        self.addCleanup(self.connection.close)

    def ask(self, path, method="GET", **more):
        self.connection.request(method, path, **more)
        answer = self.connection.getresponse()
        answer.text = answer.read().decode()
        return answer

    def test_serves_every_file_of_the_page_as_it_is(self):
        files = [file for file in (ROOT / "web").iterdir() if file.suffix in TYPES]
        self.assertTrue(files)
        for file in files:
            with self.subTest(file.name):
                answer = self.ask(f"/{file.name}")
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.headers["Content-Type"], TYPES[file.suffix])
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(answer.headers["Cache-Control"], "no-cache")
                self.assertIn("default-src 'self'; connect-src 'self' ws: wss:", answer.headers["Content-Security-Policy"])
                self.assertEqual(answer.text, file.read_text())

    def test_serves_the_page_and_all_that_it_names(self):
        page = self.ask("/?language=zh")
        self.assertEqual(page.status, 200)
        self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
        self.assertEqual(page.text, (ROOT / "web/index.html").read_text())
        named = set(re.findall(r'(?:src|href)="([^"#:]+)"', page.text))
        self.assertTrue({"page.js", "style.css"} <= named)
        for name in named:
            self.assertEqual(self.ask(f"/{name}").status, 200, name)

    def test_answers_head_with_the_fields_of_get_and_no_body(self):
        for path in ("/", "/style.css", "/healthz", "/nothing"):
            with self.subTest(path):
                got = self.ask(path)
                head = self.ask(path, "HEAD")
                self.assertEqual(head.status, got.status)
                self.assertEqual(head.headers.items(), got.headers.items())
                self.assertEqual(int(head.headers["Content-Length"]), len(got.text.encode()))
                self.assertEqual(head.text, "")

    def test_says_that_it_is_well(self):
        answer = self.ask("/healthz")
        self.assertEqual((answer.status, answer.text), (200, "ok\n"))
        self.assertEqual(answer.headers["Content-Type"], "text/plain; charset=utf-8")

    def test_says_what_there_is_where_there_is_nothing(self):
        answer = self.ask("/nothing")
        self.assertEqual(answer.status, 404)
        for route in ("/echo", "/healthz", "/metrics"):
            self.assertIn(route, answer.text)

    def test_takes_get_and_head_only(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            with self.subTest(method):
                answer = self.ask("/", method, body="x=1" if method != "OPTIONS" else None)
                self.assertEqual(answer.status, 405)
                self.assertEqual(answer.headers["Allow"], "GET, HEAD")

    def test_asks_for_an_upgrade_where_only_websocket_is_spoken(self):
        for path in ("/echo", "/broadcast", "/topic/news"):
            with self.subTest(path):
                answer = self.ask(path)
                self.assertEqual(answer.status, 426)
                self.assertEqual(answer.headers["Upgrade"], "websocket")
                self.assertIn("upgrade", answer.headers["Connection"].lower())
                self.assertEqual(answer.headers["Sec-WebSocket-Version"], "13")


class Metrics(unittest.IsolatedAsyncioTestCase):
    async def test_counts_what_happened(self):
        with Server("--log-level", "error") as server:
            async with websockets.connect(server.url("/echo")) as echo, websockets.connect(server.url()) as greeted:
                await echo.send("12345")
                await echo.recv()
                await echo.send(b"123")
                await echo.recv()
                await greeted.send("")
                await greeted.recv()
                during = server.metrics()
            with Peer(server).open() as peer:
                peer.send(frame(CONTINUATION))
                peer.read_close()
                peer.read_to_end()
            with Peer(server) as peer:
                peer.send(b"nonsense\r\n\r\n")
                peer.read_to_end()
            after = server.metrics()

        self.assertEqual(during["pushwire_connections"], 2)
        self.assertEqual(during["pushwire_opened_total"], 2)
        self.assertEqual(during["pushwire_closed_total"], 0)
        self.assertEqual(during["pushwire_accepted_total"], 3)
        self.assertEqual(during["pushwire_messages_received_total"], 3)
        self.assertEqual(during["pushwire_received_bytes_total"], 8)
        self.assertEqual(during["pushwire_messages_sent_total"], 3)
        self.assertEqual(during["pushwire_sent_bytes_total"], 8 + len("server received message: \n"))
        self.assertEqual(during['pushwire_errors_total{error="continuation_unexpected"}'], 0)
        self.assertEqual(after["pushwire_connections"], 0)
        self.assertEqual(after["pushwire_opened_total"], 3)
        self.assertEqual(after["pushwire_closed_total"], 3)
        self.assertEqual(after["pushwire_requests_total"], 2)
        self.assertEqual(after["pushwire_refused_total"], 1)
        self.assertEqual(after['pushwire_errors_total{error="continuation_unexpected"}'], 1)
        self.assertEqual(after['pushwire_errors_total{error="request_malformed"}'], 1)

    def test_writes_them_as_prometheus_reads_them(self):
        sample = re.compile(r'pushwire_[a-z_]+(\{[a-z]+="[^"\\]*"\})? \d+')
        with Server("--log-level", "error") as server:
            connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE)
            connection.request("GET", "/metrics")
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
        self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertTrue(text.endswith("\n"))
        described = {}
        for line in text.splitlines():
            if line.startswith("# HELP "):
                described[line.split(" ")[2]] = None
            elif line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                self.assertIn(name, described)
                described[name] = kind
            else:
                self.assertRegex(line, sample)
                self.assertIsNotNone(sample.fullmatch(line))
                name = re.match(r"[a-z_]+", line).group()
                self.assertEqual(described[name], "counter" if name.endswith("_total") else "gauge")


if __name__ == "__main__":
    unittest.main()
