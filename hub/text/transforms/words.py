"""From a text to its words, by the patterns of GPT-2 and CLIP, which tell letters, digits and signs of all scripts.

Python's `re` has no class for letters or digits as Unicode has them. So a pattern is written for ASCII, and in other
text every character beyond ASCII stands as a letter, a digit or a sign of ASCII while the pattern runs.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# None of the three is in a contraction or a special token, so none of those is found where it is not.
LETTER, DIGIT, SIGN = "z", "0", "~"


class _Stand(dict[int, str]):
    """Code point -> the ASCII character that stands for it, found when first asked for."""

    def __missing__(self, code: int) -> str:
        kind = unicodedata.category(chr(code))[0]
        found = chr(code) if code < 128 else {"L": LETTER, "N": DIGIT}.get(kind, SIGN)  # noqa: PLR2004  ASCII
        self[code] = found
        return found


class Words:
    """Cuts a text by a pattern that is written for ASCII; what it does not match is left out.

    >>> Words("[a-z]+|[0-9]")("über 25")
    ['über', '2', '5']
    """

    def __init__(self, pattern: str, alike: Mapping[str, str] | None = None) -> None:
        self._pattern = re.compile(pattern, re.ASCII)
        self._stand = _Stand({ord(character): other for character, other in (alike or {}).items()})

    def __call__(self, text: str) -> list[str]:
        """Return the words of a text in order."""
        if text.isascii():
            return self._pattern.findall(text)
        return [text[slice(*match.span())] for match in self._pattern.finditer(text.translate(self._stand))]


CONTRACTION = "'(?:s|t|re|ve|m|ll|d)"

# A blank belongs to the word after it. Of a longer space that is its last character, or the rest of the text all of it;
# a contraction takes a blank only there, which is torchtext's way: GPT-2's own pattern parts the quote from the letter.
GPT2 = Words(
    rf"{CONTRACTION}|(?<=\s) {CONTRACTION}| ?[a-zA-Z]+| ?[0-9]+| ?[^\sa-zA-Z0-9]+|\s+\Z|\s+(?=\s)|\s",
)

# For texts in lower case. torchtext's engine takes U+000B for no space; with case ignored, it takes the long s for an s
# and the iota below a letter for a letter.
CLIP = Words(
    rf"<\|startoftext\|>|<\|endoftext\|>|{CONTRACTION}|[a-z]+|[0-9]|[^ \t\n\f\ra-z0-9]+",
    alike={"\N{LATIN SMALL LETTER LONG S}": "s", "\N{COMBINING GREEK YPOGEGRAMMENI}": LETTER},
)
