"""`hub tensorboard NAME... --logdir DIR`."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub.cli.board_runs import Report, Together, Writing, folder_of
from hub.cli.board_server import show
from hub.cli.options import complete_names, json_option, quiet_option
from hub.errors import InvalidInput
from hub.extras import require
from hub.viz.parts import OF_BOTH, OF_DATASETS, OF_MODELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.registry import DatasetEntry, ModelEntry

PICTURED = "image-classification"

POINTS = 1000
"""Of these the projector shows which classes lie apart; they take a small network some seconds."""


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
        writing = Writing(name, logdir / folder_of(name), wanted[name], quiet)
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
