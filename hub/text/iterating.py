"""Steps of a pipeline over lines: from an iterable to another one, a line at a time."""

from __future__ import annotations

import csv
import re
from functools import partial
from string import ascii_letters
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from hub.errors import WrongType

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    Replacement = str | Callable[[re.Match[str]], str]

Token = TypeVar("Token")
Index = TypeVar("Index")
Row = TypeVar("Row")
Key_contra = TypeVar("Key_contra", contravariant=True)
Value_co = TypeVar("Value_co", covariant=True)


class Lookup(Protocol[Key_contra, Value_co]):
    """What gives an index for a token: a vocabulary or a dict."""

    def __getitem__(self, token: Key_contra, /) -> Value_co: ...


class Rows(Protocol[Value_co]):
    """What has a length and takes an index: a map-style dataset."""

    def __getitem__(self, index: int, /) -> Value_co: ...
    def __len__(self) -> int: ...


def custom_replace(
    replace_pattern: Iterable[tuple[str | re.Pattern[str], Replacement]],
) -> Callable[[Iterable[str]], Iterator[str]]:
    r"""Return a step that replaces, in every line, one regular expression after the other.

    The step can be pickled.

    >>> squeeze = custom_replace([(r"S", "s"), (r"\s+", " ")])
    >>> list(squeeze(["Sentencepiece encode  aS  pieces", "exampleS to   try!"]))
    ['sentencepiece encode as pieces', 'examples to try!']
    """
    return partial(_replaced, [(re.compile(pattern), new) for pattern, new in replace_pattern])


