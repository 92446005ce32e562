"""CelebA: one folder of aligned photos, and a list for each thing that is known about them.

    img_align_celeba/000001.jpg
    list_eval_partition.txt             000001.jpg 0                      0 train, 1 valid, 2 test
    identity_CelebA.txt                 000001.jpg 2880
    list_attr_celeba.txt                202599                            how many
                                        5_o_Clock_Shadow Arched_Eyebrows  a name for each column
                                        000001.jpg -1  1                  -1 no, 1 yes
    list_bbox_celeba.txt                as the last; x, y, width, height in the photo before it was aligned
    list_landmarks_align_celeba.txt     as the last; x and y of eyes, nose and the corners of the mouth

All lists have the photos in the same order, and blanks between values. Described in the README of the dataset,
https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html.

Option: `split`, one of train, valid, test and all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hub.formats.texts import is_number, lines, wrong_line
from hub.readers import Read
from hub.trees import join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

PARTS = {"train": 0, "valid": 1, "test": 2}
PHOTOS = "img_align_celeba"


@dataclass(frozen=True, slots=True)
class Table:
    """A list: the photos, int64 values of shape (photos, columns), and the names of the columns if it has them."""

    photos: Sequence[str]
    values: NDArray[np.int64]
    columns: Sequence[str] = ()


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image`, `attr` of 0 and 1, `identity` (one number), `bbox` and `landmarks`, all int64.

    Raises FormatError if a list is damaged, too short, or has other photos than the others.
    """
    parts = _table(tree, "list_eval_partition.txt")
    photos = parts.photos
    identity = _table(tree, "identity_CelebA.txt", like=photos)
    attributes = _table(tree, "list_attr_celeba.txt", like=photos, headed=True)
    boxes = _table(tree, "list_bbox_celeba.txt", like=photos, headed=True)
    landmarks = _table(tree, "list_landmarks_align_celeba.txt", like=photos, headed=True)
    rows = _rows(parts, str(options.get("split", "all")))
    names = [photos[row] for row in rows.tolist()]
    columns = {
        "image": tree.media(join(PHOTOS, name) for name in names),
        "attr": (attributes.values[rows] + 1) // 2,
        "identity": identity.values[rows, 0],
        "bbox": boxes.values[rows],
        "landmarks": landmarks.values[rows],
    }
    return Read(columns, about={"attr_names": attributes.columns, "filename": names})


def _rows(parts: Table, split: str) -> NDArray[np.intp]:
    if split == "all":
        return np.arange(len(parts.photos))
    return np.flatnonzero(parts.values[:, 0] == PARTS[split])


def _table(tree: Tree, name: str, *, like: Sequence[str] | None = None, headed: bool = False) -> Table:
    """Return a list; with `like` it must have these photos, and where `headed` as many as it says itself."""
    text = lines(tree, name)
    above = 2 if headed else 0
    rows = [line.split() for line in text[above:]]
    photos = [row[0] if row else "" for row in rows]
    if headed and (not text or text[0].strip() != str(len(rows))):
        raise wrong_line(tree, name, 1, f"{len(rows)}, the number of photos below", text[0] if text else None)
    for number, (found, wanted) in enumerate(zip(photos, photos if like is None else like, strict=False), above + 1):
        if found != wanted or not found:
            raise wrong_line(tree, name, number, wanted or "a photo", text[number - 1])
    if like is not None and len(photos) != len(like):
        number = above + min(len(photos), len(like)) + 1
        line = text[number - 1] if number <= len(text) else None
        raise wrong_line(tree, name, number, f"{len(like)} photos, as in the other lists", line)
    return Table(photos, _integers(tree, name, rows, above), text[1].split() if headed else ())


def _integers(tree: Tree, name: str, rows: Sequence[Sequence[str]], above: int) -> NDArray[np.int64]:
    """Return the words behind the first of each row as numbers; `above` counts the lines before the first row."""
    width = len(rows[0]) - 1 if rows else 1
    try:
        return np.array([[int(word) for word in row[1:]] for row in rows], np.int64).reshape(len(rows), width)
    except (OverflowError, ValueError):
        for number, row in enumerate(rows, above + 1):
            if len(row) != width + 1 or not all(is_number(word.removeprefix("-")) for word in row[1:]):
                raise wrong_line(tree, name, number, f"a photo and {width} whole numbers", " ".join(row)) from None
        raise
