"""What is wrong with a collection of cards as a whole, besides what is wrong with each: `hub site check`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hub.cards import DatasetCard, ModelCard
from hub.cards.artifacts import FILES
from hub.cards.catalog import Entry, Project, Publication
from hub.registry.folder import FOLDERS
from hub.registry.spelling import normal
from hub.site import references
from hub.site.collection import API, Fault
from hub.site.registry.cards import artifacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hub.cards import Card
    from hub.cards.api import Name
    from hub.site.collection import Collection, Listed


def check(collection: Collection) -> list[Fault]:
    """Return every fault of the collection, in order of file and key; opens no file and asks no host.

    References, tags, categories and files beside the cards must exist, a name must be one entry's alone, summaries must
    be there in both languages, and a paper's card must agree with the cards that name the paper.
    """
    found = [*collection.faults, *_dangling(collection), *_twice(collection), *_of_categories(collection)]
    found += [*_of_api(collection), *_of_measured(collection)]
    for entry in collection.entries.values():
        found += [Fault(entry.path, key, message) for key, message in _faults(entry, collection)]
    return sorted(found, key=lambda fault: (str(fault.path), fault.key, fault.message))


def _dangling(collection: Collection) -> Iterator[Fault]:
    for mention in references.find(collection).mentions:
        if mention.target not in collection.entries:
            yield Fault(mention.source.path, mention.key, _missing(mention.target))


def _missing(target: str) -> str:
    return f"there is no {target!r}: no card of that name in {FOLDERS[target.partition('/')[0]]}/"


def _of_api(collection: Collection) -> Iterator[Fault]:
    for id_, library in collection.api.items():
        path = collection.folder / API / f"{id_}.toml"
        if library.project not in collection.entries:
            yield Fault(path, "project", _missing(library.project))
        for number, name in enumerate(library.names):
            for key, message in _of_name(name, collection):
                yield Fault(path, f"names[{number}].{key}", message)


def _of_measured(collection: Collection) -> Iterator[Fault]:
    """A results file is shown on the page of its dataset; its model may be anybody's."""
    for each in collection.measured:
        target = f"dataset/{each.results.dataset}"
        if target not in collection.entries:
            yield Fault(each.path, "dataset", _missing(target))


def _of_name(name: Name, collection: Collection) -> Iterator[tuple[str, str]]:
    for number, target in enumerate(name.related):
        if target not in collection.entries:
            yield f"related[{number}]", _missing(target)
    for number, each in enumerate(name.use_instead):
        if each.card and each.card not in collection.entries:
            yield f"use_instead[{number}].card", _missing(each.card)
        if each.url:
            yield from _bad_url(f"use_instead[{number}].url", each.url)


def _twice(collection: Collection) -> Iterator[Fault]:
    """Datasets are found by id and aliases, models by their variants': each may mean one thing alone."""
    taken: dict[tuple[str, str], Listed] = {}
    for entry in collection.entries.values():
        for name in sorted({normal(each) for each in _names(entry)}):
            first = taken.setdefault((entry.kind, name), entry)
            if first is not entry:
                yield Fault(entry.path, "", f"{name!r} already means {first.reference} ({first.path.name})")


def _names(entry: Listed) -> Iterable[str]:
    card = entry.card
    if isinstance(card, DatasetCard):
        return (entry.id, *card.names)
    if isinstance(card, ModelCard):
        return [name for variant in card.variants for name in (variant.name, *variant.aliases)]
    return (entry.id,)


def _of_categories(collection: Collection) -> Iterator[Fault]:
    path = collection.folder / "catalog" / "categories.toml"
    for name, category in collection.categories.items():
        for number, tag in enumerate(category.tags):
            if tag not in collection.tags:
                yield Fault(path, f"{name}.tags[{number}]", f"{tag!r} is not in catalog/tags.toml")


def _faults(entry: Listed, collection: Collection) -> Iterator[tuple[str, str]]:
    card = entry.card
    if not card.summary.zh:
        yield "summary.zh", "missing: every summary is there in English and Chinese"
    if isinstance(card, Entry):
        yield from _of_entry(card, collection)
    else:
        yield from _of_paper(entry, collection)
        yield from _bad_url("homepage", card.homepage)
        yield from _of_files(card, collection)


def _of_files(card: Card, collection: Collection) -> Iterator[tuple[str, str]]:
    for artifact in artifacts(card):
        for source in artifact.sources:
            name = source.url.partition("#")[0]
            if FILES.fullmatch(source.url) and not (collection.folder / name).is_file():
                yield f"artifacts[{artifact.name}]", f"{name} is not there, beside the cards"


def _of_entry(card: Entry, collection: Collection) -> Iterator[tuple[str, str]]:
    for number, tag in enumerate(card.tags):
        if tag not in collection.tags:
            yield f"tags[{number}]", f"{tag!r} is not in catalog/tags.toml"
    if isinstance(card, Project) and card.category not in collection.categories:
        yield "category", f"{card.category!r} is not in catalog/categories.toml"
    for key in ("url", "repository", "documentation", "online", "code", "videos"):
        if url := getattr(card, key, None):
            yield from _bad_url(key, url)


def _of_paper(entry: Listed, collection: Collection) -> Iterator[tuple[str, str]]:
    paper = entry.card.paper if isinstance(entry.card, DatasetCard | ModelCard) else None
    if paper is None:
        return
    found = collection.papers.get(paper.url)
    if found is None:
        if collection.of_kind("paper"):
            yield "paper.url", f"no card in {FOLDERS['paper']}/ has this address"
    elif isinstance(found.card, Publication) and (found.card.name, found.card.year) != (paper.title, paper.year):
        yield "paper", f"{found.path.name} says {found.card.name!r}, {found.card.year}"


def _bad_url(key: str, url: str) -> Iterator[tuple[str, str]]:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        yield key, f"{url!r} is no address on the web"
