"""The variants of a model's card as TOML, for the parts of cards that a program can tell.

No library: those for TOML keep no layout of ours (a metric or a transform on a line of its own), and the values are
but text, numbers, lists and tables.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from hub.cards.stating import stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.cards.models import ModelVariant, Weights

LINE_LENGTH = 120
BARE = re.compile(r"[A-Za-z0-9_-]+")


def variants_as_toml(variants: Sequence[ModelVariant]) -> str:
    """Return the `[[variants]]` tables of a card; what is as by default is left out."""
    return "\n\n".join("\n".join(_variant(variant)) for variant in variants) + "\n"


def _variant(variant: ModelVariant) -> Iterator[str]:
    yield "[[variants]]"
    yield from _lines(stated(variant), without=("weights",))
    for weights in variant.weights:
        yield ""
        yield from _weights(weights)


def _weights(weights: Weights) -> Iterator[str]:
    yield "[[variants.weights]]"
    yield from _lines(stated(weights), without=("artifact",))
    yield "[variants.weights.artifact]"
    artifact = stated(weights.artifact)
    sources = [stated(source) for source in weights.artifact.sources]
    inline = f"sources = {_value(sources)}"
    if len(inline) <= LINE_LENGTH:
        yield from _lines(artifact | {"sources": sources})
        return
    yield from _lines(artifact, without=("sources",))
    for source in sources:
        yield ""
        yield "[[variants.weights.artifact.sources]]"
        yield from _lines(source)


def _lines(table: Mapping[str, object], without: Sequence[str] = ()) -> Iterator[str]:
    yield from (f"{_key(name)} = {_value(value)}" for name, value in table.items() if name not in without)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {_value(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    # A string of JSON is one of TOML too, and so are numbers and the two truth values.
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else json.dumps(name)
