"""Cards: one TOML file about one dataset, family of models, entry of the catalog or library, as frozen structs.

`read_dataset`, `read_model` and `read_entry` return a card or raise CardError with every fault of the file; `schema`
exports the JSON Schema (2020-12) that editors and other people's tools check cards with.

    base artifacts            what all cards are made of
    datasets models           one struct a table, with what each key means
    catalog api               likewise, of the map of the ecosystem and of the API index
    faults                    what types alone cannot tell
    described                 JSON Schemas, with what each key means
    writing                   the part of a card that a program can write, as TOML
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import msgspec

from hub import toml
from hub.cards import api, base, catalog, faults
from hub.cards.artifacts import Artifact, Source
from hub.cards.base import Paper, Text
from hub.cards.datasets import DatasetCard, Field, Split, Target, Upstream, Variant
from hub.cards.models import (
    AnyPreset,
    ClassificationPreset,
    DetectionPreset,
    FlowPreset,
    ModelCard,
    ModelVariant,
    SegmentationPreset,
    TimmPreset,
    VideoPreset,
    Weights,
)
from hub.errors import CardError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hub.cards.faults import Fault

__all__ = [
    "AnyPreset",
    "Artifact",
    "Card",
    "ClassificationPreset",
    "DatasetCard",
    "DetectionPreset",
    "Field",
    "FlowPreset",
    "ModelCard",
    "ModelVariant",
    "Paper",
    "SegmentationPreset",
    "Source",
    "Split",
    "Target",
    "Text",
    "TimmPreset",
    "Upstream",
    "Variant",
    "VideoPreset",
    "Weights",
    "dataset_from_json",
    "from_table",
    "model_from_json",
    "read",
    "read_api",
    "read_dataset",
    "read_entry",
    "read_model",
    "schema",
]

Card = DatasetCard | ModelCard | catalog.Entry

CARD_TYPES: dict[str, type[Card]] = {
    "dataset": DatasetCard,
    "model": ModelCard,
    **catalog.KINDS,
}
SCHEMAS: dict[str, type[base.Struct]] = {**CARD_TYPES, "api": api.Library}


def schema(kind: str) -> dict[str, object]:
    """Return the JSON Schema of cards of a kind: "dataset", "model", "project", "tutorial", ..."""
    # Reads source files, which only those who ask for a schema should wait for.
    from hub.cards import described

    return described.schema(SCHEMAS[kind])


def read_dataset(path: Path) -> DatasetCard:
    """Return the dataset card at `path`; CardError with every fault if it is broken."""
    return _checked(_table(path), DatasetCard, faults.of_dataset, path)


def read_model(path: Path) -> ModelCard:
    """Return the model card at `path`; CardError with every fault if it is broken."""
    return _checked(_table(path), ModelCard, faults.of_model, path)


def read_entry(kind: str, path: Path) -> catalog.Entry:
    """Return the entry of the catalog at `path`, of a kind of `catalog.KINDS`; CardError with every fault if broken."""
    return _checked(_table(path), catalog.KINDS[kind], faults.of_entry, path)


def read_api(path: Path) -> api.Library:
    """Return the page of the API index at `path`; CardError with every fault if it is broken."""
    return _checked(_table(path), api.Library, faults.of_api, path)


def read(kind: str, path: Path) -> Card:
    """Return the card of any kind at `path`; CardError with every fault if it is broken."""
    return from_table(kind, _table(path), path)


def dataset_from_json(text: str) -> DatasetCard | None:
    """Return the dataset card that was kept as JSON, or None if it is not one of today's form."""
    return _from_json(text, DatasetCard)


def model_from_json(text: str) -> ModelCard | None:
    """Return the model card that was kept as JSON, or None if it is not one of today's form."""
    return _from_json(text, ModelCard)


def from_table(kind: str, table: object, origin: object) -> Card:
    """Return the card that a table holds, as TOML or JSON give one; CardError, about `origin`, if it is broken."""
    match kind:
        case "dataset":
            return _checked(table, DatasetCard, faults.of_dataset, origin)
        case "model":
            return _checked(table, ModelCard, faults.of_model, origin)
    return _checked(table, catalog.KINDS[kind], faults.of_entry, origin)


C = TypeVar("C", bound=base.Struct)

MOST = 100
"""Faults of types that are told: for a stranger's million of unknown keys nobody should wait."""


def _from_json(text: str, card_type: type[C]) -> C | None:
    try:
        return msgspec.json.decode(text, type=card_type)
    except msgspec.DecodeError:
        return None


def _table(path: Path) -> object:
    try:
        return toml.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CardError(path, [("", str(error))]) from error


def _checked(table: object, card_type: type[C], rules: Callable[[C], Iterator[Fault]], origin: object) -> C:
    try:
        card = msgspec.convert(table, card_type)
    except msgspec.ValidationError as error:
        raise CardError(origin, list(islice(faults.of_types(table, card_type), MOST))) from error
    if found := list(rules(card)):
        raise CardError(origin, found)
    return card
