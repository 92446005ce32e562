"""`pypi:` sources are found where the user's pip would find them, and are only ever read."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from hub.cards import Artifact, Source
from hub.digest import Digest
from hub.errors import BadStatus, DigestMismatch, InvalidInput, Unreachable
from hub.progress import Silent
from hub.sources import pip_settings, pypi
from hub.sources.pip_settings import PipSettings
from hub.transfer import Transfers

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

    from hub.store.layout import Layout

DATA = b"a source distribution"
SHA256 = hashlib.sha256(DATA).hexdigest()
FILE = "some_words-1.0.tar.gz"
URL = f"pypi:Some.Words==1.0/{FILE}"


def found(settings: PipSettings, url: str = URL) -> tuple[str, tuple[Digest, ...]]:
    location = pypi.locate_with(url, settings)
    return location.url, location.digests


def index(server: Server, fault: str = "simple", *, login: str = "") -> str:
    return server.url(fault, "", login=login)


@pytest.mark.parametrize("form", ["simple", "json-simple"])
def test_an_index_tells_where_the_file_is_and_its_digest(form: str, server: Server) -> None:
    server.add(FILE, DATA)

    url, digests = found(PipSettings(index_url=index(server, form)))

    assert url == server.url("ok", FILE)
    assert digests == (Digest("sha256", SHA256),)
    assert server.requests[0].path == f"/{form}/some-words/"


def test_the_file_is_chosen_by_its_exact_name(server: Server) -> None:
    for name in ("some_words-1.0.0.tar.gz", "some_words-1.0-py3-none-any.whl"):
        server.add(name, DATA)

    with pytest.raises(BadStatus) as caught:
        found(PipSettings(index_url=index(server)))

    assert caught.value.status == 404


def test_a_folder_of_files_comes_before_the_index(server: Server, tmp_path: Path) -> None:
    server.add(FILE, DATA)
    (tmp_path / FILE).write_bytes(DATA)

    url, digests = found(PipSettings(find_links=(str(tmp_path),), index_url=index(server)))

    assert (url, digests) == ((tmp_path / FILE).as_uri(), ())
    assert server.requests == []


@pytest.mark.parametrize("write", [str, lambda path: path.as_uri()], ids=["path", "url"])
def test_find_links_may_be_a_path_or_a_url(write: type[str], tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(DATA)

    url, _ = found(PipSettings(find_links=(write(tmp_path),), no_index=True))

    assert url == (tmp_path / FILE).as_uri()


def test_find_links_may_be_a_page_on_disk(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "links.html").write_text(f'<a href="files/{FILE}#sha256={SHA256}">{FILE}</a>')

    url, digests = found(PipSettings(find_links=(str(tmp_path / "links.html"),), no_index=True))

    assert url == (tmp_path / "files" / FILE).as_uri()
    assert digests == (Digest("sha256", SHA256),)


def test_find_links_may_be_a_page_on_a_host(server: Server) -> None:
    server.add(FILE, DATA)

    url, digests = found(PipSettings(find_links=(server.url("simple", "some-words/"),), no_index=True))

    assert (url, digests) == (server.url("ok", FILE), (Digest("sha256", SHA256),))


def test_an_index_may_be_a_folder(tmp_path: Path) -> None:
    page = tmp_path / "simple" / "some-words" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<a href="../../files/{FILE}">{FILE}</a>')

    url, _ = found(PipSettings(index_url=(tmp_path / "simple").as_uri()))

    assert url == (tmp_path / "files" / FILE).as_uri()


def test_the_extra_index_is_asked_where_the_first_lacks_the_project(server: Server, mirror: Server) -> None:
    mirror.add(FILE, DATA)

    url, _ = found(PipSettings(index_url=index(server), extra_index_urls=(index(mirror),)))

    assert url == mirror.url("ok", FILE)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "fault", ["500", "binary-simple", "cut-json-simple", "empty-json-simple", "future-json-simple"]
)
def test_an_index_that_is_out_of_order_is_followed_by_the_next(fault: str, server: Server, mirror: Server) -> None:
    mirror.add(FILE, DATA)

    url, _ = found(PipSettings(index_url=index(server, fault), extra_index_urls=(index(mirror),)))

    assert url == mirror.url("ok", FILE)


@pytest.mark.parametrize(
    "fault", ["500", "binary-simple", "cut-json-simple", "empty-json-simple", "future-json-simple"]
)
def test_an_only_index_that_is_out_of_order_is_a_network_error(fault: str, server: Server) -> None:
    with pytest.raises(Unreachable, match="no package index has some_words") as caught:
        found(PipSettings(index_url=index(server, fault)))

    assert caught.value.exit_code == 4


@pytest.mark.parametrize("fault", ["500", "401"])
def test_a_page_of_links_that_does_not_answer_is_a_network_error(fault: str, server: Server) -> None:
    with pytest.raises(Unreachable, match="did not answer"):
        found(PipSettings(find_links=(index(server, fault),), no_index=True))


def test_without_any_index_the_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BadStatus) as caught:
        found(PipSettings(find_links=(str(tmp_path), str(tmp_path / "nothing")), no_index=True))

    assert caught.value.status == 404


def test_a_login_of_the_index_is_used_for_its_files_and_shown_nowhere(
    server: Server, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add(FILE, DATA)
    monkeypatch.setenv("PIP_INDEX_URL", index(server, "private/simple", login="me:secret"))

    with Transfers(layout, Silent()) as transfers:
        got = transfers.get(Artifact(name="a", sha256=SHA256, sources=(Source(url=URL),)))

    assert got.path.read_bytes() == DATA
    assert "secret" not in got.source


def test_a_login_that_is_refused_is_shown_nowhere(server: Server) -> None:
    with pytest.raises(Unreachable) as caught:
        found(PipSettings(index_url=index(server, "private/simple", login="me:mistake")))

    assert "mistake" not in f"{caught.value} {caught.value.url}"


def test_an_index_whose_digest_disagrees_with_the_card_is_not_believed(
    server: Server, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add(FILE, DATA)
    monkeypatch.setenv("PIP_INDEX_URL", index(server, "lying-simple"))

    with Transfers(layout, Silent()) as transfers, pytest.raises(DigestMismatch) as caught:
        transfers.get(Artifact(name="a", sha256=SHA256, sources=(Source(url=URL),)))

    assert str(caught.value.expected) == f"sha256:{'1' * 64}"


@pytest.mark.parametrize("url", ["pypi:words", "pypi:words==1.0", "pypi:words==1.0/a/b", "pypi:==1/a", "pypi:a b==1/c"])
def test_a_malformed_source_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="is no pypi source"):
        pypi.locate_with(url, PipSettings(no_index=True))


def test_locating_asks_the_settings_of_the_users_pip(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.add(FILE, DATA)
    monkeypatch.setenv("PIP_INDEX_URL", index(server))
    pip_settings.current.cache_clear()

    assert pypi.locate(URL).url == server.url("ok", FILE)
