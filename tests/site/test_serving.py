"""The server of a built site: types, what is missing, and which folders it takes."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest
import requests

from hub import cli
from hub.errors import HubError, MissingFile
from hub.site import serving, watching

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TYPES = {
    "index.html": "text/html; charset=utf-8",
    "search.js": "text/javascript; charset=utf-8",
    "pagefind.wasm": "application/wasm",
    "index.json": "application/json",
    "mnist.toml": "application/toml",
    "feed.xml": "application/xml",
    "names.json.gz": "application/gzip",
    "zh_1.pf_index": "application/octet-stream",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in TYPES:
        (tmp_path / name).write_text(name)
    (tmp_path / "404.html").write_text("nothing here")
    (tmp_path / "assets").mkdir()
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with serving.server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("name", "kind"), TYPES.items())
def test_files_have_the_types_that_browsers_ask_for(address: str, name: str, kind: str) -> None:
    answer = requests.get(address + name, timeout=5)

    assert answer.headers["Content-Type"] == kind
    assert "Content-Encoding" not in answer.headers
    assert answer.text == name


@pytest.mark.parametrize("path", ["nowhere/", "assets/", "%2e%2e/%2e%2e/etc/passwd"])
def test_what_is_not_there_is_the_sites_own_page(address: str, path: str) -> None:
    answer = requests.get(address + path, timeout=5)

    assert (answer.status_code, answer.text) == (404, "nothing here")


def test_a_folder_without_a_site_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(MissingFile, match="there is no site"):
        serving.server(tmp_path, 0)

    assert cli.run(["site", "serve", str(tmp_path)]) == 1
    assert "hub site build" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(HubError, match=f"port {port} cannot be served"):
            serving.server(folder, port)


def test_what_changes_among_cards_is_followed_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "datasets").mkdir()
    before, end, made = watching.state(tmp_path), threading.Event(), threading.Semaphore(0)
    follower = threading.Thread(target=watching.follow, args=(tmp_path, before, made.release, end))
    follower.start()

    (tmp_path / "datasets/a.toml").write_text("one")
    first = made.acquire(timeout=30)
    (tmp_path / "datasets/a.toml").write_text("other")
    second = made.acquire(timeout=30)
    (tmp_path / "notes.txt").write_text("no card")
    end.set()
    follower.join()

    assert first
    assert second
    assert not made.acquire(blocking=False)


def test_cards_that_nobody_watches_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["site", "serve", "--cards", str(tmp_path)]) == 2
    assert "--cards needs --watch" in capsys.readouterr().err
