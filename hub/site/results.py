"""What weights reach on benchmarks, as the cards of models say: leaderboards, and what was trained on which dataset."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from hub.cards import ModelCard
from hub.cards.base import Struct, Text
from hub.registry import contents
from hub.registry.comparison import compare, less_is_better

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.cards import Weights
    from hub.registry.comparison import Row
    from hub.registry.index import WeightsRow
    from hub.registry.question import Filter
    from hub.site.collection import Collection, Listed

BESIDE = {"acc@5": "acc@1", "pixel_acc": "miou", "fl_all": "per_image_epe"}
"""Metrics that stand beside another one of the same benchmark, instead of on a leaderboard of their own."""


class Benchmark(Struct, frozen=True):
    """What a benchmark is called, which dataset it is a part of, and how it is measured."""

    name: Text
    dataset: str = ""
    note: Text = Text(en="")


class Trained(Struct, frozen=True):
    """The datasets that weights learned from, by the list of their classes or by their tag."""

    categories: dict[str, tuple[str, ...]]
    tags: dict[str, tuple[str, ...]]


class Table(Struct, frozen=True):
    """`benchmarks.toml`."""

    benchmarks: dict[str, Benchmark]
    trained_on: Trained


@cache
def known() -> Table:
    """Return what is known of benchmarks besides what cards say."""
    return msgspec.convert(tomllib.loads(Path(__file__).with_name("benchmarks.toml").read_text("utf-8")), Table)


@dataclass(frozen=True, slots=True)
class Board:
    """All weights that were measured by `metric` on `benchmark`, best first; `beside` are further metrics of theirs."""

    id: str
    benchmark: str
    metric: str
    beside: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def about(self) -> Benchmark:
        """What the benchmark is; of one that nobody has described its bare name."""
        return known().benchmarks.get(self.benchmark) or Benchmark(name=Text(en=self.benchmark, zh=self.benchmark))

    def values(self, metric: str) -> list[float]:
        """Return all values of a metric."""
        return [row.metrics[metric] for row in self.rows if metric in row.metrics]

    def place(self, row: Row) -> int:
        """Return 1 for the best row, and the same for equally good ones."""
        sign = 1 if less_is_better(self.metric) else -1
        own = sign * row.metrics[self.metric]
        return 1 + sum(sign * each.metrics[self.metric] < own for each in self.rows)


def boards(collection: Collection) -> list[Board]:
    """Return the leaderboards of a collection: those with most rows first, then in order of their ids."""
    weights = list(_weights(collection))
    counted = Counter(
        (benchmark, metric) for row in weights for benchmark, metrics in row[-1].items() for metric in metrics
    )
    pairs = [pair for pair in counted if not _stands_beside(pair, counted)]
    made = [_board(weights, benchmark, metric, counted) for benchmark, metric in pairs]
    return sorted(made, key=lambda board: (-len(board.rows), board.id))


def _weights(collection: Collection) -> Iterator[WeightsRow]:
    """Yield the figures of all weights, as the registry's index has them."""
    for entry in collection.of_kind("model"):
        if isinstance(entry.card, ModelCard):
            for found in contents.of_card(entry.kind, entry.id, entry.card):
                facets = json.loads(found.entry[5])
                for name, _, tag, default, terms, params, gflops, size, metrics in found.weights:
                    yield name, facets, tag, default, terms, params, gflops, size, json.loads(metrics)


def _stands_beside(pair: tuple[str, str], counted: Mapping[tuple[str, str], int]) -> bool:
    benchmark, metric = pair
    return (benchmark, BESIDE.get(metric, "")) in counted


def _board(weights: Sequence[WeightsRow], benchmark: str, metric: str, counted: Mapping[tuple[str, str], int]) -> Board:
    question: dict[str, Filter] = {"benchmark": benchmark, "sort": metric, "all_weights": True}
    beside = tuple(key for key, main in BESIDE.items() if main == metric and (benchmark, key) in counted)
    return Board(slug(benchmark, metric), benchmark, metric, beside, compare(weights, question).rows)


def slug(*words: str) -> str:
    """Return words as a part of an address.

    >>> slug("imagenet-1k", "acc@1")
    'imagenet-1k-acc-1'
    """
    return re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")


def trained_on(dataset: str, collection: Collection) -> dict[str, Listed]:
    """Return variant -> family of all networks that have weights which learned from a dataset, in order of families."""
    return {
        variant.name: entry
        for entry in collection.of_kind("model")
        if isinstance(entry.card, ModelCard)
        for variant in entry.card.variants
        if any(dataset in learned_from(weights) for weights in variant.weights)
    }


def learned_from(weights: Weights) -> tuple[str, ...]:
    """Return the ids of the datasets that weights were trained on or, after a larger one, tuned on."""
    known_by = known().trained_on
    return known_by.categories.get(weights.categories) or known_by.tags.get(weights.tag, ())
