"""What a registry lists, with what is new: versions stand side by side, and none becomes another by accident.

A dataset's card has a version: the latest is what the name alone means, the others are kept as `earlier`. A model's
card is one of a family: its networks join those that are there, and weights of a new tag those of other tags; which of
them are meant without a tag is what the newest card says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.cards import DatasetCard, ModelCard
from hub.errors import InvalidInput
from hub.publish.listed import spellings
from hub.registry.listing import Earlier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hub.cards import Card, ModelVariant, Weights
    from hub.registry.listing import Listed

REPLACE = "give it another version or tag, or say --replace"


def with_networks(new: ModelCard, old: ModelCard, *, replace: bool) -> ModelCard:
    """Return a family's card with the networks and weights that only the old one has.

    Raises InvalidInput for weights of a tag that is taken, unless they may be replaced.
    """
    before = {variant.name: variant for variant in old.variants}
    now = {variant.name: variant for variant in new.variants}
    merged = [_variant(now[name], before[name], replace=replace) if name in now else before[name] for name in before]
    added = [now[name] for name in now if name not in before]
    return msgspec.structs.replace(new, variants=(*merged, *added))


def _variant(new: ModelVariant, old: ModelVariant, *, replace: bool) -> ModelVariant:
    if not new.weights:
        return msgspec.structs.replace(new, weights=old.weights)
    now = {each.tag: each for each in new.weights}
    for each in old.weights:
        if each.tag in now and not replace and _plain(now[each.tag]) != _plain(each):
            raise taken(f"the weights {new.name}@{each.tag}")
    before = {each.tag: each for each in old.weights}
    if all(each.tag in before and _plain(each) == _plain(before[each.tag]) for each in new.weights):
        return msgspec.structs.replace(new, weights=old.weights)  # nothing new, so what is the default stays
    kept = [now.get(each.tag) or msgspec.structs.replace(each, default=False) for each in old.weights]
    fresh = [each for each in new.weights if each.tag not in before]
    return msgspec.structs.replace(new, weights=(*kept, *fresh))


def _plain(weights: Weights) -> Weights:
    """Return weights without what may change while they stay the same: whether they are the default."""
    return msgspec.structs.replace(weights, default=False)


def with_versions(new: Listed, old: Listed, *, replace: bool) -> Listed:
    """Return the entry of a dataset, of which another one is listed: the latest version, and the earlier ones.

    Raises InvalidInput for another card of the same version, unless it may be replaced.
    """
    known = {each.version: each for each in old.earlier} | {old.version: _earlier(old)}
    there = known.get(new.version)
    if there is not None and there.sha256 != new.sha256 and not replace:
        raise taken(f"{new.id} {new.version}")
    known[new.version] = _earlier(new)
    latest = max(known, key=_number)
    top = new if latest == new.version else old
    rest = sorted((known[version] for version in known.keys() - {latest}), key=lambda each: _number(each.version))
    return msgspec.structs.replace(top, earlier=tuple(rest))


def _earlier(entry: Listed) -> Earlier:
    return Earlier(version=entry.version, card=entry.card, sha256=entry.sha256, size=entry.size)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def taken(what: str) -> InvalidInput:
    """Return the error about a name that means other bytes already."""
    return InvalidInput(
        f"{what} is published already, and is another one", expected="the same, or a new one", hint=REPLACE
    )


def require_names_free(entry: Listed, known_as: Callable[[str], str | None]) -> None:
    """Raise InvalidInput if an entry has a name or a network that another one is found by, as `known_as` tells."""
    for name in sorted(spellings(entry)):
        other = known_as(name)
        if other not in (None, entry.id):
            raise InvalidInput(
                f"the name {name!r} is that of {other} already",
                expected="names that no other card of the registry has",
                found=f"{entry.id} and {other}",
            )


def version_of(card: Card) -> str:
    """Return the version that a card states; "" of kinds that have none."""
    return card.version if isinstance(card, DatasetCard) else ""


def merged_card(card: Card, old: Mapping[str, object] | None, kind: str, *, replace: bool) -> Card:
    """Return the card to publish, which of a family of models is one with the card that is there."""
    from hub import cards

    if old is None or not isinstance(card, ModelCard):
        return card
    before = cards.from_table(kind, old, "the card that is published")
    return with_networks(card, before, replace=replace) if isinstance(before, ModelCard) else card
