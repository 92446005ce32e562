"""GTSRB: German traffic signs, in folders of classes for training and with a table for the test.

    GTSRB/Training/00000/00000_00000.ppm        class, track and frame
    GTSRB/Final_Test/Images/00000.ppm
    GT-final_test.csv                           Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId

Options: `split`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.formats.texts import table, whole_number
from hub.readers import Read, class_folders

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

TABLE = "GT-final_test.csv"
CLASSES = tuple(f"{number:05d}" for number in range(43))
"""The names of the folders; no file has others."""


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`: in the order of folders and names for training, of the table for the test."""
    if options["split"] == "train":
        return class_folders.read_tree(tree, {"folder": "GTSRB/Training", "suffixes": (".ppm",)})
    rows = list(table(tree, TABLE, ["Filename", "ClassId"], delimiter=";"))
    images = tree.media(f"GTSRB/Final_Test/Images/{row['Filename'].strip()}" for row in rows)
    labels = [whole_number(row["ClassId"], TABLE) for row in rows]
    return Read({"image": images, "label": np.array(labels, np.int64)}, CLASSES)
