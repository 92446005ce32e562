"""The JSON Schema of cards, with what the structs say of each key, so that editors show it beside the key."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, Any, cast

import msgspec

from hub.cards.base import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator


def of(card_type: type[Struct]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a struct and of all structs within, described by their docstrings."""
    schema = msgspec.json.schema(card_type)
    structs = {each.__name__: each for each in _below(Struct)}
    for name, definition in schema["$defs"].items():
        if name in structs:
            _describe(definition, structs[name])
    return cast("dict[str, Any]", schema)


def _describe(definition: dict[str, Any], struct: type[Struct]) -> None:
    definition["description"] = inspect.getdoc(struct)
    for key, meaning in meanings(struct).items():
        if key in definition["properties"]:
            definition["properties"][key]["description"] = meaning


def meanings(struct: type[Struct]) -> dict[str, str]:
    """Return what the text below each attribute says, those of the classes that it inherits from included.

    >>> from hub.cards.catalog import Project
    >>> meanings(Project)["package"], meanings(Project)["tags"]
    ('Its name on the Python package index.', 'Keys of catalog/tags.toml.')
    """
    found: dict[str, str] = {}
    for each in reversed(struct.__mro__):
        if each is not Struct and issubclass(each, Struct):
            found.update(_in_body(each))
    return found


def _in_body(struct: type[Struct]) -> Iterator[tuple[str, str]]:
    (tree,) = ast.parse(inspect.getsource(struct)).body
    body = cast("ast.ClassDef", tree).body
    for line, below in zip(body, body[1:], strict=False):
        match line, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, " ".join(text.split())


def _below(struct: type[Struct]) -> Iterator[type[Struct]]:
    for each in struct.__subclasses__():
        yield each
        yield from _below(each)
