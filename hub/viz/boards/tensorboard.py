"""TensorBoard: event files in a folder, written by PyTorch's own `SummaryWriter`, mended (see `writer`).

Imported only when such a board is opened: it imports TensorBoard, which is the extra `tensorboard`.
"""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import torch
from tensorboard.compat.proto.summary_pb2 import Summary
from torch.utils.tensorboard.summary import text

from hub.errors import InvalidInput, NotConvertible, StoreError, in_a_line
from hub.viz import histograms
from hub.viz.boards import arrays, projector
from hub.viz.boards.board import Board
from hub.viz.boards.buckets import counted
from hub.viz.boards.module_graph import graph_of
from hub.viz.boards.sound import heard, wav
from hub.viz.boards.writer import Writer
from hub.viz.counting import Counts
from hub.viz.heatmaps import heatmap

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from hub.viz.boards.board import Numbers, Picture, Pictures, Setting
    from hub.viz.networks.branches import Branch

SUFFIX = ".hub"
"""Of event files, and of a folder of embeddings, that may be written anew."""

NARROW, WIDE, MANY = 360, 1600, 50
"""Pixels that bars take across: as many as TensorBoard shows them with, and more of more bars than the last number."""

POINTS = 3  # coordinates of a point, and corners of a face


class TensorBoard(Board):
    """Event files in a folder. `writer` is the SummaryWriter, for whatever else is to be written there."""

    def __init__(self, folder: str | os.PathLike[str], suffix: str = "") -> None:
        super().__init__(str(folder))
        self.folder = Path(folder)
        try:
            self.writer = Writer(str(folder), filename_suffix=suffix)
        except OSError as error:
            raise StoreError(
                f"cannot write event files to {folder}", found=error.strerror, hint="name a folder of yours"
            ) from error

    def scalar(self, tag: str, value: float, step: int = 0) -> None:
        self.writer.add_scalar(tag, value, step)

    def scalars(self, tag: str, values: Mapping[str, float], step: int = 0) -> None:
        self.writer.add_scalars(tag, dict(values), step)

    def histogram(self, tag: str, values: Numbers, step: int = 0) -> None:
        counts = counted(values)
        if counts.left_out:
            self.text(f"{tag}/not_finite", counts.left_out, step)
        if counts.num:
            self.writer.add_histogram_raw(tag, *counts.raw, step)

    def image(self, tag: str, picture: Picture, step: int = 0) -> None:
        self.writer.add_image(tag, arrays.pixels(picture), step, dataformats="HWC")

    def images(self, tag: str, pictures: Sequence[Picture], step: int = 0) -> None:
        for number, picture in enumerate(pictures):
            self.image(f"{tag}/{number}", picture, step)

    def text(self, tag: str, markdown: str, step: int = 0) -> None:
        summary = text(tag, markdown)  # type: ignore[no-untyped-call]  # PyTorch's
        summary.value[0].tag = tag  # `add_text` calls it "<tag>/text_summary"
        self.writer.add_summary(summary, step)

    def bars(self, tag: str, values: Mapping[str, int], step: int = 0) -> None:
        counts = Counts(tag, tuple(values), tuple(values.values()))
        self.image(tag, histograms.bars(counts, WIDE if len(values) > MANY else NARROW), step)

    def heatmap(self, tag: str, cells: Numbers, rows: Sequence[str], columns: Sequence[str], step: int = 0) -> None:
        self.image(tag, heatmap(arrays.numbers(cells), rows, columns), step)

    def figure(self, tag: str, figure: Figure, step: int = 0) -> None:
        self.writer.add_figure(tag, figure, step)

    def video(self, tag: str, frames: NDArray[np.uint8] | Tensor, step: int = 0, *, fps: float = 4) -> None:
        self.writer.add_gif(tag, arrays.film(frames), step, fps)

    def audio(self, tag: str, samples: Numbers, step: int = 0, *, rate: int) -> None:
        sound = heard(samples)
        # PyTorch's method writes one channel.
        content = Summary.Audio(
            sample_rate=rate,
            num_channels=sound.shape[0],
            length_frames=sound.shape[1],
            encoded_audio_string=wav(sound, rate),
            content_type="audio/wav",
        )
        self.writer.add_summary(Summary(value=[Summary.Value(tag=tag, audio=content)]), step)

    def mesh(
        self,
        tag: str,
        points: Numbers,
        step: int = 0,
        *,
        colours: Numbers | None = None,
        faces: Numbers | None = None,
    ) -> None:
        parts = [None if part is None else _rows(tag, part) for part in (points, colours, faces)]
        vertices = torch.as_tensor(parts[0], dtype=torch.float32)
        painted = None if parts[1] is None else torch.as_tensor(arrays.as_bytes(parts[1])).int()
        corners = None if parts[2] is None else torch.as_tensor(parts[2]).int()
        # A point is about as wide as the way to the next one; by itself it would be a hundredth of the whole or less.
        size = float(vertices.amax() - vertices.amin()) / vertices.shape[1] ** 0.5 if vertices.numel() else 1.0
        look = {"material": {"cls": "PointsMaterial", "size": size}} if corners is None else None
        self.writer.add_mesh(tag, vertices, painted, corners, look, step)

    def embedding(
        self,
        tag: str,
        vectors: Numbers,
        step: int = 0,
        *,
        labels: Sequence[str] | Mapping[str, Sequence[object]] | None = None,
        pictures: Pictures | None = None,
    ) -> None:
        sprites = None if pictures is None else arrays.one_size(pictures)
        self.writer.add_points(tag, arrays.points(vectors, tag), step, labels, sprites)

    def pr_curve(
        self, tag: str, truth: Numbers, scores: Numbers, step: int = 0, *, weights: Numbers | None = None
    ) -> None:
        weighed = None if weights is None else arrays.numbers(weights)
        self.writer.add_pr_curve(tag, arrays.numbers(truth), arrays.numbers(scores), step, weights=weighed)

    def hparams(self, run: str, settings: Mapping[str, Setting], metrics: Mapping[str, float]) -> None:
        self.writer.add_hparams(settings, metrics, run_name=run)

    def layout(self, charts: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self.writer.add_custom_scalars(
            {
                group: {title: ["Multiline", list(tags)] for title, tags in each.items()}
                for group, each in charts.items()
            }
        )

    def graph(self, model: nn.Module, inputs: object) -> None:
        given = inputs if isinstance(inputs, tuple) else (inputs,)
        try:
            self.writer.add_graph(model, given, use_strict_trace=False)
        except Exception as error:  # whatever a network raises that is run in an unusual way
            raise NotConvertible(
                f"what {type(model).__name__} computes cannot be followed",
                expected="a network that torch.jit.trace can run",
                found=in_a_line(error),
            ) from error

    def modules(self, root: Branch) -> None:
        self.writer.add_graph_def(graph_of(root))

    def flush(self) -> None:
        self.writer.flush()

    def close(self) -> None:
        self.writer.close()


def afresh(folder: Path) -> TensorBoard:
    """Return a board at a folder without what an earlier one from here wrote; files of others stay."""
    for path in folder.glob(f"*{SUFFIX}"):
        if path.is_dir():
            projector.forget(folder, path.name)
            rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return TensorBoard(folder, SUFFIX)


def _rows(tag: str, part: Numbers) -> NDArray[Any]:
    """Return points, colours or faces as torch's method has them, (1, rows, 3)."""
    found = arrays.numbers(part)
    if found.ndim != 2 or found.shape[1] != POINTS:  # noqa: PLR2004
        raise InvalidInput(f"{tag} has no points in space", expected="numbers of shape (points, 3)", found=found.shape)
    return found[None]
