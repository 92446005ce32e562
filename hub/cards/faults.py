"""What is wrong with a card: every fault with its key path, where msgspec alone would stop at the first."""

from __future__ import annotations

import difflib
import types
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

import msgspec

from hub.cards.base import Struct
from hub.cards.catalog import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.cards.api import Library, Name
    from hub.cards.artifacts import Artifact
    from hub.cards.catalog import Entry
    from hub.cards.datasets import DatasetCard, Split
    from hub.cards.models import ModelCard

Fault = tuple[str, str]
"""(key path, message)"""


def of_types(value: object, wanted: Any, path: str = "") -> Iterator[Fault]:  # noqa: ANN401  a type form
    """Yield every place where `value` is not what the type `wanted` says."""
    wanted = _without_optional(wanted)
    origin, args = get_origin(wanted), get_args(wanted)
    if origin is Annotated and get_origin(args[0]) is tuple and isinstance(value, list) and value:
        yield from of_types(value, args[0], path)
    elif isinstance(wanted, type) and issubclass(wanted, Struct) and isinstance(value, dict):
        yield from _struct_faults(value, wanted, path)
    elif origin is tuple and args[-1] is Ellipsis and isinstance(value, list):
        for number, each in enumerate(value):
            yield from of_types(each, args[0], f"{path}[{number}]")
    elif origin is dict and isinstance(value, dict):
        for key, each in value.items():
            yield from of_types(each, args[1], _join(path, key))
    else:
        yield from _leaf_faults(value, wanted, path)


def _struct_faults(table: dict[str, object], wanted: type[Struct], path: str) -> Iterator[Fault]:
    known = {field.name: field for field in msgspec.structs.fields(wanted)}
    for key in sorted(table.keys() - known.keys()):
        close = difflib.get_close_matches(key, known, n=1)
        yield _join(path, key), "unknown key" + (f"; did you mean {close[0]!r}?" if close else "")
    for key, field in known.items():
        if key in table:
            yield from of_types(table[key], field.type, _join(path, key))
        elif field.required:
            yield _join(path, key), "missing"


def _leaf_faults(value: object, wanted: Any, path: str) -> Iterator[Fault]:  # noqa: ANN401  a type form
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        message, _, inner = str(error).partition(" - at `$")
        yield path + inner.rstrip("`"), message


def _without_optional(wanted: Any) -> Any:  # noqa: ANN401  a type form
    if get_origin(wanted) in (Union, types.UnionType):
        rest = [arg for arg in get_args(wanted) if arg is not type(None)]
        return rest[0] if len(rest) == 1 else wanted
    return wanted


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def of_dataset(card: DatasetCard) -> Iterator[Fault]:
    """Yield what contradicts itself in a card whose types are right."""
    yield from _artifact_faults(card.artifacts)
    if card.splits and card.variants:
        yield "splits", "a dataset has either [splits] or [variants]"
    if card.artifacts and not card.splits and not card.variants:
        yield "splits", "missing; only a folder of the user's own names its splits itself"
    if card.default_variant and card.default_variant not in card.variants:
        yield "default_variant", f"there is no variant {card.default_variant!r}"
    yield from _file_faults(card)
    yield from _field_faults(card)
    for path, split in _named_splits(card):
        if split.rows and split.samples is not None and split.rows[1] - split.rows[0] != split.samples:
            yield f"{path}.rows", f"holds {split.rows[1] - split.rows[0]} rows, not {split.samples}"


def _file_faults(card: DatasetCard) -> Iterator[Fault]:
    names = {artifact.name for artifact in card.artifacts}
    files = [(path, role, file) for path, split in _named_splits(card) for role, file in split.files.items()]
    if files and not names:
        yield "artifacts", "missing, and so is `manual`, which says where to get them by hand"
        return
    for path, role, file in files:
        if file.partition("#")[0] not in names:
            yield f"{path}.files.{role}", f"there is no artifact {file!r}"


def _field_faults(card: DatasetCard) -> Iterator[Fault]:
    stored = {field.name for field in card.fields if not field.made_of}
    for number, field in enumerate(card.fields):
        for name in field.made_of:
            if name not in stored:
                yield f"fields[{number}].made_of", f"there is no stored field {name!r}"
        if bool(field.made_of) != bool(field.maker):
            yield f"fields[{number}].maker", "belongs to `made_of`, and `made_of` to it"


