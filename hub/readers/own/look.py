"""A look at what lies in a tree: which names there are, which of them are pictures, and which folders are splits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PIL import Image

from hub.errors import FormatError, MissingFile
from hub.formats.pillow import DAMAGE
from hub.readers.class_folders import IMAGES
from hub.trees import base, hidden, join, parent, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hub.trees import Tree

# A word for a split, alone or beside others: "train", "val2017", "seg_test", "training-set".
SPLIT = re.compile(
    r"(?:^|[_.-])((?:trainval|train|training|val|valid|validation|dev|test|testing|eval|evaluation)\d*)(?:$|[_.-])",
    re.IGNORECASE,
)
# What a split expression can name.
PLAIN = re.compile(r"[\w.-]+", re.ASCII)

# In which order people think of splits.
USUAL_ORDER = ("train", "val", "dev", "eval", "test")

# Files that may say what pictures show; other files do not count.
TELLING = (".csv", ".tsv", ".json", ".xml", ".txt", ".yaml", ".yml", ".names")
ASIDE = ("readme", "license", "licence")

LISTED_KINDS = 3
"""Kinds of files that an error lists."""


@dataclass(frozen=True)
class Look:
    """The files of a tree that may matter, in the order of `Tree.walk`, and the folder that all of them lie in."""

    tree: Tree
    files: Sequence[str]
    top: str

    @cached_property
    def names(self) -> frozenset[str]:
        """The files as a set."""
        return frozenset(self.files)

    @cached_property
    def pictures(self) -> Sequence[str]:
        """Those that are pictures by their suffix."""
        return [name for name in self.files if is_picture(name)]

    @cached_property
    def index(self) -> Pictures:
        """The pictures, to be found by name."""
        return Pictures(self.tree, self.pictures)

    def ending(self, *suffixes: str, depth: int | None = None) -> list[str]:
        """Return the files with one of these suffixes, at most so many folders below the top."""
        found = [name for name in self.files if name.lower().endswith(suffixes)]
        return [name for name in found if depth is None or self.below(name).count("/") <= depth]

    def below(self, name: str) -> str:
        """Return a name as it is below the top."""
        return name[len(self.top) + 1 :] if self.top else name

    def split_of(self, name: str) -> str:
        """Return the first folder above a file that is named like a split; "" if there is none."""
        return next((part for part in self.below(parent(name) + "/").split("/") if is_split(part)), "")

    def split_by_stem(self, name: str) -> str:
        """Return the word for a split in the name of a file itself: "train2017" of "instances_train2017.json"."""
        found = SPLIT.search(stem(name))
        return found[1] if found else ""

    def by_split(self, names: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Return split -> those of the files that lie in its folders; "all" unless each of them lies in one."""
        names = list(names)
        splits = [self.split_of(name) for name in names]
        grouped: dict[str, list[str]] = defaultdict(list)
        for name, split in zip(names, splits, strict=True):
            grouped[split if all(splits) else "all"].append(name)
        return grouped

    def size(self, picture: str) -> tuple[int, int]:
        """Return width and height in pixels, which the first bytes tell. Raises FormatError if they do not."""
        try:
            with self.tree.open(picture) as stream, Image.open(stream) as opened:
                return opened.size
        except DAMAGE as error:
            raise FormatError(
                f"{picture} in {self.tree} is damaged: {error}", path=picture, expected="an image", found="no size"
            ) from error

    @cached_property
    def contents(self) -> str:
        """What there is, in a few words: "3 .txt files, 2 folders without images"."""
        suffixes = Counter(f".{name.rpartition('.')[2]}" for name in self.tree.walk() if not hidden(name))
        kinds = [f"{count} {kind} file{'s' * (count > 1)}" for kind, count in suffixes.most_common(LISTED_KINDS)]
        more = len(suffixes) - len(kinds)
        bare = self._bare_folders()
        folders = [f"{bare} folder{'s' * (bare > 1)} without images"] if bare else []
        return ", ".join([*kinds, *([f"{more} other kinds"] if more > 0 else []), *folders]) or "nothing"

    def _bare_folders(self) -> int:
        filled = {self.below(name).partition("/")[0] for name in self.pictures}
        folders = [self.below(each) for each in self.tree.folders(self.top) if not hidden(each)]
        return len([each for each in folders if each not in filled])


@dataclass(frozen=True, slots=True)
class Near:
    """Where a picture is probably, of several with the same name: beside the file that names it, or in its split."""

    folder: str
    split: str

    def narrowed(self, names: Sequence[str], text: str) -> Sequence[str]:
        """Return the pictures that are near, if that decides which one is meant, or all of them."""
        beside = [name for name in names if name == join(self.folder, text)]
        same_split = [name for name in names if self.split in name.split("/")]
        return next((found for found in (names, beside, same_split) if len(found) == 1), names)


