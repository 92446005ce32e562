"""Models side by side: what their weights reach on a benchmark, how large they are, and which of them are wanted.

Figures of two benchmarks say nothing about each other: rows that are sorted or chosen by a figure are all of one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hub.errors import InvalidInput
from hub.registry.question import NAME, SIZES, Filter, asked
from hub.registry.spelling import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hub.registry.index import WeightsRow
    from hub.registry.question import Question

# Optical flow is measured by its errors: in pixels, and as the share of vectors that are far off.
ERRORS = ("epe", "per_image_epe", "fl_all")


@dataclass(frozen=True, slots=True)
class Row:
    """One set of weights of a network; a network that has none is a row too, with an empty `tag`.

    `name` is what `hub.load` takes for these very weights. `size` is in bytes, `gflops` in 10^9 multiply-adds.
    `metrics` are those on `benchmark`, `measured` has them by benchmark for all.
    """

    name: str
    model: str
    tag: str
    default: bool
    family: str
    task: tuple[str, ...]
    license: str
    params: int
    gflops: float | None
    size: int | None
    benchmark: str
    metrics: dict[str, float]
    measured: dict[str, dict[str, float]]

    def value(self, key: str) -> float | None:
        """Return the size or the metric of that name, None if it is not known."""
        return {"params": self.params, "gflops": self.gflops, "size": self.size, **self.metrics}.get(key)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows in order of `key`: "name", "params", "gflops", "size" or a metric such as "acc@1".

    All rows are on `benchmark`; if it is empty, each is on the first of its own. `others` are benchmarks by which the
    same question could have been answered.
    """

    rows: tuple[Row, ...]
    key: str
    benchmark: str
    others: tuple[str, ...]


def less_is_better(key: str) -> bool:
    """Tell whether the smaller of two values is the better one."""
    return key in SIZES or key in ERRORS


def compare(found: Iterable[WeightsRow], filters: Mapping[str, Filter]) -> Comparison:
    """Return what is asked for, best first: of each model its default weights or, with `all_weights`, every one.

    Where the default ones are filtered out or were not measured on the benchmark, the best others stand for the model.
    Without `benchmark`, it is the one on which most models have the metrics that are asked for.

    Raises InvalidInput if there is no such filter, key, or benchmark.
    """
    everything = [_row(values) for values in found]
    question = asked(filters, _metrics(everything), _benchmarks(everything, set()))
    candidates = [row for row in everything if _has_facets(row, question)]
    benchmarks = _benchmarks(candidates, question.metrics)
    benchmark = _benchmark(candidates, benchmarks, question)
    rows = _best_first([row for row in (_on(row, benchmark) for row in candidates) if _fits(row, question)], question)
    rows = rows if question.all_weights else _one_a_model(rows)
    others = tuple(each for each in benchmarks if each != benchmark) if question.metrics else ()
    return Comparison(tuple(rows[::-1] if question.reverse else rows), question.sort, benchmark, others)


def _row(values: WeightsRow) -> Row:
    model, facets, tag, default, terms, params, gflops, size, measured = values
    return Row(
        name=f"{model}@{tag}" if tag and not default else model,
        model=model,
        tag=tag,
        default=default,
        family=facets["family"][0],
        task=tuple(facets["task"]),
        license=terms,
        params=params,
        gflops=gflops,
        size=size,
        benchmark="",
        metrics={},
        measured=measured,
    )


def _on(row: Row, benchmark: str) -> Row:
    """Return the row with its figures on a benchmark, or on the first that it has if none is named."""
    chosen = benchmark or next(iter(row.measured), "")
    return replace(row, benchmark=chosen, metrics=row.measured.get(chosen, {}))


def _metrics(rows: Iterable[Row]) -> list[str]:
    """Return all metrics, each once, in the order in which cards name them."""
    return list(dict.fromkeys(metric for row in rows for values in row.measured.values() for metric in values))


def _benchmarks(rows: Iterable[Row], metrics: set[str]) -> list[str]:
    """Return the benchmarks that have all these metrics, the one with most models first."""
    pairs = [(row.model, name) for row in rows for name, values in row.measured.items() if metrics <= values.keys()]
    return [name for name, _ in Counter(name for _, name in dict.fromkeys(pairs)).most_common()]


def _benchmark(rows: Sequence[Row], benchmarks: Sequence[str], question: Question) -> str:
    """Return the benchmark that all rows are to be on, empty if each may have its own."""
    if rows and question.metrics and not benchmarks:
        named = " and ".join(sorted(question.metrics))
        raise InvalidInput(f"none of these models was measured by {named}", expected=", ".join(_metrics(rows)))
    if question.benchmark and benchmarks and question.benchmark not in benchmarks:
        expected = " or ".join(benchmarks)
        raise InvalidInput(f"{question.benchmark} has no figures of that kind for these models", expected=expected)
    if question.benchmark or not question.metrics:
        return question.benchmark or _in_common(rows)
    return benchmarks[0] if benchmarks else ""


def _in_common(rows: Sequence[Row]) -> str:
    """Return the first benchmark that all rows have which were measured at all."""
    measured = [row.measured for row in rows if row.measured]
    return next((name for name in (measured or [{}])[0] if all(name in each for each in measured)), "")


def _has_facets(row: Row, question: Question) -> bool:
    facets = {"task": row.task, "license": (row.license,), "family": (row.family,)}
    facets["pretrained"] = ("yes" if row.tag else "no",)
    wanted = question.facets.items()
    return all(normal(value) in map(normal, facets.get(facet, ())) for facet, value in wanted)


def _fits(row: Row, question: Question) -> bool:
    """Tell whether a row is within all limits, and has what it is sorted by; what is not known is within none."""
    limits = ((row.value(limit.key), limit) for limit in question.limits)
    within = all(value is not None and limit.least <= value <= limit.most for value, limit in limits)
    sortable = question.sort == NAME or row.value(question.sort) is not None
    return within and sortable and question.benchmark in ("", *row.measured)


def _best_first(rows: Sequence[Row], question: Question) -> list[Row]:
    """Return rows by value; where it is the same by model, and then in the order of the card."""
    sign = 1 if less_is_better(question.sort) else -1
    return sorted(rows, key=lambda row: (sign * (row.value(question.sort) or 0), row.model))


def _one_a_model(rows: Sequence[Row]) -> list[Row]:
    """Return of each model the row of its default weights, or its first one, in their order."""
    chosen: dict[str, Row] = {}
    for row in rows:
        if row.default or row.model not in chosen:
            chosen[row.model] = row
    return [row for row in rows if chosen[row.model] is row]
