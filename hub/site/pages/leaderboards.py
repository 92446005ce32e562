"""One page a leaderboard: two plots of accuracy against size, a table of all weights, the same as CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, cast

from markupsafe import Markup

from hub.progress import human_bytes
from hub.registry.comparison import less_is_better
from hub.registry.quantities import human_count
from hub.site import networks, plots
from hub.site.pages.site import File, href, place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.cards import ModelCard
    from hub.registry.comparison import Row
    from hub.site.collection import Listed
    from hub.site.pages.site import Page, Site
    from hub.site.plots import Axis, Point
    from hub.site.results import Board

FOLDER = "leaderboards"
SIZES = ("params", "gflops")
"""What figures are plotted against."""

WORTH = 3
"""Fewer points make no picture."""

WIDTH = 960
"""Of a plot, in pixels, where its page is as wide."""

COLUMNS = ("weights", "model", "tag", "default", "family", "license", "params", "gflops", "bytes")
"""Those of the CSV files, before the metrics."""


@dataclass(frozen=True, slots=True)
class Card:
    """A leaderboard on the page that leads to all; `value` is the best one, and too few points make no picture."""

    board: Board
    value: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    place: int
    row: Row
    family: Listed | None
    values: tuple[str, ...]
    params: str
    gflops: str
    size: str
    ahead: bool
    """Whether nothing that needs fewer parameters is as good, or nothing that computes less."""


def pages(site: Site) -> Iterator[Page]:
    """Yield the page of each leaderboard, and the one that leads to all."""
    if site.boards:
        yield _overview(site)
    for board in site.boards:
        yield _page(site, board)


def files(site: Site) -> Iterator[File]:
    """Yield each leaderboard as CSV."""
    for board in site.boards:
        yield File(f"{FOLDER}/{board.id}.csv", as_csv(board))


def as_csv(board: Board) -> str:
    """Return a leaderboard as CSV, best first; what is not known is empty."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    metrics = (board.metric, *board.beside)
    writer.writerow((*COLUMNS, *metrics))
    for row in board.rows:
        facts = (row.name, row.model, row.tag, str(row.default).lower(), row.family, row.license)
        writer.writerow((*facts, row.params or "", row.gflops, row.size, *(row.metrics.get(each) for each in metrics)))
    return written.getvalue()


def _overview(site: Site) -> Page:
    title = site.labels("board", "title")
    return site.page(
        "leaderboards.md.j2",
        FOLDER,
        title,
        site.labels("board", "summary"),
        wide=True,
        boards=[Card(board, _value(board, board.rows[0], board.metric), _thumbnail(board)) for board in site.boards],
        folder=FOLDER,
    )


def _page(site: Site, board: Board) -> Page:
    name, path = site.board(board), f"{FOLDER}/{board.id}"
    return site.page(
        "leaderboard.md.j2",
        path,
        name,
        f"{name}{site.labels.stop}{site.both(board.about.note)}".strip(),
        wide=True,
        board=board,
        dataset=site.collection.entries.get(f"dataset/{board.about.dataset}"),
        plots=[(size, chart(site, board, path, size)) for size in SIZES if len(_sized(board, size)) > 1],
        lines=_lines(site, board),
        metrics=(board.metric, *board.beside),
        csv=f"{path}.csv",
    )


def _lines(site: Site, board: Board) -> list[Line]:
    ahead = {row.name for size in SIZES for row in _front(board, size)}
    return [
        Line(
            place=board.place(row),
            row=row,
            family=_families(site).get(row.model),
            values=tuple(_value(board, row, each) for each in (board.metric, *board.beside)),
            params=human_count(row.params) if row.params else "",
            gflops=networks.gflops(row.gflops),
            size=human_bytes(row.size) if row.size else "",
            ahead=row.name in ahead,
        )
        for row in board.rows
    ]


def _value(board: Board, row: Row, metric: str) -> str:
    return networks.figure(row.metrics[metric], board.values(metric)) if metric in row.metrics else ""


