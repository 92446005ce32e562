"""Tokens by regular expressions that rewrite a text, which is cut at blanks at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import Module

from hub.text.kinds import refused
from hub.text.transforms.re2 import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable


class RegexTokenizer(Module):
    r"""The words of a text, between blanks, after all (pattern, replacement) pairs were applied to it in order.

    Patterns are RE2's, see hub/text/transforms/re2.py; lookahead, lookbehind and back references work too.

    >>> RegexTokenizer([(r"\.", " . "), (r"[,_+]+", " ")])("One.Two,,three_four")
    ['One', '.', 'Two', 'three', 'four']

    Raises InvalidInput for a pattern or replacement that makes no sense, and WrongType for anything but a str as input.
    """

    def __init__(self, patterns_list: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self._rules = [Rule(pattern, replacement) for pattern, replacement in patterns_list]

    def forward(self, line: str) -> list[str]:
        """Return the words of a text."""
        if not isinstance(line, str):
            raise refused(line, "a str")
        for rule in self._rules:
            line = rule(line)
        return [word for word in line.split(" ") if word]
