"""What a card of another registry may not say: such a registry is data, and nothing that it says is taken on trust.

A reader, decoder, maker or builder is a key of hub's own tables, as in every card: none names code. Beyond that

- every file has a whole sha256 and a size, and what it is wrapped in a size, or a host could send without end;
- no source is a file of this machine, unless the registry itself lies on it; `files/...` is below the registry's base;
- names that become names of files or records in the store, and paths that are looked for below a folder of the user's,
  lead nowhere else;
- no text steers the terminal that shows it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from hub import cards
from hub.cards import DatasetCard, ModelCard
from hub.cards.artifacts import FILES
from hub.errors import CardError
from hub.registry.listing import PATH, printable, texts
from hub.sources.base import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.cards import Artifact, Card, ModelVariant

    Fault = tuple[str, str]

PLAIN_NAME = re.compile(r"[\w+(][\w .,+()@=-]*")
# Up, from the root, or from a drive; also behind the "#" of a member.
OUTWARD = re.compile(r"(^|[/#\\])\.\.([/#\\]|$)|^[/\\]|^[A-Za-z]:")
# Of the others the user's own package index, or Google, says how much comes.
MEASURED = ("http:", "https:", "hf:", "s3:", "gs:")

MISSING = "missing; every file of another registry needs one"
KEEPERS = "tell those who keep the registry; its other cards can be used"


def card(kind: str, data: bytes, base: str, url: str) -> Card:
    """Return the card that a registry at `base` serves at `url`. Raises CardError with every fault."""
    try:
        table = msgspec.json.decode(data)
        bad = [text for text in texts(table) if not printable(text)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refused(url, [("", f"no JSON: {error}")]) from error
    if bad:
        raise refused(url, [("", f"characters that steer a terminal, in {bad[0][:40]!r}")])
    try:
        found = cards.from_table(kind, _resolved(table, base), url)
    except CardError as error:
        raise refused(url, error.faults) from error
    if faults := list(_faults(found, local=base.startswith("file:"))):
        raise refused(url, faults)
    return found


def refused_weights(variant: ModelVariant, url: str) -> dict[str, CardError]:
    """Return tag -> what is wrong with the weights of a network of a card at `url`; others of it can be used."""
    local = url.startswith("file:")
    found = (
        (each.tag, list(_of_files([each.artifact], f"weights {each.tag}", local=local))) for each in variant.weights
    )
    return {tag: refused(url, faults) for tag, faults in found if faults}


def require_path(url: str, key: str, path: str) -> None:
    """Raise CardError if what stands at `url` under a key is no plain path below the registry."""
    if not PATH.fullmatch(path):
        raise refused(url, [(key, f"{path!r} is no plain path below the registry, so it was not asked for")])


def refused(url: str, faults: list[Fault]) -> CardError:
    """Return the error about what a registry serves at `url`."""
    error = CardError(url, faults)
    error.hint = KEEPERS
    return error


def _resolved(value: object, base: str) -> object:
    """Return a table with whole addresses in place of `files/...`, wherever it names a URL."""
    if isinstance(value, list):
        return [_resolved(each, base) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _resolved(each, base) for key, each in value.items()}
    url = found.get("url")
    return found | {"url": base + url} if isinstance(url, str) and FILES.fullmatch(url) else found


def _faults(found: Card, *, local: bool) -> Iterator[Fault]:
    """Yield what is wrong with a card whatever is wanted of it; with weights, what would lead out of the store."""
    if isinstance(found, DatasetCard):
        yield from _of_files(found.artifacts, "artifacts", local=local)
        yield from _of_dataset(found)
    elif isinstance(found, ModelCard):
        for number, variant in enumerate(found.variants):
            for place, weights in enumerate(variant.weights):
                path = f"variants[{number}].weights[{place}]"
                yield from _of_name(weights.artifact.name, f"{path}.artifact.name")
                yield from _of_name(weights.tag, f"{path}.tag")


def _of_files(artifacts: Sequence[Artifact], path: str, *, local: bool) -> Iterator[Fault]:
    for artifact in artifacts:
        at = f"{path}: {artifact.name}"
        if artifact.sha256 is None:
            yield f"{at}: sha256", MISSING
        if artifact.size is None:
            yield f"{at}: size", MISSING
        for source in artifact.sources:
            if source.url.startswith("file:") and not local:
                yield f"{at}: {shown(source.url)}", "a file of this machine is no source for another one's card"
            if source.wrapped and source.size is None and source.url.startswith(MEASURED):
                yield f"{at}: {shown(source.url)}: size", MISSING


def _of_dataset(found: DatasetCard) -> Iterator[Fault]:
    yield from _of_paths([found.upstream.folder], "upstream.folder")
    for number, each in enumerate(found.artifacts):
        path = f"artifacts[{number}]"
        yield from _of_name(each.name, f"{path}.name")
        yield from _of_paths([each.unpack_to or "", each.unpack_strip, *each.also, *each.members], path)
    inner = ((f"variants.{name}.splits", each.splits) for name, each in found.variants.items())
    for path, splits in [("splits", found.splits), *inner]:
        for name, split in splits.items():
            yield from _of_name(name, f"{path}.{name}")
            yield from _of_paths([file.partition("#")[2] for file in split.files.values()], f"{path}.{name}.files")


def _of_name(name: str, path: str) -> Iterator[Fault]:
    if not PLAIN_NAME.fullmatch(name):
        yield path, f"{name!r} is no plain name"


def _of_paths(paths: Sequence[str], key: str) -> Iterator[Fault]:
    for path in paths:
        if OUTWARD.search(path):
            yield key, f"{path!r} leads out of the folder"
