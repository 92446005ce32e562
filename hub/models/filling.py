"""Putting weights into a network: all of them, in the right shapes, or an error."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from torch import Tensor

    Tensors = OrderedDict[str, Tensor]

SHOWN = 3

# What is nothing more than its numbers: not, say, a parameter that waits for its shape.
PLAIN = (torch.Tensor, nn.Parameter)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where weights come from and which network they are for: what an error has to say.

    `head` are the submodules in which the number of classes decides shapes, as in the card; `classes` is how many the
    network has if nobody says otherwise, 0 if that is not known.
    """

    name: str
    path: Path
    head: tuple[str, ...] = ()
    classes: int = 0


def fill(
    network: nn.Module,
    tensors: Tensors,
    origin: Origin,
    *,
    head: Iterable[str] = (),
    lacking: Iterable[str] = (),
) -> list[str]:
    """Make `tensors` the parameters and buffers of the network; return the names of those that were left out.

    Left out are the layers inside `head` whose shapes differ, since they were trained for another number of classes,
    and those of the network's tensors that may be `lacking`.
    Raises FormatError if names or shapes differ otherwise: a tensor that is not filled holds whatever was in memory.
    """
    if taken_over(network, tensors):
        return []
    left_out = list(dict.fromkeys([*_fresh_layers(network, tensors, tuple(head)), *lacking]))
    if left_out:
        tensors = _without(tensors, left_out)
    try:
        done = network.load_state_dict(tensors, strict=not left_out, assign=_may_assign(network, tensors))
    except RuntimeError as error:
        raise _mismatch(network, tensors, origin) from error
    if set(done.missing_keys) != set(left_out) or done.unexpected_keys:
        raise _mismatch(network, tensors, origin, left_out)
    return left_out


def taken_over(network: nn.Module, tensors: Tensors) -> bool:
    """Make `tensors` the network's own if they are just those that it has: names, shapes and dtypes; or do nothing.

    It gives what `load_state_dict(assign=True)` gives, which asks every module and takes four times as long.
    """
    slots = list(_slots(network, ""))
    if len(slots) != len(tensors) or len({id(table[name]) for table, name, _ in slots}) != len(slots):
        return False
    for table, name, full_name in slots:
        if not _can_replace(table[name], tensors.get(full_name)):
            return False
    for table, name, full_name in slots:
        own, given = table[name], tensors[full_name]
        table[name] = nn.Parameter(given, own.requires_grad) if isinstance(own, nn.Parameter) else given
    return True


