"""First cards: what a card needs, in the form of one to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import InvalidInput
from hub.publish.drafts import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MODEL = """\
# Of a family of models; its file name is its id. What files and hub's own cards tell may be left out.
name = "{name}"
summary.en = "One sentence: what is special about it, and for what it is good."
license = "BSD-3-Clause"
# homepage = "https://lab.example.org/{id}"

[[variants]]
name = "{id}"            # what hub.load takes, behind the registry's name
network = "resnet18"     # a network that hub builds: `hub list models` (builder = "timm" above: one of timm's)

[[variants.weights]]
tag = "1.0.0"            # its version: hub.load("lab/{id}@1.0.0")
classes = ["cat", "dog"] # the names of the outputs, in order
# metrics = {{ mydata = {{ "acc@1" = 93.1 }} }}
# transforms = {{ preset = "classification", resize = 256, crop = 224, mean = [0.5, 0.5, 0.5], std = [0.5, 0.5, 0.5] }}
"""

DATASET = """\
# Of a dataset; its file name is its id. Splits, columns, classes and counts are found out from the files where they are
# a folder of classes, a tar or zip of one, CSV, JSON Lines, COCO, VOC, YOLO or lines of text.
name = "{name}"
version = "1.0.0"
summary.en = "One sentence: what it shows, how much there is, and what is special."
license = "CC0-1.0"
# task = ["image-classification"]
# homepage = "https://lab.example.org/{id}"
# reader = "delimited"   # other formats: what datasets/README.md says of `reader`, `fields` and `splits`
"""

NEEDS = {
    "model": "name, summary, license, the network ([[variants]]) and the names of its classes",
    "dataset": "name, version, summary and license",
}


def needs(files: Sequence[Path]) -> str:
    """Return what a card of such files has to say."""
    return NEEDS[kind_of({}, None, files)]


def write(path: Path, files: Sequence[Path]) -> None:
    """Write a first card for files; InvalidInput if something is there already."""
    text = {"model": MODEL, "dataset": DATASET}[kind_of({}, path, files)]
    identifier = path.stem.lower().replace(" ", "-")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text.format(id=identifier, name=path.stem.replace("_", " ").replace("-", " ").capitalize()))
    except FileExistsError as error:
        raise InvalidInput(f"{path} is there already", expected="a name that is free") from error
