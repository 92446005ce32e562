"""FlyingChairs: pairs of frames with flow, numbered, and a list that says which split each belongs to.

    data/<number>_img1.ppm   data/<number>_img2.ppm   data/<number>_flow.flo
    FlyingChairs_train_val.txt      a line for each pair in their order: 1 for training, 2 for validation

https://lmb.informatik.uni-freiburg.de/resources/datasets/FlyingChairs.en.html

Options: `split`, "train" or "val".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import MissingFile
from hub.formats.texts import columns, wrong_line
from hub.readers import Read
from hub.readers.matched_files import mismatch

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

LIST = "FlyingChairs_train_val.txt"
SPLITS = {"1": "train", "2": "val"}


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image_1`, `image_2` and `flow` of a split.

    Raises MissingFile if files are not there, and FormatError if list, frames and flows are not equally many.
    """
    frames, flows = tree.glob("data/*.ppm"), tree.glob("data/*.flo")
    if not flows:
        raise MissingFile(f"there is no flow in {tree}", expected="data/*.flo", found="no such file")
    splits = _splits(tree)
    if not 2 * len(splits) == 2 * len(flows) == len(frames):
        raise mismatch(
            f"{LIST} and the files in data/ of {tree} do not fit each other",
            LIST,
            f"{len(splits)} flows and {2 * len(splits)} frames, for {len(splits)} lines",
            f"{len(flows)} flows and {len(frames)} frames",
        )
    kept = [number for number, split in enumerate(splits) if split == options["split"]]
    return Read(
        {
            "image_1": tree.media(frames[2 * number] for number in kept),
            "image_2": tree.media(frames[2 * number + 1] for number in kept),
            "flow": tree.media(flows[number] for number in kept),
        }
    )


def _splits(tree: Tree) -> list[str]:
    """Return the split of each pair."""
    found = [number for (number,) in columns(tree, LIST, 1)]
    for line, number in enumerate(found, 1):
        if number not in SPLITS:
            raise wrong_line(tree, LIST, line, "1 or 2", number)
    return [SPLITS[number] for number in found]
