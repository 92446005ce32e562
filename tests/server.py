"""A real HTTP server on the loopback interface that serves files and misbehaves as its paths say.

The first part of a path is the fault, the rest the file: `/truncate/a.bin` promises all of a.bin and sends half of it.
Every request is recorded, so that tests can count them and look at their headers.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

RANGE = re.compile(r"bytes=(\d+)-$")
SLOW_PIECES = 40
SLOW_PAUSE = 0.05
DROP_EVERY = 64 << 10
TRICKLE = 1 << 10
LOGIN = "me:secret"
PAGE = b"<!DOCTYPE html><html><body>Quota exceeded</body></html>"


@dataclass
class Request:
    """One request as it came."""

    path: str
    headers: dict[str, str]

    @property
    def range_start(self) -> int:
        found = RANGE.match(self.headers.get("Range", ""))
        return int(found[1]) if found else 0


@dataclass
class Server:
    """The server as tests see it. `files` maps names to bytes; both it and `requests` can be changed at any time."""

    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

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

    def first_time(self, path: str) -> bool:
        with self.lock:
            self.seen[path] = self.seen.get(path, 0) + 1
            return self.seen[path] == 1


class _Quiet(ThreadingHTTPServer):
    """A client that goes away, as killed processes do, is no news."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    shared: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
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
        with self.shared.lock:
            self.shared.requests.append(Request(self.path, dict(self.headers)))

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    # --- well-behaved -------------------------------------------------------------------------------------------

    def _ok(self, name: str) -> None:
        """Ranges and a strong ETag."""
        self._serve(self.shared.files[name], etag=self._etag(name))

    def _no_etag(self, name: str) -> None:
        """Ranges, but nothing to tell versions apart by."""
        self._serve(self.shared.files[name], etag="")

    def _no_ranges(self, name: str) -> None:
        self._send(200, self.shared.files[name], {"ETag": self._etag(name)})

    def _weak_etag(self, name: str) -> None:
        self._serve(self.shared.files[name], etag=f"W/{self._etag(name)}")

    def _slow(self, name: str) -> None:
        """The whole body takes two seconds."""
        data = self.shared.files[name]
        start = self._start(self._etag(name))
        self._head(206 if start else 200, len(data) - start, self._range_headers(start, data, self._etag(name)))
        step = len(data) // SLOW_PIECES + 1
        for place in range(start, len(data), step):
            self.wfile.write(data[place : place + step])
            time.sleep(SLOW_PAUSE)

    def _unmeasured(self, name: str) -> None:
        """The end of the connection is the end of the file."""
        self._head(200, None, {"Connection": "close"})
        self.wfile.write(self.shared.files[name])
        self.close_connection = True

    def _redirect(self, name: str) -> None:
        self._send(302, b"", {"Location": f"/ok/{name}"})

    def _simple(self, name: str) -> None:
        """A package index (PEP 503), whose files lie under /ok/ and whose digests stand in the fragments."""
        self._index(name, lambda file: hashlib.sha256(self.shared.files[file]).hexdigest())

    def _lying_simple(self, name: str) -> None:
        """A package index whose digests are of other files."""
        self._index(name, lambda _: "1" * 64)

    def _json_simple(self, name: str) -> None:
        """A package index in its JSON form (PEP 691)."""
        files = [
            {"filename": file, "url": f"/ok/{file}", "hashes": {"sha256": hashlib.sha256(data).hexdigest()}}
            for file, data in self._project(name).items()
        ]
        if not files:
            self._404(name)
            return
        table = {"meta": {"api-version": "1.0"}, "name": name.strip("/"), "files": files}
        self._send(200, json.dumps(table).encode(), {"Content-Type": "application/vnd.pypi.simple.v1+json"})

    def _binary_simple(self, _: str) -> None:
        """A package index that is none."""
        self._send(200, b"{", {"Content-Type": "application/octet-stream"})

    def _cut_json_simple(self, _: str) -> None:
        self._send(200, b'{"meta": ', {"Content-Type": "application/vnd.pypi.simple.v1+json"})

    def _empty_json_simple(self, _: str) -> None:
        self._send(200, b"{}", {"Content-Type": "application/vnd.pypi.simple.v1+json"})

    def _future_json_simple(self, _: str) -> None:
        self._send(200, b'{"meta": {"api-version": "9.0"}}', {"Content-Type": "application/vnd.pypi.simple.v1+json"})

    # --- faults -------------------------------------------------------------------------------------------------

    def _truncate(self, name: str) -> None:
        """Promises everything, sends half, every time, and has no ranges."""
        data = self.shared.files[name]
        self._head(200, len(data), {})
        self._cut(data[: len(data) // 2])

    def _truncate_once(self, name: str) -> None:
        """Sends half the first time, whatever was asked for from then on."""
        data = self.shared.files[name]
        if self.shared.first_time(self.path):
            self._head(200, len(data), {"ETag": self._etag(name), "Accept-Ranges": "bytes"})
            self._cut(data[: len(data) // 2])
        else:
            self._ok(name)

    def _drop(self, name: str) -> None:
        """Breaks off after every 64 KiB."""
        data, etag = self.shared.files[name], self._etag(name)
        start = self._start(etag)
        self._head(206 if start else 200, len(data) - start, self._range_headers(start, data, etag))
        self._cut(data[start : start + DROP_EVERY])

    def _500(self, _: str) -> None:
        self._send(500, b"out of order", {})

    def _404(self, _: str) -> None:
        self._send(404, b"no such file", {})

    def _503_once(self, name: str) -> None:
        if self.shared.first_time(self.path):
            self._send(503, b"busy", {"Retry-After": "7"})
        else:
            self._ok(name)

    def _html(self, _: str) -> None:
        """What dead hosts and captive portals send."""
        self._send(200, PAGE, {"Content-Type": "text/html; charset=utf-8"})

    def _wrong(self, name: str) -> None:
        """As many bytes, but others."""
        self._serve(bytes(255 - byte for byte in self.shared.files[name]), etag="")

    def _longer(self, name: str) -> None:
        self._send(200, self.shared.files[name] + b"more", {})

    def _endless(self, name: str) -> None:
        """More than the file, without saying how much."""
        self._head(200, None, {})
        self.wfile.write(self.shared.files[name] * 4)
        self.close_connection = True

    def _wrong_range(self, name: str) -> None:
        """Answers a range with one that begins a byte later."""
        data, start = self.shared.files[name], self._start("")
        if not start:
            self._drop(name)
            return
        self._send(206, data[start + 1 :], self._range_headers(start + 1, data, ""))

    def _shifted_range(self, name: str) -> None:
        """Gives the whole file, but a range that begins a byte later than asked for."""
        data, start = self.shared.files[name], self._start("")
        begin = start + 1 if start else 0
        self._send(206 if start else 200, data[begin:], self._range_headers(begin, data, ""))

    def _nameless_range(self, name: str) -> None:
        """Answers a range without saying which."""
        data, start = self.shared.files[name], self._start("")
        self._send(206 if start else 200, data[start:], {})

    def _uninvited_range(self, name: str) -> None:
        """Sends a part where the whole was asked for."""
        data = self.shared.files[name]
        self._send(206, data[5:], self._range_headers(5, data, ""))

    def _careless(self, name: str) -> None:
        """A new ETag each time, and ranges of whatever is there now: If-Range is ignored."""
        data, start = self.shared.files[name], self._start(self.headers.get("If-Range", ""))
        self._send(206 if start else 200, data[start:], self._range_headers(start, data, f'"{time.monotonic_ns()}"'))

    def _trickle(self, name: str) -> None:
        """Breaks off after a kilobyte, every time."""
        data, etag = self.shared.files[name], self._etag(name)
        start = self._start(etag)
        self._head(206 if start else 200, len(data) - start, self._range_headers(start, data, etag))
        self._cut(data[start : start + TRICKLE])

    def _ragged(self, name: str) -> None:
        """Has no ranges, and sends a half, a tenth, a half, a tenth ..."""
        data = self.shared.files[name]
        self._head(200, len(data), {"ETag": self._etag(name)})
        self._cut(data[: len(data) // (2 if len(self.shared.asked(self.path)) % 2 else 10)])

    def _stall(self, name: str) -> None:
        """Sends half and then nothing, without hanging up."""
        data = self.shared.files[name]
        self._head(200, len(data), {"ETag": self._etag(name)})
        self.wfile.write(data[: len(data) // 2])
        time.sleep(1)
        self.close_connection = True

    def _redirect_loop(self, name: str) -> None:
        self._send(302, b"", {"Location": f"/redirect-loop/{name}"})

    def _changing(self, name: str) -> None:
        """A new ETag each time, so that no range can be continued; the first body is cut."""
        etag = f'"{time.monotonic_ns()}"'
        data = self.shared.files[name]
        if self.shared.first_time(self.path):
            self._head(200, len(data), {"ETag": etag, "Accept-Ranges": "bytes"})
            self._cut(data[: len(data) // 2])
        else:
            self._serve(data, etag=etag)

    # --- parts --------------------------------------------------------------------------------------------------

    def _let_in(self, rest: str) -> str:
        expected = "Basic " + base64.b64encode(LOGIN.encode()).decode()
        return rest if self.headers.get("Authorization") == expected else "401/"

    def _401(self, _: str) -> None:
        self._send(401, b"who are you?", {"WWW-Authenticate": 'Basic realm="files"'})

    def _serve(self, data: bytes, *, etag: str) -> None:
        start = self._start(etag)
        if start >= len(data) > 0:
            self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        else:
            self._send(206 if start else 200, data[start:], self._range_headers(start, data, etag))

    def _start(self, etag: str) -> int:
        """Where to begin, as `Range` and `If-Range` say."""
        found = RANGE.match(self.headers.get("Range", ""))
        condition = self.headers.get("If-Range", etag)
        return int(found[1]) if found and condition == etag else 0

    def _etag(self, name: str) -> str:
        return self.shared.etag(name)

    def _range_headers(self, start: int, data: bytes, etag: str) -> dict[str, str]:
        headers = {"Accept-Ranges": "bytes"} | ({"ETag": etag} if etag else {})
        return headers | ({"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self._head(status, len(body), headers)
        self.wfile.write(body)

    def _head(self, status: int, length: int | None, headers: dict[str, str]) -> None:
        self.send_response(status)
        measured = {} if length is None else {"Content-Length": str(length)}
        for name, value in (measured | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def _cut(self, body: bytes) -> None:
        self.wfile.write(body)
        self.wfile.flush()
        self.close_connection = True

    def _project(self, name: str) -> dict[str, bytes]:
        wanted = name.strip("/").replace("-", "_")
        return {file: data for file, data in self.shared.files.items() if file.lower().startswith(wanted)}

    def _index(self, name: str, digest: Callable[[str], str]) -> None:
        top = "/private/ok" if self.path.startswith("/private/") else "/ok"
        links = [f'<a href="{top}/{file}#sha256={digest(file)}">{file}</a>' for file in self._project(name)]
        if links:
            self._send(200, "<br>".join(links).encode(), {"Content-Type": "text/html"})
        else:
            self._404(name)


def serve(folder: Path) -> Server:
    """Return a server of the files in a folder."""
    return Server({path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()})
