"""PyTorch's writer of event files, with four of its methods mended.

    add_video      needs nothing but Pillow; PyTorch's asks for moviepy, and finds only moviepy 1
    add_graph      runs the network once and prints nothing; PyTorch's runs it three times, to check, and prints faults
    add_hparams    leaves the columns of the table to TensorBoard, which takes those of all runs; PyTorch's writes some
                   beside each run, TensorBoard believes the first it finds, and what other runs have more is lost
    add_embedding  writes numbers instead of their digits, in a hundredth of the time; keeps what others have added to
                   the folder; PyTorch's prints a warning where there is one of the same tag and step

It takes the same arguments and can stand in PyTorch's place.
"""

from __future__ import annotations

from contextlib import nullcontext, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from torch.utils.tensorboard.summary import hparams
from torch.utils.tensorboard.writer import SummaryWriter

from hub.models.prediction.running import evaluating
from hub.models.quiet import quiet
from hub.viz.boards import arrays, projector
from hub.viz.boards.gif import gif

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from tensorboard.compat.proto.graph_pb2 import GraphDef
    from torch import Tensor, nn

    from hub.viz.boards.board import Numbers, Setting
    from hub.viz.boards.projector import Labels


class Writer(SummaryWriter):
    """`torch.utils.tensorboard.SummaryWriter`, mended."""

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

    def add_graph(
        self,
        model: nn.Module,
        input_to_model: object = None,
        verbose: bool = False,
        use_strict_trace: bool = True,
    ) -> None:
        """Add what a network computes; raises whatever it raises."""
        # What is traced beforehand is not traced again, and so not checked.
        with quiet(), nullcontext() if verbose else redirect_stdout(StringIO()), evaluating(model):
            traced = torch.jit.trace(  # type: ignore[no-untyped-call]  # PyTorch's
                model, input_to_model, check_trace=False, strict=use_strict_trace
            )
            super().add_graph(traced, input_to_model, verbose)

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Setting],
        metric_dict: Mapping[str, float],
        hparam_domain_discrete: Mapping[str, Sequence[Setting]] | None = None,
        run_name: str | None = None,
        global_step: int | None = None,
    ) -> None:
        """Add a row to the table of runs, in a folder of its own. True and false are words, as others write them."""
        told = {name: str(value).lower() if isinstance(value, bool) else value for name, value in hparam_dict.items()}
        domain = (
            None if hparam_domain_discrete is None else {name: list(of) for name, of in hparam_domain_discrete.items()}
        )
        columns, *row = hparams(told, dict(metric_dict), domain)  # type: ignore[no-untyped-call]  # PyTorch's
        with Writer(str(Path(self.log_dir) / (run_name or "run")), filename_suffix=self.filename_suffix) as writer:
            for summary in row if domain is None else (columns, *row):
                writer.add_summary(summary, global_step)
            for name, value in metric_dict.items():
                writer.add_scalar(name, value, global_step)

    def add_embedding(
        self,
        mat: Numbers,
        metadata: Sequence[object] | None = None,
        label_img: Tensor | None = None,
        global_step: int | None = None,
        tag: str = "default",
        metadata_header: Sequence[str] | None = None,
    ) -> None:
        """Add vectors, (points, length), with labels, rows of them if they have a header, and pictures (N, C, H, W)."""
        labels: Labels | None = metadata
        if metadata is not None and metadata_header:
            rows = zip(*cast("Sequence[Sequence[object]]", metadata), strict=True)
            labels = dict(zip(metadata_header, rows, strict=True))
        pictures = None if label_img is None else arrays.one_size(list(torch.as_tensor(label_img)))
        self.add_points(tag, arrays.points(mat, tag), global_step or 0, labels, pictures)

    def add_points(
        self,
        tag: str,
        vectors: NDArray[np.float32],
        step: int,
        labels: Labels | None,
        pictures: NDArray[np.uint8] | None,
    ) -> None:
        """Add an embedding, as `projector` takes it."""
        folder = f"{projector.FOLDER}{self.filename_suffix}"
        projector.write(Path(self.log_dir), tag, step, vectors, labels, pictures, folder=folder)

    def add_gif(
        self, tag: str, frames: NDArray[np.uint8], step: int | None, fps: float, walltime: float | None = None
    ) -> None:
        """Add frames, uint8 of shape (frames, H, W, 3), as a picture that moves."""
        _, height, width, channels = frames.shape
        moving = Summary.Image(height=height, width=width, colorspace=channels, encoded_image_string=gif(frames, fps))
        self.add_summary(Summary(value=[Summary.Value(tag=tag, image=moving)]), step, walltime)

    def add_summary(self, summary: Summary, step: int | None = None, walltime: float | None = None) -> None:
        """Add what TensorBoard has a form for and PyTorch no method."""
        self._get_file_writer().add_summary(summary, step, walltime)  # type: ignore[no-untyped-call]  # PyTorch's

    def add_graph_def(self, graph: GraphDef) -> None:
        """Add a graph in TensorBoard's form."""
        self._get_file_writer().add_event(Event(graph_def=graph.SerializeToString()))  # type: ignore[no-untyped-call]
