"""A proxy in front of an object store that goes wrong as it is told to, and counts what it is asked for."""

from __future__ import annotations

import http.client
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

SLOW_DOWN = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
HOP = ("connection", "transfer-encoding", "content-length", "date", "server")


class Faulty:
    """Hands everything on to `endpoint`; each entry of `faults` spoils one request for a range."""

    def __init__(self, endpoint: str) -> None:
        self.faults: deque[str | Callable[[], object]] = deque()
        self.ranges: list[str] = []
        self.sent = 0
        self.written: Callable[[str], object] = lambda _: None
        """Is told the path of each object that is written."""
        faulty, target = self, urlsplit(endpoint).netloc

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                faulty.answer(self, target)

            do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815  the names that http.server calls

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """Whoever has read enough hangs up."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, asked: BaseHTTPRequestHandler, target: str) -> None:
        ranged = asked.headers.get("Range", "")
        fault = self.faults.popleft() if ranged and self.faults else ""
        if ranged:
            self.ranges.append(ranged)
        if callable(fault):
            fault()
        if fault == "busy":
            self._say(asked, 503, {"Content-Type": "application/xml"}, SLOW_DOWN)
            return
        if asked.command == "PUT":
            self.written(urlsplit(asked.path).path)
        connection = http.client.HTTPConnection(target)
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        connection.request(asked.command, asked.path, body, dict(asked.headers))
        found = connection.getresponse()
        data = found.read()
        headers = {name: value for name, value in found.getheaders() if name.lower() not in HOP}
        if asked.command == "HEAD":
            self._say(asked, found.status, headers, b"", int(found.headers.get("Content-Length") or 0))
        elif fault == "truncated":
            self._say(asked, found.status, headers, data[: len(data) // 2], len(data))
            asked.close_connection = True
        elif fault == "short":
            self._say(asked, found.status, headers, data[: len(data) // 2])
        else:
            self._say(asked, found.status, headers, data)
        connection.close()

    def _say(
        self,
        asked: BaseHTTPRequestHandler,
        status: int,
        headers: dict[str, str],
        data: bytes,
        length: int | None = None,
    ) -> None:
        asked.send_response(status)
        for name, value in headers.items():
            asked.send_header(name, value)
        asked.send_header("Content-Length", str(len(data) if length is None else length))
        asked.end_headers()
        asked.wfile.write(data)
        self.sent += len(data)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
