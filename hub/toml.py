"""Reading TOML that somebody else may have written: what takes the standard library too long is refused."""

from __future__ import annotations

import re

# A key of 50,000 parts takes the reader 30 seconds and gigabytes: it walks each part anew. Cards have three parts.
DEEP = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*\.[ \t]*){32}""")


def loads(text: str) -> dict[str, object]:
    """Return what TOML says.

    >>> loads("a.b = 1")
    {'a': {'b': 1}}

    Raises ValueError if it is none, or is nested too deep.
    """
    import tomllib  # costs 15 ms, and most programs read none

    if DEEP.search(text):
        raise ValueError("a key of more than 32 parts")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("values nested too deep") from error
