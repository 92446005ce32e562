"""The server of a store: where it listens, how many connections it serves at a time, and how it ends."""

from __future__ import annotations

import socket
import sys
import threading
from http.server import HTTPServer
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any

from hub.errors import HubError
from hub.peer.answers import BlobHandler

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.peer.answers import Served
    from hub.store.layout import Layout

PORT = 8470
EVERYWHERE = "0.0.0.0"  # noqa: S104  a store that is served is meant for other machines

# Threads, and as many open files. Twice the connections that eight machines open at most.
AT_ONCE = 128

BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class PeerServer(ThreadingMixIn, HTTPServer):
    """A thread a connection, up to a number of them; the rest is asked to come back."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BlobHandler], at_once: int) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._free = threading.BoundedSemaphore(at_once)
        super().__init__(address, handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind without the base class's look-up of the machine's name, which can take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "hub", self.port

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  the base class's own
        if not self._free.acquire(blocking=False):
            self._refuse(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def _refuse(self, request: socket.socket) -> None:
        try:
            request.settimeout(1)
            request.sendall(BUSY)
        except OSError:
            pass  # it has gone already
        self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """A client that goes away, as killed processes do, is no news."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


def server(
    layout: Layout,
    host: str = EVERYWHERE,
    port: int = PORT,
    *,
    told: Callable[[Served], None] = lambda _: None,
    at_once: int = AT_ONCE,
) -> PeerServer:
    """Return a server of a store, bound and not yet serving; port 0 takes any that is free.

    `told` is called, from the connection's thread, with what was given out. Raises HubError if the address cannot be
    bound.
    """
    handler = type("Handler", (BlobHandler,), {"layout": layout, "told": staticmethod(told)})
    try:
        return PeerServer((host, port), handler, at_once)
    except (OSError, OverflowError) as error:
        raise HubError(
            f"{host}:{port} cannot be served",
            expected="an address of this machine and a port that is free",
            found=str(error),
            hint="--port 0 takes any port, --host 127.0.0.1 serves this machine alone",
        ) from error
