"""A reader made for tests: class folders whose photos are their own masks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hub.readers import class_folders

if TYPE_CHECKING:
    from hub.readers import Options, Read
    from hub.trees import Tree

VERSION = 1


def read_tree(tree: Tree, options: Options) -> Read:
    found = class_folders.read_tree(tree, options)
    return replace(found, columns={**found.columns, "mask": found.columns["image"]})
