"""What weights of models reach on benchmarks, as their cards say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.registry.comparison import less_is_better

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.cards import ModelVariant

HEADLINES = ("acc@1", "kp_map", "box_map", "miou", "mask_map", "epe", "per_image_epe", "fl_all")
"""The metrics that may stand for a model in a list; of several that one has, the first."""


@dataclass(frozen=True, slots=True)
class Best:
    """What a network reaches on a benchmark: `metric` is the one that stands for it. All empty if nothing is known."""

    benchmark: str = ""
    metric: str = ""
    values: Mapping[str, float] | None = None


def best(variant: ModelVariant) -> Best:
    """Return what the best weights of a network reach, on the benchmark that its default ones were measured on first.

    Weights that were measured elsewhere do not count: figures of two benchmarks say nothing about each other.
    """
    ordered = sorted(variant.weights, key=lambda weights: not weights.default)
    benchmark = next((name for weights in ordered for name in weights.metrics), "")
    found = [weights.metrics[benchmark] for weights in ordered if benchmark in weights.metrics]
    metric = next((name for name in HEADLINES if found and name in found[0]), "")
    if not metric:
        return Best()
    rivals = [values for values in found if metric in values]
    choose = min if less_is_better(metric) else max
    return Best(benchmark, metric, choose(rivals, key=lambda values: values[metric]))
