"""What results files say, in words: on the page of a dataset of each model, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from hub.site.networks import figure
from hub.site.pages.site import place

if TYPE_CHECKING:
    from hub.cards import ModelCard
    from hub.evaluation.results import Results
    from hub.site.collection import Listed
    from hub.site.pages.site import Site

SPEED = ("samples_per_second", "ms_per_batch")
"""Metrics that tell of a machine, not of a model."""

COMMIT = 12
"""Digits of a commit that are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One results file on a page; `name` and `place` are those of its model on a dataset's, and the other way round."""

    name: str
    place: str
    weights: str
    split: str
    samples: str
    figures: tuple[tuple[str, str], ...]
    rate: str
    hardware: str
    command: str
    commit: str
    software: str
    date: str


def of_dataset(entry: Listed, site: Site) -> list[Shown]:
    """Return what was measured on a dataset, the latest first."""
    families = {
        variant.name: f"{place(each)}#{variant.name}"
        for each in site.collection.of_kind("model")
        for variant in cast("ModelCard", each.card).variants
    }
    found = [each for each in _latest(site) if each.dataset == entry.id]
    return [_shown(each, each.model, families.get(each.network, ""), site) for each in found]


def of_models(entry: Listed, site: Site) -> list[Shown]:
    """Return what was measured of the networks of a family, the latest first."""
    variants = {variant.name for variant in cast("ModelCard", entry.card).variants}
    entries = site.collection.entries
    found = [each for each in _latest(site) if each.network in variants]
    datasets = [entries.get(f"dataset/{each.dataset}") for each in found]
    return [
        _shown(each, f"{each.model}, {site.name(on) if on else each.dataset}", place(on) if on else "", site)
        for each, on in zip(found, datasets, strict=True)
    ]


def _latest(site: Site) -> list[Results]:
    return sorted((each.results for each in site.collection.measured), key=lambda each: each.date, reverse=True)


def _shown(results: Results, name: str, where: str, site: Site) -> Shown:
    labels = site.labels
    whole = results.samples == results.of
    samples = labels("measured", "samples" if whole else "samples_of")
    rate = results.metrics.get("samples_per_second")
    return Shown(
        name=name,
        place=where,
        weights=results.weights,
        split=results.split,
        samples=samples.format(n=f"{results.samples:,}", all=f"{results.of:,}"),
        figures=tuple(
            (figure(value), labels.known("units", metric))
            for metric, value in results.metrics.items()
            if metric not in SPEED
        ),
        rate=labels("measured", "rate").format(n=f"{rate:,.0f}") if rate is not None else "",
        hardware=results.hardware,
        command=results.command,
        commit=results.commit[:COMMIT] + "+" * results.commit.endswith("+"),
        software=results.software,
        date=results.date.isoformat(),
    )
