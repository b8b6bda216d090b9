"""A receiver on this machine that behaves as its path says, and keeps what it was sent."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

STATUS = {"/ok": 204, "/down": 500, "/gone": 410, "/busy": 503, "/moved": 302, "/huge": 200}
MEGABYTE = b"x" * 1_000_000


class Got(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[Got] = []
        self.sent_bytes = 0
        self.answers: dict[str, int] = dict(STATUS)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def url(self, path: str = "/ok") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asks may hang up."""


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.got.append(Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        if self.path == "/hang":
            time.sleep(20)
        elif self.path == "/drip":
            self._drip()
        else:
            self._answer()

    def _answer(self) -> None:
        self.send_response(self.server.answers[self.path])
        if self.path == "/moved":
            self.send_header("Location", self.server.url("/ok"))
        if self.path == "/busy":
            self.send_header("Retry-After", "1800")
        self.end_headers()
        for _ in range(200 if self.path == "/huge" else 0):
            self.wfile.write(MEGABYTE)
            self.server.sent_bytes += len(MEGABYTE)

    def _drip(self) -> None:
        """A header that never ends, a letter at a time."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(200):
            self.wfile.write(b"a")
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, *_: Any) -> None:
        """Quietly."""
