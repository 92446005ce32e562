r"""Patterns as the RE2 engine reads them, under which torchtext's were written, for Python's own engine.

What differs: classes such as `\w` hold ASCII only and `\s` not U+000B, `$` is the end of the text alone, `\z` is too,
and of an empty match right behind another match nothing is made. See https://github.com/google/re2/wiki/Syntax.
Classes by Unicode property (`\pL`) need the library `regex`. Not read are the flag U and text between `\Q` and `\E`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hub import extras
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS = re.compile(r"\\[pP](?:\{[^}]*\}|.)|\\.|\[:\w+:\]|\[\^?\]?|[\]$]", re.DOTALL)
SPACE, DIGIT, WORD = r"\t\n\f\r ", "0-9", "0-9A-Za-z_"
SHORT = {r"\s": SPACE, r"\d": DIGIT, r"\w": WORD}
INSIDE = {
    **SHORT,
    "[:alnum:]": "0-9A-Za-z",
    "[:alpha:]": "A-Za-z",
    "[:blank:]": r"\t ",
    "[:cntrl:]": r"\x00-\x1f\x7f",
    "[:digit:]": DIGIT,
    "[:lower:]": "a-z",
    "[:punct:]": r"!-/:-@\[-`{-~",
    "[:space:]": r"\t-\r ",
    "[:upper:]": "A-Z",
    "[:word:]": WORD,
    "[:xdigit:]": "0-9A-Fa-f",
}
OUTSIDE = {
    **{short: f"[{members}]" for short, members in SHORT.items()},
    **{short.upper(): f"[^{members}]" for short, members in SHORT.items()},
    r"\z": r"\Z",
    "$": r"\Z",
}
LITERAL = re.compile(r"(?:[^\\.^$*+?{}\[\]|()]|\\[^\w\s])+")
MAY_BE_EMPTY = re.compile(r"[*?{|^$(]|\\[bBAz]")
BY_LINE = re.compile(r"\(\?[a-z]*m")  # a flag by which `$` is the end of each line
REFERENCE = re.compile(r"\\(.?)", re.DOTALL)


class Rule:
    r"""Every match of a pattern becomes the replacement, in which `\1` is the first group and `\0` the whole match.

    >>> Rule(r"(\w+)@", r"\1 at ")("me@home")
    'me at home'

    Raises InvalidInput for a pattern or replacement that makes no sense, and MissingExtra for one that needs `regex`.
    """

    def __init__(self, pattern: str, replacement: str) -> None:
        self._pattern = compiled(pattern)
        self._template = _template(replacement, self._pattern.groups)
        self._plain = not MAY_BE_EMPTY.search(re.sub(r"\\[^bBAz]", "", pattern))
        is_literal = LITERAL.fullmatch(pattern) and "\\" not in replacement
        self._literal = (re.sub(r"\\(.)", r"\1", pattern), replacement) if is_literal else None

    def __call__(self, text: str) -> str:
        """Return a text with the replacements made."""
        if self._literal:
            return text.replace(*self._literal)  # five times as fast
        made: str = self._pattern.sub(self._template if self._plain else self._apart(), text)
        return made

    def _apart(self) -> Callable[[Any], str]:
        """Python makes a replacement of an empty match behind another one, RE2 does not."""
        last = -1

        def made(match: Any) -> str:  # noqa: ANN401  a match of re or of regex
            nonlocal last
            start, end = match.span()
            is_behind, last = start == end == last, end
            return "" if is_behind else match.expand(self._template)

        return made


def compiled(pattern: str) -> re.Pattern[str]:
    """Return what Python makes of a pattern of RE2. Raises InvalidInput and MissingExtra."""
    if "[:^" in pattern:
        raise InvalidInput(f"the pattern {pattern!r} has a class that is not read here", hint="write [^[:alpha:]]")
    translated, needs_regex = translate(pattern)
    # Without the flag case is ignored in all scripts, as in RE2; with it a word's border is ASCII's, as in RE2.
    borders = re.search(r"\\[bB]", pattern) is not None
    if needs_regex:
        extras.require("regex", "text")
        import regex as engine
    else:
        engine = re
    try:
        made: re.Pattern[str] = engine.compile(translated, engine.ASCII if borders else 0)
    except engine.error as error:
        raise InvalidInput(f"the pattern {pattern!r} makes no sense: {error}", hint="RE2's syntax is meant") from error
    return made


def translate(pattern: str) -> tuple[str, bool]:
    r"""Return a pattern for Python's engines, and whether it takes the library `regex`.

    >>> translate(r"[\s,]+$")
    ('[\\t\\n\\f\\r ,]+\\Z', False)
    """
    outside = OUTSIDE | ({"$": "$"} if BY_LINE.search(pattern) else {})
    inside = False

    def other(match: re.Match[str]) -> str:
        nonlocal inside
        part, is_member = match[0], inside
        if is_member and part in INSIDE:
            return INSIDE[part]
        if part[0] in "[]":
            inside = part[0] == "[" and not (is_member and part[-1] == "]")
        if is_member:
            return "\\" + part if part[0] == "[" else part  # the second bracket of a class is a member
        return outside.get(part, part)

    return PARTS.sub(other, pattern), re.search(r"\\[pP]", pattern) is not None


def _template(replacement: str, groups: int) -> str:
    def other(match: re.Match[str]) -> str:
        if match[1] == "\\":
            return r"\\"
        if not match[1].isdecimal() or int(match[1]) > groups:
            raise InvalidInput(
                f"the replacement {replacement!r} makes no sense", expected=rf"\0 to \{groups}, or \\", found=match[0]
            )
        return rf"\g<{match[1]}>"

    return REFERENCE.sub(other, replacement)