def _replaced(patterns: Sequence[tuple[re.Pattern[str], Replacement]], lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        changed = line
        for pattern, new in patterns:
            changed = pattern.sub(new, changed)
        yield changed


def simple_space_split(iterator: Iterable[str]) -> Iterator[list[str]]:
    """Yield the words of every line, as whitespace parts them.

    >>> list(simple_space_split(["Sentencepiece encode as pieces", "example to try!"]))
    [['Sentencepiece', 'encode', 'as', 'pieces'], ['example', 'to', 'try!']]
    """
    for line in iterator:
        yield line.split()


# The largest that a C long holds on every system; csv's own is 131,072 characters, which reviews exceed.
LONGEST_FIELD = (1 << 31) - 1


def unicode_csv_reader(unicode_csv_data: Iterable[str], **options: Any) -> Iterator[list[str]]:  # noqa: ANN401  csv's
    """Yield the rows of CSV with fields of any length; `options` are those of `csv.reader`.

    The limit is one of the whole process; it stays lifted.

    >>> list(unicode_csv_reader(['3,"Wall St., and more"']))
    [['3', 'Wall St., and more']]
    """
    csv.field_size_limit(LONGEST_FIELD)
    yield from csv.reader(unicode_csv_data, **options)


def utf_8_encoder(unicode_csv_data: Iterable[str]) -> Iterator[bytes]:
    """Yield every line as bytes of UTF-8."""
    for line in unicode_csv_data:
        yield line.encode("utf-8")


def numericalize_tokens_from_iterator(
    vocab: Lookup[Token, Index], iterator: Iterable[Iterable[Token]], removed_tokens: Container[Token] | None = None
) -> Iterator[Iterator[Index]]:
    """Yield, for every list of tokens, an iterator of their indices; `removed_tokens` are left out.

    A token is looked up when its index is asked for, so that is when an unknown one raises what `vocab` raises.

    >>> vocab = {"Sentencepiece": 0, "encode": 1, "as": 2, "pieces": 3}
    >>> lines = simple_space_split(["Sentencepiece as pieces", "as pieces"])
    >>> [list(indices) for indices in numericalize_tokens_from_iterator(vocab, lines)]
    [[0, 2, 3], [2, 3]]
    """
    for tokens in iterator:
        kept = tokens if removed_tokens is None else _without(tokens, removed_tokens)
        yield map(vocab.__getitem__, kept)


def _without(tokens: Iterable[Token], removed: Container[Token]) -> Iterator[Token]:
    return (token for token in tokens if token not in removed)


# Matt Mahoney's wikifil.pl, by which enwik9 becomes fil9, as torchtext has it: a line at a time, and with a literal
# `[[$1]]` for the name of a category, which is Perl's and no group here, so that a category becomes the word "one".
# perf: an expression is tried only on a line with the characters before it, without which it cannot match.
MARKUP = tuple(
    (needed, re.compile(pattern), new)
    for needed, pattern, new in (
        ("<", r"<.*>", ""),
        ("&amp;", r"&amp;", "&"),
        ("&lt;", r"&lt;", "<"),
        ("&gt;", r"&gt;", ">"),
        ("<ref", r"<ref[^<]*</ref>", ""),
        ("<", r"<[^>]*>", ""),
        ("[http:", r"\[http:[^] ]*", "["),
        ("|thumb", r"\|thumb", ""),
        ("|left", r"\|left", ""),
        ("|right", r"\|right", ""),
        ("|", r"\|\d+px", ""),
        ("[[image:", r"\[\[image:[^\[\]]*\|", ""),
        ("[[category:", r"\[\[category:([^|\]]*)[^]]*\]\]", "[[$1]]"),
        ("[[", r"\[\[[a-z\-]*:[^\]]*\]\]", ""),
        ("[[", r"\[\[[^\|\]]*\|", "[["),
        ("{{", r"\{\{[^\}]*\}\}", ""),
        ("{", r"\{[^\}]*\}", ""),
        ("[", r"\[", ""),
        ("]", r"\]", ""),
        ("&", r"&[^;]*;", " "),
    )
)
# Capitals to small letters, which stay, and everything else to blanks.
LETTERS = bytes(ord(chr(code).lower()) if chr(code) in ascii_letters else ord(" ") for code in range(256))
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NO_LETTERS = re.compile(r"[^A-Za-z\n]+")
REDIRECTS = ("#redirect", "#REDIRECT")


def filter_wikipedia_xml(text_iterator: Iterable[str]) -> Iterator[str]:
    """Yield the text of a Wikipedia dump's lines: words of the letters a to z with single blanks between them.

    Markup is dropped, digits are spelled out, and lines of which nothing is left are left out, as are redirects.
    Follows http://mattmahoney.net/dc/textdata.html, appendix A.

    >>> list(filter_wikipedia_xml(["<title>Anarchism</title>", "#REDIRECT [[A]]", "In [[1984|84]]!"]))
    ['in eight four']

    Raises WrongType if there is nothing to iterate over.
    """
    try:
        lines = iter(text_iterator)
    except TypeError as error:
        raise WrongType(
            "lines of text must come as something that can be iterated over",
            expected="a list, an open file or the like",
            found=f"{type(text_iterator).__name__}: {text_iterator!r:.80}",
        ) from error
    return _words(lines)


def _words(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if not any(redirect in line for redirect in REDIRECTS):
            words = _letters(_without_markup(line))
            if words:
                yield words


def _without_markup(line: str) -> str:
    for needed, pattern, new in MARKUP:
        if needed in line:
            line = pattern.sub(new, line)
    return line


def _letters(line: str) -> str:
    for digit, name in enumerate(DIGITS):
        line = line.replace(str(digit), f" {name} ")
    if "\n" in line.strip():
        line = _without_breaks(line)
    # Not lower(): that would make letters of a few that are none here, such as the sign for kelvin.
    return " ".join(line.encode("ascii", "replace").translate(LETTERS).decode("ascii").split())


def _without_breaks(line: str) -> str:
    """A line break goes, and with it the one blank that stands for all that is no letter behind it."""
    return NO_LETTERS.sub(" ", line).replace("\n ", "")


def to_map_style_dataset(iter_data: Iterable[Row]) -> Rows[Row]:
    """Return a dataset with a length and an index: what is one already, as it is, and a list of anything else.

    >>> words = to_map_style_dataset(word for word in ("one", "two"))
    >>> len(words), words[1]
    (2, 'two')
    """
    from hub.datasets.dataset import Dataset  # torch comes with it
    from hub.text.listed import Listed

    return iter_data if isinstance(iter_data, Dataset) else Listed(iter_data)
