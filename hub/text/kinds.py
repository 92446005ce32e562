"""Of which kind an input is: transforms take a sequence or a batch, of strings or of integers.

Types are gathered in C and then looked at once each, so a check costs little beside the work that follows it.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeGuard, TypeVar

from hub.errors import WrongType

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")


def is_sequence(value: object, kind: type[T]) -> TypeGuard[list[T]]:
    """Say whether a value is a list of nothing but this type.

    >>> is_sequence(["a", "b"], str), is_sequence(["a", 1], str), is_sequence(("a", "b"), str)
    (True, False, False)
    """
    return isinstance(value, list) and _only(value, kind)


def is_batch(value: object, kind: type[T]) -> TypeGuard[list[list[T]]]:
    """Say whether a value is a list of lists of nothing but this type."""
    return isinstance(value, list) and _only(value, list) and _only(chain.from_iterable(value), kind)


def _only(values: Iterable[object], kind: type) -> bool:
    return all(issubclass(found, kind) for found in set(map(type, values)))


def refused(value: object, expected: str) -> WrongType:
    """Return the error for an input of a kind that a transform does not take."""
    return WrongType(f"an input of type {_described(value)} is not supported", expected=expected)


def _described(value: object) -> str:
    name = type(value).__name__
    if not isinstance(value, list):
        return name
    inner = sorted({type(each).__name__ for each in value})
    return f"{name} of {' and '.join(inner)}" if inner else f"empty {name}"
