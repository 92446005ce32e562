"""iNaturalist: folders of species, named by all their ranks or by group and species.

    <folder>/<number>_<kingdom>_<phylum>_<class>_<order>_<family>_<genus>_<species>/<photo>      2021
    <folder>/<group>/<species>/<photo>                                                           2017
    <folder>/<group>/<number>/<photo>                                                            2018 and 2019

A number is the label of a species; in 2017 species are counted in the order of their folders. Described at
https://github.com/visipedia/inat_comp.

Options: `folder`; `layout`, one of ranks, names and numbers, for the three above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import FormatError, MissingFile
from hub.formats.texts import is_number
from hub.readers import Read
from hub.trees import base, parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

RANKS = ("kingdom", "phylum", "class", "order", "family", "genus")
COLUMNS = {"class": "class_"}
"""Ranks whose columns have another name, because Python keeps theirs to itself."""


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image`, `label` and a number for each rank: kingdom to genus, or `super`; photos by label and name.

    Raises FormatError if a folder is not named as it should be or numbers are left out, and MissingFile if there is
    no folder at all.
    """
    top = str(options.get("folder", ""))
    ranked = options.get("layout", "ranks") == "ranks"
    if not tree.folders(top):
        raise MissingFile(f"there is no folder of a species in {top or tree}", expected="folders", found="none")
    folders = tree.folders(top) if ranked else _grouped(tree, top, numbered=options.get("layout") == "numbers")
    above = [
        _ranks(label, folder) if ranked else {"super": base(parent(folder))} for label, folder in enumerate(folders)
    ]
    index = _numbered(above, tree.folders(top) if not ranked else ())
    species = [{rank: index[rank][name] for rank, name in names.items()} for names in above]
    photos = [(label, name) for label, folder in enumerate(folders) for name in tree.files(folder)]
    labels = np.array([label for label, _ in photos], np.int64)
    columns: dict[str, Column] = {"image": tree.media(name for _, name in photos), "label": labels}
    for rank in index:
        columns[COLUMNS.get(rank, rank)] = np.array([each[rank] for each in species], np.int64)[labels]
    names = tuple(folder.removeprefix(f"{top}/") for folder in folders)
    return Read(columns, names, {"all_categories": names, "categories_index": index, "categories_map": species})


def _ranks(label: int, folder: str) -> dict[str, str]:
    """Return rank -> name of the species with this label."""
    number, *names = base(folder).split("_")
    if len(names) != len(RANKS) + 1 or number != f"{label:05d}":
        raise FormatError(
            f"{folder} is not named as a species is",
            path=folder,
            expected=f"{label:05d}_ and seven names from kingdom to species",
            found=base(folder),
        )
    return dict(zip(RANKS, names, strict=False))


def _grouped(tree: Tree, top: str, *, numbered: bool) -> list[str]:
    """Return the folders of species that lie in groups, by label."""
    folders = [folder for group in tree.folders(top) for folder in tree.folders(group)]
    if not numbered:
        return folders
    labels = {}
    for folder in folders:
        number = base(folder)
        if not is_number(number) or int(number) in labels:
            raise FormatError(
                f"{folder} is not named as a species is", path=folder, expected="a number of its own", found=number
            )
        labels[int(number)] = folder
    for label, found in enumerate(sorted(labels)):
        if label != found:
            raise FormatError(f"species are left out in {top}", path=top, expected=f"a folder {label}", found=found)
    return [labels[label] for label in range(len(labels))]


def _numbered(above: Sequence[dict[str, str]], groups: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return rank -> name -> number: ranks as they first occur, groups in the order of their folders."""
    if groups:
        return {"super": {base(group): number for number, group in enumerate(groups)}}
    return {rank: _counted(names[rank] for names in above) for rank in RANKS}


def _counted(names: Iterator[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names))}