def _slots(module: nn.Module, prefix: str) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Yield (table, name in it, name in a state dict) of every tensor that a state dict of the module has."""
    # PyTorch's own tables, as its `load_state_dict` uses them: the public ways around them cost as much as building.
    for name, parameter in module._parameters.items():  # noqa: SLF001
        if parameter is not None:
            yield module._parameters, name, prefix + name  # noqa: SLF001
    for name, buffer in module._buffers.items():  # noqa: SLF001
        if buffer is not None and name not in module._non_persistent_buffers_set:  # noqa: SLF001
            yield module._buffers, name, prefix + name  # noqa: SLF001
    for name, child in module._modules.items():  # noqa: SLF001
        if child is not None:
            yield from _slots(child, f"{prefix}{name}.")


def _can_replace(own: Tensor, given: Tensor | None) -> bool:
    return type(own) in PLAIN and type(given) is torch.Tensor and own.shape == given.shape and own.dtype == given.dtype


def copied(tensors: Tensors, kind: type[Tensors]) -> Tensors:
    """Return the tensors in a mapping of that kind, with the versions of modules that PyTorch notes beside them."""
    copy = kind(tensors)
    vars(copy).update(vars(tensors))
    return copy


def _fresh_layers(network: nn.Module, tensors: Tensors, head: tuple[str, ...]) -> list[str]:
    """Return the tensors of all layers in the head that have a tensor of another shape than the network wants.

    All of the head's, if the file has none of them: it holds the body alone, such as training without labels leaves.
    """
    if not head:
        return []
    own = {name: tensor for name, tensor in network.state_dict().items() if inside(name, head)}
    if not own.keys() & tensors.keys():
        return [*own]
    layers = {name.rpartition(".")[0] for name in own if name in tensors and _shape(own[name]) != _shape(tensors[name])}
    return [name for name in own if name.rpartition(".")[0] in layers]


def _shape(value: object) -> torch.Size | None:
    """The packed (weight, bias) of a quantised layer, and its dtype, have none."""
    return value.shape if isinstance(value, torch.Tensor) else None


def inside(name: str, head: tuple[str, ...]) -> bool:
    """Tell whether a tensor of that name belongs to one of these submodules."""
    return any(name.startswith(f"{module}.") for module in head)


def _without(tensors: Tensors, names: Iterable[str]) -> Tensors:
    kept = copied(tensors, OrderedDict)
    for name in names:
        kept.pop(name, None)
    return kept


def _may_assign(network: nn.Module, tensors: Tensors) -> bool:
    """Tell whether taking the tensors over as they are gives what copying them gives, only sooner.

    It does not if dtypes differ (copying keeps the network's), if they are no plain tensors (those of quantised layers
    are unpacked), or if two modules share a parameter (they would part).
    """
    values = tensors.values()
    if not all(type(tensor) is torch.Tensor and not tensor.is_quantized for tensor in values):
        return False
    floating = {tensor.dtype for tensor in values if tensor.is_floating_point()}
    return floating <= {torch.get_default_dtype()} and not _shares_parameters(network)


def _shares_parameters(network: nn.Module) -> bool:
    every = sum(1 for _ in network.named_parameters(remove_duplicate=False))
    return every != sum(1 for _ in network.parameters())


def _mismatch(
    network: nn.Module, given: Mapping[str, Tensor], origin: Origin, left_out: Iterable[str] = ()
) -> FormatError:
    own = network.state_dict()
    shapes = (f"{name} {list(found)} for {list(wanted)}" for name, wanted, found in _shapes(own, given))
    faults = [
        _first("missing", own.keys() - given.keys() - set(left_out)),
        _first("unexpected", given.keys() - own.keys()),
        _first("of another shape", shapes),
    ]
    return FormatError(
        f"{origin.path.name} does not fit {origin.name}",
        path=origin.path,
        expected=f"its {len(own)} tensors",
        found="; ".join(fault for fault in faults if fault),
        hint=_hint(own, given, origin),
    )


def _hint(own: Mapping[str, Tensor], given: Mapping[str, Tensor], origin: Origin) -> str:
    if _quantised(given) and not _quantised(own):
        return "the file holds 8-bit integers: quantize=True makes a network for them"
    if prefix := _prefix(own, given):
        return (
            f"the names begin with {prefix!r}; save them without: "
            f"{{name.removeprefix({prefix!r}): tensor for name, tensor in state.items()"
            f" if name.startswith({prefix!r})}}"
        )
    missing = own.keys() - given.keys()
    if missing and given.keys() <= own.keys() and all(inside(name, origin.head) for name in missing):
        return "the file has no head: num_classes=N gives it a fresh one"
    classes = _classes(own, given, origin) if own.keys() == given.keys() else None
    if classes is not None:
        return f"the file is for {classes} classes: pass num_classes={classes}"
    return "options such as num_classes change the network; the file must come from the same one"


def _prefix(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> str:
    """Return what stands before every name of the file that the network knows, as Lightning's "model." does, or ""."""
    first = next(iter(own))
    prefixes = {name.removesuffix(first) for name in given if name.endswith(f".{first}")}
    return next((prefix for prefix in sorted(prefixes) if all(prefix + name in given for name in own)), "")


def _quantised(tensors: Mapping[str, Tensor]) -> bool:
    return any(isinstance(tensor, torch.Tensor) and tensor.is_quantized for tensor in tensors.values())


def _classes(own: Mapping[str, Tensor], given: Mapping[str, Tensor], origin: Origin) -> int | None:
    """Return how many classes the file is for, if that alone explains all that differs.

    A layer's outputs are a multiple of the classes: detectors have some for each anchor.
    """
    differing = list(_shapes(own, given))
    if not all(inside(name, origin.head) and wanted and wanted[1:] == found[1:] for name, wanted, found in differing):
        return None
    counts = {origin.classes * found[0] / wanted[0] for _, wanted, found in differing}
    return int(counts.pop()) if len(counts) == 1 and min(counts) >= 1 and min(counts).is_integer() else None


def _first(what: str, names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = ", ..." if len(ordered) > SHOWN else ""
    return f"{len(ordered)} {what} ({', '.join(ordered[:SHOWN])}{more})" if ordered else ""


def _shapes(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> Iterator[tuple[str, torch.Size, torch.Size]]:
    """Yield the name, the network's shape and the file's of each tensor where these differ."""
    for name in own.keys() & given.keys():
        wanted, found = _shape(own[name]), _shape(given[name])
        if wanted is not None and found is not None and wanted != found:
            yield name, wanted, found
