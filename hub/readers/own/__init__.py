"""Data of the user's own: found out what it is, and read as that.

    classes   cat/1.jpg  dog/2.png                      a folder for each class, or pictures alone
    csv       labels.csv  1.jpg  2.png                  a table that names pictures
    coco      annotations.json  images/1.jpg            COCO
    voc       Annotations/1.xml  JPEGImages/1.jpg       PASCAL VOC
    yolo      labels/1.txt  images/1.jpg  data.yaml     YOLO

each as it is or below train/, val/, test/ ..., and in one more folder or not. The formats with boxes give them alike,
as a list of dicts, one for each object:

    {"bbox": [x, y, width, height],     in pixels from the upper left corner, as in COCO
     "category": 0,                     the number of the class
     ...}                               what the format has besides

Options: `format`, one of the words above; `annotations`, the file or pattern of files that say what pictures show;
`image_column` and `label_column` of a table; `split`, which the survey has named.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from hub.errors import InvalidInput, MissingFile
from hub.readers import Surveyed
from hub.readers.own.look import look_at, rank

if TYPE_CHECKING:
    from hub.readers import Options, Read, Survey
    from hub.readers.own.look import Look
    from hub.trees import Tree

VERSION = 1

FORMATS = {
    "coco": "COCO JSON",
    "voc": "VOC XML",
    "yolo": "YOLO txt",
    "csv": "a CSV or TSV that names pictures",
    "classes": "folders of classes",
}
MODULES = {name: f"hub.readers.own.{'tables' if name == 'csv' else name}" for name in FORMATS}


class Found(Protocol):
    """Data that have been understood."""

    @property
    def columns(self) -> Survey:
        """Split -> column -> kind of field."""

    def read(self, split: str) -> Read:
        """Return the samples of a split."""


class Format(Protocol):
    """What a module of a format offers."""

    def find(self, look: Look, options: Options) -> Found | None:
        """Return data of this format, or None if there are none."""


def survey(tree: Tree, options: Options) -> Surveyed:
    """Return the splits and columns that are there.

    Raises MissingFile if nothing is there that is known, and InvalidInput if it can be understood in several ways.
    """
    columns = _found(tree, options).columns
    return Surveyed({split: columns[split] for split in sorted(columns, key=rank)})


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image`, and `label`, `annotations` or the columns of a table.

    Raises what `survey` raises, and FormatError, naming file and line, for what is not of its format.
    """
    return _found(tree, options).read(str(options["split"]))


def _found(tree: Tree, options: Options) -> Found:
    look = look_at(tree)
    asked = str(options.get("format", ""))
    if asked and asked not in FORMATS:
        raise InvalidInput(f"there is no format {asked!r}", expected=", ".join(FORMATS), found=asked)
    found = _asked(asked, look, options) if asked else _told(look, options)
    if found is None:
        looked_for = FORMATS[asked] if asked else ", ".join(FORMATS.values())
        hint = f"tell which it is, and what is wrong will be told: format={' or '.join(map(repr, FORMATS))}"
        what = f"{tree} holds nothing to read"
        raise MissingFile(what, expected=looked_for, found=look.contents, hint="" if asked else hint)
    return found


def _asked(name: str, look: Look, options: Options) -> Found | None:
    return cast("Format", import_module(MODULES[name])).find(look, options)


def _told(look: Look, options: Options) -> Found | None:
    """Return the data of the only format that says what pictures show, or else those of folders."""
    found = {name: each for name in FORMATS if name != "classes" and (each := _asked(name, look, options))}
    if len(found) > 1:
        raise InvalidInput(
            f"{look.tree} can be read in several ways",
            expected=" or ".join(f'format="{name}"' for name in found),
            found=" and ".join(FORMATS[name] for name in found),
        )
    return next(iter(found.values()), None) or _asked("classes", look, options)
