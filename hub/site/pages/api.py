"""The API index: what became of names that books and tutorials teach, one page a library and one with all names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from hub.cards.api import Status
from hub.site.collection import API
from hub.site.pages.site import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.cards.api import Library, Name
    from hub.cards.base import Text
    from hub.site.collection import Collection, Documented
    from hub.site.pages.site import Page, Site

STATUSES: tuple[Status, ...] = get_args(Status)


class Symbol(NamedTuple):
    """One name as searches find it: `place` is its page with its place on it, `summary` what it does."""

    name: str
    place: str
    summary: Text


def symbols(collection: Collection) -> list[Symbol]:
    """Return all names of the index, also under their spelling of today and those that people mistake them for.

    In order of names; none stands twice.
    """
    found: dict[str, Symbol] = {}
    for each in collection.documented:
        for spelling in _spellings(each.name):
            found.setdefault(spelling, Symbol(spelling, place_of(each), each.name.what))
    return [found[spelling] for spelling in sorted(found)]


def _spellings(name: Name) -> Iterator[str]:
    parent = name.name.rpartition(".")[0]
    yield name.name
    yield from filter(None, (name.today, name.v2))
    yield from (f"{parent}.{other}" for other in name.also)


def pages(site: Site) -> Iterator[Page]:
    """Yield the page with all names, and that of each library; none if there is no index."""
    libraries = by_size(site.collection.api)
    if not libraries:
        return
    yield site.page(
        "api.md.j2",
        "api",
        site.labels("sections", "api"),
        site.labels.api_intro,
        wide=True,
        libraries=libraries,
        statuses=_by_status(site.collection),
        place_in=lambda id_, name: f"api/{id_}#{libraries[id_].anchor(name)}",
    )
    for id_, library in libraries.items():
        yield _page(site, id_, library)


def by_size(libraries: Mapping[str, Library]) -> dict[str, Library]:
    """Return libraries by their ids, those with the most names first."""
    return dict(sorted(libraries.items(), key=lambda pair: (-len(pair[1].names), pair[0])))


def _by_status(collection: Collection) -> dict[Status, list[Documented]]:
    """Return the names of each status, without those that none has."""
    found = {status: [each for each in collection.documented if each.name.status == status] for status in STATUSES}
    return {status: names for status, names in found.items() if names}


def _page(site: Site, id_: str, library: Library) -> Page:
    return site.page(
        "api_library.md.j2",
        f"api/{id_}",
        site.labels.api_title.format(library=library.name),
        site.both(library.summary).replace("`", ""),
        library=library,
        parts_of=parts_of,
        file=f"{API}/{id_}.toml",
    )


class Parts(NamedTuple):
    """A signature in pieces, so that lines break between parameters alone."""

    name: str
    parameters: list[str]
    returns: str


def parts_of(signature: str) -> Parts:
    """Return the pieces of a signature; commas and brackets within a parameter stay in it.

    >>> parts_of("crop(img: Tensor, size: tuple[int, int] = (1, 2)) -> Tensor")
    Parts(name='crop', parameters=['img: Tensor', 'size: tuple[int, int] = (1, 2)'], returns='-> Tensor')
    """
    name, _, rest = signature.partition("(")
    parameters, depth = [""], 0
    for place, letter in enumerate(rest):
        if letter == ")" and depth == 0:
            return Parts(name, [each.strip() for each in parameters if each.strip()], rest[place + 1 :].strip())
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parameters.append("")
        else:
            parameters[-1] += letter
    return Parts(signature, [], "")
