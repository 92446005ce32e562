"""UCF101: folders of videos, and lists of those that belong to a part of a fold.

    UCF-101/<class>/v_<class>_g<group>_c<clip>.avi
    ucfTrainTestlist/trainlist0<fold>.txt      <class>/<name>.avi <number>      numbers are not used
    ucfTrainTestlist/testlist0<fold>.txt       <class>/<name>.avi

All videos are read, in the order of torchvision's UCF101; lists of their numbers say which belong to a part of a fold.

Options: `annotation_path`, the folder of the lists if it is not beside the videos; then the classes may lie at the top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.formats.texts import lines, wrong_line
from hub.readers import video_folders
from hub.trees import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.readers import Options, Read
    from hub.trees import Tree

VERSION = 1

VIDEOS = "UCF-101"
LISTS = "ucfTrainTestlist"
PARTS = tuple(f"{part}{fold}" for fold in (1, 2, 3) for part in ("train", "test"))


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `video`, `audio` and `label`, and the lists "train1" to "test3" as far as there are files for them.

    Raises MissingFile if there is no class or a class without videos, and FormatError, naming the line, if a list is
    not as above.
    """
    top = VIDEOS if tree.has_folder(VIDEOS) else ""
    videos = video_folders.find(tree, top, ("avi",))
    folder = str(options.get("annotation_path") or LISTS)
    lists: dict[str, list[int]] = {}
    for part in PARTS:
        name = join(folder, f"{part[:-1]}list{part[-1]:0>2}.txt")
        if tree.has(name):
            chosen = {join(top, video) for video in _videos(tree, name)}
            lists[part] = [number for number, video in enumerate(videos.names) if video in chosen]
    return videos.read(tree, lists)


def _videos(tree: Tree, name: str) -> Iterator[str]:
    for number, line in enumerate(lines(tree, name), 1):
        video = line.strip().split(" ")[0]
        if video.count("/") != 1:
            raise wrong_line(tree, name, number, "<class>/<name>.avi", line)
        yield video
