"""Samples: named tuples that torch's default collate recognises.

`Sample` is the common base of every class of samples. It is registered with torch's table of collate functions
here, where it is defined, so a worker process that unpickles a sample has the entry too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import namedtuple
from functools import cache
from typing import TYPE_CHECKING, Any

from torch.utils.data._utils.collate import collate as torch_collate
from torch.utils.data._utils.collate import default_collate_fn_map

from hub import displays

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    CollateTable = dict[type | tuple[type, ...], Callable[..., Any]]


class Sample(tuple[Any, ...]):
    """One sample, or one collated batch: a named tuple in the order of the card's fields."""

    __slots__ = ()

    if TYPE_CHECKING:
        _fields: tuple[str, ...]

        def __new__(cls, *values: object) -> Self: ...

        def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401  a value is what the transform made of it

    def _repr_html_(self) -> str | None:
        return displays.html("sample", self)

    def __reduce__(self) -> tuple[object, ...]:
        # The classes are made at run time, so pickle cannot find them by name.
        return _restore, (self._fields, tuple(self))


@cache
def sample_type(fields: tuple[str, ...]) -> type[Sample]:
    """Return the class of samples with these fields; the same one every time.

    >>> sample_type(("image", "label"))("pixels", 3)
    Sample(image='pixels', label=3)
    """
    named = namedtuple("Sample", fields)  # type: ignore[misc]  # noqa: PYI024  the fields are known at run time only
    return type("Sample", (Sample, named), {"__slots__": ()})


def _restore(fields: tuple[str, ...], values: tuple[object, ...]) -> Sample:
    return sample_type(fields)(*values)


class Whole(ABC):
    """A sequence of samples that can hand itself over already collated."""

    @abstractmethod
    def collated(self, table: CollateTable | None) -> Sample | None:
        """Return the collated batch, or None if it must be made sample by sample."""


def collate(batch: Sequence[Sample], *, collate_fn_map: CollateTable | None = None) -> Sample:
    """Return the batch as one sample whose values are stacked; torch calls this for lists of samples."""
    whole = batch.collated(collate_fn_map) if isinstance(batch, Whole) else None
    if whole is not None:
        return whole
    columns = map(list, zip(*batch, strict=True))  # text is left as it comes: in a list, as in a Batch
    return type(batch[0])(*(collate_column(column, collate_fn_map) for column in columns))


def collate_column(values: Sequence[object], table: CollateTable | None) -> object:
    """Return the values of one field stacked, as torch's default collate does it."""
    stacked: object = torch_collate(values, collate_fn_map=table)
    return stacked


default_collate_fn_map[Sample] = collate
