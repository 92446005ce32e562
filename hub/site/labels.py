"""The words of the site's own pages, by language: `labels.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")


class Labels:
    """The labels of one language: `labels("kinds", "dataset")`, and `labels.use_instead` for plain words."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, group: str, key: str) -> str:
        label = _table()[group][key]
        return label.get(self._language, label["en"])

    def count(self, kind: str, number: int) -> str:
        """Return how many entries of a kind there are.

        >>> Labels("en").count("paper", 1), Labels("en").count("paper", 2), Labels("zh").count("paper", 1)
        ('1 paper', '2 papers', '1 篇论文')
        """
        if number == 1 and self._language == "en" and kind in _table()["kind"]:
            return f"1 {self('kind', kind)}"
        return self("counted", kind).format(n=number)

    def known(self, group: str, key: str) -> str:
        """Return a label, or the key itself where there is none: values of other people's cards have none."""
        return self(group, key) if key in _table().get(group, {}) else key

    def __getattr__(self, word: str) -> str:
        if word not in _table()["words"]:
            raise AttributeError(word)
        return self("words", word)


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(Path(__file__).with_name("labels.toml").read_text("utf-8"))
