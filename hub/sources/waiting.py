"""For how long a busy host asks to be left alone (`Retry-After`, RFC 9110, section 10.2.3)."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Not str.isdigit: that is true of "²", which a header may hold and no number does.
SECONDS = re.compile(r"^\s*([0-9]{1,9})(\.[0-9]*)?\s*$", re.ASCII)

LONGEST = 7 * 24 * 3600.0
"""Whoever asks for more than a week has another clock, or means never."""


def retry_after(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Return the seconds that an answer asks to wait for, or None if it does not say so in a way that has a meaning.

    A date is compared with the answer's own `Date`: then neither clock need be right, nor stand still meanwhile.

    >>> retry_after({"Retry-After": "120"})
    120.0
    >>> retry_after({"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT", "Date": "Fri, 31 Dec 1999 23:58:59 GMT"})
    60.0
    """
    text = headers.get("Retry-After", "")
    if found := SECONDS.match(text):
        return min(float(found[1]), LONGEST)
    until, said = _moment(text), _moment(headers.get("Date", ""))
    if until is None:
        return None
    return min(max(until - (now() if said is None else said), 0.0), LONGEST)


def _moment(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, OSError, IndexError):
        return None
