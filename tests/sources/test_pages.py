"""Web pages that come where a file was asked for."""

from __future__ import annotations

import pytest
from server import Server
from server.statuses import PAGE, Statuses
from streams import drained

from hub.errors import NotTheFile
from hub.sources import http
from hub.sources.base import Location
from hub.sources.pages import looks_like_page

DATA = bytes(range(256)) * 100


def read(url: str, offset: int = 0) -> bytes:
    return drained(http.open_at(Location(url), offset, ""))[1]


class Network(Server):
    """A network that wants a log-in before it leads anywhere."""

    def answers(self) -> type:
        return type("Answers", (super().answers(),), {"_511": lambda self, _: Statuses._send(self, 511, PAGE, {})})


@pytest.mark.parametrize(
    "beginning",
    [
        b"<!doctype html>",
        b"\xef\xbb\xbf\r\n <!DOCTYPE HTML PUBLIC>",
        b"<html>",
        b"<HTML lang=en>",
        b'<?xml version="1.0"?><!DOCTYPE html >',
        b"<!-- a note -->\n<html\n>",
    ],
)
def test_the_beginnings_of_pages_are_known(beginning: bytes) -> None:
    assert looks_like_page(beginning)


@pytest.mark.parametrize(
    "beginning", [b"", b"PK\x03\x04", b"<", b"<svg>", b"<?xml version='1.0'?><annotation>", b"text <html>", b"<htmlet>"]
)
def test_data_is_no_page(beginning: bytes) -> None:
    assert not looks_like_page(beginning)


def test_a_page_that_calls_itself_data_is_told(server: Server) -> None:
    with pytest.raises(NotTheFile, match="sent a web page instead of the file") as caught:
        read(server.url("html-in-disguise", "a.zip"))

    assert caught.value.hint.startswith("open any page in a browser")


def test_a_page_that_was_asked_for_or_is_attached_is_the_file(server: Server) -> None:
    server.add("a.bin", PAGE)

    assert read(server.url("html-in-disguise", "a.html")) == PAGE
    assert read(server.url("attachment", "a.bin")) == PAGE


def test_what_was_looked_at_is_given_out_all_the_same(server: Server) -> None:
    for size in (0, 1, 511, 512, 513, len(DATA)):
        server.add("a.bin", DATA[:size])

        assert read(server.url("ok", "a.bin")) == DATA[:size]


def test_the_middle_of_a_file_may_look_like_anything(server: Server) -> None:
    server.add("a.bin", b"0123456789" + PAGE)

    assert read(server.url("ok", "a.bin"), 10) == PAGE


def test_a_network_that_wants_a_log_in_is_told() -> None:
    with Network() as network, pytest.raises(NotTheFile, match="asks to log in first") as caught:
        read(network.url("511", "a.bin"))

    assert caught.value.found == "status 511"


def test_a_portal_that_leads_to_its_page_is_told(server: Server) -> None:
    with pytest.raises(NotTheFile):
        read(server.url("portal", "a.bin"))
