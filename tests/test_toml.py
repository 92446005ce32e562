"""TOML that somebody else may have written: read, or refused at once."""

from __future__ import annotations

import time

import pytest

from hub import toml

HOSTILE = {
    "a deep key": "a" + ".a" * 50_000 + " = 1",
    "deep tables": "[a" + ".a" * 50_000 + "]",
    "nested lists": "a = " + "[" * 100_000,
    "nested tables": "a = " + "{a=" * 50_000,
    "a number of 5,000 digits": "a = " + "9" * 5000,
    "nothing that is TOML": "<html>",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_would_take_too_long_is_refused_at_once(text: str) -> None:
    begun = time.monotonic()

    with pytest.raises(ValueError):  # noqa: PT011  its text is the reader's
        toml.loads(text)

    assert time.monotonic() - begun < 5


def test_a_long_word_takes_no_time() -> None:
    begun = time.monotonic()

    assert toml.loads(f'a = "{"n" * 200_000}"')["a"]

    assert time.monotonic() - begun < 5
