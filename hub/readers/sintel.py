"""MPI Sintel: frames of a film with the flow between neighbours, or seen by two cameras with disparity.

    training/{clean,final}/<scene>/<frame>.png      test/{clean,final}/<scene>/<frame>.png
    training/flow/<scene>/<frame>.flo               from this frame to the next, so the last one has none
    training/{clean,final}_{left,right}/<scene>/<frame>.png
    training/{disparities,occlusions,outofframe}/<scene>/<frame>.png        of the left view, for both passes

http://sintel.is.tue.mpg.de/downloads

Options: `folder`, "training" or "test" for flow and "" for stereo; `pass_name`, "clean", "final" or "both".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import MissingFile
from hub.readers import Read, one_or_both
from hub.readers.matched_files import mismatch
from hub.trees import base, parent, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

PASSES = ("clean", "final")
PASSES_OF_STEREO = ("final", "clean")
"""As torchvision orders both of them: each class in its own way."""


def read_tree(tree: Tree, options: Options) -> Read:
    """Return the columns of flow or of stereo, scene by scene. Raises MissingFile if there is no frame."""
    folder = str(options["folder"])
    return _flow(tree, folder, options) if folder else _stereo(tree, options)


def _flow(tree: Tree, folder: str, options: Options) -> Read:
    triples = [
        triple
        for each in one_or_both(options, "pass_name", PASSES)
        for scene in _scenes(tree, f"{folder}/{each}")
        for triple in _neighbours(tree, scene, with_flow=folder == "training")
    ]
    first, second, flow = (list(names) for names in zip(*triples, strict=True)) if triples else ([], [], [])
    moved = tree.media(flow) if folder == "training" else None
    return Read({"image_1": tree.media(first), "image_2": tree.media(second), "flow": moved})


def _neighbours(tree: Tree, scene: str, *, with_flow: bool) -> Iterator[tuple[str, str, str | None]]:
    frames = tree.glob(f"{scene}/*.png")
    flows = tree.glob(f"training/flow/{base(scene)}/*.flo") if with_flow else [None] * (len(frames) - 1)
    if len(flows) != len(frames) - 1:
        raise mismatch(
            f"the flow of {scene} in {tree} does not fit its frames",
            f"training/flow/{base(scene)}",
            f"{len(frames) - 1} files .flo for {len(frames)} frames",
            str(len(flows)),
        )
    return zip(frames, frames[1:], flows, strict=False)


def _stereo(tree: Tree, options: Options) -> Read:
    left = [
        name
        for each in one_or_both(options, "pass_name", PASSES_OF_STEREO)
        for scene in _scenes(tree, f"training/{each}_left")
        for name in tree.glob(f"{scene}/*.png")
    ]
    right = [name.replace("_left/", "_right/", 1) for name in left]
    columns = {"left": left, "right": right}
    for column, folder in (("disparity", "disparities"), ("occluded", "occlusions"), ("out_of_frame", "outofframe")):
        columns[column] = [f"training/{folder}/{base(parent(name))}/{stem(name)}.png" for name in left]
    for names in columns.values():
        _expect(tree, names)
    return Read({column: tree.media(names) for column, names in columns.items()})


def _scenes(tree: Tree, folder: str) -> list[str]:
    scenes = list(tree.folders(folder))
    if not scenes:
        raise MissingFile(f"there is no scene in {folder} of {tree}", expected="a folder for each scene", found="none")
    return scenes


def _expect(tree: Tree, names: list[str]) -> None:
    for name in names:
        if not tree.has(name):
            raise tree.missing(name)
