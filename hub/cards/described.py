"""The JSON Schema of cards with what each key means: that is written below the key in the structs' own source."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]


def schema(card_type: type[msgspec.Struct]) -> Schema:
    """Return the JSON Schema (2020-12) of a card; every key whose meaning is written down says it."""
    found = msgspec.json.schema(card_type)
    structs = {each.__name__: each for each in _reached(card_type)}
    for name, definition in found["$defs"].items():
        meanings = _meanings(structs[name]) if name in structs else {}
        for key, described in definition.get("properties", {}).items():
            if key in meanings:
                described["description"] = meanings[key]
    return found


def _reached(root: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    """Return a struct and all that its fields can hold."""
    found = [root]
    for struct in found:
        for field in msgspec.structs.fields(struct):
            found += [each for each in _structs(msgspec.inspect.type_info(field.type)) if each not in found]
    return found


def _structs(info: object) -> Iterator[type[msgspec.Struct]]:
    """Yield the structs that a type is made of."""
    if isinstance(info, msgspec.inspect.StructType):
        yield info.cls
    for name in ("types", "item_types"):
        for each in getattr(info, name, ()):
            yield from _structs(each)
    for name in ("type", "item_type", "value_type"):
        if hasattr(info, name):
            yield from _structs(getattr(info, name))


def _meanings(struct: type) -> dict[str, str]:
    """Return key -> the text below it, of a struct and what it inherits from."""
    found: dict[str, str] = {}
    for each in reversed(struct.__mro__):
        if each.__module__.startswith("hub."):
            found |= _texts(each)
    return found


def _texts(struct: type) -> dict[str, str]:
    try:
        body = ast.parse(inspect.getsource(struct)).body[0]
    except OSError:  # an installation without source
        return {}
    statements = body.body if isinstance(body, ast.ClassDef) else []
    return {
        one.target.id: " ".join(text.split())
        for one, other in pairwise(statements)
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and (text := _text(other))
    }


def _text(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
