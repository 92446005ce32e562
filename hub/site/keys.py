"""What a card may say, as tables of keys: read out of the JSON Schema that editors use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hub.cards import CARD_TYPES, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = tuple(CARD_TYPES)

TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "nothing"}

# Of more forms than these a reader learns nothing; a key of several tables names them all.
FEW = 3


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table: what it takes, what holds without it (empty if it is required), and what it means."""

    name: str
    form: str
    default: str
    meaning: str
    required: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a card; the first one of a kind is the card itself."""

    name: str
    meaning: str
    is_card: bool
    keys: tuple[Key, ...]


def of(kind: str) -> list[Table]:
    """Return the tables of a kind of card: the card, and then what lies within, in the order of the keys."""
    whole = schema(kind)
    definitions: dict[str, Any] = whole["$defs"]  # type: ignore[assignment]  # JSON
    first = _named(whole)
    return [_table(name, definitions[name], is_card=name == first) for name in _reached(first, definitions)]


def _reached(first: str, definitions: dict[str, Any]) -> list[str]:
    """Return the names of all tables within one, each after the one that needs it first."""
    found = [first]
    for name in found:
        found += [each for each in dict.fromkeys(_references(definitions[name])) if each not in found]
    return found


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield _named(node)
        for each in node.values():
            yield from _references(each)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


def _named(node: dict[str, Any]) -> str:
    return str(node["$ref"]).rpartition("/")[2]


def _table(name: str, definition: dict[str, Any], *, is_card: bool) -> Table:
    required = definition.get("required", ())
    keys = tuple(
        Key(key, _form(node), _default(node), node.get("description", ""), key in required)
        for key, node in definition["properties"].items()
    )
    return Table(name, definition.get("description", ""), is_card, keys)


def _form(node: dict[str, Any]) -> str:
    """Return what a key takes, in words.

    >>> _form({"type": "array", "items": {"$ref": "#/$defs/Split"}})
    'list of Split'
    >>> _form({"anyOf": [{"type": "integer"}, {"type": "null"}]})
    'whole number'
    """
    if "$ref" in node:
        return _named(node)
    if "anyOf" in node:
        forms = dict.fromkeys(_form(each) for each in node["anyOf"] if each.get("type") != "null")
        return " or ".join(forms) if len(forms) <= FEW or "$ref" in node["anyOf"][0] else "any plain value"
    if "enum" in node:
        return " or ".join(json.dumps(each) for each in node["enum"] if each is not None)
    return _of_type(node)


def _of_type(node: dict[str, Any]) -> str:
    match node.get("type"):
        case "array":
            return f"list of {_form(node.get('items') or {})}"
        case "object":
            return f"table of {_form(node.get('additionalProperties') or {})}"
        case "string" if node.get("format") == "date":
            return "date"
        case str(name):
            return TYPES[name]
    return "anything"


def _default(node: dict[str, Any]) -> str:
    default = node.get("default")
    return "" if default in (None, "") or isinstance(default, dict | list | tuple) else json.dumps(default)
