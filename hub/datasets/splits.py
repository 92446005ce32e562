"""Split expressions: "train", "train[:80%]+test", "train[10:20]", "train[-5%:]".

    expression   part ( "+" part )*
    part         name [ "[" [bound] ":" [bound] "]" ]
    bound        ["-"] number ["%"]

Bounds count rows as a Python slice does: negative ones from the end, those beyond the end mean the end. A percentage
is that share of the rows, rounded to the nearest row, so "train[:80%]" and "train[80%:]" share none and miss none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from hub.errors import InvalidInput

PART = re.compile(
    r"""
    \s* (?P<name> [\w.-]+ ) \s*
    (?: \[ \s* (?P<start> -?\d+(\.\d+)?%? )? \s* : \s* (?P<stop> -?\d+(\.\d+)?%? )? \s* \] \s* )?
    """,
    re.ASCII | re.VERBOSE,
)

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a slice: a number of rows, or a percentage of them."""

    text: str

    @property
    def percent(self) -> bool:
        """Whether this is a percentage."""
        return self.text.endswith("%")

    @property
    def value(self) -> Fraction:
        """The number without its sign of percentage."""
        return Fraction(self.text.rstrip("%"))

    def row(self, count: int) -> int:
        """Return where this bound falls among `count` rows, from 0 to `count`."""
        row = round(self.value * count / HUNDRED) if self.percent else int(self.value)
        # By its value and not by the row: -1 % of ten rows is no row, and still counts from the end.
        return min(count, max(0, count + row if self.value < 0 else row))


@dataclass(frozen=True, slots=True)
class Part:
    """One split, or a slice of it."""

    name: str
    start: Bound | None = None
    stop: Bound | None = None

    def rows(self, count: int) -> range:
        """Return the rows that this part takes of a split with `count` rows.

        >>> parse("train[-5%:]")[0].rows(200)
        range(190, 200)
        """
        start = self.start.row(count) if self.start else 0
        stop = self.stop.row(count) if self.stop else count
        return range(start, max(start, stop))

    def __str__(self) -> str:
        if self.start is None and self.stop is None:
            return self.name
        start, stop = (bound.text if bound else "" for bound in (self.start, self.stop))
        return f"{self.name}[{start}:{stop}]"


def parse(expression: str) -> tuple[Part, ...]:
    """Return the parts of a split expression in order. Raises InvalidInput if it is none."""
    return tuple(_parse_part(text, expression) for text in expression.split("+"))


def _parse_part(text: str, expression: str) -> Part:
    found = PART.fullmatch(text)
    if found is None:
        raise InvalidInput(
            f"{expression!r} is no split",
            expected="something like train, train[:80%], train[10:20] or train+test",
            found=repr(text),
            hint="one sample is ds[5], the first five are train[:5]",
        )
    return Part(found["name"], _parse_bound(found["start"]), _parse_bound(found["stop"]))


def _parse_bound(text: str | None) -> Bound | None:
    if text is None:
        return None
    bound = Bound(text)
    if bound.percent and abs(bound.value) > HUNDRED:
        raise InvalidInput(f"{text} is more than there is", expected="-100% to 100%", found=text)
    if not bound.percent and bound.value.denominator != 1:
        raise InvalidInput(f"{text} is no number of rows", expected=f"a whole number, or {text}%", found=text)
    return bound
