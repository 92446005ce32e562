"""What `hub list` prints of models that are compared: options, a table, a picture."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from hub.cli.options import print_json
from hub.cli.table import lines
from hub.progress import human_bytes
from hub.registry.quantities import human_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hub.registry.comparison import Comparison, Row

    Function = TypeVar("Function", bound=Callable[..., None])

# What stands where a card does not tell.
UNKNOWN = "-"

OPTIONS = (
    click.option("--sort", metavar="KEY", help="Best first by name, params, gflops, size, or a metric: acc1, box_map."),
    click.option("--reverse", is_flag=True, help="Worst first."),
    click.option("--benchmark", metavar="NAME", help="Figures on this one, where there are several: kinetics-400."),
    click.option("--max-params", metavar="N", help="At most so many parameters, such as 10M."),
    click.option("--max-gflops", metavar="N", help="At most so many 10^9 multiply-adds for one input."),
    click.option("--max-size", metavar="BYTES", help="At most so large a file, such as 100MB."),
    click.option("--min-acc1", metavar="PERCENT", help="At least this accuracy."),
    click.option("--all-weights", is_flag=True, help="A row for every set of weights, not one for every model."),
    click.option(
        "--plot",
        metavar="[FILE]",
        is_flag=False,
        flag_value=Path("models.png"),
        type=click.Path(path_type=Path),
        help="Draw accuracy against parameters to a .png or .svg, by default models.png.",
    ),
)


def options(function: Function) -> Function:
    """Give a command the options that compare models."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


def show(found: Comparison, plot: Path | None, *, as_json: bool) -> None:
    """Draw the picture if one is asked for, then print the rows."""
    if plot is not None:
        _draw(found, plot)
    if as_json:
        print_json([asdict(row) for row in found.rows])
    elif not found.rows:
        click.echo("nothing found", err=True)
    else:
        click.echo(_headline(found), err=True)
        click.echo("\n".join(table(found)))


def _draw(found: Comparison, path: Path) -> None:
    from hub.viz import comparison

    comparison.draw(found.rows, path, metric=found.key)
    click.echo(f"drawn to {path}", err=True)


def _headline(found: Comparison) -> str:
    """Say what was compared by what, and what else could have been."""
    models = len({row.model for row in found.rows})
    rows = f"{models} {'model' if models == 1 else 'models'} by {found.key}"
    place = f" on {found.benchmark}" if found.benchmark else ""
    others = f"; other benchmarks: {', '.join(found.others)}" if found.others else ""
    return rows + place + others


def table(found: Comparison) -> list[str]:
    """Return the rows as aligned lines under their titles: figures, sizes, and the tag of the weights."""
    metrics = list(dict.fromkeys(metric for row in found.rows for metric in row.metrics)) if found.benchmark else []
    figures = metrics or ["measured"]
    titles = ["name", *figures, "params", "GFLOPs", "size", "weights"]
    cells = [[row.model, *_figures(row, metrics), *_sizes(row), row.tag or "none"] for row in found.rows]
    return lines([titles, *cells], right=range(1, len(titles) - 1))


def _figures(row: Row, metrics: Sequence[str]) -> Iterator[str]:
    """Yield a row's figures; where rows are of several benchmarks, one cell with its first figure and what it is."""
    if metrics:
        yield from (_number(row.metrics.get(metric)) for metric in metrics)
    else:
        yield next((f"{value:.3f} {metric} {row.benchmark}" for metric, value in row.metrics.items()), UNKNOWN)


def _sizes(row: Row) -> tuple[str, str, str]:
    return human_count(row.params), _number(row.gflops), UNKNOWN if row.size is None else human_bytes(row.size)


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.3f}"
