"""Middlebury 2014: stereo views of arranged scenes, most of them rectified in two ways and in three lights.

    train/<scene>-{perfect,imperfect}/      additional/<scene>-{perfect,imperfect}/      test/<scene>/
        im0.png, im1.png           left and right view
        im1E.png, im1L.png         the right view with another exposure, and with other lamps; not in test
        disp0.pfm, disp1.pfm       disparity of both; not in test

https://vision.middlebury.edu/stereo/data/scenes2014/

Options: `folder`; `calibration`, "perfect", "imperfect" or "both", which means nothing for test; `use_ambient_views`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.readers import Read, one_or_both
from hub.readers.matched_files import chained, matched
from hub.trees import join, parent

if TYPE_CHECKING:
    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

CALIBRATIONS = ("perfect", "imperfect")
VIEWS = {"left": "im0.png", "right_usual": "im1.png"}
DISPARITY = {"disparity": "disp0.pfm", "disparity_right": "disp1.pfm"}
OTHER_LIGHTS = {"right_exposed": "im1E.png", "right_lit": "im1L.png"}


def read_tree(tree: Tree, options: Options) -> Read:
    """Return both views, their disparity, and the right view in other lights where it is to be used and there."""
    folder = str(options["folder"])
    if folder == "test":
        found = matched(tree, {column: f"test/*/{name}" for column, name in VIEWS.items()})
    else:
        lists = [
            matched(tree, {column: f"{folder}/*-{each}/{name}" for column, name in (VIEWS | DISPARITY).items()})
            for each in one_or_both(options, "calibration", CALIBRATIONS)
        ]
        found = chained(lists)
    columns: dict[str, Column] = dict.fromkeys((*DISPARITY, *OTHER_LIGHTS))
    columns |= {column: tree.media(names) for column, names in found.items()}
    if options["use_ambient_views"]:
        for column, name in OTHER_LIGHTS.items():
            lit = (join(parent(view), name) for view in found["right_usual"])
            columns[column] = tree.media(each if tree.has(each) else None for each in lit)
    return Read(columns)
