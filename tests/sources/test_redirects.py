"""Which redirects are followed, and what is shown to whom on the way."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pytest
import requests
from streams import drained

from hub.errors import Unreachable
from hub.sources import http, redirects
from hub.sources.base import Connection, Location
from hub.sources.session import RedirectRefused, Session

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

DATA = bytes(range(256)) * 100
PUBLIC = "https://1.1.1.1/a"


@pytest.mark.parametrize(
    "target",
    [
        "http://1.1.1.1/b",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fe80::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[fd00:ec2::254]/",
        "https://100.100.100.200/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://0.0.0.0/",
        "https://localhost/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "//",
    ],
)
def test_a_public_host_leads_neither_to_less_encryption_nor_inside(target: str) -> None:
    assert redirects.refusal(PUBLIC, target)


@pytest.mark.parametrize(
    ("origin", "target"),
    [
        (PUBLIC, "https://8.8.8.8/"),
        (PUBLIC, "https://10.0.0.7/"),  # a name of one's own network may mean that
        ("http://127.0.0.1:1/", "http://localhost:2/"),
        ("http://1.1.1.1/", "https://1.1.1.1/"),
        (PUBLIC, "https://nobody.invalid/"),
    ],
)
def test_other_redirects_are_followed(origin: str, target: str) -> None:
    assert redirects.refusal(origin, target) == ""


@pytest.mark.parametrize("target", ["https://169.254.169.254/", "http://[::/"])
def test_a_refused_redirect_is_an_error_of_requests(target: str) -> None:
    response = requests.Response()
    response.status_code, response.url = 302, PUBLIC
    response.headers["Location"] = target
    response.raw = io.BytesIO()

    with pytest.raises(RedirectRefused):
        Session(Connection()).get_redirect_target(response)


def test_a_redirect_to_a_file_says_so(server: Server) -> None:
    with pytest.raises(Unreachable, match="redirected to an address of the kind file"):
        http.open_at(Location(server.url("redirect-to-file", "a.bin")), 0, "")


def test_a_loop_ends_after_a_few_rounds(server: Server) -> None:
    with pytest.raises(Unreachable, match="cannot be reached"):
        http.open_at(Location(server.url("redirect-loop", "a.bin")), 0, "")

    assert len(server.requests) <= 11


class TestWhatOpensADoor:
    """A token, a login of the URL, a login of netrc: all for the host that was asked."""

    def test_a_token_is_shown_to_its_host(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HUB_TOKENS", f"{server.host}=secret")

        read(server, "ok")

        assert server.requests[0].headers["Authorization"] == "Bearer secret"

    def test_a_token_of_another_port_is_not(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HUB_TOKENS", "127.0.0.1=secret 127.0.0.1:1=secret")

        read(server, "ok")

        assert "Authorization" not in server.requests[0].headers

    def test_a_token_stays_on_its_host(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HUB_TOKENS", f"{server.host}=secret")

        read(server, "redirect")
        read(server, "redirect-across")

        kept = ["Authorization" in each.headers for each in server.requests]
        assert kept == [True, True, True, False]

    def test_no_token_goes_over_http_but_to_this_machine(self) -> None:
        session = Session(Connection(token="secret"))  # noqa: S106  of nobody

        shown = [session._token(url) for url in ("http://hub.lan/a", "https://hub.lan/a", "http://127.0.0.1:1/a")]

        assert shown == ["", "secret", "secret"]

    def test_a_login_of_the_url_stays_too(self, server: Server) -> None:
        server.add("a.bin", DATA)

        drained(http.open_at(Location(server.url("redirect-across", "a.bin", login="me:secret")), 0, ""))

        assert ["Authorization" in each.headers for each in server.requests] == [True, False]

    def test_a_login_of_netrc_stays_even_where_netrc_knows_the_next_host(
        self, server: Server, mirror: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        mirror.add("a.bin", DATA)

        follow(server, mirror.url("ok", "a.bin"))

        assert server.requests[0].headers["Authorization"].startswith("Basic ")
        assert "Authorization" not in mirror.requests[0].headers

    def test_a_login_in_the_url_comes_before_a_token(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HUB_TOKENS", f"{server.host}=secret")
        server.add("a.bin", DATA)

        drained(http.open_at(Location(server.url("ok", "a.bin", login="me:mine")), 0, ""))

        assert server.requests[0].headers["Authorization"] == f"Basic {base64.b64encode(b'me:mine').decode()}"


def read(server: Server, fault: str) -> None:
    server.add("a.bin", DATA)
    assert drained(http.open_at(Location(server.url(fault, "a.bin")), 0, ""))[1] == DATA


def follow(server: Server, target: str) -> None:
    """Ask a server that leads to `target`, on another port."""
    handler = server._http.RequestHandlerClass
    handler._elsewhere = lambda self, _: self._lead(target)  # type: ignore[attr-defined]
    drained(http.open_at(Location(server.url("elsewhere", "a.bin")), 0, ""))
