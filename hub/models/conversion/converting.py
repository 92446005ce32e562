"""`convert`: a network in a file that other programs run, compared with the network before it gets its name."""

from __future__ import annotations

import copy
import math
import typing
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

from hub import registry
from hub.errors import InvalidCombination, InvalidInput, NotConvertible, in_a_line
from hub.models.about import about_model
from hub.models.conversion import TARGETS, comparing, feeds, metadata, quantising, writing
from hub.models.conversion.feeds import Pictures
from hub.models.conversion.subject import Subject
from hub.models.loading import load
from hub.registry.spelling import did_you_mean_quoted

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from PIL.Image import Image

    from hub.models.conversion.quantising import Share
    from hub.models.conversion.subject import Comparison, Target


@dataclass(frozen=True, slots=True)
class Conversion:
    """A file that was written, and what is known of it.

    `size` is in bytes, of all files there are; `before` is what the network's parameters and buffers take in memory.
    `inputs` are name -> shape, in which "batch" stands for any number. `share` is what `int8` changed, if it was asked
    for. `tolerance` is how large `comparison.relative` may be; `pictures` is how many were among the inputs.
    """

    path: Path
    to: str
    size: int
    before: int
    inputs: dict[str, list[int | str]]
    outputs: tuple[str, ...]
    comparison: Comparison
    tolerance: float
    pictures: int
    metadata: dict[str, str]
    share: Share | None = None


def convert(  # noqa: PLR0913  the whole of what users may ask for, by keyword
    model: str | nn.Module,
    *,
    to: str,
    path: str | os.PathLike[str] | None = None,
    size: Sequence[int] | None = None,
    batch: int | str | None = None,
    int8: bool = False,
    force: bool = False,
    pictures: Sequence[Image] = (),
) -> Conversion:
    """Write a network as "onnx", "pt2", "torchscript" or "safetensors", and compare the file with the network.

    A name is loaded with its default weights; a model must be one of `hub.load`, and stays as it is. `path` is a file
    or a folder, by default the model's name in the working folder. `size` is (height, width) of the pictures, for video
    (frames, height, width), by default those of its preprocessing. `batch` is a number or "dynamic", which is the
    default where it can be. `int8` computes linear layers in 8-bit integers. `pictures` are PIL images to compare on
    beside random inputs. An existing file is replaced only with `force`.

    Raises InvalidInput for an option that makes no sense, NotConvertible if the form cannot hold the network or if the
    file computes something else, in which case it is removed, MissingExtra, and StoreError for what the disk refuses.

    >>> import tempfile
    >>> done = convert(load("resnet18"), to="safetensors", path=tempfile.mkdtemp())
    >>> done.path.name, done.comparison.difference
    ('resnet18.safetensors', 0.0)
    """
    target = _target(to)
    if isinstance(model, str):
        require_place(model, to=to, path=path, force=force)
    given = load(model, pretrained=True) if isinstance(model, str) else model
    about = about_model(given)
    network = _prepared(given, int8=int8)
    feed = feeds.feed(network, about, None if size is None else tuple(size), batch)
    usable = tuple(pictures) if isinstance(about.transforms, Pictures) else ()
    subject = Subject(network, about, feed, metadata.describe(about, feed, int8=int8), int8, usable)
    target.require(subject)
    place = _place(about.name, target, path)
    writing.require_free(place, force=force)
    writing.require_room(place, comparing.bytes_in(network))
    if target.runs:
        subject = replace(subject, outputs=_output_names(subject))
    return _written(subject, to, target, place)


def require_place(name: str, *, to: str, path: str | os.PathLike[str] | None, force: bool) -> None:
    """Refuse a model that there is not, or a file that could not be written, before any weights are fetched."""
    writing.require_free(_place(registry.find_model(name).variant.name, _target(to), path), force=force)


def _place(name: str, target: Target, path: str | os.PathLike[str] | None) -> Path:
    return writing.target_path(Path(path) if path is not None else None, name, target.suffix)


def _written(subject: Subject, to: str, target: Target, place: Path) -> Conversion:
    """Write the file and compare it; it gets its name only if it computes the same."""
    share = quantising.share(subject.model, subject.feed.example()) if subject.int8 else None
    with writing.aside(place) as aside:
        target.write(subject, aside)
        comparison = target.compare(subject, aside)
        _require_alike(subject, comparison, to)
        written = sum(file.stat().st_size for file in aside.parent.iterdir())
    return Conversion(
        path=place,
        to=to,
        size=written,
        before=comparing.bytes_in(subject.model),
        inputs=dict.fromkeys(subject.feed.names, subject.feed.shape(subject.feed.batch or "batch")),
        outputs=subject.outputs,
        comparison=comparison,
        tolerance=_allowed(subject, comparison),
        pictures=len(subject.pictures),
        metadata=subject.metadata,
        share=share,
    )


def _target(to: str) -> Target:
    if to not in TARGETS:
        raise InvalidInput(
            f"there is no form {to!r}",
            expected=", ".join(TARGETS),
            found=repr(to),
            hint=did_you_mean_quoted(to, TARGETS),
        )
    module, _, name = TARGETS[to].partition(":")
    return typing.cast("Target", getattr(import_module(module), name))


def _prepared(model: nn.Module, *, int8: bool) -> nn.Module:
    """Return a copy in eval mode on the CPU, so that the user's own stays where and how it is."""
    # torch.compile wraps the network, which cannot be exported any more.
    inner = getattr(model, "_orig_mod", model)
    if any(tensor.is_meta for tensor in inner.state_dict().values() if isinstance(tensor, torch.Tensor)):
        raise InvalidInput("a network on the meta device has no values", expected='device="cpu"', found="meta")
    half = any(parameter.dtype is not torch.float32 for parameter in inner.parameters())
    if int8 and half:
        raise InvalidCombination("8-bit integers are made of float32 only", expected="--dtype float32", found="another")
    return copy.deepcopy(inner).to("cpu").requires_grad_(requires_grad=False).eval()


def _output_names(subject: Subject) -> tuple[str, ...]:
    """Run the network once: it may not take such inputs, and its outputs have names only if they are in a dict."""
    about, feed = subject.about, subject.feed
    try:
        with torch.no_grad():
            found = subject.model(*feed.example())
    except (RuntimeError, ValueError, AssertionError, IndexError) as error:
        raise InvalidInput(
            f"{about.name} takes no input of {'x'.join(map(str, feed.size))}",
            expected="another --size",
            found=in_a_line(error),
        ) from error
    if feed.kind == "detection":
        found = found[0]
    if isinstance(found, torch.Tensor):
        return ("scores",) if any("classification" in task for task in about.task) else ("output",)
    if isinstance(found, dict):
        return tuple(map(str, found))
    return tuple(f"output_{number}" for number in range(len(comparing.tensors(found))))


def _require_alike(subject: Subject, found: Comparison, to: str) -> None:
    allowed = _allowed(subject, found)
    if math.isnan(found.relative) or found.relative > allowed:
        raise NotConvertible(
            f"as {to}, {subject.about.name} computes something else; the file was removed",
            expected=f"at most {allowed:.0e} of the largest output apart",
            found=f"{found.relative:.1e} ({found.difference:.1e} in numbers, {found.count} {found.of})",
            hint="report it, with the versions that `hub --version` and `pip list` print",
        )


def _allowed(subject: Subject, found: Comparison) -> float:
    """Parameters are not computed, so they have to be the same."""
    return 0.0 if found.of == "tensors" else comparing.tolerance(subject)
