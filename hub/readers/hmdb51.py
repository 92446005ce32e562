"""HMDB51: folders of videos, and lists that say for each class and fold what its videos are for.

    hmdb51_org/<class>/<name>.avi
    testTrainMulti_7030_splits/<class>_test_split<fold>.txt      <name>.avi 0|1|2
                                                                 0 neither, 1 train, 2 test

All videos are read, in the order of torchvision's HMDB51; lists of their numbers say which belong to a part of a fold.

Options: `annotation_path`, the folder of the lists if it is not beside the videos; then the classes may lie at the top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import FormatError
from hub.formats.texts import columns
from hub.readers import video_folders
from hub.trees import base

if TYPE_CHECKING:
    from hub.readers import Options, Read
    from hub.trees import Tree

VERSION = 1

VIDEOS = "hmdb51_org"
LISTS = "testTrainMulti_7030_splits"
FOLDS = (1, 2, 3)
PARTS = {"0": "", "1": "train", "2": "test"}


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `video`, `audio` and `label`, and the lists "train1" to "test3" as far as there are files for them.

    Raises MissingFile if there is no class or a class without videos, and FormatError, naming the line, if a list is
    not as above.
    """
    videos = video_folders.find(tree, VIDEOS if tree.has_folder(VIDEOS) else "", ("avi",))
    files = tree.files(str(options.get("annotation_path") or LISTS))
    lists: dict[str, list[int]] = {}
    for fold in FOLDS:
        parts = [_parts(tree, name) for name in files if name.endswith(f"test_split{fold}.txt")]
        chosen = {(part, video) for each in parts for video, part in each}
        for part in ("train", "test") if parts else ():
            numbers = [number for number, name in enumerate(videos.names) if (part, base(name)) in chosen]
            lists[f"{part}{fold}"] = numbers
    return videos.read(tree, lists)


def _parts(tree: Tree, name: str) -> list[tuple[str, str]]:
    """Return (video, part) of each line of a list."""
    rows = columns(tree, name, 2)
    for number, (_, tag) in enumerate(rows, 1):
        if tag not in PARTS:
            raise FormatError(
                f"entry {number} of {name} in {tree} says nothing about its video",
                path=name,
                expected="0, 1 or 2",
                found=repr(tag),
            )
    return [(video, PARTS[tag]) for video, tag in rows]
