"""Running a network as it is: wherever it lies, in whatever dtype, and leaving it as it was."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from hub.errors import InvalidInput
from hub.models.about import about_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn

    from hub.models.preprocessing import Preprocessing

    P = TypeVar("P", bound=Preprocessing)

# The parts of torchvision's detectors that reckon with boxes, around others that only compute.
AROUND = ("rpn", "roi_heads")


def transforms_of(model: nn.Module) -> Preprocessing:
    """Return the preprocessing of a model of `hub.load`; InvalidInput if it is not known, or if there is no model."""
    about = about_model(model)
    if about.transforms is None:
        raise InvalidInput(
            f"it is not known how {about.name} wants its pictures",
            expected="a model with published weights",
            found="an untrained one" if about.weights is None else about.weights,
            hint="load it with pretrained=True",
        )
    return about.transforms


def transforms_for(model: nn.Module, kind: type[P]) -> P:
    """Return the preprocessing of a model that is for one task; InvalidInput if the model is for another."""
    found = transforms_of(model)
    if not isinstance(found, kind):
        about = about_model(model)
        raise InvalidInput(
            f"{about.name} is for another task",
            expected=f"a model with the preprocessing {kind.__name__}",
            found=", ".join(about.task),
        )
    return found


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Put a model into eval mode and record nothing for gradients; each part returns to its own mode afterwards."""
    training = [module for module in model.modules() if module.training]
    model.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        for module in training:
            module.training = True


def placed(tensor: Tensor, model: nn.Module) -> Tensor:
    """Return a tensor where the model lies, in its dtype; raises InvalidInput for one without values."""
    return tensor.to(device_of(model), _dtype_of(model))


def device_of(model: nn.Module) -> torch.device:
    """Return where a model lies; InvalidInput if that is the meta device. Quantised networks may have no parameter."""
    first = next(model.parameters(), None)
    device = torch.device("cpu") if first is None else first.device
    if device.type == "meta":
        raise InvalidInput("a model on the meta device has no values", expected="one on the CPU or a GPU", found="meta")
    return device


def _dtype_of(model: nn.Module) -> torch.dtype:
    return next((parameter.dtype for parameter in model.parameters()), torch.float32)


@contextmanager
def coordinates_in_float32(model: nn.Module) -> Iterator[torch.dtype]:
    """Let a network of a narrower dtype compute in it, but reckon with coordinates in float32; give what it takes.

    bfloat16 has 8 bits: at 640 pixels a box would be off by two, and torchvision's CPU has no `nms` for it at all. So
    the parts with parameters get their inputs in the network's dtype, and what they return goes on as float32.
    """
    dtype = _dtype_of(model)
    if dtype.itemsize >= torch.float32.itemsize:
        yield dtype
        return

    def narrow(_: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, Any]:
        return _cast(given, dtype), _cast(named, dtype)

    def widen(_: nn.Module, __: object, result: object) -> object:
        return _cast(result, torch.float32)

    with ExitStack() as hooks:
        for part in _parts(model):
            if next(part.parameters(), None) is not None:
                hooks.enter_context(part.register_forward_pre_hook(narrow, with_kwargs=True))
                hooks.enter_context(part.register_forward_hook(widen))
        yield torch.float32


def _parts(model: nn.Module) -> Iterator[nn.Module]:
    for name, child in model.named_children():
        yield from _parts(child) if name in (*AROUND, "_orig_mod") else (child,)  # the last: torch.compile's wrapping


def _cast(value: Any, dtype: torch.dtype) -> Any:  # noqa: ANN401  whatever a network passes around
    """Return a value with the floating-point tensors in it in another dtype."""
    if isinstance(value, torch.Tensor):
        return value.to(dtype) if value.is_floating_point() else value
    if isinstance(value, (list, tuple)):
        return type(value)(_cast(each, dtype) for each in value)
    if isinstance(value, dict):
        return type(value)((key, _cast(each, dtype)) for key, each in value.items())
    return value
