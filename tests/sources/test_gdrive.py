"""`gdrive:` sources: every page that Drive is known to send, and that nothing but Drive is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from streams import drained

from hub import sources
from hub.errors import BadStatus, InvalidInput, NotTheFile
from hub.sources import gdrive
from hub.sources.base import FileRefused

if TYPE_CHECKING:
    from drive import Drive

    from hub.sources.base import Location

DATA = bytes(range(256)) * 100


def at(drive: Drive, mood: str, data: bytes = DATA) -> Location:
    drive.add("0B_file-1", data)
    return gdrive.locate_at("gdrive:0B_file-1", drive.address(mood))


def read(location: Location, offset: int = 0, validator: str = "") -> tuple[int, bytes]:
    """Return where the stream began and what it gave."""
    return drained(sources.open_at(location, offset, validator))


def refusal(location: Location) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        sources.open_at(location, 0, "")
    return caught.value


def test_a_file_id_is_found_at_google() -> None:
    location = sources.locate("gdrive:0B_file-1")

    assert location.host == "drive.usercontent.google.com"
    assert location.url.startswith("https://drive.usercontent.google.com/download?id=0B_file-1&")


@pytest.mark.parametrize("url", ["gdrive:", "gdrive:a b", "gdrive:../x", "gdrive:a&export=view", "gdrive://host/id"])
def test_what_is_no_file_id_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="no Google Drive source"):
        sources.locate(url)


@pytest.mark.parametrize(("mood", "requests"), [("free", 1), ("asks", 2), ("asks-with-cookie", 2)])
def test_a_file_comes_after_as_many_requests_as_drive_needs(mood: str, requests: int, drive: Drive) -> None:
    location = at(drive, mood)

    assert read(location) == (0, DATA)
    assert len(drive.requests) == requests


@pytest.mark.parametrize("mood", ["free", "asks", "asks-with-cookie"])
def test_a_file_is_continued_where_it_was_left(mood: str, drive: Drive) -> None:
    location = at(drive, mood)

    assert read(location, 700, drive.etag("0B_file-1")) == (700, DATA[700:])
    assert {request.range_start for request in drive.requests} == {700}


def test_a_file_that_was_replaced_begins_anew(drive: Drive) -> None:
    location = at(drive, "asks")

    assert read(location, 700, '"of another version"') == (0, DATA)


def test_cookies_of_one_file_do_not_reach_the_next(drive: Drive) -> None:
    location = at(drive, "asks-with-cookie")

    read(location)
    read(location)

    assert ["Cookie" in request.headers for request in drive.requests] == [False, True, False, True]


def test_a_file_that_is_a_web_page_is_a_file(drive: Drive) -> None:
    page = b"<html><title>Google Drive - Quota exceeded</title></html>"

    assert read(at(drive, "web-page", page)) == (0, page)


@pytest.mark.parametrize("mood", ["over-quota", "over-quota-403", "asks-over-quota"])
def test_a_used_up_quota_is_told_with_what_to_do(mood: str, drive: Drive) -> None:
    error = refusal(at(drive, mood))

    assert error.what == "Google Drive does not give out gdrive:0B_file-1: its download quota is used up for today"
    assert "Too many users" in str(error.found)
    assert error.hint.startswith("try again tomorrow")
    assert "https://drive.google.com/file/d/0B_file-1" in error.hint
    assert "data_dir=" in error.hint


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("forbidden", "Sorry, you can't download this file. The owner has disabled downloading."),
        ("gone", "Error 404 (Not Found)!!1"),
        ("sign-in", "Sign in - Google Accounts"),
        ("asks-for-ever", "asks for confirmation again and again"),
    ],
)
def test_any_other_page_is_told_in_its_own_words(mood: str, said: str, drive: Drive) -> None:
    error = refusal(at(drive, mood))

    assert said in error.what
    assert "data_dir=" in error.hint
    assert isinstance(error, NotTheFile)


def test_no_form_is_followed_away_from_google(drive: Drive) -> None:
    error = refusal(at(drive, "asks-elsewhere"))

    assert error.found == "drive.google.com.example.org"
    assert len(drive.requests) == 1


def test_no_form_is_followed_to_another_file(drive: Drive) -> None:
    error = refusal(at(drive, "asks-for-another"))

    assert error.found == "another"
    assert len(drive.requests) == 1


def test_a_page_about_the_moment_is_no_verdict_on_the_file(drive: Drive) -> None:
    with pytest.raises(BadStatus) as caught:
        sources.open_at(at(drive, "busy"), 0, "")

    assert caught.value.status == 429


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://drive.usercontent.google.com/download", True),
        ("https://doc-0k-docs.googleusercontent.com/x", True),
        ("http://drive.usercontent.google.com/download", False),
        ("https://evilgoogle.com/download", False),
        ("https://google.com.evil.org/download", False),
        ("https://drive.google.com@evil.org/download", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_encrypted_hosts_of_google_are_google(url: str, trusted: bool) -> None:
    assert gdrive._is_of_google(url) is trusted


def test_no_rubbish_breaks_the_reading_of_pages() -> None:
    page = gdrive.Page("<title>a<form id=download-form><input type=hidden></form><p class='uc-error-caption'>&#39")

    assert page.action == ""
    assert page.fields == {"": ""}
