"""The networks of timm, as a builder; timm is never left to fetch.

What timm does between a file and a network depends on the network: it renames tensors, resamples position embeddings,
sums the colours of the first layer for other inputs. So its own function for that is called, with our tensors where it
would fetch, and the network that it would then fill is filled here.
"""

from __future__ import annotations

import inspect
import sys
import threading
import typing
from collections import Counter, OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import timm
import torch
from torch import Tensor, nn

from hub.errors import HubError, InvalidInput
from hub.models import placement
from hub.models.builders import Builder
from hub.models.builders.options import LOADING
from hub.models.deferred_init import deferred_init
from hub.models.filling import copied, inside
from hub.models.replacing import replaced
from hub.registry import TIMM
from hub.registry.spelling import did_you_mean_quoted
from hub.registry.timm_models import classifiers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.cards import Weights
    from hub.models.builders import Blueprint, Fill, Network
    from hub.models.filling import Tensors

# Around `replaced`, which serves one thread at a time.
_LOCK = threading.Lock()

# With these timm would choose weights, fetch and read them itself.
FETCHING = {"pretrained", "pretrained_cfg", "pretrained_cfg_overlay", "checkpoint_path", "cache_dir", "tag"}

# PyTorch's allocator begins tensors at multiples of this, and kernels go another way where they do not.
ALIGNMENT = 64


def network(variant: str) -> Network:
    """Return the function that makes the network `variant`, such as "timm/resnet18"."""
    return partial(_create, variant.removeprefix(TIMM))


def _create(name: str, *, tag: str | None = None, features_only: bool = False, **options: object) -> nn.Module:
    more = {"features_only": True} if features_only else {}
    try:
        made: nn.Module = timm.create_model(name, pretrained_cfg=tag, **options, **more)
    except HubError:
        raise
    except (AssertionError, RuntimeError) as error:  # how timm refuses a value
        raise InvalidInput(f"{TIMM}{name} cannot be built with these options", found=str(error)) from error
    if features_only:
        made.register_forward_hook(NamedMaps(_each_once(made.feature_info.module_name())))  # type: ignore[union-attr, operator]
    return made


def _each_once(names: list[str]) -> tuple[str, ...]:
    """Number those after the first that are called alike: CrossViT's maps all come out of the same block."""
    seen: Counter[str] = Counter()
    result = []
    for name in names:
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(result)


@dataclass(frozen=True, slots=True)
class NamedMaps:
    """A hook that makes a dict of timm's list of feature maps: name of a submodule -> its map.

    A hook and no module around the network, so that the parameters keep the names that they have in timm.
    """

    names: tuple[str, ...]

    def __call__(self, *called: object) -> dict[str, Tensor]:
        """Take the network, what it was called with and what it returned."""
        maps = cast("list[Tensor] | dict[str, Tensor]", called[-1])
        in_order = maps.values() if isinstance(maps, dict) else maps
        return dict(zip(self.names, in_order, strict=True))


def require_options(variant: str, make: Network, options: Mapping[str, object]) -> None:
    """Raise InvalidInput if the network does not take these options.

    Most are named by the network's class. Others go to what it is made of, which only building one tells.
    """
    if fetching := sorted(FETCHING & options.keys()):
        raise InvalidInput(
            f"{variant} is given its weights by hub, not by timm",
            expected="weights=, or pretrained=True",
            found=", ".join(fetching),
        )
    known = _stated(variant)
    unknown = sorted(options.keys() - known)
    if not unknown:
        return
    try:
        with placement.building_on("cpu"), deferred_init():
            make(**options)
    except (TypeError, ValueError) as error:
        hint = next(filter(None, (did_you_mean_quoted(each, [*known, *LOADING]) for each in unknown)), "")
        raise InvalidInput(f"{variant} does not take these options", found=str(error), hint=hint) from error


def _stated(variant: str) -> set[str]:
    made = typing.get_type_hints(timm.models.model_entrypoint(variant.removeprefix(TIMM))).get("return")
    own = set(inspect.signature(made).parameters) if inspect.isclass(made) else set()
    return own | {"features_only", "out_indices"}


