"""Falling Things: stereo views of household objects, with depth of both sides and the cameras' settings.

    single/<object>/<scene>/<number>.{left,right}.jpg      mixed/<scene>/<number>.{left,right}.jpg
    .../<number>.{left,right}.depth.png
    .../_camera_settings.json      {"camera_settings": [{"intrinsic_settings": {"fx": focal length in pixels}}, ...]}

https://research.nvidia.com/publication/2018-06_falling-things-synthetic-dataset-3d-object-detection-and-pose-estimation

Options: `scenes`, the patterns of the folders of scenes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np

from hub.formats.texts import typed_json
from hub.readers import Read, words
from hub.readers.matched_files import chained, matched
from hub.trees import parent

if TYPE_CHECKING:
    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

FILES = {"left": "left.jpg", "right": "right.jpg", "depth": "left.depth.png", "depth_right": "right.depth.png"}


class Intrinsics(msgspec.Struct):
    """How a camera sees: its focal length in pixels."""

    fx: float


class Camera(msgspec.Struct):
    """One of the two cameras."""

    intrinsic_settings: Intrinsics


class Settings(msgspec.Struct):
    """A file of settings."""

    camera_settings: Annotated[list[Camera], msgspec.Meta(min_length=1)]


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `left`, `right`, `depth`, `depth_right` and `focal_length` in pixels, that of the first camera for both.

    Raises MissingFile if a view, its depth or its camera is not there, and FormatError if a
    camera has no focal length.
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
    return typed_json(tree, name, Settings).camera_settings[0].intrinsic_settings.fx
