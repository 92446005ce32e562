"""Moments for people and for programs."""

from __future__ import annotations

import time

AGES = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))


def ago(seconds: float) -> str:
    """Return how long ago something was.

    >>> ago(5), ago(7300), ago(86400)
    ('just now', '2 hours ago', '1 day ago')
    """
    for length, unit in AGES:
        if seconds >= length:
            number = int(seconds / length)
            return f"{number} {unit}{'s' * (number != 1)} ago"
    return "just now"


def moment(seconds: float) -> str:
    """Return a moment, in seconds since 1970, as programs read it.

    >>> moment(0)
    '1970-01-01T00:00:00Z'
    """
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
