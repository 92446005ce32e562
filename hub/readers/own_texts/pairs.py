"""Translations of the user's own: two files that differ in the language at their end, a sentence a line.

    train.de  train.en  val.de  val.en        corpus.en-fr.en.gz  corpus.en-fr.fr.gz

Options: `languages`, the ends of the names of source and target, which otherwise are the only two that there are, in
the order of the alphabet; `files`, patterns of names, where others lie there too; `encoding`; `split`, which the survey
has named.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from hub.errors import InvalidInput, MissingFile
from hub.readers import Surveyed, text_lines, words
from hub.readers.own_texts.files import of_splits, plain
from hub.readers.own_texts.lines import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

PAIR = 2


def survey(tree: Tree, options: Options) -> Surveyed:
    """Return the splits that there are. Raises MissingFile if no two files are a pair, InvalidInput if more are."""
    splits = of_splits(tree, options)
    languages = _languages(tree, splits, options)
    both = {split: dict.fromkeys(("source", "target"), "text") for split, names in splits.items()
            if _pairs(tree, names, languages)}  # fmt: skip
    if not both:
        _refuse(
            tree, [name for names in splits.values() for name in names], " and ".join(f"*.{each}" for each in languages)
        )
    return Surveyed(both, told={"languages": tuple(languages)})


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield `source` and `target`. Raises FormatError for files that have not as many lines as each other."""
    names = of_splits(tree, options)[str(options["split"])]
    for pair in _pairs(tree, names, words(options, "languages")):
        told = {"files": tuple(map(named, pair)), "columns": ("source", "target"), "encoding": options["encoding"]}
        yield from text_lines.read_parts(tree, told)


def _languages(tree: Tree, splits: Mapping[str, Sequence[str]], options: Options) -> Sequence[str]:
    asked = [each.removeprefix(".") for each in words(options, "languages")]
    if asked:
        if len(asked) != PAIR:
            raise InvalidInput("languages are two", expected='such as languages=["de", "en"]', found=", ".join(asked))
        return asked
    ends: dict[str, set[str]] = defaultdict(set)
    for name in (name for names in splits.values() for name in names):
        before, dot, end = plain(name).rpartition(".")
        ends[before].add(end if dot else "")
    found = sorted({tuple(sorted(each)) for each in ends.values() if len(each) >= PAIR})
    if not found:
        _refuse(tree, [name for names in splits.values() for name in names], "two files such as train.de and train.en")
    if len(found) > 1 or len(found[0]) > PAIR:
        several = sorted({end for each in found for end in each})
        raise InvalidInput(
            f"{tree} holds more than two languages",
            expected='languages=["<source>", "<target>"]',
            found=", ".join(several),
        )
    return found[0]


def _pairs(tree: Tree, names: Sequence[str], languages: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs of files. Raises MissingFile if one lacks its translation."""
    by_plain = {plain(name): name for name in names}
    source, target = (f".{language}" for language in languages)
    begun = {each.removesuffix(end) for each in by_plain for end in (source, target) if each.endswith(end)}
    for each in sorted(begun):
        for end in (source, target):
            if each + end not in by_plain:
                _refuse(tree, names, each + end)
    return [(by_plain[each + source], by_plain[each + target]) for each in sorted(begun)]


def _refuse(tree: Tree, names: Sequence[str], expected: str) -> None:
    raise MissingFile(f"{tree} holds no pairs of files, or lacks one", expected=expected, found=", ".join(names[:5]))
