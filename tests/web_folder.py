"""A web server of a folder, as hosts of static files are, which can be told to misbehave.

It answers If-None-Match with 304, ranges as `/ok/` of a Server does, and compresses if it is asked to. `redirects` maps
a path to where it is sent, `endless` names paths whose bodies do not end.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from server import Server, _Handler


@dataclass
class WebFolder(Server):
    """The server as tests see it."""

    folder: Path = field(default_factory=Path)
    redirects: dict[str, str] = field(default_factory=dict)
    endless: set[str] = field(default_factory=set)
    pages: bool = False
    """Whether what is not there is answered by a page with status 200."""
    down: bool = False

    def answers(self) -> type[_Handler]:
        return _WebHandler

    @property
    def address(self) -> str:
        return f"http://{self.host}/"

    def paths(self) -> list[str]:
        """Return what was asked for, in order."""
        return [request.path.lstrip("/") for request in self.requests]


class _WebHandler(_Handler):
    def do_GET(self) -> None:  # noqa: N802  the name that http.server calls
        self._note()
        server, path = self._web, self.path.lstrip("/")
        if server.down:
            self.close_connection = True
            self.connection.close()
        elif path in server.redirects:
            self._send(302, b"", {"Location": server.redirects[path]})
        elif path in server.endless:
            self._sends_for_ever()
        elif (server.folder / path).is_file():
            self._send_bytes((server.folder / path).read_bytes())
        elif server.pages:
            self._html(path)
        else:
            self._404(path)

    @property
    def _web(self) -> WebFolder:
        assert isinstance(self.shared, WebFolder)
        return self.shared

    def _send_bytes(self, data: bytes) -> None:
        etag = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
        if self.headers.get("If-None-Match") == etag:
            self._send(304, b"", {"ETag": etag})
        elif "gzip" in self.headers.get("Accept-Encoding", ""):
            self._send(200, gzip.compress(data), {"ETag": etag, "Content-Encoding": "gzip"})
        else:
            self._serve(data, etag=etag)

    def _sends_for_ever(self) -> None:
        self._head(200, None, {"Connection": "close"})
        self.close_connection = True
        while True:
            self.wfile.write(bytes(1 << 16))
