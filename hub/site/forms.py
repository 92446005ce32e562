"""The JSON Schema of a kind of cards as tables that people read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hub import cards

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.site.labels import Labels

Described = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: what it holds in words, the table that it leads to, its allowed words, what it means."""

    name: str
    required: bool
    holds: str
    inside: str
    words: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Form:
    """One table of a card, by the name of its struct, and its keys: those that must be there first."""

    name: str
    meaning: str
    keys: tuple[Key, ...]


def forms(kind: str, labels: Labels, language: str) -> list[Form]:
    """Return the tables of cards of a kind, the card itself first."""
    definitions = cast("dict[str, Described]", cards.schema(kind)["$defs"])
    return [_form(name, definitions[name], labels, language) for name in definitions]


def minimal(kind: str) -> str:
    """Return a small card of a kind, to begin with."""
    return (Path(__file__).with_name("minimal") / f"{kind}.toml").read_text("utf-8")


def meaning(text: str, language: str) -> str:
    """Return what a schema says of a key in a language; English where nobody has translated it."""
    said = " ".join(text.split())
    return _chinese().get(said, said) if language == "zh" else said


@cache
def _chinese() -> dict[str, str]:
    return tomllib.loads(Path(__file__).with_name("meanings.toml").read_text("utf-8"))


def _form(name: str, definition: Described, labels: Labels, language: str) -> Form:
    required = definition.get("required", ())
    keys = [
        Key(
            key,
            key in required,
            _holds(described, labels),
            next(_reached(described), ""),
            tuple(str(each) for each in _of_value(described).get("enum", ())),
            meaning(described.get("description", ""), language),
        )
        for key, described in definition["properties"].items()
    ]
    ordered = sorted(keys, key=lambda key: not key.required)
    return Form(name, meaning(definition.get("description", ""), language), tuple(ordered))


def _of_value(described: Described) -> Described:
    """Return what describes a value where there is one: None means that a key may be left out, as all may."""
    choices = [each for each in described.get("anyOf", ()) if each.get("type") != "null"]
    return choices[0] if len(choices) == 1 else described


def _holds(described: Described, labels: Labels) -> str:
    """Return what stands in a key, in words: "a list of texts"."""
    value = _of_value(described)
    match value.get("type"):
        case "array":
            inner: Described = value.get("items") or value["prefixItems"][0]
            return labels("forms", "array").format(inner=_holds(inner, labels))
        case "object":
            return labels("forms", "object").format(inner=_holds(value.get("additionalProperties", {}), labels))
        case "string":
            return labels("forms", "date" if value.get("format") == "date" else "string")
        case str(simple):
            return labels("forms", simple)
    if "enum" in value:
        words = value["enum"]
        return labels("forms", "word" if len(words) > 1 else "always").format(value=words[0])
    return labels("forms", "table" if next(_reached(value), "") else "any")


def _reached(described: object) -> Iterator[str]:
    """Yield the names of the tables that a description leads to."""
    if isinstance(described, dict):
        if "$ref" in described:
            yield str(described["$ref"]).rpartition("/")[2]
        for value in described.values():
            yield from _reached(value)
    elif isinstance(described, list):
        for each in described:
            yield from _reached(each)
