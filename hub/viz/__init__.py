"""Drawing: what there is to see of data, models and runs.

    import hub.viz

    with hub.viz.open_board("runs/first") as board:
        board.scalar("loss", 0.5, step=1)

predictions      `draw`: what a network says about a picture, on the picture
captions         names on pictures: where they go, how large they are
class_colours    the colours of classes
comparison       models as points, drawn by matplotlib, the extra `plot`, which is imported when one is drawn
labels           names beside such points
heatmaps         a matrix as colours
style            how such drawings look
contents         what there is to see of a dataset; `media`, what of it moves, sounds or lies in space
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
    from hub.viz.boards import open_board
    from hub.viz.contents import log_dataset
    from hub.viz.networks import log_model
    from hub.viz.runs import compare

_PLACES = {
    "compare": "hub.viz.runs",
    "log_dataset": "hub.viz.contents",
    "log_model": "hub.viz.networks",
    "open_board": "hub.viz.boards",
}

__all__ = ["compare", "log_dataset", "log_model", "open_board"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from hub.builds import explained

    with explained():
        return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
