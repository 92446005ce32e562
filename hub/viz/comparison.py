"""Accuracy against parameters: one point a set of weights, and a line along those that nothing smaller equals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from hub.errors import HubError, InvalidInput
from hub.extras import require
from hub.registry.comparison import less_is_better
from hub.registry.quantities import human_count
from hub.registry.question import NAME, SIZES
from hub.viz import labels, style

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hub.registry.comparison import Row

ENDINGS = (".png", ".svg")
INCHES = (10, 6.2)
DOTS_PER_INCH = 160
ONE_POINT = DOTS_PER_INCH / 72
LABEL_SIZE = 7.5

FAMILIES = 28
"""How many have a look of their own, and a line of the legend, for which there is no more room; the best ones."""

IN_WORDS = {
    "acc@1": "right at the first guess, in %",
    "acc@5": "right within five guesses, in %",
    "box_map": "mean average precision of boxes, in %",
    "mask_map": "mean average precision of masks, in %",
    "kp_map": "mean average precision of key points, in %",
    "miou": "mean overlap of segments (IoU), in %",
    "pixel_acc": "pixels labelled right, in %",
    "epe": "error of the flow, in pixels: less is better",
    "per_image_epe": "error of the flow, in pixels: less is better",
    "fl_all": "flow that is far off, in %: less is better",
}


@dataclass(frozen=True, slots=True)
class Points:
    """What is drawn: rows that have the metric on one benchmark, smallest first."""

    benchmark: str
    metric: str
    rows: tuple[Row, ...]

    def at(self, row: Row) -> tuple[float, float]:
        """Return a row's parameters and its metric."""
        return row.params, row.metrics[self.metric]

    @property
    def title(self) -> str:
        """Return what the picture shows."""
        models = len({row.model for row in self.rows})
        several = f"{len(self.rows)} sets of weights for " if len(self.rows) > models else ""
        return f"{self.benchmark}: accuracy and size of {several}{models} {'model' if models == 1 else 'models'}"

    @property
    def front(self) -> list[Row]:
        """Return the rows that are better than every smaller one, smallest first."""
        best: list[Row] = []
        for row in self.rows:
            if not best or self._better(row, best[-1]):
                best.append(row)
        return best

    def best_families(self) -> list[str]:
        """Return the families, that of the best row first."""
        ranked = sorted(self.rows, key=lambda row: row.metrics[self.metric], reverse=not less_is_better(self.metric))
        return list(dict.fromkeys(row.family for row in ranked))

    def _better(self, row: Row, other: Row) -> bool:
        one, two = row.metrics[self.metric], other.metrics[self.metric]
        return one < two if less_is_better(self.metric) else one > two


def points(rows: Sequence[Row], metric: str = "") -> Points:
    """Return what of the rows can be drawn together.

    Of several benchmarks it is that of most rows; without a metric, or with a size in its place, the first one of it.
    Raises InvalidInput if that leaves nothing.
    """
    wanted = "" if metric in (NAME, *SIZES) else metric
    usable = [row for row in rows if (wanted in row.metrics if wanted else row.metrics)]
    if not usable:
        raise InvalidInput("there is nothing to draw", expected="models with figures", hint="ask for less, or others")
    ((benchmark, _),) = Counter(row.benchmark for row in usable).most_common(1)
    usable = [row for row in usable if row.benchmark == benchmark]
    key = wanted or next(iter(usable[0].metrics))
    sign = 1 if less_is_better(key) else -1
    drawn = sorted((row for row in usable if key in row.metrics), key=lambda row: (row.params, sign * row.metrics[key]))
    return Points(benchmark, key, tuple(drawn))


