"""What the page of a family of models shows of its networks and their weights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from hub.errors import NotFound
from hub.models import categories
from hub.progress import human_bytes
from hub.registry.quantities import human_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hub.cards import AnyPreset, Artifact, ModelCard, ModelVariant, Weights
    from hub.site.pages.site import Site

DIGITS = {1: 3, 10: 2, 100: 1}
"""Numbers below the first one are written with so many digits behind the point."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric of weights; `benchmark` is named where the family was measured on several."""

    benchmark: str
    metric: str
    value: str


@dataclass(frozen=True, slots=True)
class WeightsLine:
    """One set of weights; what is as the card or the network says is empty."""

    tag: str
    default: bool
    figures: tuple[Figure, ...]
    params: str
    gflops: str
    size: str
    license: str
    digest: str
    whole: bool
    engine: str

    def value(self, metric: str) -> str:
        """Return one of the figures, empty if there is none."""
        return next((each.value for each in self.figures if each.metric == metric), "")


@dataclass(frozen=True, slots=True)
class Network:
    """One network of a family, with its weights."""

    name: str
    params: str
    gflops: str
    weights: tuple[WeightsLine, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What several networks have in common, as words."""

    names: tuple[str, ...]
    words: str


def sizes(card: ModelCard) -> str:
    """Return how many parameters the smallest and the largest network have."""
    counts = sorted(variant.params for variant in card.variants if variant.params)
    ends = dict.fromkeys(human_count(count) for count in (*counts[:1], *counts[-1:]))
    return " \u2013 ".join(ends)


def benchmark(card: ModelCard, site: Site) -> str:
    """Return the name of the benchmark on which all weights were measured; empty where it was not one and the same."""
    names = {board.benchmark: site.both(board.about.name) for board in site.boards}
    measured = {each for _, weights in _all(card) for each in weights.metrics}
    return names.get(measured.pop(), "") if len(measured) == 1 else ""


def metrics(card: ModelCard, site: Site) -> list[str]:
    """Return the metrics that have a column each: those of the one benchmark on which all were measured."""
    measured = (values for _, weights in _all(card) for values in weights.metrics.values())
    return list(dict.fromkeys(name for values in measured for name in values)) if benchmark(card, site) else []


def networks(card: ModelCard, site: Site) -> list[Network]:
    """Return all networks of a family, in the order of the card."""
    one = benchmark(card, site)
    names = {board.benchmark: "" if one else site.both(board.about.name) for board in site.boards}
    all_figures = _figures(card)
    return [
        Network(
            variant.name,
            human_count(variant.params) if variant.params else "",
            gflops(variant.gflops),
            tuple(_line(weights, card, names, all_figures) for weights in variant.weights),
        )
        for variant in card.variants
    ]


def _all(card: ModelCard) -> Iterable[tuple[ModelVariant, Weights]]:
    return ((variant, weights) for variant in card.variants for weights in variant.weights)


def _figures(card: ModelCard) -> dict[str, list[float]]:
    """Return metric -> all its values, so that they are written alike."""
    found: dict[str, list[float]] = {}
    for _, weights in _all(card):
        for name, value in (pair for values in weights.metrics.values() for pair in values.items()):
            if math.isfinite(value):
                found.setdefault(name, []).append(value)
    return found


def _line(
    weights: Weights, card: ModelCard, names: Mapping[str, str], figures: Mapping[str, Iterable[float]]
) -> WeightsLine:
    artifact = weights.artifact
    return WeightsLine(
        tag=weights.tag,
        default=weights.default,
        figures=tuple(
            Figure(names.get(measured_on, ""), metric, figure(value, figures[metric]))
            for measured_on, metrics in weights.metrics.items()
            for metric, value in metrics.items()
            if math.isfinite(value)  # weights made for other purposes are published with none
        ),
        params=human_count(weights.params) if weights.params else "",
        gflops=gflops(weights.gflops),
        size=_size(artifact, weights.mib),
        license="" if weights.license == card.license else weights.license,
        digest=artifact.sha256 or artifact.sha256_prefix or artifact.md5 or "",
        whole=bool(artifact.sha256),
        engine=weights.quantised_for,
    )


def _size(artifact: Artifact, mib: float | None) -> str:
    if artifact.size is not None:
        return human_bytes(artifact.size)
    return f"~ {human_bytes(round(mib * 2**20))}" if mib else ""


def gflops(value: float | None) -> str:
    """Return 10^9 operations with as many digits as say something.

    >>> gflops(4.089), gflops(0.024), gflops(1016.717), gflops(None)
    ('4.09', '0.024', '1017', '')
    """
    if value is None:
        return ""
    digits = next((digits for limit, digits in DIGITS.items() if value < limit), 0)
    return f"{value:.{digits}f}"


def figure(value: float, among: Iterable[float] = ()) -> str:
    """Return a metric with two digits behind the point, or with one if it and all that it stands among have no more.

    >>> figure(80.858), figure(47.0), figure(47.0, among=[80.858])
    ('80.86', '47.0', '47.00')
    """
    rough = all(round(each, 1) == each for each in (value, *among))
    return f"{value:.1f}" if rough else f"{value:.2f}"


def transforms(card: ModelCard, site: Site) -> list[Shared]:
    """Return what pictures go through for the default weights of each network, those together that do the same."""
    return _shared(
        (variant.name, in_words(variant.default.transforms, site)) for variant in card.variants if variant.default
    )


def features(card: ModelCard) -> list[Shared]:
    """Return the submodules that give feature maps, those networks together that have the same."""
    return _shared((variant.name, " · ".join(variant.features)) for variant in card.variants if variant.features)


def _shared(pairs: Iterable[tuple[str, str]]) -> list[Shared]:
    found: dict[str, list[str]] = {}
    for name, words in pairs:
        found.setdefault(words, []).append(name)
    return [Shared(tuple(names), words) for words, names in found.items()]


def in_words(preset: AnyPreset, site: Site) -> str:
    """Return preprocessing as a sentence."""
    facts = {name: _listed(value) for name, value in msgspec.structs.asdict(preset).items()}
    if "interpolation" in facts:
        facts["interpolation"] = site.labels.known("interpolation", facts["interpolation"])
    return site.labels("preset", str(preset.__struct_config__.tag)).format(**facts)


def _listed(value: object) -> str:
    if not isinstance(value, tuple):
        return str(value)
    # Sizes are whole numbers, means and deviations are not.
    return (" × " if all(isinstance(each, int) for each in value) else ", ").join(map(str, value))  # noqa: RUF001


def licences(card: ModelCard) -> list[Shared]:
    """Return the licences of the weights, each with the tags that are under it; of one for all without tags."""
    found = _shared((weights.tag, weights.license or card.license) for _, weights in _all(card))
    return [Shared((), each.words) for each in found] if len(found) == 1 else [_once(each) for each in found]


def _once(shared: Shared) -> Shared:
    return Shared(tuple(dict.fromkeys(shared.names)), shared.words)


def recipes(card: ModelCard) -> list[Shared]:
    """Return where it is told how weights were trained, each with their tags."""
    told = ((f"{variant.name}@{weights.tag}", weights.recipe) for variant, weights in _all(card) if weights.recipe)
    return _shared(told)


def class_lists(card: ModelCard) -> list[tuple[str, int]]:
    """Return the lists that name the classes, with how many each has; 0 for one that hub does not carry."""
    names = dict.fromkeys(weights.categories for _, weights in _all(card) if weights.categories)
    return [(name, _length(name)) for name in names]


def _length(name: str) -> int:
    if "/" in name:  # carried by another library
        return 0
    try:
        return len(categories.names(name))
    except NotFound:
        return 0
