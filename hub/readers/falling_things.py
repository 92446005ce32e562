"""Falling Things: stereo views of household objects, with depth of both sides and the cameras' settings.

    single/<object>/<scene>/<number>.{left,right}.jpg      mixed/<scene>/<number>.{left,right}.jpg
    .../<number>.{left,right}.depth.png
    .../_camera_settings.json      {"camera_settings": [{"intrinsic_settings": {"fx": focal length in pixels}}, ...]}

https://research.nvidia.com/publication/2018-06_falling-things-synthetic-dataset-3d-object-detection-and-pose-estimation

Options: `scenes`, the patterns of the folders of scenes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from hub.errors import FormatError
from hub.formats.texts import parsed_json
from hub.readers import Read, words
from hub.readers.matched_files import chained, matched
from hub.trees import parent

if TYPE_CHECKING:
    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

FILES = {"left": "left.jpg", "right": "right.jpg", "depth": "left.depth.png", "depth_right": "right.depth.png"}


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `left`, `right`, `depth`, `depth_right` and `focal_length` in pixels, that of the first camera for both.

    Raises MissingFile if a view, its depth or its camera is not there.
    """
    lists = [
        matched(tree, {column: f"{scenes}/*.{ending}" for column, ending in FILES.items()})
        for scenes in words(options, "scenes")
    ]
    joined = chained(lists)
    lengths: dict[str, float] = {}
    for name in joined["depth"]:
        folder = parent(name)
        if folder not in lengths:
            lengths[folder] = _focal_length(tree, f"{folder}/_camera_settings.json")
    columns: dict[str, Column] = {column: tree.media(names) for column, names in joined.items()}
    columns["focal_length"] = np.array([lengths[parent(name)] for name in joined["depth"]], np.float64)
    return Read(columns)


def _focal_length(tree: Tree, name: str) -> float:
    found = cast("Any", parsed_json(tree, name))
    try:
        return float(found["camera_settings"][0]["intrinsic_settings"]["fx"])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise FormatError(
            f"{name} in {tree} has no focal length",
            path=name,
            expected="a number at camera_settings[0].intrinsic_settings.fx",
            found=f"{type(error).__name__}: {error}",
        ) from error