def draw(rows: Sequence[Row], path: Path, *, metric: str = "") -> None:
    """Draw rows of a comparison to a .png or .svg, by one metric (see `points`); same rows, same bytes.

    Raises InvalidInput for another ending or if there is nothing to draw, MissingExtra without matplotlib.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InvalidInput(f"cannot draw to {path}", expected="a name that ends in .png or .svg")
    shown = points(rows, metric)
    # matplotlib: axes, text and both formats; nothing else draws all that without a browser.
    require("matplotlib", "plot")
    from matplotlib import style as matplotlib_style

    with matplotlib_style.context(["default", style.SETTINGS]):
        content = _written(_figure(shown), path.suffix.lower(), shown.title)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise HubError(f"cannot write {path}", found=error.strerror, hint="name a file in a folder of yours") from error


def _written(figure: Figure, ending: str, title: str) -> bytes:
    if ending == ".png":
        drawn = BytesIO()
        figure.savefig(drawn, format="png", metadata={"Software": None, "Title": title})
        return drawn.getvalue()
    text = StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return style.for_both_pages(text.getvalue(), title).encode()


def _figure(shown: Points) -> Figure:
    # Without pyplot, which would open windows and keep every figure.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _describe(axes, shown)
    _add_families(axes, shown)
    axes.plot(*zip(*map(shown.at, shown.front), strict=True), color=style.QUIET[0], linewidth=1.2, zorder=1)
    figure.legend(loc="outside right center", frameon=False, fontsize=8, scatteryoffsets=[0.5])
    figure.draw_without_rendering()  # so that places on the page are final
    _add_names(axes, shown)
    return figure


def _describe(axes: Axes, shown: Points) -> None:
    """Write title and axes; the better is always above."""
    axes.set_title(shown.title, loc="left", fontsize=12, pad=24, fontweight="bold")
    below = "The line joins the models that are better than every smaller one."
    axes.annotate(below, (0, 1), (0, 8), xycoords="axes fraction", textcoords="offset points", color=style.QUIET[0])
    axes.set_ylabel(f"{IN_WORDS.get(shown.metric, 'as published')} ({shown.metric})")
    axes.set_xlabel("parameters (logarithmic scale)")
    axes.set_xscale("log")
    axes.grid(linewidth=0.6)
    axes.set_axisbelow(True)
    axes.margins(0.06, 0.14)
    if less_is_better(shown.metric):
        axes.invert_yaxis()
    _number_parameters(axes)


def _number_parameters(axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: human_count(value).replace(".0", "")))


def _add_families(axes: Axes, shown: Points) -> None:
    families = shown.best_families()
    for family, (colour, shape) in zip(families[:FAMILIES], style.looks(FAMILIES), strict=False):
        _add_family(axes, [shown.at(row) for row in shown.rows if row.family == family], colour, shape, family)
    others = [shown.at(row) for row in shown.rows if row.family in families[FAMILIES:]]
    if others:
        _add_family(axes, others, style.QUIET[0], ".", "others")


def _add_family(axes: Axes, spots: Sequence[labels.Point], colour: str, shape: str, name: str) -> None:
    across, up = zip(*spots, strict=True)
    axes.scatter(
        across, up, s=34, c=colour, marker=shape, label=name,
        edgecolors=style.PAPER[0], linewidths=0.6, zorder=2,
    )  # fmt: skip


def _add_names(axes: Axes, shown: Points) -> None:
    """Write the names of the front beside its points, with a thin line to those that are further away."""
    front = _on_page(axes, shown, shown.front)
    marks = [labels.around(spot, 7 * ONE_POINT) for spot in _on_page(axes, shown, shown.rows)]
    line = labels.along(front, 2 * ONE_POINT)
    names = [row.name.replace("@", "\n") for row in shown.front]
    extent = axes.get_window_extent()
    page = labels.Box(extent.x0, extent.y0, extent.x1, extent.y1)
    sized = [(spot, _size(axes, name)) for spot, name in zip(front, names, strict=True)]
    placed = labels.place(sized, page, marks, line, gap=4 * ONE_POINT)
    for name, spot, label in zip(names, front, placed, strict=True):
        if label is not None:
            _write(axes, name, spot, label)


def _on_page(axes: Axes, shown: Points, rows: Sequence[Row]) -> list[labels.Point]:
    """Return where rows are, in dots from the lower left corner of the page."""
    return [(float(x), float(y)) for x, y in axes.transData.transform([shown.at(row) for row in rows])]


def _size(axes: Axes, name: str) -> labels.Point:
    """Return width and height in dots that a name takes, with some room around it."""
    text = axes.text(0, 0, name, fontsize=LABEL_SIZE)
    extent = text.get_window_extent()
    text.remove()
    return extent.width + 2 * ONE_POINT, extent.height + 2 * ONE_POINT


def _write(axes: Axes, name: str, spot: labels.Point, label: labels.Label) -> None:
    # Offsets in points are the same in both formats; dots are not.
    across, up = ((to - at) / ONE_POINT for at, to in zip(spot, label.box.middle, strict=True))
    place = tuple(axes.transData.inverted().transform(spot))
    near = label.box.nearest(spot)
    width, height = label.box.size
    corner = ((near[0] - label.box.left) / width, (near[1] - label.box.bottom) / height)
    line = {"arrowstyle": "-", "color": style.QUIET[0], "linewidth": 0.6, "relpos": corner, "shrinkA": 0, "shrinkB": 3}
    axes.annotate(
        name, place, (across, up), textcoords="offset points", ha="center", va="center",
        multialignment="center", fontsize=LABEL_SIZE, arrowprops=line if label.far else None, zorder=3,
    )  # fmt: skip
