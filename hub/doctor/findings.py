"""A finding: what one check says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.errors import HubError

State = Literal["ok", "note", "warning", "problem"]
"""As it should be; good to know; worth a look, though hub works; something does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, in one line, and what to do about it, if anything."""

    state: State
    what: str
    do: str = ""


def ok(what: str) -> Finding:
    """Return a finding that all is well."""
    return Finding("ok", what)


def note(what: str, do: str = "") -> Finding:
    """Return something that is good to know, and neither good nor bad."""
    return Finding("note", what, do)


def warning(what: str, do: str = "") -> Finding:
    """Return something that is worth a look."""
    return Finding("warning", what, do)


def problem(what: str, do: str) -> Finding:
    """Return something that does not work, and what mends it."""
    return Finding("problem", what, do)


def of_error(error: HubError) -> Finding:
    """Return the problem that an error speaks of."""
    lines = str(error).splitlines()
    told = lines[: len(lines) - len(error.hint.splitlines())]
    return problem("; ".join(line.strip() for line in told), do=error.hint)


def listed(names: Sequence[str], most: int) -> str:
    """Return the first names for a line, and how many there are beyond.

    >>> listed(["mnist", "emnist", "kmnist"], 2)
    'mnist, emnist and 1 more'
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
