"""What the index takes from a card: the rows of its entries, spellings and weights."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, NamedTuple

from hub.errors import CardError
from hub.registry.spelling import normal
from hub.registry.tasks import CHINESE
from hub.registry.words import of_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from hub.cards import Artifact, Card, ModelCard, ModelVariant, Weights
    from hub.cards.catalog import Entry as CatalogCard
    from hub.registry.listing import Listed

    Facets = dict[str, tuple[str, ...]]

# The reach of an entry of which nothing is known.
NOWHERE = "[[], false, false]"

WeightsValues = tuple[str, int, str, bool, str, int, float | None, int | None, str]
"""id, place in the card, tag, whether default, licence, parameters, GFLOPs, bytes, metrics as JSON"""


class Contents(NamedTuple):
    """One entry: (kind, id, name, summary, zh, facets, reach, called, text), all its spellings, its weights.

    `called` and `text` are the words by which it is found, see `hub.registry.words`, with a space before each.
    """

    entry: tuple[str, ...]
    spellings: set[str]
    weights: list[WeightsValues]


def read(kind: str, path: Path) -> Card | None:
    """Return the card at `path`, or None if it is broken."""
    from hub import cards

    try:
        return cards.read(kind, path)
    except CardError:
        return None


def of_card(kind: str, identifier: str, card: Card | None) -> Iterator[Contents]:
    """Yield what the index takes from a card, entry by entry.

    A broken card, None, is an entry too, so that asking for it says what is wrong with it.
    """
    from hub.cards import DatasetCard, ModelCard

    if card is None:
        told = (kind, identifier, identifier, "(this card is broken)", "", "{}", NOWHERE)
        entry = (*told, *_words([identifier], []))
        yield Contents(entry, _spellings(identifier), [])
    elif isinstance(card, DatasetCard):
        reach = _reach(card.artifacts, by_hand=card.by_hand)
        yield _contents(kind, identifier, card, facets(card), card.names, reach=reach)
    elif isinstance(card, ModelCard):
        yield from _of_networks(card)
    else:
        yield _contents(kind, identifier, card, facets(card), names(card))


def of_listed(kind: str, listed: Listed) -> Iterator[Contents]:
    """Yield what the index takes from an entry of another registry, of which the card has not been read."""
    summary = listed.summary
    found: Facets = {name: tuple(values) for name, values in listed.facets.items()}
    networks = listed.networks or [None]
    for network in networks:
        identifier, also = (network.name, network.also) if network else (listed.id, listed.also)
        trained: Facets = {"pretrained": ("yes" if network.pretrained else "no",)} if network else {}
        told = (kind, identifier, listed.name, summary.en, summary.zh)
        text = _words((identifier, listed.name, *also), said(found, summary.en, summary.zh))
        entry = (*told, json.dumps(found | trained), NOWHERE, *text)
        yield Contents(entry, _spellings(identifier, *also), [])


def facets(card: Card) -> Facets:
    """Return the values by which lists can be filtered; of a family of models those that all its networks have."""
    from hub.cards import DatasetCard, ModelCard

    if isinstance(card, DatasetCard):
        return {"task": card.task, "modality": card.modality, "license": (card.license,)}
    if isinstance(card, ModelCard):
        return {"task": card.task, "license": _licenses(card, card.variants), "family": (card.name,)}
    stated = {name: getattr(card, name, "") for name in ("category", "status", "license", "language", "level")}
    return {name: (value,) for name, value in stated.items() if value} | ({"tag": card.tags} if card.tags else {})


def names(card: CatalogCard) -> tuple[str, ...]:
    """Return what an entry of the catalog is called besides its id."""
    # A name with a "/" is an address on some host, and would be read as one of another registry.
    known = (card.name, card.name_zh, getattr(card, "package", ""), *getattr(card, "formerly", ()))
    return tuple(dict.fromkeys(name for name in known if name and "/" not in name))


def _of_networks(card: ModelCard) -> Iterator[Contents]:
    for variant in card.variants:
        trained = ("yes" if variant.weights else "no",)
        found = {**facets(card), "license": _licenses(card, [variant]), "pretrained": trained}
        reach = _reach([weights.artifact for weights in variant.weights], by_hand=False)
        plain = _contents("model", variant.name, card, found, variant.aliases, reach=reach)
        yield plain._replace(weights=list(_weights(card, variant)))


def _licenses(card: ModelCard, variants: Iterable[ModelVariant]) -> tuple[str, ...]:
    """Return every licence under which the networks or weights of them are, each once, the family's first."""
    own = (each.license for variant in variants for each in variant.weights if each.license)
    return tuple(dict.fromkeys((card.license, *own)))


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


def _contents(
    kind: str, identifier: str, card: Card, found: Facets, also: Sequence[str], *, reach: str = NOWHERE
) -> Contents:
    summary = card.summary
    told = (kind, identifier, card.name, summary.en, summary.zh, json.dumps(found), reach)
    text = _words((identifier, card.name, *also), said(found, summary.en, summary.zh))
    return Contents((*told, *text), _spellings(identifier, *also), [])


def said(found: Mapping[str, Iterable[str]], *summaries: str) -> Iterator[str]:
    """Yield the texts that are searched besides names: tasks in both languages, tags and summaries."""
    yield from (f"{task} {CHINESE.get(task, '')}" for task in found.get("task", ()))
    yield from found.get("tag", ())
    yield from summaries


def _words(called: Iterable[str], told: Iterable[str]) -> tuple[str, str]:
    found = of_entry(called, told)
    names, text = ("".join(f" {word}" for word in sorted(each)) for each in found)
    return names, text


def _reach(artifacts: Sequence[Artifact], *, by_hand: bool) -> str:
    from hub.registry.hosts import hosts_of, on_a_single_host

    return json.dumps([hosts_of(artifacts), bool(on_a_single_host(artifacts)), by_hand])


def _spellings(*called: str) -> set[str]:
    return {normal(name) for name in called}
