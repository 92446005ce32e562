"""Putting another function in the place of a library's own, and taking it away again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Let a class or a module have `value` under that name meanwhile, for all threads.

    One thread at a time: the second would take the first one's replacement for the original, and restore that.
    """
    before = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
