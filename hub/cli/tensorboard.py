"""`hub tensorboard NAME... --logdir DIR`."""

from __future__ import annotations

import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, cast

import click

from hub.cli import tell
from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.cli.table import lines
from hub.errors import HubError, InvalidInput
from hub.extras import require
from hub.progress import shown
from hub.viz.parts import OF_BOTH, OF_DATASETS, OF_MODELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType

    from hub.registry import DatasetEntry, ModelEntry

    Row = dict[str, object]

HOST = "127.0.0.1"

PICTURED = "image-classification"

PREDICTED = 1000
"""Samples that a model is run over; `hub evaluate` takes all."""

POINTS = 1000
"""Of these the projector shows which classes lie apart; they take a small network some seconds."""

PATIENCE = 120.0
"""Seconds for TensorBoard to start: on a busy machine its imports alone take twenty."""


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=complete_names)
@click.option(
    "--logdir", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to write to."
)
@click.option("--open", "serve", is_flag=True, help="Start TensorBoard then, and say where; Ctrl-C ends it.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Where it listens; without one, any that is free."
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([*OF_MODELS, *OF_DATASETS, *OF_BOTH]),
    metavar="PART",
    help=f"Write this part alone; again for more. Of a model: {', '.join(OF_MODELS)}. "
    f"Of a dataset: {', '.join(OF_DATASETS)}. Of a dataset and a model together: {', '.join(OF_BOTH)}.",
)
@click.option("--split", help="The split of datasets; without it all of them.")
@click.option("--variant", help="The variant of datasets that have several.")
@click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Where your own copy of datasets, or your own data, is."
)
@click.option("-n", "--n", "count", type=click.IntRange(1), help="How many samples of each split are shown.")
@click.option(
    "--points",
    type=click.IntRange(0),
    default=POINTS,
    show_default=True,
    help="How many pictures of a dataset are shown as points in space, through each of the models.",
)
@click.option("--untrained", is_flag=True, help="Models without their weights: nothing is fetched for them.")
@json_option
@quiet_option
def command(  # noqa: PLR0913, PLR0917  click passes options one by one
    names: tuple[str, ...],
    logdir: Path,
    serve: bool,
    port: int,
    only: tuple[str, ...],
    points: int,
    untrained: bool,
    as_json: bool,
    quiet: bool,
    **asked: Any,  # noqa: ANN401  click has made each of its own type
) -> int:
    """Write what there is to see of models and datasets for TensorBoard, and start it.

    Each NAME becomes a run of its own in a folder below --logdir, anew if it is there. Of a model: its graph, a table
    of its modules, how weights and activations are distributed. Of a dataset: how many samples each class has, a sheet
    of samples, texts, sizes; videos, sounds and things in space where it has them. Of a dataset and a model together:
    pictures of the split "test", or of the last, as points in space, each where the model sees it; and, where the
    classes of both fit, what the model takes for what.
    """
    from hub import registry

    require("tensorboard", "tensorboard", named="TensorBoard")
    entries = {name: registry.find(name) for name in names}
    wanted = {name: _parts(name, entry, only) for name, entry in entries.items()}
    report = Report(as_json)
    for name, entry in entries.items():
        if not wanted[name]:
            continue
        writing = Writing(name, logdir / _folder(name), wanted[name], quiet)
        of_model = isinstance(entry, registry.ModelEntry)
        write = partial(writing.model, untrained) if of_model else partial(writing.dataset, **asked)
        report.add(name, writing.folder, write)
    for dataset, model in () if untrained else _pairs(entries, only):
        together = Together(dataset, model, logdir, quiet, insisted=bool(only))
        if points and "embedding" in (only or OF_BOTH):
            report.add(dataset, together.seen, partial(together.embedding, points, **asked))
        if "predictions" in only or (not only and _can_tell(entries[model], entries[dataset])):
            report.add(f"{model} on {dataset}", together.told, partial(together.predictions, **asked))
    report.end()
    if serve and report.rows:
        show(logdir, port)
    elif report.rows and not as_json:
        click.echo(f"tensorboard --logdir {shlex.quote(str(logdir))}")
    return report.code


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
        return self.logdir / _folder(f"{self.dataset} through {self.model}")

    @property
    def told(self) -> Path:
        """The run of predictions."""
        return self.logdir / _folder(f"{self.model} on {self.dataset}")

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


def _parts(name: str, entry: DatasetEntry | ModelEntry, only: Sequence[str]) -> Sequence[str]:
    """Return the parts that are to be written; raise InvalidInput if none is of what there is of it."""
    from hub.registry import ModelEntry

    there = OF_MODELS if isinstance(entry, ModelEntry) else OF_DATASETS
    parts = [part for part in there if not only or part in only]
    if not parts and not set(OF_BOTH) & set(only):
        raise InvalidInput(f"{name} has no part {only[0]!r}", expected=", ".join(there), found=", ".join(only))
    return parts


def _pairs(entries: Mapping[str, DatasetEntry | ModelEntry], only: Sequence[str]) -> list[tuple[str, str]]:
    """Return datasets with the models that say something of pictures, if those are wanted together."""
    from hub.registry import ModelEntry

    if only and not set(OF_BOTH) & set(only):
        return []
    models = [name for name, entry in entries.items() if isinstance(entry, ModelEntry) and (only or _sees(entry))]
    datasets = [name for name, entry in entries.items() if not isinstance(entry, ModelEntry)]
    if only and not (models and datasets):
        raise InvalidInput(
            f"no {only[0]} without a dataset and a model", expected="the names of both", found=", ".join(entries)
        )
    return [(dataset, model) for dataset in datasets for model in models]


def _sees(entry: ModelEntry) -> bool:
    return bool({PICTURED, "image-embedding"} & set(entry.card.task))


def _can_tell(*entries: DatasetEntry | ModelEntry) -> bool:
    return all(PICTURED in entry.card.task for entry in entries)


def _folder(name: str) -> str:
    return name.replace("/", "_").replace(":", "_").replace(" ", "_")


def show(logdir: Path, port: int) -> None:
    """Run TensorBoard on a folder until it is interrupted; print where it is. Raises HubError if it does not start."""
    port = port or _free_port()
    address = f"http://{HOST}:{port}/"
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logdir), "--host", HOST, "--port", str(port)]
    with TemporaryFile() as said, _ending_with_us(subprocess.Popen(command, stdout=said, stderr=said)) as server:  # noqa: S603  our own words
        if not _answers(server, port):
            said.seek(0)
            last = said.read().decode(errors="replace").strip().splitlines()
            raise HubError(
                f"TensorBoard did not start at {address}",
                found=last[-1] if last else "no word",
                hint="take another --port",
            )
        click.echo(address)
        click.echo("TensorBoard is running; Ctrl-C ends it", err=True)
        server.wait()


@contextmanager
def _ending_with_us(server: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Ctrl-C, and what service managers send, end the server and then this command, without an error."""

    def end(_: int, __: FrameType | None) -> None:
        server.terminate()

    signals = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, end) for each in signals}
    try:
        yield server
    finally:
        server.terminate()
        server.wait()
        for each, earlier in before.items():
            signal.signal(each, earlier)


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server listens; return False if it ends or takes longer than anybody waits."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
