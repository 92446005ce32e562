"""Files that belong together by their order: the first of each list makes the first sample, and so on.

    <left>/a.png   <right>/a.png   <disparity>/a.png   ->   one sample
    <left>/b.png   <right>/b.png   <disparity>/b.png   ->   the next

Options: for each column the pattern of its files, or several, whose files follow each other; "" for a column that is
not published. `skip`, a pattern of the last part of names that are left out.
"""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from hub.errors import FormatError, MissingFile
from hub.readers import Read, words
from hub.trees import base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

SKIP = "skip"


def read_tree(tree: Tree, options: Options) -> Read:
    """Return a column for each pattern. Raises what `matched` does."""
    patterns = {name: words(options, name) for name in options if name != SKIP}
    groups = max(map(len, patterns.values()))
    lists = [
        matched(tree, {name: each[number] for name, each in patterns.items() if each}, str(options.get(SKIP, "")))
        for number in range(groups)
    ]
    joined = chained(lists)
    return Read({name: tree.media(joined[name]) if each else None for name, each in patterns.items()})


def matched(tree: Tree, patterns: Mapping[str, str], skip: str = "") -> dict[str, list[str]]:
    """Return column -> the names of its files, sorted; equally many for each.

    Raises MissingFile if none fits a pattern, and FormatError if not as many do as fit the first one.
    """
    lists = {column: _fitting(tree, pattern, skip) for column, pattern in patterns.items()}
    (first, wanted), *others = lists.items()
    for column, names in others:
        if len(names) != len(wanted):
            expected = f"{len(wanted)} files {patterns[column]}, as many as {patterns[first]}"
            raise mismatch(f"files of {tree} do not make pairs", patterns[column], expected, str(len(names)))
    return lists


def mismatch(what: str, path: str, expected: str, found: str) -> FormatError:
    """Return the error to raise for files that are too few or too many."""
    hint = "unpack all archives anew: files are missing, or are left of something else"
    return FormatError(what, path=path, expected=expected, found=found, hint=hint)


def chained(lists: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Return column -> the names of all lists, one after the other."""
    joined: dict[str, list[str]] = defaultdict(list)
    for each in lists:
        for column, names in each.items():
            joined[column] += names
    return joined


def _fitting(tree: Tree, pattern: str, skip: str) -> list[str]:
    names = [name for name in tree.glob(pattern) if not (skip and fnmatchcase(base(name), skip))]
    if not names:
        raise MissingFile(f"no file of {tree} is called {pattern}", expected=pattern, found="no such file")
    return names
