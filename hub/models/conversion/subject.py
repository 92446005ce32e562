"""The values of a conversion: what is converted, what a target is, and how a file compares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from PIL.Image import Image
    from torch import nn

    from hub.models.about import About
    from hub.models.conversion.feeds import Feed


@dataclass(frozen=True, slots=True)
class Subject:
    """A network in eval mode on the CPU, with everything that a target needs to know of it.

    `model` is what the file is compared with; `int8` asks for linear layers in 8-bit integers. `pictures` are compared
    beside random inputs. `outputs` are the names of what the network returns, in the order in which PyTorch flattens
    it; none if the file computes nothing.
    """

    model: nn.Module
    about: About
    feed: Feed
    metadata: dict[str, str]
    int8: bool = False
    pictures: tuple[Image, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far what a file holds is from what the network does.

    `difference` is the largest one there is, `relative` the largest as a part of the largest output for its input; both
    are NaN if there is one. `of` says what `count` counts. `same_top1` is the part of the samples (of the pixels, for
    segmentation) whose likeliest class is the same, None where there are no classes.
    """

    difference: float
    relative: float
    count: int
    of: str
    same_top1: float | None = None


def joined(parts: Iterable[Comparison]) -> Comparison:
    """Return several comparisons, at least one, as one."""
    every = list(parts)
    total = sum(each.count for each in every)
    same = [each.same_top1 * each.count for each in every if each.same_top1 is not None]
    return Comparison(
        worst(each.difference for each in every),
        worst(each.relative for each in every),
        total,
        every[0].of,
        sum(same) / total if len(same) == len(every) and total else None,
    )


def worst(differences: Iterable[float]) -> float:
    """Return the largest, or NaN if one is: `max` would lose it.

    >>> worst([1.0, float("nan"), 2.0]), worst([])
    (nan, 0.0)
    """
    every = list(differences)
    return math.nan if any(map(math.isnan, every)) else max(every, default=0.0)


@dataclass(frozen=True, slots=True)
class Target:
    """A form to write networks in.

    `require` refuses a subject that the form cannot hold, before anything is written. `write` makes the file, perhaps
    with others beside it. `compare` reads it back and tells how far it is from the subject. `runs` says that the file
    computes something, so that the network is run too.
    """

    suffix: str
    require: Callable[[Subject], None]
    write: Callable[[Subject, Path], None]
    compare: Callable[[Subject, Path], Comparison]
    runs: bool = True
