"""A server that speaks TLS, with a certificate of an authority of its own; and a proxy, which leads anywhere."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import trustme
from server import Server

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self


class SecureServer(Server):
    """A server whose certificate is for 127.0.0.1, localhost and `files.example`; `authority` vouches for it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        own = trustme.CA()
        self.authority = folder / "authority.pem"
        own.cert_pem.write_to_path(str(self.authority))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        own.issue_cert("127.0.0.1", "localhost", "files.example").configure_cert(self._context)

    def __enter__(self) -> Self:
        super().__enter__()
        self._http.socket = self._context.wrap_socket(self._http.socket, server_side=True)
        return self

    def url(self, fault: str, name: str, *, login: str = "") -> str:
        return super().url(fault, name, login=login).replace("http:", "https:", 1)


class Proxy:
    """A proxy that takes every name for the one server behind it; `asked` are the lines of its requests."""

    def __init__(self, behind: Server) -> None:
        self.behind = behind
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        handler = type("Handler", (_Forward,), {"proxy": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def connect(self) -> socket.socket:
        host, _, port = self.behind.host.partition(":")
        return socket.create_connection((host, int(port)), timeout=10)


class _Forward(BaseHTTPRequestHandler):
    proxy: Proxy

    def do_GET(self) -> None:
        self.proxy.asked.append(f"GET {self.path}")
        path = urlsplit(self.path).path
        with self.proxy.connect() as there:
            there.sendall(f"GET {path} HTTP/1.0\r\nHost: {self.proxy.behind.host}\r\n\r\n".encode())
            while data := there.recv(65536):
                self.wfile.write(data)
        self.close_connection = True

    def do_CONNECT(self) -> None:
        self.proxy.asked.append(f"CONNECT {self.path}")
        self.send_response(200)
        self.end_headers()
        with self.proxy.connect() as there:
            self._tunnel(there)
        self.close_connection = True

    def _tunnel(self, there: socket.socket) -> None:
        here = self.connection
        while True:
            ready, _, _ = select.select([here, there], [], [], 10)
            if not ready:
                return
            for side in ready:
                data = side.recv(65536)
                if not data:
                    return
                (there if side is here else here).sendall(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
