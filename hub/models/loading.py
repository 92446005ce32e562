"""`load`: a network by name, with its weights, where and how the user wants it."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import torch

from hub import registry, settings
from hub.cards import Weights
from hub.errors import InvalidCombination, InvalidInput
from hub.models import arguments, builders, features, filling, placement, selection
from hub.models.about import Display, classes_of, describe
from hub.models.deferred_init import Pending, deferred_init
from hub.models.filling import Origin
from hub.models.weights import local
from hub.progress import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from torch import nn

    from hub.models.about import About
    from hub.models.builders import Blueprint
    from hub.models.filling import Tensors
    from hub.models.placement import Placement
    from hub.models.selection import Chosen, Wanted
    from hub.progress import Progress
    from hub.registry import ModelEntry


def load(  # noqa: PLR0913  the whole of what users may ask for, by keyword
    name: str,
    second: str | None = None,
    /,
    *,
    pretrained: bool = False,
    weights: Wanted | None = None,
    weights_backbone: Wanted | None = None,
    num_classes: int | None = None,
    features_only: bool | str | Sequence[str] | Mapping[str, str] = False,
    device: str | int | torch.device | None = None,
    dtype: str | torch.dtype | None = None,
    memory_format: str | torch.memory_format | None = None,
    compile: bool = False,  # noqa: A002  the word that PyTorch's users know
    train: bool = False,
    broadcast: bool = False,
    progress: bool | Progress = True,
    **builder_kwargs: object,
) -> nn.Module:
    """Return the network `name`, untrained or with weights, in eval mode unless `train`.

    `pretrained` takes the card's default weights. `weights` names others, and implies `pretrained`: a tag, a member of
    torchvision's enumeration or its string, or a path or URL (https://...#sha256=<hex>) of a file of one's own. A tag
    may also stand in the name: "resnet50@IMAGENET1K_V1". Networks of timm are called "timm/resnet50" or, with a tag,
    "timm/resnet50.a1_in1k"; the extra `timm` brings it. "lab/cats" is a model of the registry that
    `hub registry add lab URL` has set up. `weights_backbone` puts weights of another card, named
    likewise, into the backbone of a network for detection or segmentation that is untrained otherwise; nothing is
    fetched without it. `num_classes` keeps the trained body and gives it a fresh head, unless the weights are for that
    many classes already; a file of one's own may lack the head then. Networks of timm take 0: they give embeddings.
    `features_only` gives a network that returns feature maps, as a dict by the names of the submodules that make them:
    those of the card, or those that are named, by other names if it is a dict from the one to the other.
    `device` is "auto", "cpu", "cuda", "cuda:1", 1, "meta" or a `torch.device`, and "auto" is the local rank's own where
    a launcher has started several; `dtype` a `torch.dtype` or its name, and `memory_format` likewise. Further options
    go to the network's constructor.
    With `broadcast` all ranks of a process group that is set up call this, rank 0 alone reads or fetches anything, and
    the others take their values from it, bit by bit the same: those of a fresh head or an untrained network too.

    Parameters are mapped from the store and private to the model: they can be trained, and the file stays as it is.
    `model.hub` (`About`) tells name, weights, classes and preprocessing.

    Raises NotFound for an unknown name or tag, InvalidInput for an option that makes no sense, UnsafeWeights for a file
    that wants to run code, FormatError for one that does not fit, and what fetching raises.

    >>> model = load("resnet18", num_classes=10)
    >>> model.fc.out_features, model.training, model.hub.family
    (10, False, 'resnet')
    """
    arguments.require_name(name, second)
    arguments.require_weights(pretrained, weights)
    entry = registry.find_model(name)
    builder = builders.find(entry.card.builder)
    num_classes = arguments.count_of(num_classes, least=builder.fewest_classes)
    place = placement.understand(device, dtype, memory_format)
    if features_only is True and builder.own_features:
        builder_kwargs, features_only = builder_kwargs | {"features_only": True}, False
    blueprint = builders.blueprint(entry.card.builder, entry.variant.built_as, builder_kwargs, num_classes)
    chosen = selection.choose(entry, pretrained=pretrained, weights=weights)
    blueprint = _with_own_classes(blueprint, chosen)
    if broadcast:
        _require_sendable(chosen, blueprint, entry)
    if _quantises(chosen, blueprint):
        placement.require_unmoved(place, f"{entry.variant.name} computes with 8-bit integers", _unquantised(chosen))
    _require_one(weights_backbone, chosen)
    backbone = _backbone(entry, weights_backbone)
    order = Order(entry, blueprint, chosen, backbone, place.device.type == "meta")
    with shown(progress) as reported:
        model = _shared(order, place.device, reported) if broadcast and not order.meta else build(order, reported)
    return _finished(model, entry, place, features_only=features_only, train=train, compiled=compile)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built: a network, the weights for it or for its backbone, and whether without any values."""

    entry: ModelEntry
    blueprint: Blueprint
    chosen: Chosen | None = None
    backbone: tuple[ModelEntry, Weights] | None = None
    meta: bool = False
    filled: bool = True
    """Or else with whatever values were in memory."""


