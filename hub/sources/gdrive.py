"""`gdrive:<file id>` sources: a file that its owner shares with everyone on Google Drive.

Drive gives small files at once. For large ones it may first send a page with a form ("cannot scan this file for
viruses"), whose hidden fields have to come back with the page's cookies. Other pages say that a file has been asked
for too often today, or that it is shared no longer. Google documents none of this; these are the marks that
programs which fetch from Drive went by in 2026:

    <title>Google Drive - Virus scan warning</title>    <form id="download-form" action="..."> <input type="hidden" ...>
    <title>Google Drive - Quota exceeded</title>        <p class="uc-error-caption"> <p class="uc-error-subcaption">
    <title>Google Drive - Can't download file</title>   the same, if the owner forbids it
    <title>Error 404 (Not Found)!!1</title>             with status 404, also for files that are not shared
    <title>Sign in - Google Accounts</title>            after a redirect, if only some people may have it
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from hub.errors import InvalidInput
from hub.sources import http, pages
from hub.sources.base import FileRefused, Location
from hub.sources.session import Session

if TYPE_CHECKING:
    import requests

ADDRESS = "https://drive.usercontent.google.com"
# Drive's pages and its files come from hosts below these.
DOMAINS = (".google.com", ".googleusercontent.com")

FORM = re.compile(r"^gdrive:(?P<id>[A-Za-z0-9_-]+)$")

# The pages are some 3 kB; no page of interest is larger than this.
PAGE_LIMIT = 1 << 20
# With other statuses a page is about the moment and not about the file: asking again may help.
ABOUT_THE_FILE = (200, 400, 401, 403, 404, 410)

# The title and not the sentences below it, which change; in English, because the session asks for that.
QUOTA_TITLE = "Quota exceeded"
COMPLAINTS = ("uc-error-caption", "uc-error-subcaption")

BY_HAND = "fetch it with a browser from https://drive.google.com/file/d/{id} and give its folder as data_dir="


def locate(url: str) -> Location:
    """Return where Drive has the file; nobody is asked. Raises InvalidInput."""
    return locate_at(url, ADDRESS)


def locate_at(url: str, address: str) -> Location:
    """Return where a Drive at `address` has the file.

    >>> locate_at("gdrive:1aB_-2", "https://drive.example.org").url
    'https://drive.example.org/download?id=1aB_-2&export=download&confirm=t'
    """
    match = FORM.match(url)
    if match is None:
        raise InvalidInput(f"{url!r} is no Google Drive source", expected="gdrive:<file id>")
    # confirm=t: with it most large files come without the page that asks for confirmation.
    query = urlencode({"id": match["id"], "export": "download", "confirm": "t"})
    return Location(f"{address}/download?{query}", scheme="gdrive")


def open_at(location: Location, offset: int, validator: str, end: int | None = None) -> http.HttpStream:
    """Open a file of Drive as `http.open_at` does, confirming what has to be confirmed.

    Raises FileRefused if Drive sends a page that says why this file cannot be had, and what `http.open_at` raises.
    """
    stream = http.open_with(DriveSession(location), location, offset, validator, end)
    stream.has_ranges = False  # each connection would count against the file's quota
    return stream


class DriveSession(Session):
    """A session about one file, which answers the page that asks for confirmation; its cookies end with it."""

    def __init__(self, location: Location) -> None:
        super().__init__(location.connection)
        self.headers["Accept-Language"] = "en"
        self._address = location.url
        self._id = parse_qs(urlsplit(location.url).query)["id"][0]

    def get(self, url: str | bytes, **options: Any) -> requests.Response:  # noqa: ANN401  requests' own loose types
        """Return the answer with the file in it. Raises FileRefused."""
        response = super().get(url, **options)
        if not _speaks_of_the_file(response):
            return response
        page = _read(response)
        if page.action is None:
            raise self._refusal(page)
        response = super().get(self._confirmation(page, response.url), **options)
        if _speaks_of_the_file(response):
            raise self._refusal(_read(response))
        return response

    def _confirmation(self, page: Page, url: str) -> str:
        """Return the URL that the page's form leads to, if that is Drive's and about our file."""
        target = urljoin(url, page.action)
        if not _is_of_google(target) and _origin(target) != _origin(self._address):
            raise self._refused("its confirmation page leads away from Google", found=urlsplit(target).netloc)
        if page.fields.get("id") != self._id:
            raise self._refused("its confirmation page is about another file", found=page.fields.get("id"))
        return urlsplit(target)._replace(query=urlencode(page.fields)).geturl()

    def _refusal(self, page: Page) -> FileRefused:
        if QUOTA_TITLE in page.title:
            hint = f"try again tomorrow, or {BY_HAND}"
            return self._refused("its download quota is used up for today", found=page.summary, hint=hint)
        if page.action is not None:
            return self._refused("it asks for confirmation again and again", found=page.summary)
        return self._refused(page.summary or "it sent a web page instead", found=page.title)

    def _refused(self, reason: str, *, found: object, hint: str = BY_HAND) -> FileRefused:
        url = f"gdrive:{self._id}"
        what = f"Google Drive does not give out {url}: {reason}"
        return FileRefused(what, url=url, expected="the file", found=found, hint=hint.format(id=self._id))


class Page(HTMLParser):
    """What a page of Drive says. `action` and `fields` are those of the form that confirms, if it has one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._within = ""
        self._in_form = False
        self.feed(text)
        self.close()

    @property
    def title(self) -> str:
        return " ".join(self._texts.get("title", "").split())

    @property
    def summary(self) -> str:
        """What is wrong, in the words of the page."""
        said = [" ".join(self._texts[name].split()) for name in COMPLAINTS if name in self._texts]
        return " ".join(said)[:300] or self.title

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "title" or given.get("class") in COMPLAINTS:
            self._within = given.get("class") or tag
        elif tag == "form" and given.get("id") == "download-form":
            self.action, self._in_form = given.get("action", ""), True
        elif tag == "input" and self._in_form and given.get("type") == "hidden":
            self.fields[given.get("name", "")] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("title", "p"):
            self._within = ""
        self._in_form = self._in_form and tag != "form"

    def handle_data(self, data: str) -> None:
        if self._within:
            self._texts[self._within] = self._texts.get(self._within, "") + data


def _speaks_of_the_file(response: requests.Response) -> bool:
    """Whether a page came that says something about the file; a file that is a page comes as an attachment."""
    return response.status_code in ABOUT_THE_FILE and pages.says_page(response.headers)


def _read(response: requests.Response) -> Page:
    with response:
        return Page(response.raw.read(PAGE_LIMIT, decode_content=True).decode("utf-8", "replace"))


def _is_of_google(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and (parts.hostname or "").endswith(DOMAINS)


def _origin(url: str) -> tuple[str, str]:
    return urlsplit(url)[:2]
