"""The interface of boards."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray
    from PIL import Image
    from torch import Tensor, nn

    from hub.viz.networks.branches import Branch

    Picture = Image.Image | NDArray[np.generic] | Tensor
    """A Pillow image, an array (H, W, C) or (H, W), or a tensor (C, H, W); uint8, or floats from 0 to 1."""

    Pictures = Sequence[Picture] | NDArray[np.uint8] | Tensor
    """Several of them, or an array (pictures, H, W, C), or a tensor (pictures, C, H, W)."""

    Numbers = ArrayLike | Tensor
    """Numbers of any kind that numpy or PyTorch knows."""

    Setting = bool | str | float | int
    """What a run was told: the value of a hyperparameter."""

log = logging.getLogger("hub.viz")


class Board(ABC):
    """Where things are shown. `tag` is a thing's name: "loss/train" is `train` in the group `loss`.

    `step` orders what is shown under the same tag. What a board has no way to show it says once, as a warning of the
    logger `hub.viz`, and goes on. A board is closed at the end of `with`.
    `where` is what to tell people who look for it.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self._told: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.where!r})"

    @abstractmethod
    def scalar(self, tag: str, value: float, step: int = 0) -> None:
        """Show a number as a point of a curve."""

    @abstractmethod
    def scalars(self, tag: str, values: Mapping[str, float], step: int = 0) -> None:
        """Show several numbers as points of curves of one chart: name of the curve -> number."""

    @abstractmethod
    def histogram(self, tag: str, values: Numbers, step: int = 0) -> None:
        """Show how numbers are distributed; NaN and infinities among them are left out and said."""

    @abstractmethod
    def image(self, tag: str, picture: Picture, step: int = 0) -> None:
        """Show a picture."""

    @abstractmethod
    def images(self, tag: str, pictures: Sequence[Picture], step: int = 0) -> None:
        """Show pictures as they are, each for itself; `hub.viz.grids` puts many on one sheet."""

    @abstractmethod
    def text(self, tag: str, markdown: str, step: int = 0) -> None:
        """Show a text in Markdown, with tables."""

    @abstractmethod
    def bars(self, tag: str, values: Mapping[str, int], step: int = 0) -> None:
        """Show counts as bars beside their names, in the order given."""

    @abstractmethod
    def heatmap(self, tag: str, cells: Numbers, rows: Sequence[str], columns: Sequence[str], step: int = 0) -> None:
        """Show a matrix of shape (rows, columns) as colours, such as how often one class is taken for another."""

    @abstractmethod
    def figure(self, tag: str, figure: Figure, step: int = 0) -> None:
        """Show what matplotlib has drawn."""

    @abstractmethod
    def video(self, tag: str, frames: NDArray[np.uint8] | Tensor, step: int = 0, *, fps: float = 4) -> None:
        """Show frames, an array uint8 (frames, H, W, C) or a tensor (frames, C, H, W), one after another."""

    @abstractmethod
    def audio(self, tag: str, samples: Numbers, step: int = 0, *, rate: int) -> None:
        """Let a sound be heard: floats from -1 to 1, (samples,) or (channels, samples), `rate` of them a second."""

    @abstractmethod
    def mesh(
        self,
        tag: str,
        points: Numbers,
        step: int = 0,
        *,
        colours: Numbers | None = None,
        faces: Numbers | None = None,
    ) -> None:
        """Show points in space, (points, 3), with colours uint8 (points, 3); triangles if `faces`, (faces, 3), says so.

        A face is the numbers of its three corners.
        """

    @abstractmethod
    def embedding(
        self,
        tag: str,
        vectors: Numbers,
        step: int = 0,
        *,
        labels: Sequence[str] | Mapping[str, Sequence[object]] | None = None,
        pictures: Pictures | None = None,
    ) -> None:
        """Show vectors, (vectors, length), as points in space, with labels and small pictures.

        Labels of several kinds are given by their kind: {"digit": [...], "found": [...]}. Pictures are of one size.
        """

    @abstractmethod
    def pr_curve(
        self, tag: str, truth: Numbers, scores: Numbers, step: int = 0, *, weights: Numbers | None = None
    ) -> None:
        """Show precision against recall of a yes-or-no question: what holds (0 or 1), and scores from 0 to 1."""

    @abstractmethod
    def hparams(self, run: str, settings: Mapping[str, Setting], metrics: Mapping[str, float]) -> None:
        """Show a row of the table of runs: what it was told and how well it did."""

    @abstractmethod
    def layout(self, charts: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Put curves together after the fact: group -> title of a chart -> tags of its curves."""

    @abstractmethod
    def graph(self, model: nn.Module, inputs: object) -> None:
        """Show what a network computes, of a run on `inputs`, the arguments of its call.

        Raises NotConvertible, and shows nothing, if the run cannot be followed.
        """

    @abstractmethod
    def modules(self, root: Branch) -> None:
        """Show modules within modules as a graph (see `hub.viz.networks.branches`)."""

    @abstractmethod
    def flush(self) -> None:
        """Make what was shown so far visible to others."""

    @abstractmethod
    def close(self) -> None:
        """Write what is not yet written. Closing twice does no harm."""

    def cannot(self, what: str, tag: str) -> None:
        """Say once that this board has no way to show such a thing."""
        if what not in self._told:
            self._told.add(what)
            log.warning("%s cannot show %s: %s is left out", type(self).__name__, what, tag)
