"""`load`: a network by name, with its weights, where and how the user wants it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch

from hub import registry, settings
from hub.cards import Weights
from hub.errors import InvalidInput, NotFound
from hub.models import builders, categories, filling, local_weights, placement, preprocessing, selection
from hub.models.deferred_init import skipped_init
from hub.progress import shown

if TYPE_CHECKING:
    from torch import nn

    from hub.models.builders import Network
    from hub.models.weights.local import LocalWeights
    from hub.models.preprocessing import Classification
    from hub.models.selection import Chosen, Wanted
    from hub.progress import Progress
    from hub.registry import ModelEntry


@dataclass(frozen=True, slots=True)
class About:
    """What `hub.load` notes about a model, as `model.hub`.

    `weights` is a tag, the path or URL of the user's own file, or None; `sha256` is the digest of the published file.
    `categories` are the classes in the order of the outputs, empty if their names are not known. `transforms` is the
    preprocessing of the weights, and of the card's default ones for a file of one's own.
    """

    name: str
    family: str
    weights: str | None
    sha256: str | None
    categories: tuple[str, ...]
    license: str
    transforms: Classification | None


def load(  # noqa: PLR0913  the whole of what users may ask for, by keyword
    name: str,
    *,
    pretrained: bool = False,
    weights: Wanted | None = None,
    num_classes: int | None = None,
    device: str | torch.device | None = None,
    dtype: str | torch.dtype | None = None,
    memory_format: torch.memory_format | None = None,
    compile: bool = False,  # noqa: A002  the word that PyTorch's users know
    train: bool = False,
    progress: bool | Progress = True,
    **builder_kwargs: object,
) -> nn.Module:
    """Return the network `name`, untrained or with weights, in eval mode unless `train`.

    `pretrained` takes the card's default weights. `weights` names others, and implies `pretrained`: a tag, a member of
    torchvision's enumeration or its string, or a path or URL (https://...#sha256=<hex>) of a file of one's own. A tag
    may also stand in the name: "resnet50@IMAGENET1K_V1". `num_classes` keeps the trained body and gives it a fresh
    head, unless the weights are for that many classes already. `device` is "auto", "cpu", "cuda", "cuda:1", "meta" or
    a `torch.device`; `dtype` a `torch.dtype` or its name. Further options go to the network's constructor.

    Parameters are mapped from the store and private to the model: they can be trained, and the file stays as it is.
    `model.hub` (`About`) tells name, weights, classes and preprocessing.

    Raises NotFound for an unknown name or tag, InvalidInput for an option that makes no sense, UnsafeWeights for a file
    that wants to run code, FormatError for one that does not fit, and what fetching raises.

    >>> model = load("resnet18", num_classes=10)
    >>> model.fc.out_features, model.training, model.hub.family
    (10, False, 'resnet')
    """
    entry = _entry(name)
    place = placement.understand(device, dtype, memory_format)
    make = builders.network(entry.card.builder, entry.variant.name, builder_kwargs)
    chosen = selection.choose(entry, pretrained=pretrained, weights=weights)
    with shown(progress) as reported:
        model = _made(make, chosen, entry, place, num_classes, reported)
    model.train(train)
    placement.move(model, place)
    return cast("nn.Module", torch.compile(model)) if compile else model


def about(entry: ModelEntry, chosen: Chosen | None, sha256: str | None, num_classes: int | None) -> About:
    """Return what there is to say about a model of these weights."""
    published = chosen if isinstance(chosen, Weights) else None
    known = published or (entry.variant.default if chosen is not None else None)
    classes = categories.names(published.categories) if published and published.categories else ()
    return About(
        name=entry.variant.name,
        family=entry.family,
        weights=_weights_name(chosen),
        sha256=sha256 or (published.artifact.sha256 if published else None),
        categories=classes if num_classes in (None, len(classes)) else (),
        license=(published.license if published else "") or entry.card.license,
        transforms=preprocessing.of_card(known.transforms) if known else None,
    )


def _weights_name(chosen: Chosen | None) -> str | None:
    if isinstance(chosen, Weights):
        return chosen.tag
    if isinstance(chosen, selection.OwnFile):
        return str(chosen.path)
    return chosen.url if chosen else None


def _made(
    make: Network,
    chosen: Chosen | None,
    entry: ModelEntry,
    place: placement.Placement,
    num_classes: int | None,
    progress: Progress,
) -> nn.Module:
    """Return the network on the CPU, or on the meta device without values, with `hub` noted in it."""
    _require_count(num_classes)
    sha256 = None
    if chosen is None or place.device.type == "meta":
        with placement.building_on("meta" if place.device.type == "meta" else "cpu"):
            model = _build(make, num_classes)
    else:
        with placement.building_on("cpu"):
            found = local_weights.bring(chosen, entry, settings.current(), progress)
            model, sha256 = _trained(make, found, entry, num_classes), found.sha256
    # A module takes every attribute; its type only knows of tensors and modules.
    model.hub = about(entry, chosen, sha256, num_classes)  # type: ignore[assignment]
    return model


def _trained(make: Network, found: LocalWeights, entry: ModelEntry, num_classes: int | None) -> nn.Module:
    """Return the network with the weights that were found; with a fresh head if they are for other classes."""
    fits = num_classes is None or filling.classes_in(found.state, entry.card.head) == num_classes
    with skipped_init():
        model = _build(make, num_classes if fits else None)
    filling.fill(model, found.state, name=entry.variant.name, path=found.path)
    if num_classes is not None and not fits:
        filling.replace_head(model, entry.card.head, num_classes)
    return model


def _build(make: Network, num_classes: int | None) -> nn.Module:
    try:
        return make() if num_classes is None else make(num_classes=num_classes)
    except (TypeError, ValueError) as error:
        # The options' names are known by now, so it is a value that the constructor does not take.
        raise InvalidInput("the network cannot be built with these options", found=str(error)) from error


def _entry(name: str) -> ModelEntry:
    if "/" in name:
        raise NotFound(
            f"there is no registry {name.partition('/')[0]!r}",
            expected='a name alone, such as hub.load("resnet18", pretrained=True)',
            found=repr(name),
            hint="the GitHub repository that torch.hub.load takes first is left out here; `hub list models` tells all",
        )
    return registry.find_model(name)


def _require_count(num_classes: int | None) -> None:
    if num_classes is not None and num_classes < 1:
        raise InvalidInput(
            "a network needs at least one class",
            expected="num_classes=1 or more",
            found=f"num_classes={num_classes}",
        )
