"""How far what a file computes is from what the network computes, on the same inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.utils import _pytree as pytree  # what torch.export flattens inputs and outputs with

from hub.errors import NotConvertible, in_a_line
from hub.models.conversion import boxes
from hub.models.conversion.feeds import Pictures
from hub.models.conversion.subject import Comparison, joined, worst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor, nn

    from hub.models.conversion.feeds import Inputs
    from hub.models.conversion.subject import Subject

    Run = Callable[..., object]

# Of the largest output. Other kernels add in another order: 1e-8 to 3e-6 was measured over the families of torchvision.
# Half precision has a thousandth, bfloat16 a hundredth, of its own.
TOLERANCES = {torch.float16: 2e-2, torch.bfloat16: 1e-1}
TOLERANCE = 1e-4

# Linear layers in 8-bit integers: 0.005 to 0.04 was measured, on ResNet, VGG, EfficientNet and vision transformers.
TOLERANCE_INT8 = 1e-1

# Of a box's side, or of a score: when two boxes are about as likely, bits decide which of them suppression leaves.
TOLERANCE_BOXES = 1e-2

# What outputs are called whose second axis is that of the classes: classification's, and segmentation's in torchvision.
WITH_CLASSES = ("scores", "out")


def tolerance(subject: Subject) -> float:
    """Return how large a relative difference may be."""
    if subject.int8:
        return TOLERANCE_INT8
    usual = TOLERANCE_BOXES if subject.feed.kind == "detection" else TOLERANCE
    return max(usual, TOLERANCES.get(subject.feed.dtype, 0.0))


def by_running(subject: Subject, run: Run) -> Comparison:
    """Return how far `run`, which takes and gives what the network does, is from the network.

    Raises NotConvertible if it fails on an input, or gives other outputs or shapes.
    """
    with torch.no_grad():
        return joined(_compare(subject, subject.model(*inputs), _ran(run, inputs)) for inputs in inputs_of(subject))


def inputs_of(subject: Subject) -> Iterator[Inputs]:
    """Yield what to compare with: random inputs, of several batches if that is dynamic, and pictures."""
    for seed, batch in enumerate(subject.feed.batches):
        yield subject.feed.random(batch, seed)
    transforms = subject.about.transforms
    if isinstance(transforms, Pictures):
        yield from (subject.feed.picture(image, transforms) for image in subject.pictures)


def tensors(nested: object) -> list[Tensor]:
    """Return the tensors in a value, in the order in which PyTorch flattens it."""
    return [leaf for leaf in pytree.tree_leaves(nested) if isinstance(leaf, torch.Tensor)]


def bytes_in(network: nn.Module) -> int:
    """Return how much memory its parameters and buffers take."""
    return sum(tensor.nbytes for tensor in tensors(dict(network.state_dict())))


def _ran(run: Run, inputs: Inputs) -> object:
    try:
        return run(*inputs)
    except Exception as error:  # each runtime fails in ways of its own, none of which may pass for success
        raise NotConvertible(
            "the file does not run on an input that the network takes",
            expected=f"outputs for {_shapes(inputs)}",
            found=in_a_line(error),
            hint="with a fixed batch it may: --batch 1",
        ) from error


def _compare(subject: Subject, ours: object, theirs: object) -> Comparison:
    if subject.feed.kind == "detection":
        return boxes.compare(ours, theirs)
    if _shapes(ours) != _shapes(theirs):
        raise NotConvertible("the file gives other outputs", expected=_shapes(ours), found=_shapes(theirs))
    pairs = list(zip(tensors(ours), tensors(theirs), strict=True))
    differences = [_difference(a, b) for a, b in pairs]
    return Comparison(
        worst(each for each, _ in differences),
        worst(each / largest if largest else each for each, largest in differences),
        len(pairs[0][0]),
        "samples",
        _same_top1(*pairs[0]) if subject.outputs[0] in WITH_CLASSES else None,
    )


def _shapes(nested: object) -> list[list[int]]:
    return [list(tensor.shape) for tensor in tensors(nested)]


def _difference(ours: Tensor, theirs: Tensor) -> tuple[float, float]:
    """Return the largest difference, and the largest value."""
    if not ours.numel():
        return 0.0, 0.0
    difference = (ours.double() - theirs.double()).abs().max().item()
    return difference, ours.double().abs().max().item()


def _same_top1(ours: Tensor, theirs: Tensor) -> float:
    return (ours.argmax(dim=1) == theirs.argmax(dim=1)).double().mean().item()
