"""Which files of a tree are meant, and which split each belongs to."""

from __future__ import annotations

import glob
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from hub.errors import MissingFile
from hub.readers import words
from hub.readers.own.look import ASIDE, SPLIT, is_split, lone_folder, rank, visible_folders
from hub.trees import base, hidden, parent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.readers import Options
    from hub.trees import Tree

PACKED = (".bz2", ".gz", ".xz")


def of_splits(tree: Tree, options: Options, suffixes: tuple[str, ...] = ()) -> Mapping[str, Sequence[str]]:
    """Return split -> files with one of these suffixes, or any, that the option `files` does not leave out.

    A file that is all there is may be called as it likes. Raises MissingFile if there are none.
    """
    patterns = words(options, "files")
    there = [name for folder in sorted(visible_folders(tree)) for name in tree.files(folder) if _counts(name)]
    top = lone_folder(there)
    asked = [name for name in there if not patterns or _is_asked(name, top, patterns)]
    suffixes = () if len(there) == 1 else suffixes
    found = {plain(name): name for name in reversed(asked) if not suffixes or plain(name).lower().endswith(suffixes)}
    if not found:
        raise MissingFile(
            f"{tree} holds nothing to read",
            expected=" or ".join(patterns or [f"*{suffix}" for suffix in suffixes] or ["a file"]),
            found=", ".join(map(base, there[:5])) or "no file",
        )
    return _grouped(sorted(found.values()), top)


def plain(name: str) -> str:
    """Return the name of a file without what says how it is packed.

    >>> plain("a/train.csv.gz"), plain("a/train.csv")
    ('a/train.csv', 'a/train.csv')
    """
    return next((name[: -len(each)] for each in PACKED if name.lower().endswith(each)), name)


def exactly(name: str) -> str:
    """Return a pattern that matches this name alone."""
    return glob.escape(name)


def _counts(name: str) -> bool:
    return not hidden(base(name)) and not base(name).lower().startswith(ASIDE)


def _is_asked(name: str, top: str, patterns: Sequence[str]) -> bool:
    below = name[len(top) + 1 :] if top else name
    return any(fnmatchcase(each, pattern) for each in (below, base(name)) for pattern in patterns)


def _grouped(names: Sequence[str], top: str) -> Mapping[str, Sequence[str]]:
    splits = {name: _split(name, top) for name in names}
    known = any(splits.values())
    found: dict[str, list[str]] = {}
    for name, split in splits.items():
        if split or not known:  # a sample of a submission, a list of all, ...
            found.setdefault(split or "all", []).append(name)
    return {split: found[split] for split in sorted(found, key=rank)}


def _split(name: str, top: str) -> str:
    """Return the split that the nearest of a file's name and folders is called like; "" if none is."""
    word = SPLIT.search(base(plain(name)))
    folders = parent(name)[len(top) :].split("/")
    return word[1] if word else next((folder for folder in reversed(folders) if is_split(folder)), "")