class Pictures:
    """Pictures by the names that other files call them: with or without folders and suffix."""

    def __init__(self, tree: Tree, pictures: Iterable[str]) -> None:
        self._tree = tree
        self._by_base: dict[str, list[str]] = defaultdict(list)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for name in pictures:
            self._by_base[base(name)].append(name)
            self._by_stem[stem(name)].append(name)

    def called(self, text: str) -> Sequence[str]:
        """Return the pictures that a full name with suffix may mean; folders count as far as they are the same."""
        plain = text.replace("\\", "/").removeprefix("./").strip("/")
        there = self._by_base.get(base(plain), [])
        return [name for name in there if f"/{name}".endswith(f"/{plain}")] or there

    def with_stem(self, text: str) -> Sequence[str]:
        """Return the pictures of this name without a suffix."""
        return self._by_stem.get(base(text), [])

    def all_of(self, texts: Sequence[str], near: Near, where: Sequence[str]) -> list[str]:
        """Return the pictures that `texts` mean: all below one folder if there is just one that has all of them.

        `where` says where each text stands. Raises what `the_one` raises.
        """
        folders = self._folders_of_all(texts)
        if len(folders) == 1:
            return [join(folders[0], text) for text in texts]
        return [self.the_one(text, near, place) for text, place in zip(texts, where, strict=True)]

    def _folders_of_all(self, texts: Sequence[str]) -> list[str]:
        left: set[str] | None = None
        for text in texts:
            there = {name[: -len(text)].rstrip("/") for name in self.called(text) if f"/{name}".endswith(f"/{text}")}
            left = there if left is None else left & there
            if not left:
                return []
        return list(left or ())

    def the_one(self, text: str, near: Near, where: str) -> str:
        """Return the picture that `text` means, with suffix or without. `where` says where the text stands.

        Raises MissingFile if there is no such picture, and FormatError if there are several.
        """
        there = near.narrowed(self.called(text) or self.with_stem(text), text)
        if not there:
            raise MissingFile(f"{where} names {text}", expected=text, found=f"no such picture in {self._tree}")
        if len(there) > 1:
            what = f"{where} names {text}, which could be any of {len(there)} pictures"
            raise FormatError(what, path=where, expected="one picture", found=", ".join(there[:3]), hint=CLEARER)
        return there[0]


CLEARER = "write their folders too, as far as the names are the same"


def look_at(tree: Tree) -> Look:
    """Return what lies in a tree, below the folder that all of it lies in."""
    files = [name for folder in sorted(visible_folders(tree)) for name in tree.files(folder) if _counts(name)]
    return Look(tree, files, lone_folder(files))


def visible_folders(tree: Tree, folder: str = "") -> Iterator[str]:
    """Yield a folder and those below it, without entering hidden ones: `.git` has many, and changes all the time."""
    yield folder
    for each in tree.folders(folder):
        if not hidden(base(each)):
            yield from visible_folders(tree, each)


def lone_folder(files: Sequence[str], top: str = "", *, splits: bool = True) -> str:
    """Return the innermost folder that holds all files, but none whose own files are all pictures: that is a class.

    Where `splits` is true a folder that is named like a split ends the way too.
    """
    while True:
        start = len(top) + 1 if top else 0
        folders = {name[start:].partition("/")[0] for name in files if "/" in name[start:]}
        if len(folders) != 1 or any("/" not in name[start:] for name in files):
            return top
        inner = join(top, folders.pop())
        right_in_it = [name for name in files if parent(name) == inner]
        if (splits and is_split(base(inner))) or (right_in_it and all(map(is_picture, right_in_it))):
            return top
        top = inner


def is_picture(name: str) -> bool:
    """Tell whether a name is that of a picture."""
    return name.lower().endswith(IMAGES)


def is_split(name: str) -> bool:
    """Tell whether a folder of this name is a split.

    >>> [is_split(name) for name in ("train", "val2017", "seg_test", "training-set", "trains", "test tube")]
    [True, True, True, True, False, False]
    """
    return bool(SPLIT.search(name) and PLAIN.fullmatch(name))


def rank(split: str) -> int:
    """Return the place of a split in the usual order; those of the same kind follow as they come.

    >>> sorted(["test", "val2017", "all", "seg_train"], key=rank)
    ['seg_train', 'val2017', 'test', 'all']
    """
    found = SPLIT.search(split)
    word = found[1].lower() if found else ""
    return next((place for place, each in enumerate(USUAL_ORDER) if word.startswith(each)), len(USUAL_ORDER))


def _counts(name: str) -> bool:
    telling = name.lower().endswith(TELLING) and not base(name).lower().startswith(ASIDE)
    return (telling or is_picture(name)) and not hidden(base(name))
