"""The runs that `hub tensorboard` writes: of a model, of a dataset, of both together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import click

from hub.cli import tell
from hub.cli.options import print_json
from hub.cli.table import lines
from hub.errors import HubError, InvalidInput
from hub.progress import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Row = dict[str, object]

PREDICTED = 1000
"""Samples that a model is run over; `hub evaluate` takes all."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Where the run of a model or dataset goes, and what of it."""

    name: str
    folder: Path
    parts: Sequence[str]
    quiet: bool

    def model(self, untrained: bool) -> Row:
        """Write a model; return what is to be said of it."""
        from hub.models.loading import load
        from hub.viz.boards.tensorboard import afresh
        from hub.viz.networks import log_model

        with shown(not self.quiet) as progress:
            network = load(self.name, pretrained=not untrained, progress=progress)
        with afresh(self.folder) as board:
            logged = log_model(network, board, only=self.parts)
        return {
            "kind": "model",
            "graph": ("computations" if logged.traced else "modules") if "graph" in self.parts else None,
            "modules": logged.modules,
            "histograms": logged.histograms,
            "fault": logged.fault or None,
        }

    def dataset(self, split: str | None, count: int | None, **asked: Any) -> Row:  # noqa: ANN401  variant, data_dir
        """Write a dataset; return what is to be said of it."""
        from hub.datasets.loading import load_dataset
        from hub.viz.boards.tensorboard import afresh
        from hub.viz.contents import log_dataset

        options = {name: value for name, value in asked.items() if value is not None}
        with shown(not self.quiet) as progress:
            found = load_dataset(self.name, split=split, progress=progress, **options)
        with afresh(self.folder) as board:
            previews = log_dataset(found, board, samples=count, only=self.parts)
        return {
            "kind": "dataset",
            "splits": list(previews),
            "samples": sum(len(each.samples) for each in previews.values()),
        }


@dataclass(frozen=True, slots=True)
class Together:
    """Where what a model makes of a dataset goes; `insisted` if it was asked for by name."""

    dataset: str
    model: str
    logdir: Path
    quiet: bool
    insisted: bool

    @property
    def seen(self) -> Path:
        """The run of pictures as points."""
        return self.logdir / folder_of(f"{self.dataset} through {self.model}")

    @property
    def told(self) -> Path:
        """The run of predictions."""
        return self.logdir / folder_of(f"{self.model} on {self.dataset}")

    def embedding(self, points: int, split: str | None, **asked: Any) -> Row | None:  # noqa: ANN401  as above
        """Write pictures as points; None if there are none and nobody has insisted."""
        from hub.datasets.loading import load_dataset
        from hub.models.loading import load
        from hub.viz.boards.tensorboard import afresh
        from hub.viz.embeddings import has_pictures, log_embedding

        options = {name: value for name, value in asked.items() if value is not None and name != "count"}
        with shown(not self.quiet) as progress:
            found = load_dataset(self.dataset, split=split, progress=progress, **options)
            network = load(self.model, pretrained=True, progress=progress)
        dataset = found.get("test", list(found.values())[-1]) if isinstance(found, dict) else found
        if not self.insisted and not has_pictures(dataset):
            return None
        with afresh(self.seen) as board:
            seen = log_embedding(dataset, board, network, n=points, progress=not self.quiet)
        return {"kind": "embedding", "model": self.model, "split": dataset.split, "points": len(seen.vectors)}

    def predictions(self, split: str | None, **asked: Any) -> Row | None:  # noqa: ANN401  as above
        """Write what the model says of a part of the dataset; None if classes do not fit and nobody has insisted."""
        from hub.evaluation import choosing, evaluate
        from hub.models.loading import load
        from hub.viz.answers import log_predictions
        from hub.viz.boards.tensorboard import afresh

        options = {"variant": asked["variant"]} if asked.get("variant") else {}
        with shown(not self.quiet) as progress:
            samples = choosing.opened(self.dataset, split, asked.get("data_dir"), progress=progress, **options)
            network = load(self.model, pretrained=True, progress=progress)
        try:
            found = evaluate(network, samples, limit=PREDICTED, progress=not self.quiet)
        except InvalidInput:
            if self.insisted:
                raise
            return None
        with afresh(self.told) as board:
            log_predictions(board, found, samples)
        return {"kind": "predictions", "samples": len(found), "metrics": dict(found.metrics)}


@dataclass(slots=True)
class Report:
    """What was written; what could not be is told at once, and the first such error decides the exit code."""

    as_json: bool
    rows: list[Row] = field(default_factory=list)
    code: int = 0

    def add(self, name: str, logdir: Path, write: Callable[[], Row | None]) -> None:
        """Write something and keep what is to be said of it; None says that there is nothing to write."""
        try:
            row = write()
            self.rows += [] if row is None else [{"name": name, "folder": str(logdir), **row}]
        except HubError as error:
            self.code = self.code or tell(error)

    def end(self) -> None:
        """Print the table, or JSON."""
        if self.as_json:
            print_json(self.rows)
        elif self.rows:
            click.echo("\n".join(lines([(str(row["name"]), _said(row), str(row["folder"])) for row in self.rows])))


def _said(row: Row) -> str:
    if row["kind"] == "model":
        graph = f"graph of {row['graph']}, " if row["graph"] else ""
        return f"{graph}{row['modules']} modules, {row['histograms']} histograms"
    if row["kind"] == "predictions":
        metrics = cast("dict[str, float]", row["metrics"])
        return f"{row['samples']} samples, {next(iter(metrics))} {next(iter(metrics.values())):.1f}"
    if row["kind"] == "embedding":
        return f"{row['split']}: {row['points']:,} points through {row['model']}"
    splits = cast("list[str]", row["splits"])
    return f"{', '.join(splits)}: {row['samples']} samples"


def folder_of(name: str) -> str:
    """Return the name of a run's folder."""
    return name.replace("/", "_").replace(":", "_").replace(" ", "_")
