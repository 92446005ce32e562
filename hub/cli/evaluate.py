"""`hub evaluate MODEL DATASET`."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.errors import InvalidInput
from hub.extras import require
from hub.progress import shown

if TYPE_CHECKING:
    from torch import nn

    from hub.datasets.dataset import Dataset
    from hub.evaluation.outcome import Evaluation

USUAL_BATCH = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which model, on which samples."""

    model: str
    weights: str | None
    num_classes: int | None
    device: str | None
    dtype: str | None
    dataset: str
    split: str | None
    variant: str | None
    data_dir: Path | None

    def command(self, limit: int | None, batch_size: int) -> str:
        """Return the command that measures the same; where its output goes is nobody's business."""
        options = {
            name: getattr(self, name)
            for name in ("split", "variant", "data_dir", "weights", "num_classes", "device", "dtype")
        }
        options |= {"limit": limit, "batch": batch_size if batch_size != USUAL_BATCH else None}
        said = [[f"--{name.replace('_', '-')}", str(value)] for name, value in options.items() if value is not None]
        return shlex.join(["hub", "evaluate", self.model, self.dataset, *(word for pair in said for word in pair)])


@click.command()
@click.argument("model", shell_complete=complete_names)
@click.argument("dataset", shell_complete=complete_names)
@click.option("--split", help="The split; without it that for tests, or else for validation.")
@click.option("--limit", type=click.IntRange(1), help="Take so many samples, from all classes and all over the split.")
@click.option(
    "--batch", "batch_size", type=click.IntRange(1), default=USUAL_BATCH, show_default=True, help="Samples at once."
)
@click.option("--variant", help="The variant of a dataset that has several.")
@click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Where your own copy of the dataset, or your own data, is."
)
@click.option("--weights", help="A tag (see hub info), or a file or URL of your own; default: the best published.")
@click.option("--num-classes", type=click.IntRange(1), help="How many classes weights of your own have.")
@click.option("--device", help='Where to run it: "cpu", "cuda", "auto".')
@click.option("--dtype", help='What to compute in: "float32", "bfloat16", "float16".')
@click.option("--out", type=click.Path(path_type=Path), help="Write a results file, which websites show.")
@click.option(
    "--logdir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write curves, confusion and mistakes to look at.",
)
@json_option
@quiet_option
def command(
    limit: int | None,
    batch_size: int,
    out: Path | None,
    logdir: Path | None,
    as_json: bool,
    quiet: bool,
    **asked: Any,  # noqa: ANN401  click has made each of its own type
) -> int:
    """Measure how well a pretrained MODEL does on a DATASET, how fast, and where it goes wrong.

    Of pictures with a class it is the share that is told right; of masks the intersection over union, of boxes COCO's
    average precision. Classes are found by their names. --out writes a results file with command, commit, hardware
    and date.
    """
    from hub.cli import measured

    wanted = Wanted(**asked)
    _check(wanted, out, logdir)
    found, dataset = _evaluated(wanted, limit, batch_size, quiet=quiet)
    results = found.results(wanted.command(limit, batch_size))
    if out is not None:
        results.write(out)
    run = None if logdir is None else _logged(found, dataset, logdir)
    if as_json:
        print_json(msgspec.to_builtins(results))
    else:
        click.echo("\n".join(measured.lines_of(found, out, run)))
    return 0


def _check(wanted: Wanted, out: Path | None, logdir: Path | None) -> None:
    """Say what is wrong with the call before anything is fetched or measured."""
    from hub import registry
    from hub.evaluation.results import require_place

    registry.find_model(wanted.model)
    registry.find_dataset(wanted.dataset)
    if wanted.num_classes is not None and wanted.weights is None:
        raise InvalidInput("--num-classes is for weights of your own", expected="--weights FILE", found="no --weights")
    if out is not None:
        require_place(out)
    if logdir is not None:
        require("tensorboard", "tensorboard", named="TensorBoard")


def _evaluated(wanted: Wanted, limit: int | None, batch_size: int, *, quiet: bool) -> tuple[Evaluation, Dataset]:
    from hub.evaluation import evaluate
    from hub.evaluation.choosing import opened

    options = {} if wanted.variant is None else {"variant": wanted.variant}
    with shown(not quiet) as progress:
        dataset = opened(wanted.dataset, wanted.split, wanted.data_dir, progress=progress, **options)
        network = _loaded(wanted, progress)
    return evaluate(network, dataset, limit=limit, batch_size=batch_size, progress=not quiet), dataset


def _loaded(wanted: Wanted, progress: Any) -> nn.Module:  # noqa: ANN401  a Progress
    from hub.models.loading import load

    return load(
        wanted.model,
        pretrained=wanted.weights is None,
        weights=wanted.weights,
        num_classes=wanted.num_classes,
        device=wanted.device,
        dtype=wanted.dtype,
        progress=progress,
    )


def _logged(found: Evaluation, dataset: Dataset, logdir: Path) -> Path:
    from hub.viz.answers import log_predictions
    from hub.viz.boards.tensorboard import afresh

    folder = logdir / found.subject.name.replace("/", "_").replace(" ", "_")
    with afresh(folder) as board:
        log_predictions(board, found, dataset)
    return folder
