"""What a peer answers: blobs by their digests, whole or one range of them, and nothing else."""

from __future__ import annotations

import hashlib
import http.client
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.peer import answers, serving
from hub.peer.answers import Served, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.peer.serving import PeerServer
    from hub.store.layout import Layout

DATA = bytes(range(256)) * 400
SHA256 = hashlib.sha256(DATA).hexdigest()
PATH = f"/v1/blobs/sha256/{SHA256}"


@pytest.fixture
def told() -> list[Served]:
    """What was given out."""
    return []


@pytest.fixture
def peer(layout: Layout, told: list[Served]) -> Iterator[PeerServer]:
    """A server of a store with one blob."""
    layout.blob(SHA256).parent.mkdir(parents=True)
    layout.blob(SHA256).write_bytes(DATA)
    with serving.server(layout, "127.0.0.1", 0, told=told.append) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(peer: PeerServer, path: str = PATH, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    found = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return found


def test_a_blob_is_given_out_under_its_digest(peer: PeerServer, told: list[Served]) -> None:
    status, headers, body = ask(peer)

    assert (status, body) == (200, DATA)
    assert headers["etag"] == f'"{SHA256}"'
    assert headers["accept-ranges"] == "bytes"
    assert once_told(told) == [Served("127.0.0.1", SHA256, 200, len(DATA))]


def once_told(told: list[Served]) -> list[Served]:
    """Return what was told, once something is: whoever asks has the last byte before the server says so."""
    until = time.monotonic() + 10
    while not told and time.monotonic() < until:
        time.sleep(0.01)
    return told


def test_a_head_has_the_same_headers_and_no_body(peer: PeerServer) -> None:
    status, headers, body = ask(peer, method="HEAD")

    assert (status, body, headers["content-length"]) == (200, b"", str(len(DATA)))


@pytest.mark.parametrize(
    ("wanted", "begin", "end"),
    [("bytes=0-0", 0, 1), ("bytes=100-", 100, len(DATA)), ("bytes=100-199", 100, 200), ("bytes=-5", -5, len(DATA)),
     ("bytes=5-999999999", 5, len(DATA))],
)  # fmt: skip
def test_a_range_is_given_out(wanted: str, begin: int, end: int, peer: PeerServer) -> None:
    status, headers, body = ask(peer, range=wanted)

    assert (status, body) == (206, DATA[begin:end])
    first = begin % len(DATA)
    assert headers["content-range"] == f"bytes {first}-{end - 1}/{len(DATA)}"


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "bytes=-", "bytes=9-5", "pages=1-2", "bytes=a-b", "bytes=0-"])
def test_what_is_no_single_range_is_answered_with_the_whole(wanted: str, peer: PeerServer) -> None:
    status, _, body = ask(peer, range=wanted)

    assert (status, len(body)) == (200, len(DATA))


def test_a_range_of_another_state_is_answered_with_the_whole(peer: PeerServer) -> None:
    assert ask(peer, range="bytes=5-", if_range=f'"{SHA256}"')[0] == 206
    assert ask(peer, range="bytes=5-", if_range='"other"')[0] == 200


def test_a_range_beyond_the_end_is_refused(peer: PeerServer) -> None:
    status, headers, _ = ask(peer, range=f"bytes={len(DATA)}-")

    assert (status, headers["content-range"]) == (416, f"bytes */{len(DATA)}")


def test_whoever_has_it_need_not_get_it_again(peer: PeerServer) -> None:
    assert ask(peer, if_none_match=f'"{SHA256}"')[0] == 304


@pytest.mark.parametrize(
    "path",
    ["/", "/v1/blobs/sha256/", "/v1/blobs/sha256/" + "0" * 64, PATH + "/", PATH[:-1], PATH.upper(), PATH + "?x",
     "/v1/blobs/sha256/../../../registries.json", "/v1/blobs/sha256/%2e%2e", "/v1/refs"],
)  # fmt: skip
def test_nothing_else_is_there(path: str, peer: PeerServer, layout: Layout) -> None:
    layout.registries.write_text("{}")

    assert ask(peer, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_written(method: str, peer: PeerServer) -> None:
    assert ask(peer, method=method)[0] == 501


def test_what_is_under_way_is_not_given_out(peer: PeerServer, layout: Layout) -> None:
    digest = hashlib.sha256(b"half").hexdigest()
    (layout.partials / f"{digest}.me.1").mkdir(parents=True)
    (layout.partials / f"{digest}.me.1" / "data").write_bytes(b"ha")

    assert ask(peer, f"/v1/blobs/sha256/{digest}")[0] == 404


def test_a_connection_asks_several_times(peer: PeerServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=10)
    for path, status in ((PATH, 200), ("/", 404), (PATH, 200)):
        connection.request("GET", path)
        response = connection.getresponse()
        assert (response.status, len(response.read())) == (status, len(DATA) if status == 200 else 0)
    connection.close()


def test_whoever_hangs_up_midway_leaves_no_trace(peer: PeerServer, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", peer.port), timeout=10) as client:
            client.sendall(f"GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            client.recv(10)

    assert ask(peer)[0] == 200
    assert capsys.readouterr().err == ""


@given(st.text(max_size=30) | st.from_regex(r"bytes=[0-9]{0,4}-[0-9]{0,4}", fullmatch=True), st.integers(0, 3000))
def test_a_span_lies_within_the_file(wanted: str, size: int) -> None:
    span = answers.asked(wanted, size)

    assert span is None or 0 <= span.begin <= span.end <= span.size == size
    assert span is None or span.length > 0 or span == Span(0, 0, 0) or size == 0


def test_more_connections_than_are_served_are_asked_to_come_back(layout: Layout) -> None:
    with serving.server(layout, "127.0.0.1", 0, at_once=2) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        held = [http.client.HTTPConnection("127.0.0.1", running.port, timeout=10) for _ in range(2)]
        for each in held:
            each.request("GET", "/")
            each.getresponse().read()

        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as one_more:
            said = one_more.recv(1000)
        for each in held:
            each.close()
        running.shutdown()
        thread.join()

    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 1\r\n" in said
