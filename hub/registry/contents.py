"""What the index takes from a card: the rows of its entries, spellings and weights."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, NamedTuple

from hub.errors import CardError
from hub.registry.folder import KIND_OF_FOLDER
from hub.registry.spelling import normal
from hub.registry.tasks import CHINESE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hub.cards import Artifact, DatasetCard, ModelCard, ModelVariant, Weights

# The reach of an entry of which nothing is known.
NOWHERE = "[[], false, false]"

WeightsValues = tuple[str, int, str, bool, str, int, float | None, int | None, str]
"""id, place in the card, tag, whether default, licence, parameters, GFLOPs, bytes, metrics as JSON"""


class Contents(NamedTuple):
    """One entry: (kind, id, name, summary, zh, facets, reach, text), all its spellings, its weights."""

    entry: tuple[str, ...]
    spellings: set[str]
    weights: list[WeightsValues]


def read(path: Path) -> DatasetCard | ModelCard | None:
    """Return the card at `path`, or None if it is broken."""
    from hub.cards import read_dataset, read_model

    try:
        return read_dataset(path) if KIND_OF_FOLDER[path.parent.name] == "dataset" else read_model(path)
    except CardError:
        return None


def of_card(path: Path, card: DatasetCard | ModelCard | None) -> Iterator[Contents]:
    """Yield what the index takes from the card at `path`, entry by entry.

    A broken card, None, is an entry too, so that asking for it says what is wrong with it.
    """
    from hub.cards import DatasetCard

    if card is None:
        kind = KIND_OF_FOLDER[path.parent.name]
        entry = (kind, path.stem, path.stem, "(this card is broken)", "", "{}", NOWHERE, path.stem)
        yield Contents(entry, _spellings(path.stem), [])
    elif isinstance(card, DatasetCard):
        yield from _of_dataset(path.stem, card)
    else:
        yield from _of_models(card)


def _of_dataset(identifier: str, card: DatasetCard) -> Iterator[Contents]:
    facets = {"task": card.task, "modality": card.modality, "license": (card.license,)}
    reach = _reach(card.artifacts, by_hand=card.by_hand)
    entry = _entry("dataset", identifier, card, facets, reach, card.names)
    yield Contents(entry, _spellings(identifier, *card.names), [])


def _of_models(card: ModelCard) -> Iterator[Contents]:
    for variant in card.variants:
        facets = {"task": card.task, "license": _licenses(card, variant), "family": (card.name,)}
        facets["pretrained"] = ("yes" if variant.weights else "no",)
        reach = _reach([weights.artifact for weights in variant.weights], by_hand=False)
        entry = _entry("model", variant.name, card, facets, reach, variant.aliases)
        yield Contents(entry, _spellings(variant.name, *variant.aliases), list(_weights(card, variant)))


def _licenses(card: ModelCard, variant: ModelVariant) -> tuple[str, ...]:
    """Return every licence under which the network or weights of it are, each once, the family's first."""
    return tuple(dict.fromkeys((card.license, *(each.license for each in variant.weights if each.license))))


def _weights(card: ModelCard, variant: ModelVariant) -> Iterator[WeightsValues]:
    if not variant.weights:  # so that lists by size have untrained networks too
        yield variant.name, 0, "", False, card.license, variant.params, variant.gflops, None, "{}"
    for place, weights in enumerate(variant.weights):
        of_network = (
            variant.params if weights.params is None else weights.params,
            variant.gflops if weights.gflops is None else weights.gflops,
        )
        terms = weights.license or card.license
        metrics = json.dumps(_figures(weights))
        yield variant.name, place, weights.tag, weights.default, terms, *of_network, weights.size, metrics


def _figures(weights: Weights) -> dict[str, dict[str, float]]:
    """Return the metrics that are numbers: weights made for other purposes may be published with none."""
    finite = {
        benchmark: {metric: value for metric, value in values.items() if math.isfinite(value)}
        for benchmark, values in weights.metrics.items()
    }
    return {benchmark: values for benchmark, values in finite.items() if values}


def _entry(
    kind: str,
    identifier: str,
    card: DatasetCard | ModelCard,
    facets: dict[str, tuple[str, ...]],
    reach: str,
    aliases: tuple[str, ...],
) -> tuple[str, ...]:
    tasks = (f"{task} {CHINESE.get(task, '')}" for task in card.task)
    words = (identifier, card.name, *aliases, *tasks, card.summary.en, card.summary.zh)
    text = "\n".join(words).lower()
    return (kind, identifier, card.name, card.summary.en, card.summary.zh, json.dumps(facets), reach, text)


def _reach(artifacts: Sequence[Artifact], *, by_hand: bool) -> str:
    from hub.registry.hosts import hosts_of, on_a_single_host

    return json.dumps([hosts_of(artifacts), bool(on_a_single_host(artifacts)), by_hand])


def _spellings(*names: str) -> set[str]:
    return {normal(name) for name in names}
