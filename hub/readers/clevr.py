"""CLEVR: rendered scenes, and in JSON what is in them; a scene's label is the number of its objects.

    CLEVR_v1.0/images/train/CLEVR_train_000000.png
    CLEVR_v1.0/scenes/CLEVR_train_scenes.json
        {"info": ..., "scenes": [{"image_filename": "CLEVR_train_000000.png", "objects": [{...}, ...], ...}, ...]}

The scenes of the test are not published, so its labels are None.

Options: `split`, `labelled`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from hub.errors import FormatError
from hub.formats.texts import typed_json
from hub.readers import Read
from hub.trees import base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1


# perf: only these keys of a large file are parsed; objects are counted, so they stay bytes.
class Scene(msgspec.Struct):
    """One scene: the name of its image, and its objects unparsed."""

    image_filename: str
    objects: list[msgspec.Raw]


class Scenes(msgspec.Struct):
    """A file of scenes."""

    scenes: list[Scene]


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image`, sorted by name, and `label`: the number of objects, or None as a whole for the test.

    Raises FormatError if an image has no scene, and MissingFile if there are no images.
    """
    split = options["split"]
    folder = f"CLEVR_v1.0/images/{split}"
    images = tree.files(folder)
    if not images:
        raise tree.missing(f"{folder}/CLEVR_{split}_000000.png")
    scenes = f"CLEVR_v1.0/scenes/CLEVR_{split}_scenes.json"
    labels = _labels(images, _counts(tree, scenes)) if options["labelled"] else None
    return Read({"image": tree.media(images), "label": labels})


def _counts(tree: Tree, name: str) -> Mapping[str, int]:
    return {scene.image_filename: len(scene.objects) for scene in typed_json(tree, name, Scenes).scenes}


def _labels(images: Sequence[str], counts: Mapping[str, int]) -> NDArray[np.int64]:
    for name in images:
        if base(name) not in counts:
            raise FormatError(f"{name} has no scene", path=name, expected="a scene for each image", found="none")
    return np.array([counts[base(name)] for name in images], np.int64)
