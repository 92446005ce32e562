"""What a part of `hub import` has to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Told:
    """Rows for people, lines that go with them to standard error, and the same as JSON.

    `require_all` raises if not all came in that should have: people are to see first what did.
    """

    rows: Sequence[tuple[str, ...]]
    notes: Sequence[str]
    table: dict[str, object]
    require_all: Callable[[], None] = lambda: None


def files(count: int) -> str:
    """Return a count of files in words: "1 file", "2,000 files"."""
    return f"{count:,} file{'s' * (count != 1)}"
