"""Sifting: functions of the user's that change samples, or tell which of them are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Keep:
    """A function that tells which samples are kept."""

    predicate: Callable[[Any], object]


LEFT_OUT = object()
"""Stands for a sample that a filter does not keep."""


def _changed(function: Callable[..., object] | Keep, sample: object) -> object:
    if sample is LEFT_OUT:
        return sample
    if isinstance(function, Keep):
        return sample if function.predicate(sample) else LEFT_OUT
    return function(sample)


def changed(samples: Sequence[Any], functions: Sequence[Callable[..., object] | Keep]) -> Sequence[Any]:
    """Return what the functions make of samples, with LEFT_OUT where one is not kept."""
    for function in functions:
        samples = [_changed(function, sample) for sample in samples]
    return samples