def _shared(order: Order, device: torch.device, progress: Progress) -> nn.Module:
    """Return the network with the values that it has on rank 0, which all others wait for. Raises what it raises."""
    from hub.ranks import broadcasting

    if broadcasting.rank() != broadcasting.FIRST:
        model = build(replace(order, filled=False), progress)
        sha256 = broadcasting.receive(model, device)
        model.hub = replace(cast("About", model.hub), sha256=sha256)  # type: ignore[assignment]
        return model
    try:
        model = build(order, progress)
    except BaseException as error:
        broadcasting.fail(error, device)
        raise
    broadcasting.send(model, cast("About", model.hub).sha256, device)
    return model


def build(order: Order, progress: Progress) -> nn.Module:
    """Return the network on the CPU, or on the meta device without values, with `hub` noted in it."""
    entry, chosen = order.entry, order.chosen
    if entry.card.head == () and order.blueprint.num_classes:
        raise InvalidInput(f"{entry.variant.name} has no classes", expected="no num_classes")
    with placement.building_on("cpu"):
        if order.meta or not order.filled:
            model, sha256 = _unfilled(order), None
        elif chosen is not None:
            model, sha256 = _trained(order, chosen, progress)
        elif order.backbone is not None:
            model, sha256 = _around(order.backbone, order, progress), None
        else:
            model, sha256 = order.blueprint.build(), None
    # A module takes every attribute; its type only knows of tensors and modules.
    model.hub = describe(entry, chosen, sha256, order.blueprint.num_classes)  # type: ignore[assignment]
    model._repr_html_ = Display(model)  # type: ignore[assignment]
    return model


def _unfilled(order: Order) -> nn.Module:
    """Return the network without values; built on the CPU, as some (RegNet) compute while they are built."""
    weights = order.chosen if isinstance(order.chosen, Weights) else None
    builder = builders.find(order.entry.card.builder)
    with deferred_init():
        if order.chosen is not None:
            model = builder.trained(order.blueprint, weights, OrderedDict(), lambda *_: None)
        elif order.backbone is not None and not order.meta:
            model = builder.with_backbone(order.blueprint, order.backbone[1], OrderedDict(), lambda *_: None)
        else:
            model = order.blueprint.build()
    return model.to("meta") if order.meta else model


def _trained(order: Order, chosen: Chosen, progress: Progress) -> tuple[nn.Module, str]:
    """Return the network with its weights, and the digest of the file that they come from."""
    entry, blueprint = order.entry, order.blueprint
    found = local.bring(chosen, entry, settings.current(), progress)
    weights = chosen if isinstance(chosen, Weights) else None
    head = entry.card.head if blueprint.num_classes is not None else ()
    builder = builders.find(entry.card.builder)
    origin = Origin(entry.variant.name, found.path, entry.card.head, _default_classes(entry))
    fresh: list[tuple[nn.Module, list[str]]] = []

    def fill(network: nn.Module, tensors: Tensors, lacking: Iterable[str] = ()) -> None:
        left_out = filling.fill(network, tensors, origin, head=head, lacking=lacking)
        fresh.append((network, left_out))

    with _initialised_later(chosen, blueprint, adjusts_head=builder.adjusts_head) as pending:
        model = builder.trained(blueprint, weights, found.state.for_module(), fill)
    for network, names in fresh:
        known = dict(network.named_parameters())
        pending.run(known[name] for name in names if name in known)
    return model, found.sha256


