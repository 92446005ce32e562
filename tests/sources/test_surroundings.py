"""Own certificates and proxies, with a real TLS server and a real proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from secure import Proxy, SecureServer
from streams import drained

from hub.errors import Unreachable
from hub.sources import http, peer
from hub.sources.base import Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server import Server

DATA = bytes(range(256)) * 100
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CERTIFICATES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[SecureServer]:
    with SecureServer(tmp_path) as running:
        running.add("a.bin", DATA)
        yield running


def read(url: str) -> bytes:
    return drained(http.open_at(Location(url), 0, ""))[1]


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_of_ones_own_is_trusted(
    variable: str, secure: SecureServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(secure.authority))

    assert read(secure.url("ok", "a.bin")) == DATA


def test_an_authority_that_nobody_named_is_not_trusted(secure: SecureServer) -> None:
    with pytest.raises(Unreachable, match=r"(?i)certificate"):
        read(secure.url("ok", "a.bin"))

    assert secure.requests == []


def test_certificates_that_are_not_there_are_told(secure: SecureServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")

    with pytest.raises(Unreachable, match="nowhere"):
        read(secure.url("ok", "a.bin"))


def test_a_redirect_from_https_to_http_is_refused_by_a_real_server(
    secure: SecureServer, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.authority))

    with pytest.raises(Unreachable, match="from https to http"):
        read(secure.url("redirect-across", "a.bin"))


def test_a_token_goes_over_https(secure: SecureServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.authority))
    monkeypatch.setenv("HUB_TOKENS", f"{secure.host}=secret")

    read(secure.url("ok", "a.bin"))

    assert secure.requests[0].headers["Authorization"] == "Bearer secret"


def test_a_proxy_leads_to_https_hosts_through_a_tunnel(secure: SecureServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.authority))
    with Proxy(secure) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)

        assert read("https://files.example/ok/a.bin") == DATA

    assert proxy.asked == ["CONNECT files.example:443"]


def test_a_proxy_is_asked_for_http_hosts_and_sees_no_token(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.add("a.bin", DATA)
    monkeypatch.setenv("HUB_TOKENS", "files.example=secret")
    with Proxy(server) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)

        assert read("http://files.example/ok/a.bin") == DATA

    assert proxy.asked == ["GET http://files.example/ok/a.bin"]
    assert "Authorization" not in server.requests[0].headers


def test_no_proxy_keeps_hosts_from_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.add("a.bin", DATA)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    assert read(server.url("ok", "a.bin")) == DATA


def test_peers_are_near_and_asked_past_the_proxy(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    sha256 = server.add("a.bin", DATA)

    location = peer.locate(f"peer:{server.url('ok', 'a.bin')}")

    assert drained(peer.open_at(location, 0, ""))[1] == DATA
    assert sha256
