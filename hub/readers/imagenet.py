"""ImageNet, the set of the challenge of 2012: photos by WordNet id, as published or as torchvision leaves them.

    train/<id>/<id>_<number>.JPEG           published as a tar for each id, within one tar
    val/ILSVRC2012_val_<number>.JPEG        as published, or
    val/<id>/ILSVRC2012_val_<number>.JPEG   as torchvision sorts them

    ILSVRC2012_devkit_t12/data/meta.mat     the development kit's table of 1,860 nouns, 1,000 of them without children
    ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt     the number of one of them for each photo
    meta.bin                                what torchvision makes of both: ({id: words}, [id of each photo])

Described in the readme of the development kit. `meta.bin` is opened with `weights_only`, so that it can run no code.

Option: `split`, train or val.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from hub.errors import FormatError, MissingFile
from hub.formats import saved
from hub.formats.matlab import matrix_of
from hub.formats.texts import is_number, lines, wrong_line
from hub.readers import Read, class_folders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

META = "meta.bin"
INSTEAD = "remove the file; the development kit, ILSVRC2012_devkit_t12.tar.gz, says the same"
TABLE = "ILSVRC2012_devkit_t12/data/meta.mat"
TRUTH = "ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt"


@dataclass(frozen=True, slots=True)
class Nouns:
    """What each id stands for, and the ids of the photos of val in the order of their names."""

    words: Mapping[str, tuple[str, ...]]
    validation: Sequence[str]


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`, by id and then by name; a class is called by all its words.

    Raises MissingFile if photos or the table are not there, FormatError if the table is damaged or does not fit the
    photos, and MissingExtra if the table is that of the development kit and scipy is not installed.
    """
    split = str(options.get("split", "train"))
    nouns = _saved(tree) if tree.has(META) else _published(tree)
    columns: Mapping[str, Column]
    if tree.folders(split) or not tree.files(split):
        found = class_folders.read_tree(tree, {"folder": split})
        ids, columns = found.classes, found.columns
    else:
        ids, names, labels = _sorted(tree, tree.files(split), nouns.validation)
        columns = {"image": tree.media(names), "label": np.array(labels, np.int64)}
    return Read(columns, *_named(tree, ids, nouns.words))


def _named(
    tree: Tree, ids: Sequence[str], words: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], dict[str, object]]:
    """Return the names of classes, and the attributes by which torchvision tells of ids and single words."""
    lacking = [each for each in ids if each not in words]
    if lacking:
        raise FormatError(
            f"{lacking[0]} is no class of ImageNet", path=str(tree), expected="an id of the table", found=lacking[0]
        )
    about: dict[str, object] = {
        "wnids": ids,
        "wnid_to_idx": {each: label for label, each in enumerate(ids)},
        "synonyms": [words[each] for each in ids],
        "class_to_idx": {word: label for label, each in enumerate(ids) for word in words[each]},
    }
    return tuple(", ".join(words[each]) for each in ids), about


def _sorted(tree: Tree, names: Sequence[str], truth: Sequence[str]) -> tuple[tuple[str, ...], list[str], list[int]]:
    """Return all ids, and the photos by id with their labels, for photos that lie in one folder."""
    if len(names) != len(truth):
        raise FormatError(
            f"the photos of val in {tree} are not those of the list",
            path=str(tree),
            expected=f"{len(truth)} photos",
            found=str(len(names)),
        )
    ids = tuple(sorted(set(truth)))
    labels = {each: label for label, each in enumerate(ids)}
    rows = sorted((labels[each], name) for each, name in zip(truth, sorted(names), strict=True))
    return ids, [name for _, name in rows], [label for label, _ in rows]


def _saved(tree: Tree) -> Nouns:
    """Return what torchvision has saved. Raises UnsafeWeights if that would run code."""
    data = tree.read(META)
    try:
        words, validation = cast("tuple[Any, ...]", saved.load_bytes(data, Path(META), hint=INSTEAD))
        named = {str(each): tuple(map(str, names)) for each, names in words.items()}
        return Nouns(named, list(map(str, validation or ())))
    except (FormatError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise FormatError(
            f"{META} in {tree} is damaged",
            path=META,
            expected="what torchvision's ImageNet writes",
            found=str(error).partition("\n")[0],
            hint=INSTEAD,
        ) from error


def _published(tree: Tree) -> Nouns:
    """Return what the development kit tells."""
    if not tree.has(TABLE):
        raise MissingFile(
            f"neither {META} nor the development kit is in {tree}",
            expected=f"{META}, or {TABLE} in ILSVRC2012_devkit_t12.tar.gz",
            found="neither",
        )
    found = matrix_of(tree, TABLE, "synsets")
    try:
        rows: list[Any] = [row for row in found.ravel() if row["num_children"].item() == 0]
        ids = {int(row["ILSVRC2012_ID"].item()): str(row["WNID"].item()) for row in rows}
        words = {str(row["WNID"].item()): tuple(row["words"].item().split(", ")) for row in rows}
    except (AttributeError, LookupError, ValueError, TypeError) as error:
        wanted = "synsets with ILSVRC2012_ID, WNID, words and num_children"
        raise FormatError(
            f"{TABLE} in {tree} is another table", path=TABLE, expected=wanted, found=str(error)
        ) from error
    return Nouns(words, _truth(tree, ids))


def _truth(tree: Tree, ids: Mapping[int, str]) -> list[str]:
    """Return the id of each photo of val."""
    truth = []
    for number, line in enumerate(lines(tree, TRUTH), 1):
        if not is_number(line.strip()) or int(line) not in ids:
            raise wrong_line(tree, TRUTH, number, "the number of a noun without children", line)
        truth.append(ids[int(line)])
    return truth
