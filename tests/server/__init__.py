"""A real HTTP server on the loopback interface that serves files and misbehaves as its paths say.

The first part of a path is the fault, the rest the file: `/truncate/a.bin` promises all of a.bin and sends half of it.
Every request is recorded, so that tests can count them, look at their headers and at how many bytes were sent.

    answering    ranges, headers, bodies: what all answers are made of
    honest       servers as they should be, or may be
    breaking     connections that end, are reset, stall or crawl
    lengths      bodies that are not as long as was said, and compressed or chunked ones
    ranges       answers to ranges that are none, or others
    statuses     no file but a status, a page or a plea to come back later
    redirects    somewhere else
    versions     files that change or are not the published ones
    crowds       only so many connections at once
    indexes      package indexes
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import threading
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from server.breaking import Breaking
from server.crowds import Crowds
from server.honest import Honest
from server.indexes import Indexes
from server.lengths import Lengths
from server.ranges import Ranges
from server.redirects import Redirects
from server.statuses import Statuses
from server.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

LOGIN = "me:secret"


@dataclass
class Request:
    """One request as it came. `sent` counts the bytes of the body that were given to the connection."""

    path: str
    headers: dict[str, str]
    sent: int = 0

    @property
    def range_start(self) -> int:
        found = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(found[1]) if found else 0


@dataclass
class Server:
    """The server as tests see it. `files` maps names to bytes; both it and `requests` can be changed at any time."""

    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    rate: float = 64e6
    """Bytes per second of a connection of `/paced/`."""
    throttle: float = 0.0
    """Bytes per second of all connections, if they are to be slow."""
    left: int | None = None
    """How many bytes `/runs-dry/` will still send; None for any number."""
    places: int = 2
    """How many connections at once the faults of crowds let in."""
    inside: int = 0
    most_inside: int = 0

    def __enter__(self) -> Self:
        handler = type("Handler", (self.answers(),), {"shared": self})
        self._http = _Quiet(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answers(self) -> type[_Handler]:
        """Return the class that answers; a server that plays somebody else has another."""
        return _Handler

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._http.server_address[1]}"

    @property
    def other_host(self) -> str:
        """The same server under another name, which makes it another host."""
        return f"localhost:{self._http.server_address[1]}"

    def url(self, fault: str, name: str, *, login: str = "") -> str:
        return f"http://{login and login + '@'}{self.host}/{fault}/{name}"

    def add(self, name: str, data: bytes) -> str:
        """Serve `data` and return its sha256."""
        self.files[name] = data
        return hashlib.sha256(data).hexdigest()

    def etag(self, name: str) -> str:
        """Return the strong ETag of a file under /ok/."""
        return f'"{hashlib.md5(self.files[name], usedforsecurity=False).hexdigest()}"'

    def asked(self, path: str) -> list[Request]:
        """Return the requests whose path begins with `path`."""
        with self.lock:
            return [request for request in self.requests if request.path.startswith(path)]

    def times(self, path: str) -> int:
        """Count a look at `path` and return how many there were."""
        with self.lock:
            self.seen[path] = self.seen.get(path, 0) + 1
            return self.seen[path]

    def first_time(self, path: str) -> bool:
        return self.times(path) == 1

    @property
    def sent(self) -> int:
        """How many bytes of bodies were given to connections."""
        with self.lock:
            return sum(request.sent for request in self.requests)


class _Quiet(ThreadingHTTPServer):
    """A client that goes away, as killed processes do, is no news."""

    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(Crowds, Honest, Breaking, Lengths, Ranges, Statuses, Redirects, Versions, Indexes):
    """Answers a request as the first part of its path says: `/truncate-once/...` is `_truncate_once`."""

    def do_GET(self) -> None:  # noqa: N802  the name that http.server calls
        self._note()
        fault, _, name = self.path.lstrip("/").partition("/")
        if fault == "private":
            fault, _, name = self._let_in(name).partition("/")
        act: Callable[[str], None] = getattr(self, f"_{fault.replace('-', '_')}", self._404)
        try:
            act(name)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _note(self) -> None:
        self.request_seen = Request(self.path, dict(self.headers))
        with self.shared.lock:
            self.shared.requests.append(self.request_seen)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _let_in(self, rest: str) -> str:
        expected = "Basic " + base64.b64encode(LOGIN.encode()).decode()
        return rest if self.headers.get("Authorization") == expected else "401/"


def serve(folder: Path) -> Server:
    """Return a server of the files in a folder."""
    return Server({path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()})
