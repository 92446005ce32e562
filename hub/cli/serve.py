"""`hub serve`."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from hub.cli.options import quiet_option
from hub.progress import human_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from hub.peer.answers import Served
    from hub.peer.serving import PeerServer


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="The address to listen at.")  # noqa: S104
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8470, show_default=True, help="0 takes any that is free."
)
@quiet_option
def command(host: str, port: int, quiet: bool) -> None:
    """Serve the store to the machines nearby, read only and by digest, until Ctrl-C.

    The line that it prints, HUB_SHARED=http://..., is to be set on the others. They then ask this machine first for
    every file whose whole sha256 is known, compare what comes, and go elsewhere for what is not here.

    Nothing is listed and nothing can be written, but whoever reaches the port and knows the digest of a file can have
    it: --host 127.0.0.1 keeps it to this machine.
    """
    from hub import settings
    from hub.peer import serving
    from hub.store.layout import Layout

    tally = Tally(quiet=quiet)
    layout = Layout(settings.current().home)
    with serving.server(layout, host, port, told=tally.add) as server, _ended_by_signals(server):
        click.echo(f"HUB_SHARED={_address(host, server.port)}")
        click.echo(f"{layout.home} is served; Ctrl-C ends it", err=True)
        server.serve_forever()
    click.echo(str(tally), err=True)


class Tally:
    """What was given out, and to how many; each file a line on standard error unless `quiet`."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._lock = threading.Lock()
        self._clients: set[str] = set()
        self._files: set[str] = set()
        self._bytes = 0

    def add(self, served: Served) -> None:
        """Count an answer."""
        with self._lock:
            self._clients.add(served.client)
            self._files.add(served.sha256)
            self._bytes += served.count
            if served.count and not self._quiet:
                size = human_bytes(served.count)
                click.echo(f"{served.client}  {served.status}  {size:>8}  sha256:{served.sha256[:16]}...", err=True)

    def __str__(self) -> str:
        if not self._clients:
            return "nobody asked for anything that is here"
        files, machines = _count(self._files, "file"), _count(self._clients, "machine")
        return f"served {files} ({human_bytes(self._bytes)}) to {machines}"


def _count(things: set[str], name: str) -> str:
    return f"{len(things)} {name}{'s' * (len(things) != 1)}"


@contextmanager
def _ended_by_signals(server: PeerServer) -> Iterator[None]:
    """Ctrl-C, and what service managers send, end the server as they should: without an error."""

    def end(_: int, __: FrameType | None) -> None:
        # Not here: shutdown waits for serve_forever, which this very thread is in.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signals = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, end) for each in signals}
    try:
        yield
    finally:
        for each, earlier in before.items():
            signal.signal(each, earlier)
        sys.stdout.flush()


def _address(host: str, port: int) -> str:
    """Return the URL under which other machines reach this one, as far as it can tell."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104
        host = _own_address() or socket.gethostname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _own_address() -> str:
    """Return the address that packets to other networks carry; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1: nobody's (RFC 5737)
            return str(probe.getsockname()[0])
        except OSError:
            return ""
