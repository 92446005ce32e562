"""TensorBoard: event files in a folder, written by PyTorch's own `SummaryWriter`.

Imported only when such a board is opened: it imports TensorBoard, which is the extra `tensorboard`.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from torch.utils.tensorboard.summary import hparams, text
from torch.utils.tensorboard.writer import SummaryWriter

from hub.errors import InvalidInput, NotConvertible, StoreError, in_a_line
from hub.models.quiet import quiet
from hub.viz import charts
from hub.viz.boards import arrays
from hub.viz.boards.board import Board
from hub.viz.boards.buckets import counted
from hub.viz.boards.gif import gif
from hub.viz.boards.module_graph import graph_of
from hub.viz.boards.sound import heard, wav

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from hub.viz.boards.board import Numbers, Picture, Setting
    from hub.viz.networks.branches import Branch

SUFFIX = ".hub"
"""Of event files that may be written anew."""

POINTS = 3  # coordinates of a point, and corners of a face


class Writer(SummaryWriter):
    """PyTorch's writer, whose `add_video` needs nothing but Pillow."""

    def add_video(
        self,
        tag: str,
        vid_tensor: Tensor,
        global_step: int | None = None,
        fps: float = 4,
        walltime: float | None = None,
    ) -> None:
        """Add videos of shape (videos, frames, C, H, W) of the same length, one beside the other."""
        frames = np.concatenate([arrays.film(video) for video in torch.as_tensor(vid_tensor)], axis=2)
        self.add_gif(tag, frames, global_step, fps, walltime)

    def add_gif(
        self, tag: str, frames: NDArray[np.uint8], step: int | None, fps: float, walltime: float | None = None
    ) -> None:
        """Add frames, uint8 of shape (frames, H, W, 3), as a picture that moves."""
        _, height, width, channels = frames.shape
        picture = Summary.Image(height=height, width=width, colorspace=channels, encoded_image_string=gif(frames, fps))
        self.add_summary(Summary(value=[Summary.Value(tag=tag, image=picture)]), step, walltime)

    def add_summary(self, summary: Summary, step: int | None = None, walltime: float | None = None) -> None:
        """Add what TensorBoard has a form for and PyTorch no method."""
        self._get_file_writer().add_summary(summary, step, walltime)  # type: ignore[no-untyped-call]  # PyTorch's


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

    def bars(self, tag: str, values: Mapping[str, float], step: int = 0) -> None:
        self.image(tag, charts.bars(values), step)

    def heatmap(self, tag: str, cells: Numbers, rows: Sequence[str], columns: Sequence[str], step: int = 0) -> None:
        self.image(tag, charts.heatmap(arrays.numbers(cells), rows, columns), step)

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
        self.writer.add_mesh(tag, vertices, painted, corners, global_step=step)

    def embedding(
        self,
        tag: str,
        vectors: Numbers,
        step: int = 0,
        *,
        labels: Sequence[str] | Mapping[str, Sequence[object]] | None = None,
        pictures: Sequence[Picture] | None = None,
    ) -> None:
        header, rows = _labelled(labels)
        sprites = None
        if pictures is not None:
            sprites = torch.as_tensor(arrays.one_size(pictures)).permute(0, 3, 1, 2) / 255
        self.writer.add_embedding(arrays.numbers(vectors), rows, sprites, step, tag, header)

    def pr_curve(
        self, tag: str, truth: Numbers, scores: Numbers, step: int = 0, *, weights: Numbers | None = None
    ) -> None:
        weighed = None if weights is None else arrays.numbers(weights)
        self.writer.add_pr_curve(tag, arrays.numbers(truth), arrays.numbers(scores), step, weights=weighed)

    def hparams(self, run: str, settings: Mapping[str, Setting], metrics: Mapping[str, float]) -> None:
        # Without the description of the whole table that `add_hparams` writes beside each run: TensorBoard believes
        # the first that it finds, and leaves out what other runs have more.
        told = {name: _plain(value) for name, value in settings.items()}
        _, *session = hparams(told, dict(metrics))  # type: ignore[no-untyped-call]  # PyTorch's
        with Writer(str(self.folder / run)) as writer:
            for summary in session:
                writer.add_summary(summary)
            for name, value in metrics.items():
                writer.add_scalar(name, value)

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
            # It prints what goes wrong before it raises it; tracing warns of each branch that it cannot see.
            with quiet(), redirect_stdout(StringIO()), torch.no_grad():
                # Traced beforehand, since `add_graph` would run it three times to check the trace.
                traced = torch.jit.trace(  # type: ignore[no-untyped-call]  # PyTorch's
                    model, given, check_trace=False, strict=False
                )
                self.writer.add_graph(traced, given)
        except Exception as error:  # whatever a network raises that is run in an unusual way
            raise NotConvertible(
                f"what {type(model).__name__} computes cannot be followed",
                expected="a network that torch.jit.trace can run",
                found=in_a_line(error),
            ) from error

    def modules(self, root: Branch) -> None:
        event = Event(graph_def=graph_of(root).SerializeToString())
        self.writer._get_file_writer().add_event(event)  # type: ignore[no-untyped-call]  # noqa: SLF001  PyTorch's

    def flush(self) -> None:
        self.writer.flush()

    def close(self) -> None:
        self.writer.close()


def afresh(folder: Path) -> TensorBoard:
    """Return a board at a folder without what an earlier one from here wrote; event files of others stay."""
    for path in folder.glob(f"*{SUFFIX}"):
        path.unlink(missing_ok=True)
    return TensorBoard(folder, SUFFIX)


def _rows(tag: str, part: Numbers) -> NDArray[Any]:
    """Return points, colours or faces as torch's method has them, (1, rows, 3)."""
    found = arrays.numbers(part)
    if found.ndim != 2 or found.shape[1] != POINTS:  # noqa: PLR2004
        raise InvalidInput(f"{tag} has no points in space", expected="numbers of shape (points, 3)", found=found.shape)
    return found[None]


def _labelled(
    labels: Sequence[str] | Mapping[str, Sequence[object]] | None,
) -> tuple[list[str] | None, list[object] | None]:
    """Return the kinds of labels, if there are several, and a row for each vector."""
    if labels is None:
        return None, None
    if isinstance(labels, (list, tuple)):
        return None, [_in_a_cell(label) for label in labels]
    kinds = dict(labels)  # type: ignore[arg-type]  # all that is left is a mapping
    if len(kinds) == 1:  # the file has a header only if there are several columns
        return None, [_in_a_cell(label) for label in next(iter(kinds.values()))]
    return list(kinds), [[_in_a_cell(label) for label in row] for row in zip(*kinds.values(), strict=True)]


def _in_a_cell(label: object) -> str:
    """Return a label without what would end its cell in a table of tabs and lines."""
    return " ".join(str(label).split()) or "-"


def _plain(value: Setting) -> Setting:
    """TensorBoard's table shows a bool that was written by PyTorch as 1 or 0."""
    return str(value).lower() if isinstance(value, bool) else value
