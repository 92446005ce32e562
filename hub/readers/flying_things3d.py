"""FlyingThings3D: neighbouring frames with the flow from one to the other, forward and backward in time.

    frames_{clean,final}pass/{TRAIN,TEST}/<part>/<scene>/{left,right}/<frame>.png
    optical_flow/{TRAIN,TEST}/<part>/<scene>/{into_future,into_past}/{left,right}/<frame>.pfm

Each frame has both flows; that of the last into the future and of the first into the past, which would leave the scene,
are not used. https://lmb.informatik.uni-freiburg.de/resources/datasets/SceneFlowDatasets.en.html

Options: `folder`, "TRAIN" or "TEST"; `pass_name`, "clean", "final" or "both"; `camera`, "left", "right" or "both".
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from hub.errors import MissingFile
from hub.readers import Read, one_or_both
from hub.readers.matched_files import mismatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

PASSES = ("clean", "final")
CAMERAS = ("left", "right")
DIRECTIONS = ("into_future", "into_past")


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image_1`, `image_2` and `flow`, by pass, camera, direction in time and scene."""
    passes = one_or_both(options, "pass_name", PASSES)
    cameras = one_or_both(options, "camera", CAMERAS)
    triples: list[tuple[str, str, str]] = []
    for each, camera, direction in product(passes, cameras, DIRECTIONS):
        top = f"frames_{each}pass/{options['folder']}"
        scenes = [scene for part in tree.folders(top) for scene in tree.folders(part)]
        if not scenes:
            raise MissingFile(f"there is no scene in {top} of {tree}", expected=f"{top}/A/0000", found="no such folder")
        for scene in scenes:
            flows = scene.replace(f"frames_{each}pass", "optical_flow", 1)
            triples += _neighbours(tree, f"{scene}/{camera}", f"{flows}/{direction}/{camera}")
    first, second, flow = zip(*triples, strict=True) if triples else ((), (), ())
    return Read({"image_1": tree.media(first), "image_2": tree.media(second), "flow": tree.media(flow)})


def _neighbours(tree: Tree, scene: str, folder: str) -> Iterator[tuple[str, str, str]]:
    frames, flows = tree.glob(f"{scene}/*.png"), tree.glob(f"{folder}/*.pfm")
    if not flows:
        raise MissingFile(f"there is no flow in {folder} of {tree}", expected=f"{folder}/*.pfm", found="no such file")
    if len(frames) != len(flows):
        raise mismatch(
            f"the flow in {folder} of {tree} does not fit the frames in {scene}",
            folder,
            f"{len(frames)} files .pfm for as many frames",
            str(len(flows)),
        )
    if "/into_past/" in folder:
        return zip(frames[1:], frames, flows[1:], strict=False)
    return zip(frames, frames[1:], flows, strict=False)
