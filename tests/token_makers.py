"""Tokenizers that other processes can import, well behaved and not."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WORD = re.compile(r"\w+|[^\w\s]")


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def one_by_one(text: str) -> Iterator[str]:
    yield from WORD.findall(text.lower())


class AtOnce:
    """As `words`, of many lines at once."""

    def __call__(self, text: str) -> list[str]:
        return words(text)

    def tokens(self, lines: Iterable[str]) -> list[str]:
        return words("\n".join(lines))


class Spaced(AtOnce):
    """As `words`, told by whitespace."""

    def spaced(self, text: str) -> str:
        return WORD.sub(r"\g<0> ", text.lower())


class NotAlike(Exception):
    """An exception that pickle takes apart but cannot put together."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def fails(text: str) -> list[str]:
    raise KeyError(f"nothing for {text[:5]}")


def fails_unlike(_text: str) -> list[str]:
    raise NotAlike("one", "two")


def refuses(_text: str) -> list[str]:
    raise InvalidInput("not this text")


def dies(_text: str) -> list[str]:
    os._exit(7)


def prints(text: str) -> list[str]:
    print("talk", text[:3])  # noqa: T201  # what is tested
    return text.split()


def endless(_text: str) -> list[str]:
    Path(os.environ["PIDS"], str(os.getpid())).touch()
    while True:
        time.sleep(1)
