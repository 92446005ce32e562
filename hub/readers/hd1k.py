"""HD1K: sequences of frames from a car, with the flow from each frame to the next.

    hd1k_input/image_2/<sequence>_<frame>.png      hd1k_flow_gt/flow_occ/<sequence>_<frame>.png
    hd1k_challenge/image_2/<sequence>_..10.png, <sequence>_..11.png

The last frame of a sequence has a flow too, into a frame that is not published, so it is not used. The challenge is
the test: pairs without flow. http://hci-benchmark.iwr.uni-heidelberg.de

Options: `split`, "train" or "test".
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from hub.errors import MissingFile
from hub.readers import Read
from hub.readers.matched_files import matched, mismatch
from hub.trees import base

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

FRAMES = "hd1k_input/image_2"
FLOWS = "hd1k_flow_gt/flow_occ"
CHALLENGE = "hd1k_challenge/image_2"


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image_1`, `image_2` and `measured`, sequence by sequence.

    Raises MissingFile if there is no frame, and FormatError if frames and flows are not equally many.
    """
    if options["split"] == "test":
        pairs = matched(tree, {f"image_{number}": f"{CHALLENGE}/*1{number - 1}.png" for number in (1, 2)})
        return Read({"measured": None, **{column: tree.media(names) for column, names in pairs.items()}})
    return _training(tree)


def _training(tree: Tree) -> Read:
    frames, flows = _sequences(tree, FRAMES), _sequences(tree, FLOWS)
    if not flows:
        raise MissingFile(f"there is no flow in {tree}", expected=f"{FLOWS}/*.png", found="no such file")
    first: list[str] = []
    second: list[str] = []
    measured: list[str] = []
    for sequence, names in flows.items():
        images = frames.get(sequence, [])
        if len(images) != len(names):
            raise mismatch(
                f"sequence {sequence} of {tree} does not have a frame for each flow",
                FRAMES,
                f"{len(names)} files {FRAMES}/{sequence}_*.png",
                str(len(images)),
            )
        first += images[:-1]
        second += images[1:]
        measured += names[:-1]
    return Read({"image_1": tree.media(first), "image_2": tree.media(second), "measured": tree.media(measured)})


def _sequences(tree: Tree, folder: str) -> dict[str, list[str]]:
    names = tree.glob(f"{folder}/*_*.png")
    return {sequence: list(each) for sequence, each in groupby(names, lambda name: base(name).partition("_")[0])}
