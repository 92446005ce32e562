"""Drawing: what there is to see of data, models and runs.

    import hub.viz

    hub.viz.preview(hub.load_dataset("mnist", split="train"))
    with hub.viz.open_board("runs/first") as board:
        board.scalar("loss", 0.5, step=1)

predictions      `draw`: what a network says about a picture, on the picture
previews         `preview`: a few samples of a dataset, and how many there are of each class and size
samples          `picture_of`: what a sample of any kinds of values looks like; `samples.words`, its captions
grids            `grid`: many pictures on one sheet; `sheets`, small ones for the website; `text_sheets`, texts
counting         how many samples there are of each class and size; `histograms`, those as bars
terminal         pictures in a terminal
page             a preview as HTML; `notebook`, what notebooks show of datasets, samples, cards and models
marks            boxes, areas and points on pictures; `flows`, flow and disparity in colours
captions         names on pictures: where they go, how large they are; `fonts`, letters of any script
class_colours    the colours of classes
comparison       models as points, drawn by matplotlib, the extra `plot`, which is imported when one is drawn
labels           names beside such points
heatmaps         a matrix as colours
style            how such drawings look
answers          what a model says of a dataset, and where it goes wrong
contents         what there is to see of a dataset; `media`, what of it moves, sounds or lies in space
embeddings       `log_embedding`: a dataset as points in space, where a network sees it; `features`, what it sees
networks         what there is to see of a network
runs             runs beside one another, as a table
parts            what of them is wanted
boards           where pictures, curves, texts and networks are shown: TensorBoard or visdom

Importing this imports none of them: each name is found when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.viz.answers import log_predictions
    from hub.viz.boards import open_board
    from hub.viz.contents import log_dataset
    from hub.viz.embeddings import log_embedding
    from hub.viz.grids import grid
    from hub.viz.networks import log_model
    from hub.viz.previews import preview
    from hub.viz.runs import compare
    from hub.viz.samples import picture_of

_PLACES = {
    "compare": "hub.viz.runs",
    "grid": "hub.viz.grids",
    "log_dataset": "hub.viz.contents",
    "log_embedding": "hub.viz.embeddings",
    "log_model": "hub.viz.networks",
    "log_predictions": "hub.viz.answers",
    "open_board": "hub.viz.boards",
    "picture_of": "hub.viz.samples",
    "preview": "hub.viz.previews",
}

__all__ = [
    "compare",
    "grid",
    "log_dataset",
    "log_embedding",
    "log_model",
    "log_predictions",
    "open_board",
    "picture_of",
    "preview",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from hub.builds import explained

    with explained():
        return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
