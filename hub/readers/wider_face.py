"""WIDER FACE: photos by event, and one text with the boxes of all faces.

    WIDER_<split>/images/<event>/<name>.jpg

    wider_face_split/wider_face_<split>_bbx_gt.txt
        0--Parade/0_Parade_marchingband_1_849.jpg       a photo
        1                                               how many boxes
        449 330 122 149 0 0 0 0 0 0                     x y width height, then six grades

    wider_face_split/wider_face_test_filelist.txt       photos alone

A photo without a face has the number 0 and, for all that, a line of zeros, which is read as torchvision does: as a
box. The last three grades are called as torchvision calls them; the readme of the dataset has `invalid` before
`occlusion` and `pose`.

Option: `split`, one of train, val and test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.formats.texts import is_number, lines, wrong_line
from hub.readers import Read

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

GRADES = ("blur", "expression", "illumination", "occlusion", "pose", "invalid")
SIDES = 4
LISTS = "wider_face_split"


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image`, and `faces`: a dict of `bbox` and the grades for each photo; None for the test.

    Raises FormatError, naming the line, if a list is not right, and MissingFile if a photo is not there.
    """
    split = str(options.get("split", "train"))
    if split == "test":
        photos, faces = [line.rstrip() for line in lines(tree, f"{LISTS}/wider_face_test_filelist.txt")], None
    else:
        photos, faces = _boxes(tree, f"{LISTS}/wider_face_{split}_bbx_gt.txt")
    return Read({"image": tree.media(f"WIDER_{split}/images/{photo}" for photo in photos), "faces": faces})


def _boxes(tree: Tree, name: str) -> tuple[list[str], list[dict[str, object]]]:
    """Return the photos of a text, and what is known about the faces in each."""
    texts = lines(tree, name)
    photos, faces, at = [], [], 0
    while at < len(texts) and texts[at].strip():
        count = _numbers(tree, name, texts, at + 1, 1)[0]
        rows = [_numbers(tree, name, texts, at + 2 + row, SIDES + len(GRADES)) for row in range(max(count, 1))]
        photos.append(texts[at].rstrip())
        faces.append(_grades(rows))
        at += 2 + len(rows)
    if any(texts[at:]):
        raise wrong_line(tree, name, at + 1, "a photo", texts[at])
    return photos, faces


def _grades(rows: list[list[int]]) -> dict[str, object]:
    boxes = {"bbox": [row[:SIDES] for row in rows]}
    return boxes | {grade: [row[place] for row in rows] for place, grade in enumerate(GRADES, SIDES)}


def _numbers(tree: Tree, name: str, texts: list[str], at: int, count: int) -> list[int]:
    """Return a line as `count` numbers. Raises FormatError if it is something else, or not there."""
    text = texts[at] if at < len(texts) else None
    words = (text or "").split()
    if len(words) != count or not all(is_number(word.removeprefix("-")) for word in words):
        raise wrong_line(tree, name, at + 1, f"{count} whole numbers", text)
    return [int(word) for word in words]
