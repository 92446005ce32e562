"""Labeled Faces in the Wild: a folder of photos for each person, and lists of people or of pairs.

    <folder>/<person>/<person>_<number, four digits>.jpg
    lfw-names.txt               <person> <number of photos>      everybody; the place in it is the label

    peopleDevTrain.txt          4038                             how many people follow
                                <person> <number of photos>
    people.txt                  10                               folds, each as the above

    pairsDevTrain.txt           1100                             pairs of each kind
                                <person> <number> <number>                  that many of the same person
                                <person> <number> <other person> <number>   and then of two
    pairs.txt                   10 300                           folds, and pairs of each kind in a fold

Values are parted by tabs. Described at http://vis-www.cs.umass.edu/lfw/README.txt.

Options: `folder`; `list`, the name of the list; `folded`, whether it has folds; `view`, people or pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hub.formats.texts import columns, is_number, lines, wrong_line
from hub.readers import Read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

NAMES = "lfw-names.txt"


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a list, counted from 0, which know how to tell what is wrong with one."""

    tree: Tree
    name: str
    texts: list[str]

    def words(self, at: int, count: int) -> list[str]:
        """Return the words of a line. Raises FormatError if they are not `count`."""
        text = self.texts[at] if at < len(self.texts) else None
        found = (text or "").split()
        if len(found) != count:
            raise wrong_line(self.tree, self.name, at + 1, f"{count} words", text)
        return found

    def count(self, at: int) -> int:
        """Return the number that a line is. Raises FormatError if it is something else."""
        return self.number(self.words(at, 1)[0], at)

    def number(self, word: str, at: int) -> int:
        """Return a word of a line as a number. Raises FormatError if it is none."""
        if not is_number(word):
            raise wrong_line(self.tree, self.name, at + 1, "a whole number", self.texts[at])
        return int(word)


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label` of people, or `first`, `second` and `label` (1 for the same person) of pairs.

    Raises FormatError, naming the line, if a list is not what it should be, and MissingFile if a photo is not there.
    """
    name = str(options.get("list", "people.txt"))
    listed = Lines(tree, name, lines(tree, name))
    folder = str(options.get("folder", "lfw"))
    read = _pairs if options.get("view") == "pairs" else _people
    return read(listed, folder, folded=bool(options.get("folded", False)))


def _photo(folder: str, person: str, number: int) -> str:
    return f"{folder}/{person}/{person}_{number:04d}.jpg"


def _people(listed: Lines, folder: str, *, folded: bool) -> Read:
    tree = listed.tree
    known = {words[0]: label for label, words in enumerate(columns(tree, NAMES, 2))}
    photos: list[str] = []
    labels: list[int] = []
    for at in _lines_of_people(listed, folded=folded):
        person, word = listed.words(at, 2)
        if person not in known:
            raise wrong_line(tree, listed.name, at + 1, f"a person of {NAMES}", listed.texts[at])
        count = listed.number(word, at)
        photos += [_photo(folder, person, number) for number in range(1, count + 1)]
        labels += [known[person]] * count
    return Read({"image": tree.media(photos), "label": np.array(labels, np.int64)}, classes=tuple(known))


def _lines_of_people(listed: Lines, *, folded: bool) -> Iterator[int]:
    folds = listed.count(0) if folded else 1
    at = int(folded)
    for _ in range(folds):
        count = listed.count(at)
        yield from range(at + 1, at + 1 + count)
        at += 1 + count


def _pairs(listed: Lines, folder: str, *, folded: bool) -> Read:
    *folds, count = (listed.number(word, 0) for word in listed.words(0, 2 if folded else 1))
    pairs = []
    for at in range(1, 1 + 2 * count * (folds[0] if folds else 1)):
        same = (at - 1) // count % 2 == 0
        words = listed.words(at, 3 if same else 4)
        person, other = words[0], words[0] if same else words[2]
        numbers = listed.number(words[1], at), listed.number(words[-1], at)
        pairs.append((person, numbers[0], other, numbers[1], int(same)))
    tree = listed.tree
    found: dict[str, Column] = {
        "first": tree.media(_photo(folder, pair[0], pair[1]) for pair in pairs),
        "second": tree.media(_photo(folder, pair[2], pair[3]) for pair in pairs),
        "label": np.array([pair[4] for pair in pairs], np.int64),
    }
    return Read(found, about={"pair_names": [[pair[0], pair[2]] for pair in pairs]})
