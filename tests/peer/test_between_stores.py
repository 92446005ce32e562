"""One machine's store and another's: files come from the peer, and go on coming where it is gone or wrong."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

import hub
from hub.peer import serving
from hub.store import blobs
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server import Server

    from hub.peer.serving import PeerServer

DATA = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def theirs(tmp_path: Path) -> Layout:
    """Another machine's store, with one blob."""
    layout = Layout(tmp_path / "theirs")
    layout.blob(SHA256).parent.mkdir(parents=True)
    layout.blob(SHA256).write_bytes(DATA)
    return layout


@pytest.fixture
def peer(theirs: Layout, monkeypatch: pytest.MonkeyPatch) -> Iterator[PeerServer]:
    """Another machine, which HUB_SHARED names."""
    with serving.server(theirs, "127.0.0.1", 0) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("HUB_SHARED", f"http://127.0.0.1:{running.port}")
        yield running
        running.shutdown()


def url(server: Server, data: bytes = DATA) -> str:
    return server.url("ok", "a.bin#sha256=" + server.add("a.bin", data))


def test_a_peer_is_asked_first(peer: PeerServer, server: Server, home: Path) -> None:
    (path,) = hub.download(url(server), progress=False)

    assert path == Layout(home).blob(SHA256)
    assert path.read_bytes() == DATA
    assert server.requests == []


def test_what_a_peer_lacks_is_fetched_elsewhere_and_nobody_need_be_told(
    peer: PeerServer, server: Server, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = hub.download(url(server, b"other"), progress=True)

    assert path.read_bytes() == b"other"
    assert "404" not in capsys.readouterr().err


def test_a_file_without_a_whole_sha256_is_not_asked_for(peer: PeerServer, server: Server, home: Path) -> None:
    server.add("a.bin", DATA)

    hub.download(server.url("ok", f"a.bin#sha256={SHA256[:16]}"), progress=False)
    hub.download(server.url("ok", "a.bin"), force=True, progress=False)

    assert len(server.requests) == 2


def test_a_peer_that_gives_other_bytes_is_caught(peer: PeerServer, theirs: Layout, server: Server, home: Path) -> None:
    theirs.blob(SHA256).write_bytes(DATA[::-1])

    (path,) = hub.download(url(server), progress=False)

    assert path.read_bytes() == DATA
    assert [each.name for each in blobs.every(Layout(home))] == [SHA256]


def test_a_peer_that_is_gone_costs_little(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as deaf:  # its backlog is full: it neither answers nor refuses
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        fill = [socket.socket() for _ in range(3)]
        for each in fill:
            each.setblocking(False)
            each.connect_ex(deaf.getsockname())
        monkeypatch.setenv("HUB_SHARED", f"http://127.0.0.1:{deaf.getsockname()[1]}")
        address = url(server)
        begun = time.monotonic()

        (path,) = hub.download(address, progress=False)
        first, begun = time.monotonic() - begun, time.monotonic()
        hub.download(address, force=True, progress=False)
        second = time.monotonic() - begun
        for each in fill:
            each.close()

    assert path.read_bytes() == DATA
    assert first < 3
    assert second < 0.9  # it comes last now


def test_a_proxy_of_the_environment_does_not_come_between(
    peer: PeerServer, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    (path,) = hub.download(url(server), progress=False)

    assert path.read_bytes() == DATA


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_interrupted(
    number: signal.Signals, theirs: Layout, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-m", "hub", "serve", "--host", "127.0.0.1", "--port", "0"]
    environment = os.environ | {"HUB_HOME": str(theirs.home)}
    child = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    assert child.stdout is not None
    variable, _, address = child.stdout.readline().strip().partition("=")
    monkeypatch.setenv(variable, address)

    (path,) = hub.download(url(server), progress=False)
    child.send_signal(number)
    _, said = child.communicate(timeout=20)

    assert path.read_bytes() == DATA
    assert (child.returncode, server.requests) == (0, [])
    assert said.splitlines()[-1] == "served 1 file (1.0 MB) to 1 machine"
    assert re.search(rf"sha256:{SHA256[:16]}", said)


def test_a_port_that_is_taken_is_an_error_of_three_lines(peer: PeerServer, home: Path) -> None:
    command = [sys.executable, "-m", "hub", "serve", "--host", "127.0.0.1", "--port", str(peer.port)]

    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"HUB_HOME": str(home)}
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == f"hub: 127.0.0.1:{peer.port} cannot be served"
    assert len(done.stderr.splitlines()) == 3