def _named_splits(card: DatasetCard) -> Iterator[tuple[str, Split]]:
    for name, split in card.splits.items():
        yield f"splits.{name}", split
    for variant, inner in card.variants.items():
        for name, split in inner.splits.items():
            yield f"variants.{variant}.splits.{name}", split


def _artifact_faults(artifacts: tuple[Artifact, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, artifact in enumerate(artifacts):
        path = f"artifacts[{number}]"
        if artifact.name in seen:
            yield f"{path}.name", f"{artifact.name!r} stands twice"
        seen.add(artifact.name)
        yield from _one_artifact_faults(artifact, path)
        for place, source in enumerate(artifact.sources):
            if not artifact.digests and not source.digests:
                yield f"{path}.sources[{place}]", "no digest is known for these bytes"


def _one_artifact_faults(artifact: Artifact, path: str) -> Iterator[Fault]:
    if "#" in artifact.name or "/" in artifact.name or artifact.name in ("", ".", ".."):
        yield f"{path}.name", "must be a plain file name"
    for number, source in enumerate(artifact.sources):
        known = (*artifact.digests, *source.digests)
        if not artifact.guards(source) and not any(digest.whole for digest in known):
            yield (
                f"{path}.sources[{number}].url",
                "http with no whole digest could be replaced on the way",
            )


def of_model(card: ModelCard) -> Iterator[Fault]:
    """Yield what contradicts itself in a card whose types are right."""
    for number, variant in enumerate(card.variants):
        path = f"variants[{number}]"
        if variant.weights and sum(weights.default for weights in variant.weights) != 1:
            yield f"{path}.weights", "exactly one must say default = true"
        for place, weights in enumerate(variant.weights):
            yield from _one_artifact_faults(weights.artifact, f"{path}.weights[{place}].artifact")
            if weights.classes and weights.categories:
                yield f"{path}.weights[{place}].classes", "stands beside `categories`, which is a list of hub's"


def of_entry(card: Entry) -> Iterator[Fault]:
    """Yield what contradicts itself in a card whose types are right."""
    if not card.summary.zh:
        yield "summary.zh", "missing"
    if isinstance(card, Project):
        yield from _successor_faults(card)
        yield from _instead_faults(card)


def _successor_faults(card: Project | Name) -> Iterator[Fault]:
    for number, successor in enumerate(card.use_instead):
        named = bool(successor.name and successor.url)
        if named == bool(successor.card):
            yield f"use_instead[{number}]", "names either a `card`, or a `name` and its `url`"


def _instead_faults(card: Project) -> Iterator[Fault]:
    if card.status in ("archived", "renamed") and not card.use_instead:
        yield "use_instead", f"missing, and the project is {card.status}"


def of_api(library: Library) -> Iterator[Fault]:
    """Yield what contradicts itself in a page of the API index whose types are right."""
    groups = {group.id for group in library.groups}
    names = [each.name for each in library.names]
    if names != sorted(set(names)):
        yield "names", "are not in order, each once"
    for group in groups - {each.group for each in library.names}:
        yield "groups", f"no name is in {group!r}"
    for number, each in enumerate(library.names):
        path = f"names[{number}]"
        if each.group not in groups:
            yield f"{path}.group", f"there is no group {each.group!r}"
        if not each.name.startswith(library.prefix):
            yield f"{path}.name", f"does not begin with {library.prefix!r}"
        yield from ((f"{path}.{key}", message) for key, message in _name_faults(each))


def _name_faults(name: Name) -> Iterator[Fault]:
    yield from _successor_faults(name)
    if name.status in ("removed", "deprecated") and not name.use_instead:
        yield "use_instead", f"missing, and the name is {name.status}"
    versions = [tuple(map(int, change.version.split("."))) for change in name.since]
    if versions != sorted(versions):
        yield "since", "is not in order of versions"
    for number, change in enumerate(name.since):
        if change.kind != "added" and change.what is None:
            yield f"since[{number}].what", "missing"
    texts = {"what": name.what, **{f"since[{n}].what": each.what for n, each in enumerate(name.since)}}
    for key, text in texts.items():
        if text and not text.zh:
            yield f"{key}.zh", "missing"
