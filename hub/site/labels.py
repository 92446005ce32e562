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
        return label.get(self._language) or label["en"]

    def known(self, group: str, key: str) -> str:
        """Return a label, or the key itself where there is none: values of other people's cards have none."""
        return self(group, key) if key in _table()[group] else key

    def __getattr__(self, word: str) -> str:
        if word not in _table()["words"]:
            raise AttributeError(word)
        return self("words", word)


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(Path(__file__).with_name("labels.toml").read_text("utf-8"))
