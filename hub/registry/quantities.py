"""Amounts as people write them: "10M" parameters, "100 MB", 75 per cent."""

from __future__ import annotations

import re

from hub.errors import InvalidInput

NUMBER = re.compile(r"([0-9][0-9_]*\.?[0-9]*|\.[0-9]+) ?([a-z]*)", re.IGNORECASE)

COUNTS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9}
BYTES = COUNTS | {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
PLAIN = {"": 1}
UNITS = {"params": COUNTS, "size": BYTES}
EXAMPLES = {"params": "10M", "size": "100MB"}


def amount(value: object, key: str) -> float:
    """Return the number that `value` means as an amount of `key`: parameters, bytes, or a plain number.

    >>> amount("10M", "params"), amount("1.5 GiB", "size"), amount(75, "acc@1")
    (10000000.0, 1610612736.0, 75.0)

    Raises InvalidInput.
    """
    if isinstance(value, (int, float)) and value >= 0:
        return float(value)
    written = NUMBER.fullmatch(str(value).strip())
    unit = UNITS.get(key, PLAIN).get(written[2].lower()) if written else None
    if written is None or unit is None:
        example = EXAMPLES.get(key, "4.5")
        raise InvalidInput(f"{str(value)!r} is no amount of {key}", expected=f"a number such as {example}")
    return float(written[1]) * unit


def human_count(count: float) -> str:
    """Return a count for people.

    >>> human_count(11_689_512), human_count(990_162), human_count(7_000_000_000)
    ('11.7M', '990.2k', '7.0B')
    """
    for unit in ("", "k", "M"):
        if count < 999.95:  # noqa: PLR2004  what is rounded to 1000 is one of the next unit
            return f"{count:.1f}{unit}" if unit else f"{count:.0f}"
        count /= 1000
    return f"{count:.1f}B"