def _with_own_classes(blueprint: Blueprint, chosen: Chosen | None) -> Blueprint:
    """Return it with as many classes as the weights name themselves, if the user did not ask for another number.

    As an option and not as `num_classes`, which gives weights of another number a fresh head.
    """
    named = len(chosen.classes) if isinstance(chosen, Weights) else 0
    if not named or blueprint.num_classes is not None:
        return blueprint
    return replace(blueprint, options={"num_classes": named, **blueprint.options})


def _default_classes(entry: ModelEntry) -> int:
    default = entry.variant.default
    return len(classes_of(default)) if default else 0


def _quantises(chosen: Chosen | None, blueprint: Blueprint) -> bool:
    return bool(isinstance(chosen, Weights) and chosen.quantised_for) or bool(blueprint.options.get("quantize"))


def _require_sendable(chosen: Chosen | None, blueprint: Blueprint, entry: ModelEntry) -> None:
    """Refuse what cannot be broadcast, before anybody waits for it."""
    from hub.ranks import broadcasting

    broadcasting.rank()
    if _quantises(chosen, blueprint):
        raise InvalidInput(
            f"{entry.variant.name} computes with 8-bit integers, which are no tensors to broadcast",
            expected="no broadcast",
            hint=_unquantised(chosen),
        )


def _unquantised(chosen: Chosen | None) -> str:
    """Say what to load instead of 8-bit integers."""
    if isinstance(chosen, Weights) and chosen.quantised_from:
        return f"the weights that they were made from run anywhere: {chosen.quantised_from}"
    return "the network of the same name without quantized_ goes to any device, in any dtype"


def _initialised_later(chosen: Chosen, blueprint: Blueprint, *, adjusts_head: bool) -> AbstractContextManager[Pending]:
    """Quantising runs the network once, which needs sound values: those are built as ever."""
    at_once = blueprint.num_classes if adjusts_head else None
    return nullcontext(Pending()) if _quantises(chosen, blueprint) else deferred_init(at_once=at_once)


def _around(backbone: tuple[ModelEntry, Weights], order: Order, progress: Progress) -> nn.Module:
    """Return a network that is untrained but for its backbone."""
    entry, weights = backbone
    found = local.bring(weights, entry, settings.current(), progress)

    def fill(network: nn.Module, tensors: Tensors, lacking: Iterable[str] = ()) -> None:
        filling.fill(network, tensors, Origin(entry.variant.name, found.path), lacking=lacking)

    builder = builders.find(order.entry.card.builder)
    return builder.with_backbone(order.blueprint, weights, found.state.for_module(), fill)


def _require_one(weights_backbone: Wanted | None, chosen: Chosen | None) -> None:
    """Refuse weights for a backbone that others are put into anyway; torchvision would keep silent about them."""
    if weights_backbone is not None and chosen is not None:
        raise InvalidCombination(
            "weights of the whole network hold those of its backbone too",
            expected="pretrained, weights or a tag; or weights_backbone",
            found=f"weights_backbone={weights_backbone!r} beside them",
            hint="leave weights_backbone out; or leave the others out for a network that is untrained around it",
        )


def _backbone(entry: ModelEntry, wanted: Wanted | None) -> tuple[ModelEntry, Weights] | None:
    """Return the card and the weights of the backbone that are asked for."""
    if wanted is None:
        return None
    name = builders.find(entry.card.builder).backbone_of(entry.variant.built_as)
    if name is None:
        raise InvalidInput(f"{entry.variant.name} has no backbone with weights of its own", found=repr(wanted))
    other = registry.find_model(name)
    chosen = selection.choose(other, pretrained=True, weights=wanted)
    if not isinstance(chosen, Weights):
        raise InvalidInput(
            "weights_backbone takes published weights",
            expected=f"a tag of {name}, such as 'DEFAULT'",
            found=repr(wanted),
            hint="load the network and put your own file into model.backbone with load_state_dict",
        )
    return other, chosen


def _finished(
    model: nn.Module,
    entry: ModelEntry,
    place: Placement,
    *,
    features_only: bool | str | Sequence[str] | Mapping[str, str],
    train: bool,
    compiled: bool,
) -> nn.Module:
    if features_only is not False:
        model = features.only_features(model, entry.variant, features_only)
    model.train(train)
    placement.move(model, place)
    return cast("nn.Module", torch.compile(model)) if compiled else model
