"""What a model's card lacks, told by the weights and by hub's own card of the same network.

Weights are put into the network that the card names before they are published: what does not load here would load
nowhere. They are read as everywhere, as tensors and nothing else: a file that wants to run code is refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import msgspec

from hub import registry
from hub.cards.stating import stated
from hub.errors import CardError, FormatError, InvalidInput, NotFound
from hub.publish import drafts
from hub.registry.entries import ModelEntry

if TYPE_CHECKING:
    from pathlib import Path

    from hub.cards import ModelCard, ModelVariant, Weights
    from hub.publish.drafts import Completed, Draft, Given, Hashed, Table

TAG = "1.0.0"
"""What weights are called that nobody has given a name: the first version."""


def complete(draft: Draft, given: Given) -> Completed:
    """Return the whole card of a family of models.

    Raises CardError with every fault, UnsafeWeights for a file that wants to run code, FormatError for weights that do
    not fit the network.
    """
    table = drafts.begun(draft)
    table.setdefault("builder", "torchvision")
    variants = _tables(table, "variants") or [{}]
    single = len(variants) == 1 and len(_tables(variants[0], "weights")) <= 1
    files: dict[str, Hashed] = {}
    for number, variant in enumerate(variants):
        variants[number] = _variant(variant, number, draft)
        if not variants[number].get("weights") and single and given.paths:
            variants[number]["weights"] = [{}]
        weights = [dict(each) for each in _tables(variants[number], "weights")]
        for place, each in enumerate(weights):
            key = f"variants[{number}].weights[{place}].artifact"
            weights[place] = _weights(each, key, draft, given, files, single=single)
        variants[number] |= {"weights": _with_default(weights)} if weights else {}
    found = drafts.completed(draft, _like_known(table | {"variants": variants}), files.values())
    return _checked(found)


def _tables(table: Table, key: str) -> list[Table]:
    value = table.get(key, [])
    return [dict(each) for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _variant(variant: Table, number: int, draft: Draft) -> Table:
    """Return a network with its name, which is that of the card where there is but one."""
    named = {"name": draft.id} if number == 0 and "name" not in variant else {}
    return {**named, "params": 0, **variant}


def _weights(weights: Table, key: str, draft: Draft, given: Given, files: dict[str, Hashed], *, single: bool) -> Table:
    artifact = dict(weights.get("artifact", {}))
    only = next(iter(given.paths)) if single and len(given.paths) == 1 else ""
    name = str(artifact.setdefault("name", only))
    path = given.paths.get(name) or drafts.beside(artifact, draft)
    if path is not None:
        found = given.hashed(name, path)
        artifact = drafts.with_file(artifact, found, key, draft)
        files[found.sha256] = found
    return {"tag": TAG, **weights, "artifact": artifact}


def _with_default(weights: list[Table]) -> list[Table]:
    """Return them with the last as the default, if none says that it is."""
    if any(each.get("default") for each in weights):
        return weights
    return [*weights[:-1], {**weights[-1], "default": True}]


def _like_known(table: Table) -> Table:
    """Return the table with what hub's own card of the first network says of paper, head and task, and of transforms.

    Of transforms what was done for the weights that hub knows: nearly all train on from there.
    """
    known = next(filter(None, (_known(table, variant) for variant in table["variants"])), None)
    if known is None:
        return table
    card = known.card
    said = {"task": list(card.task), "head": list(card.head), "paper": stated(card.paper)}
    for variant in table["variants"]:
        own = _known(table, variant)
        weights = own.variant.default if own else None
        for each in variant.get("weights", ()) if weights else ():
            each.setdefault("transforms", stated(cast("Weights", weights).transforms))
    return said | table


def _known(table: Table, variant: Table) -> ModelEntry | None:
    network = str(variant.get("network") or variant.get("name"))
    name = f"timm/{network}" if table["builder"] == "timm" else network
    try:
        found = registry.find_model(name)
    except NotFound:
        return None
    return found if found.card.builder == table["builder"] else None


def _checked(found: Completed) -> Completed:
    """Return the card with parameters counted, of networks that do not state them, once weights were put in."""
    card = cast("ModelCard", found.card)
    files = {each.sha256: each for each in found.files}
    variants = tuple(_counted(variant, card, files, found.draft) for variant in card.variants)
    return replace(found, card=msgspec.structs.replace(card, variants=variants))


def _counted(variant: ModelVariant, card: ModelCard, files: dict[str, Hashed], draft: Draft) -> ModelVariant:
    counts = {
        each.tag: _count(each, variant, card, files[each.artifact.sha256].path, draft)
        for each in variant.weights
        if each.artifact.sha256 in files
    }
    default = variant.default
    params = variant.params or (counts.get(default.tag, 0) if default else 0)
    weights = tuple(
        msgspec.structs.replace(each, params=counts[each.tag]) if counts.get(each.tag, params) != params else each
        for each in variant.weights
    )
    return msgspec.structs.replace(variant, params=params, weights=weights)


def _count(weights: Weights, variant: ModelVariant, card: ModelCard, path: Path, draft: Draft) -> int:
    """Return how many parameters the network has that the weights were put into."""
    from hub.models import builders
    from hub.models.loading import Order, build
    from hub.models.selection import OwnFile
    from hub.progress import Silent

    options = {"num_classes": len(weights.classes)} if weights.classes else {}
    entry = ModelEntry(draft.id, card, variant, None, draft.path)
    try:
        blueprint = builders.blueprint(card.builder, variant.built_as, options)
        model = build(Order(entry, blueprint, OwnFile(path)), Silent())
    except (NotFound, InvalidInput) as error:
        raise CardError(draft.path, [(f"variants: {variant.name}", str(error))]) from error
    except FormatError as error:
        error.hint += f"; {draft.path.name} says which network and, by `classes`, how many outputs it has"
        raise
    return sum(parameter.numel() for parameter in model.parameters())
