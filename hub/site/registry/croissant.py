"""Datasets as Croissant 1.0, the form in which dataset searches and other libraries read what a dataset is.

<https://docs.mlcommons.org/croissant/docs/croissant-spec.html>. There is one for each dataset whose files can be had
from an address and have a sha256 or an MD5: without either, Croissant's own reader refuses a file. Which records the
files hold is not said: only for tables could it be, and our readers do more than Croissant's words can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hub.cards import DatasetCard
from hub.cards.artifacts import FILES
from hub.sources import hugging_face

if TYPE_CHECKING:
    from hub.cards import Artifact
    from hub.cards.artifacts import Source
    from hub.digest import Digest
    from hub.site.collection import Collection, Listed

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

# Words of Croissant's own vocabulary, which the context maps to `cr:<word>`.
WORDS = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet", "format",
    "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
CONTEXT: dict[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{word: f"cr:{word}" for word in WORDS},
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".gz": "application/gzip",
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".npy": "application/x-npy",
    ".parquet": "application/vnd.apache.parquet",
    ".tar": "application/x-tar",
    ".tgz": "application/gzip",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".xz": "application/x-xz",
    ".zip": "application/zip",
}
# Not Python's own table of these, which differs from one machine to the next.
UNKNOWN_TYPE = "application/octet-stream"


class Served(NamedTuple):
    """A file as a host serves it."""

    url: str
    digest: Digest
    size: int | None


def files(collection: Collection, base_url: str) -> dict[str, bytes]:
    """Return file name -> Croissant of each dataset that can be told in it."""
    found = ((entry.id, of_dataset(entry, base_url)) for entry in collection.of_kind("dataset"))
    return {f"{name}.json": _as_json(table) for name, table in found if table is not None}


def of_dataset(entry: Listed, base_url: str) -> dict[str, object] | None:
    """Return a dataset as Croissant, or None if one of its files has no address or no digest."""
    card = entry.card
    if not isinstance(card, DatasetCard) or not card.artifacts:
        return None
    served = [_served(artifact, base_url) for artifact in card.artifacts]
    there = {each.url: each for each in served if each is not None}
    if None in served:
        return None
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": card.name,
        "alternateName": [name for name in (entry.id, *card.aliases) if name != card.name],
        "description": card.summary.en,
        "url": f"{base_url}datasets/{entry.id}/",
        "sameAs": card.homepage,
        "version": card.version,
        "license": card.license,
        "keywords": [*card.task, *card.modality],
        **_publication(card),
        "distribution": _distribution(list(there.values())),
    }


def _publication(card: DatasetCard) -> dict[str, object]:
    if card.paper is None:
        return {"citeAs": card.citation.strip()} if card.citation else {}
    people = [{"@type": "sc:Person", "name": name} for name in card.paper.authors]
    cited = card.citation.strip() or f"{card.paper.title} ({card.paper.year}), {card.paper.url}"
    return {"creator": people, "datePublished": str(card.paper.year), "citeAs": cited}


def _distribution(served: list[Served]) -> list[dict[str, object]]:
    taken: set[str] = set()
    return [_file_object(each, _name(each.url, taken)) for each in served]


def _file_object(served: Served, name: str) -> dict[str, object]:
    known = {"contentSize": f"{served.size} B"} if served.size is not None else {}
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": served.url,
        **known,
        "encodingFormat": _media_type(served.url),
        served.digest.algorithm: served.digest.hex,
    }


def _name(url: str, taken: set[str]) -> str:
    """Return a file's name, with a number if another file has it."""
    plain = url.partition("?")[0].rpartition("/")[2] or "file"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    taken.add(name)
    return name


def _served(artifact: Artifact, base_url: str) -> Served | None:
    """Return the first of an artifact's sources that has an address and a digest."""
    for source in artifact.in_order:
        address = _address(source, base_url)
        known = source.digests if source.wrapped else (*artifact.digests, *source.digests)
        digest = next((each for each in known if each.whole), None)
        if address and digest:
            return Served(address, digest, source.size if source.wrapped else artifact.size)
    return None


def _address(source: Source, base_url: str) -> str:
    """Return where a browser gets what a source serves; "" if it needs more than an address."""
    url = source.url.partition("#")[0]
    if FILES.fullmatch(url):
        return f"{base_url}registry/v1/{url}"
    if url.startswith("hf:"):
        repository, revision, file = hugging_face.parts(url)
        return f"{hugging_face.ENDPOINT}/{repository}/resolve/{revision}/{file}"
    if url.startswith("gdrive:"):
        return f"https://drive.google.com/uc?export=download&id={url.removeprefix('gdrive:')}"
    return url if url.startswith(("http:", "https:")) else ""


def _media_type(url: str) -> str:
    name = url.partition("?")[0].rpartition("/")[2].lower()
    return MEDIA_TYPES.get(f".{name.rpartition('.')[2]}", UNKNOWN_TYPE)


def _as_json(table: dict[str, object]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(table), indent=1) + b"\n"