def _families(site: Site) -> dict[str, Listed]:
    """Return variant -> family."""
    return {
        variant.name: entry
        for entry in site.collection.of_kind("model")
        for variant in cast("ModelCard", entry.card).variants
    }


def chart(site: Site, board: Board, page: str, size: str, *, width: int = WIDTH) -> Markup:
    """Return the plot of a leaderboard against "params" or "gflops", for the page at the path `page`."""
    rows = _sized(board, size)
    ahead = _front(board, size)
    families = _families(site)
    spots = [_spot(board, row, size, families, page, "hub-ahead" if row in ahead else "") for row in rows]
    return plots.draw(
        plots.Plot(
            title=site.board(board),
            x=_across(site, size),
            y=_axis(site, board),
            spots=spots,
            line=[_point(board, row, size) for row in ahead],
            named=[rows.index(row) for row in ahead],
            less_is_better=less_is_better(board.metric),
            width=width,
        )
    )


def position(site: Site, board: Board, entry: Listed) -> Markup:
    """Return the plot of a leaderboard in which the networks of a family stand out, for the family's page."""
    names = {variant.name for variant in cast("ModelCard", entry.card).variants}
    rows = _sized(board, "params")
    own = [row for row in rows if row.model in names]
    if not own or len(rows) == len(own):
        return Markup("")
    families, page = dict.fromkeys(names, entry), place(entry)
    best = [own[number] for number in _best_of_each(own)]
    return plots.draw(
        plots.Plot(
            title=f"{site.name(entry)}, {site.both(board.about.name)}",
            x=_across(site, "params"),
            y=_axis(site, board),
            spots=[_spot(board, row, "params", families, page, "hub-ahead") for row in best],
            dots=[_point(board, row, "params") for row in rows if row.model not in names],
            line=[_point(board, row, "params") for row in _front(board, "params")],
            own=[_point(board, row, "params") for row in own if row not in best],
            named=range(len(best)),
            less_is_better=less_is_better(board.metric),
            height=420,
        )
    )


def _best_of_each(rows: Sequence[Row]) -> list[int]:
    """Return the number of the best row of each network; rows are best first."""
    first: dict[str, int] = {}
    for number, row in enumerate(rows):
        first.setdefault(row.model, number)
    return list(first.values())


def _thumbnail(board: Board) -> Markup:
    points = [_point(board, row, "params") for row in _sized(board, "params")]
    line = [_point(board, row, "params") for row in _front(board, "params")]
    return (
        plots.thumbnail(points, line, less_is_better=less_is_better(board.metric))
        if len(points) >= WORTH
        else Markup("")
    )


def _sized(board: Board, size: str) -> list[Row]:
    """Return the rows whose size is known."""
    return [row for row in board.rows if row.value(size)]


def _point(board: Board, row: Row, size: str) -> Point:
    return float(row.value(size) or 0), row.metrics[board.metric]


def _front(board: Board, size: str) -> list[Row]:
    """Return the rows that are better than every one that is not larger, smallest first."""
    rows = _sized(board, size)
    points = [_point(board, row, size) for row in rows]
    return [rows[number] for number in plots.front(points, less_is_better=less_is_better(board.metric))]


def _spot(board: Board, row: Row, size: str, families: dict[str, Listed], page: str, look: str) -> plots.Spot:
    x, y = _point(board, row, size)
    amount = human_count(x) if size == "params" else f"{networks.gflops(x)} GFLOPs"
    said = f"{row.name}: {_value(board, row, board.metric)} {board.metric}, {amount}"
    looks = " ".join(filter(None, [look, "" if row.default else "hub-other"]))
    family = place(families[row.model])
    address = f"#{row.model}" if family == page else href(page, f"{family}#{row.model}")
    return plots.Spot(x, y, row.model, said, address, looks)


def _axis(site: Site, board: Board) -> Axis:
    return plots.Axis(site.labels.known("metric", board.metric), lambda value: f"{value:g}")


def _across(site: Site, size: str) -> Axis:
    written = _count if size == "params" else (lambda value: f"{value:g}")
    return plots.Axis(site.labels("board", size), written)


def _count(value: float) -> str:
    return human_count(value).replace(".0", "")
