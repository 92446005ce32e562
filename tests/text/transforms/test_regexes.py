"""Patterns mean what they mean in RE2, the engine that torchtext had; its results are written down here."""

from __future__ import annotations

import pickle

import pytest

from hub.errors import InvalidInput
from hub.text.transforms import RegexTokenizer

# pattern, replacement, text, what torchtext 0.18 made of it
REWRITTEN = [
    (r"\.", " . ", "a.b.", ["a", ".", "b", "."]),
    (r"<br \/>", " ", "a<br />b", ["a", "b"]),
    (r"[,._+ ]+", " ", "a.,b_+c", ["a", "b", "c"]),
    (r"(a)(b)?", r"\2\1\0", "ab a", ["baab", "aa"]),
    (r"x*", "-", "abxd", ["-a-b-d-"]),
    (r"$", "E", "a\n", ["a\nE"]),
    (r"(?m)$", "E", "a\nb", ["aE\nbE"]),
    (r"\z", "Z", "a\n", ["a\nZ"]),
    (r"\s", "_", "a\tb\x0bc\u00a0d", ["a_b\x0bc\u00a0d"]),
    (r"\S+", r"<\0>", "a \x0b", ["<a>", "<\x0b>"]),
    (r"[\s,]", "_", "a,b\n", ["a_b_"]),
    (r"[^\w\s]", ".", "aé_!", ["a._."]),
    (r"\d+", "N", "12٣", ["N٣"]),
    (r"\w\b", "w", "aé b", ["wé", "w"]),
    (r"(?i)É", "e", "éÉ", ["ee"]),
    (r"[[]", "(", "[a]", ["(a]"]),
    (r"[]a[]", "_", "[ab]", ["__b_"]),
    (r"[[:alpha:]]+", r"<\0>", "ab1é", ["<ab>1é"]),
    (r"\\", r"\\\\", "a\\b", ["a\\\\b"]),
]


@pytest.mark.parametrize(("pattern", "replacement", "text", "words"), REWRITTEN)
def test_a_text_is_rewritten_as_re2_does(pattern: str, replacement: str, text: str, words: list[str]) -> None:
    assert RegexTokenizer([(pattern, replacement)])(text) == words


def test_unicode_properties_are_read_by_the_library_regex() -> None:
    pytest.importorskip("regex")

    assert RegexTokenizer([(r"\pL+", "L"), (r"\p{N}", "#")])("aé1٣-") == ["L##-"]


def test_patterns_are_applied_in_order() -> None:
    assert RegexTokenizer([("a", "b"), ("b", "c")])("ab") == ["cc"]


def test_words_are_parted_at_blanks_alone() -> None:
    assert RegexTokenizer([])("a  b\tc ") == ["a", "b\tc"]


@pytest.mark.parametrize(
    ("pattern", "replacement"), [("(", ""), ("a", r"\1"), ("a", r"\n"), ("a", "\\"), ("[[:^digit:]]", "")]
)
def test_what_makes_no_sense_is_told_at_once(pattern: str, replacement: str) -> None:
    with pytest.raises(InvalidInput, match=r"makes no sense|not read"):
        RegexTokenizer([(pattern, replacement)])


@pytest.mark.parametrize("line", [None, ["a"], b"a"], ids=repr)
def test_what_is_no_text_is_a_type_error(line: str) -> None:
    with pytest.raises(TypeError):
        RegexTokenizer([])(line)


def test_a_copy_rewrites_as_the_original() -> None:
    tokenizer = RegexTokenizer([(r"(\w)-", r"\1 "), (",", " ")])

    again = pickle.loads(pickle.dumps(tokenizer))  # noqa: S301  our own bytes

    assert again("a-b,c") == ["a", "b", "c"]
