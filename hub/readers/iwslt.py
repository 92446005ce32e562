"""Translated subtitles of talks as IWSLT gave them out: IWSLT 2016 and 2017.

    <any>/train.tags.de-en.de                       a sentence a line, and lines of what is known about the talk:
        <url>http://www.ted.com/talks/...</url>
        Vielen Dank, Chris.
    <any>/IWSLT16.TED.tst2013.de-en.de.xml          the sets of earlier years
        <mteval><srcset ...><doc ...><seg id="1"> Vielen Dank. </seg>
    <folder>/train.de-en.de                         the sentences alone, as torchtext keeps them

The sentence of one language is translated in the same line, or segment, of the other language's file.

Options: `split`, train, valid or test; `languages`, the first of which is translated into the second; `prefix` of the
sets' names; `valid_set` and `test_set`, of those that `sets` names; `folder`.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, BinaryIO
from xml.parsers import expat

from hub.archives import blocks_of
from hub.errors import FormatError, InvalidInput
from hub.formats.lines import blocks_of_lines, wrong_line
from hub.readers import words
from hub.readers.parts import in_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

NO_SENTENCES = (
    "<url", "<keywords", "<talkid", "<description", "<reviewer", "<translator", "<title", "<speaker", "<doc", "</doc",
)  # fmt: skip
"""What makes torchtext leave out a line, wherever in the line it stands."""

SEGMENT = 4
"""How deep a segment lies: in a document, in the first element of all."""

AT_ONCE = 1 << 16


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield `source` and `target`, each sentence with a line feed at its end, as torchtext gives them.

    Raises InvalidInput for a set that there is not, and FormatError, naming line or number, for what is not well-formed
    or not parallel.
    """
    for option in ("valid_set", "test_set"):
        _refuse_unknown(option, options)
    source, target = words(options, "languages")
    pairs = _parallel(_sentences(tree, options, source), _sentences(tree, options, target), tree, options)
    return in_parts(pairs, ("source", "target"))


def _refuse_unknown(option: str, options: Options) -> None:
    sets = words(options, "sets")
    if options[option] not in sets:
        pair = "-".join(words(options, "languages"))
        what = f"{option} {str(options[option])!r} is not valid for the language pair {pair}"
        raise InvalidInput(what, expected=", ".join(sets), found=str(options[option]))


def _parallel(
    sources: Iterator[str], targets: Iterator[str], tree: Tree, options: Options
) -> Iterator[tuple[str, str]]:
    for count, (source, target) in enumerate(zip_longest(sources, targets)):
        if source is None or target is None:
            longer = sum(1 for _ in (targets if source is None else sources)) + count + 1
            lengths = (count, longer) if source is None else (longer, count)
            names = [_names(options, language)[0] for language in words(options, "languages")]
            raise FormatError(
                f"{' and '.join(names)} in {tree} are not parallel",
                path=names[0],
                expected="as many sentences in each",
                found="{:,} and {:,}".format(*lengths),
            )
        yield source, target


def _sentences(tree: Tree, options: Options, language: str) -> Iterator[str]:
    """Yield the sentences of a language, in order, from the first of the places that has them.

    The archive comes first: to look for another name would mean to read it to its end.
    """
    raw, plain = _names(options, language)
    tagged = _without_tags if options["split"] == "train" else _of_segments
    places: tuple[tuple[str, Callable[[BinaryIO, str], Iterator[str]]], ...] = (
        (f"*/{raw}", tagged),
        (f"{options['folder']}/{plain}", _lines),
        (f"{options['folder']}/{raw}", tagged),
    )
    for pattern, read in places:
        for name, stream in tree.stream(pattern):
            yield from _some(read(stream, f"{name} in {tree}"), f"{name} in {tree}")
            return
    raise tree.missing(f"{options['folder']}/{raw}")


def _some(sentences: Iterator[str], where: str) -> Iterator[str]:
    """Yield the sentences of a file. Raises FormatError if there are none."""
    first = next(sentences, None)
    if first is None:
        raise FormatError(f"{where} holds no sentences", path=where, expected="sentences", found="none")
    yield first
    yield from sentences


def _names(options: Options, language: str) -> tuple[str, str]:
    """Return the name of a language's file, and that of torchtext's without tags."""
    pair = "-".join(words(options, "languages"))
    split = str(options["split"])
    if split == "train":
        return f"train.tags.{pair}.{language}", f"train.{pair}.{language}"
    plain = f"{options['prefix']}.{options[f'{split}_set']}.{pair}.{language}"
    return f"{plain}.xml", plain


def _lines(stream: BinaryIO, where: str) -> Iterator[str]:
    for block in blocks_of_lines(stream, where):
        for line in block.removesuffix("\n").split("\n"):
            yield f"{line}\n"


def _without_tags(stream: BinaryIO, where: str) -> Iterator[str]:
    # A carriage return within a line is no end while tags are looked for, and one for what is left: so it is upstream.
    for block in blocks_of_lines(stream, where, newline="\n"):
        for line in block.removesuffix("\n").split("\n"):
            if "<" not in line or not any(tag in line for tag in NO_SENTENCES):
                yield from _ended(line)


def _of_segments(stream: BinaryIO, where: str) -> Iterator[str]:
    parser = _Parser(where)
    for data in blocks_of(stream, where, AT_ONCE):
        yield from parser.fed(data)
    yield from parser.fed(b"", last=True)


def _ended(text: str) -> Iterator[str]:
    """Yield a text without the blanks around it, a line at a time."""
    bare = text.strip()
    lines = bare.replace("\r\n", "\n").replace("\r", "\n").split("\n") if "\r" in bare or "\n" in bare else [bare]
    for line in lines:
        yield f"{line}\n"


class _Parser:
    """The segments of the documents in the first element of all, each up to what is marked up within it."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._open: list[str] = []
        self._in_first = True
        self._text: list[str] | None = None
        self._found: list[str] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        # Entities can be declared there that grow beyond all memory; IWSLT's files have none.
        self._parser.StartDoctypeDeclHandler = self._refuse

    def fed(self, data: bytes, *, last: bool = False) -> Iterator[str]:
        """Yield what more there is to yield after these bytes. Raises FormatError, naming the line."""
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise wrong_line(self._where, error.lineno, "XML", expat.ErrorString(error.code)) from error
        for text in self._found:
            yield from _ended(text)
        self._found = []

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._open.append(name)
        self._parser.CharacterDataHandler = None
        if len(self._open) == SEGMENT and self._in_first and self._open[2:] == ["doc", "seg"]:
            self._text = []
            self._parser.CharacterDataHandler = self._text.append

    def _end(self, _: str) -> None:
        self._open.pop()
        self._parser.CharacterDataHandler = None
        if len(self._open) == 1:
            self._in_first = False
        if len(self._open) == SEGMENT - 1 and self._text is not None:
            if not self._text:
                raise wrong_line(self._where, self._parser.CurrentLineNumber, "a sentence", "an empty segment")
            self._found.append("".join(self._text))
            self._text = None

    def _refuse(self, *_: object) -> None:
        raise wrong_line(self._where, self._parser.CurrentLineNumber, "no document type", "<!DOCTYPE")
