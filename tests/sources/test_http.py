"""`http:` and `https:` sources: ranges, redirects, credentials, and what an error says."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

import pytest
import requests
from streams import drained

from hub.errors import BadStatus, NotTheFile, SourceError, Unreachable
from hub.sources import http
from hub.sources.base import Connection, Location, shown
from hub.sources.session import RedirectRefused, Session

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

DATA = bytes(range(256)) * 100


def read(location: Location, offset: int = 0, validator: str = "") -> tuple[int, bytes]:
    """Return where the stream began and what it gave."""
    return drained(http.open_at(location, offset, validator))


def at(server: Server, fault: str, name: str = "a.bin", **options: str) -> Location:
    server.add("a.bin", DATA)
    return Location(server.url(fault, name, **options))


def test_a_file_is_read_with_its_size_and_strong_etag(server: Server) -> None:
    location = at(server, "ok")

    stream = http.open_at(location, 0, "")
    stream.close()

    assert (stream.total, stream.validator) == (len(DATA), server.etag("a.bin"))
    assert read(location) == (0, DATA)


def test_a_weak_etag_is_no_validator(server: Server) -> None:
    stream = http.open_at(at(server, "weak-etag"), 0, "")
    stream.close()

    assert stream.validator == ""


def test_a_range_names_its_condition(server: Server) -> None:
    location = at(server, "ok")

    assert read(location, 100, server.etag("a.bin")) == (100, DATA[100:])
    headers = server.requests[-1].headers
    assert (headers["Range"], headers["If-Range"]) == ("bytes=100-", server.etag("a.bin"))


@pytest.mark.parametrize("fault", ["no-ranges", "shifted-range", "nameless-range", "careless", "ok"])
def test_what_cannot_be_continued_begins_at_the_start(fault: str, server: Server) -> None:
    assert read(at(server, fault), 100, '"older"') == (0, DATA)


def test_an_offset_beyond_the_end_begins_at_the_start(server: Server) -> None:
    assert read(at(server, "ok"), len(DATA) + 1) == (0, DATA)


def test_no_compression_on_the_way_is_asked_for(server: Server) -> None:
    read(at(server, "ok"))

    assert server.requests[0].headers["Accept-Encoding"] == "identity"
    assert server.requests[0].headers["User-Agent"].startswith("hub/")


@pytest.mark.parametrize(("fault", "status"), [("404", 404), ("500", 500), ("401", 401)])
def test_a_status_that_is_no_file_is_told(fault: str, status: int, server: Server) -> None:
    with pytest.raises(BadStatus) as caught:
        read(at(server, fault))

    assert (caught.value.status, caught.value.exit_code) == (status, 4)


def test_the_time_a_busy_server_asks_for_is_kept(server: Server) -> None:
    with pytest.raises(BadStatus) as caught:
        read(at(server, "503-once"))

    assert caught.value.retry_after == 7.0


def test_a_web_page_is_not_the_file(server: Server) -> None:
    with pytest.raises(NotTheFile, match="sent a web page instead of the file"):
        read(at(server, "html"))


def test_a_web_page_that_was_asked_for_is_the_file(server: Server) -> None:
    _, found = read(at(server, "html", "a.html"))

    assert found.startswith(b"<!DOCTYPE html>")


def test_a_connection_that_breaks_is_told(server: Server) -> None:
    with pytest.raises(Unreachable, match="broke off"):
        read(at(server, "truncate"))


def test_a_host_that_does_not_answer_is_told(server: Server) -> None:
    location = at(server, "ok")
    server.__exit__()

    with pytest.raises(Unreachable, match="cannot be reached"):
        read(location)
    server.__enter__()


def test_a_redirect_is_followed_with_its_range(server: Server) -> None:
    assert read(at(server, "redirect"), 100) == (100, DATA[100:])


def test_a_redirect_that_never_ends_is_told(server: Server) -> None:
    with pytest.raises(Unreachable, match="cannot be reached"):
        read(at(server, "redirect-loop"))


@pytest.mark.parametrize(
    ("origin", "target", "refused"),
    [
        ("https://example.org/a", "http://example.org/a", True),
        ("https://example.org/a", "HTTP://example.org/a", True),
        ("https://example.org/a", "https://other.example.org/a", False),
        ("https://example.org/a", "/b", False),
        ("http://example.org/a", "https://example.org/a", False),
        ("http://example.org/a", "http://other.example.org/a", False),
    ],
)
def test_a_redirect_from_https_to_http_is_refused(origin: str, target: str, refused: bool) -> None:
    response = requests.Response()
    response.status_code, response.url = 302, origin
    response.headers["Location"] = target
    response.raw = io.BytesIO()
    session = Session(Connection())

    try:
        found = session.get_redirect_target(response)
    except RedirectRefused:
        found = None

    assert (found is None) == refused


def test_a_login_in_the_url_opens_the_door_and_shows_in_no_error(server: Server) -> None:
    assert read(at(server, "private/ok", login="me:secret")) == (0, DATA)
    with pytest.raises(BadStatus) as caught:
        read(at(server, "private/404", login="me:secret"))

    assert "secret" not in str(caught.value)
    assert "secret" not in caught.value.url


def test_a_login_in_netrc_opens_the_door(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    assert read(at(server, "private/ok")) == (0, DATA)


@pytest.mark.parametrize("fault", ["private/truncate", "private/500", "private/html", "private/uninvited-range"])
def test_no_error_shows_a_login_or_a_token(fault: str, server: Server) -> None:
    server.files["a.bin?token=hidden"] = DATA
    location = at(server, fault, "a.bin?token=hidden", login="me:secret")

    with pytest.raises(SourceError) as caught:
        read(location)

    assert "secret" not in f"{caught.value} {caught.value.url}"
    assert "hidden" not in f"{caught.value} {caught.value.url}"


def test_a_login_does_not_show_when_the_host_is_gone(server: Server) -> None:
    location = at(server, "ok", "a.bin", login="me:secret")
    server.__exit__()

    with pytest.raises(Unreachable) as caught:
        read(location)
    server.__enter__()

    assert "secret" not in f"{caught.value} {caught.value.url}"


def test_a_proxy_of_the_users_is_asked(server: Server) -> None:
    server.add("a.bin", DATA)
    through = Connection(proxy=f"http://{server.host}")

    with pytest.raises(BadStatus):
        read(Location("http://somewhere.invalid/a.bin", connection=through))

    assert [request.path for request in server.requests] == ["http://somewhere.invalid/a.bin"]


@pytest.mark.parametrize(
    ("url", "trusted"),
    [("https://a.example/x", True), ("https://a.example:8443/x", True), ("https://b.example/x", False)],
)
def test_certificates_are_checked_but_for_trusted_hosts(url: str, trusted: bool) -> None:
    session = Session(Connection(trusted_hosts=("a.example",), cert="/etc/own.pem", client_cert="/etc/me.pem"))

    merged = session.merge_environment_settings(url, {}, None, None, None)

    assert merged["verify"] == (False if trusted else "/etc/own.pem")
    assert session.cert == "/etc/me.pem"


def test_a_url_is_shown_without_user_password_query_and_fragment() -> None:
    assert shown("https://me:pw@example.org:8080/a/b.zip?token=1#x") == "https://example.org:8080/a/b.zip"


def test_a_file_that_was_compressed_on_the_way_is_not_the_file(server: Server) -> None:
    with pytest.raises(NotTheFile, match="compressed on the way"):
        read(at(server, "gzipped"))


def test_a_compressed_file_that_a_server_says_was_compressed_is_the_file(server: Server) -> None:
    server.add("a.tar.gz", DATA)

    offset, found = read(Location(server.url("gzipped", "a.tar.gz")))

    assert (offset, gzip.decompress(found)) == (0, DATA)
