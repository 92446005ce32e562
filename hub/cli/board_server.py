"""TensorBoard, started on a folder of runs until it is interrupted."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import click

from hub.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

HOST = "127.0.0.1"

PATIENCE = 120.0
"""Seconds for TensorBoard to start: on a busy machine its imports alone take twenty."""


def show(logdir: Path, port: int) -> None:
    """Run TensorBoard on a folder until it is interrupted; print where it is. Raises HubError if it does not start."""
    port = port or _free_port()
    address = f"http://{HOST}:{port}/"
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logdir), "--host", HOST, "--port", str(port)]
    with TemporaryFile() as said, _ending_with_us(subprocess.Popen(command, stdout=said, stderr=said)) as server:  # noqa: S603  our own words
        if not _answers(server, port):
            said.seek(0)
            last = said.read().decode(errors="replace").strip().splitlines()
            raise HubError(
                f"TensorBoard did not start at {address}",
                found=last[-1] if last else "no word",
                hint="take another --port",
            )
        click.echo(address)
        click.echo("TensorBoard is running; Ctrl-C ends it", err=True)
        server.wait()


@contextmanager
def _ending_with_us(server: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Ctrl-C, and what service managers send, end the server and then this command, without an error."""

    def end(_: int, __: FrameType | None) -> None:
        server.terminate()

    signals = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, end) for each in signals}
    try:
        yield server
    finally:
        server.terminate()
        server.wait()
        for each, earlier in before.items():
            signal.signal(each, earlier)


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server listens; return False if it ends or takes longer than anybody waits."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