def trained(blueprint: Blueprint, weights: Weights | None, tensors: Tensors, fill: Fill) -> nn.Module:
    """Return the network that timm builds for these weights, with the tensors put in."""
    tag = weights.tag if weights and weights.tag in _tags(blueprint) else None
    if not tensors:  # on the meta device
        return blueprint.build(tag=tag)
    with _answering(tensors, fill, blueprint, published=tag is not None) as filled:
        made = blueprint.build(tag=tag, pretrained=True)
    if not filled:
        fill(made, tensors)
    return made


def _tags(blueprint: Blueprint) -> set[str]:
    """Return the tags that timm knows itself: weights of another one are somebody's own, as a file of theirs is."""
    (name,) = cast("partial[nn.Module]", blueprint.make).args
    return {found.partition(".")[2] for found in timm.list_pretrained(name)}


@contextmanager
def _answering(tensors: Tensors, fill: Fill, blueprint: Blueprint, *, published: bool) -> Iterator[list[nn.Module]]:
    """Answer this thread's wish for weights with `tensors`; yields the networks that have been filled."""
    owner, builder = threading.get_ident(), sys.modules["timm.models._builder"]
    filled: list[nn.Module] = []

    def load_pretrained(model: nn.Module, pretrained_cfg: Any, num_classes: int, **more: Any) -> None:  # noqa: ANN401
        if threading.get_ident() != owner:
            theirs(model, pretrained_cfg=pretrained_cfg, num_classes=num_classes, **more)
            return
        stated = _restated(pretrained_cfg, tensors, num_classes, published=published)
        head = classifiers(stated.get("classifier")) if blueprint.num_classes is not None else ()
        put = _put_body if blueprint.num_classes == 0 else _put
        model.load_state_dict = partial(put, model, fill, head)  # type: ignore[method-assign]
        theirs(model, pretrained_cfg=stated, num_classes=num_classes, **more)
        filled.append(model)

    with _LOCK:
        theirs = builder.load_pretrained
        with replaced(builder, "load_pretrained", load_pretrained):
            yield filled


def _restated(
    pretrained_cfg: Mapping[str, Any], tensors: Tensors, num_classes: int, *, published: bool
) -> dict[str, Any]:
    """Return what timm states of weights, with our tensors where it would fetch.

    As many classes as the network has: which layers then do not fit is found out by their shapes. What a file of one's
    own holds begins with its first class, whatever the published one began with.
    """
    ours = {"state_dict": copied(tensors, OrderedDict), "source": "", "num_classes": num_classes}
    return {**pretrained_cfg, **ours, **({} if published else {"label_offset": 0})}


class _Loaded(NamedTuple):
    """What `load_state_dict` returns."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def _put(model: nn.Module, fill: Fill, head: tuple[str, ...], state: Mapping[str, Tensor], strict: bool) -> _Loaded:
    """Stand in for the `load_state_dict` of one network, once.

    What timm does not insist on (`strict`) may be lacking, and so may the head if another one is wanted anyway.
    """
    del model.load_state_dict
    own = model.state_dict()
    lacking = [name for name in own if name not in state and (not strict or inside(name, head))]
    kept = OrderedDict((name, tensor) for name, tensor in state.items() if strict or name in own)
    vars(kept).update(getattr(state, "__dict__", {}))  # the versions of modules, which timm's plain dicts have not
    fill(model, _as_if_copied(kept), lacking)
    return _Loaded(lacking, [])


def _put_body(
    model: nn.Module, fill: Fill, head: tuple[str, ...], state: Mapping[str, Tensor], strict: bool
) -> _Loaded:
    """Do what `_put` does for a network that is to have no head, which the file may have."""
    own = model.state_dict()
    body = OrderedDict((name, tensor) for name, tensor in state.items() if name in own)
    vars(body).update(getattr(state, "__dict__", {}))
    return _put(model, fill, head, body, strict)


def _as_if_copied(tensors: Tensors) -> Tensors:
    """Return the tensors in memory of the layout that a network's own have, each for itself, copying where need be.

    timm takes parts of some, turns others around, and gives some to two parameters.
    """
    seen: set[int] = set()
    result: Tensors = copied(tensors, OrderedDict)
    for name, tensor in tensors.items():
        storage = tensor.untyped_storage().data_ptr()
        if storage in seen or tensor.data_ptr() % ALIGNMENT or not tensor.is_contiguous():
            result[name] = tensor.clone(memory_format=torch.contiguous_format)
        seen.add(storage)
    return result


BUILDER = Builder(
    network, trained=trained, check=require_options, own_features=True, adjusts_head=True, fewest_classes=0
)
