"""Batches: lists of samples that are kept as whole columns until somebody changes them."""

from __future__ import annotations

from collections.abc import MutableSequence
from functools import partial
from typing import TYPE_CHECKING, Protocol, overload

from hub.datasets.sample import Sample, Whole, collate_column, sample_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from torch import Tensor

    from hub.datasets.sample import CollateTable


class Column(Protocol):
    """One field of a batch."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> object: ...

    def __iter__(self) -> Iterator[object]: ...

    def collated(self, table: CollateTable | None) -> object:
        """Return all values as one."""


class Numbers:
    """A column of Python ints, held as an int64 tensor of shape (rows,)."""

    def __init__(self, values: Tensor) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> int:
        return int(self._values[index])

    def __iter__(self) -> Iterator[int]:
        return iter(self._values.tolist())

    def collated(self, table: CollateTable | None) -> Tensor:
        """Return the tensor."""
        del table
        return self._values


class Tensors:
    """A column of tensors, held as one tensor of shape (rows, ...); `wrap` gives a row its own type."""

    def __init__(self, values: Tensor, wrap: Callable[[Tensor], Tensor] | None = None) -> None:
        self._values = values
        self._wrap = wrap

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> Tensor:
        row = self._values[index]
        return self._wrap(row) if self._wrap else row

    def __iter__(self) -> Iterator[Tensor]:
        rows = self._values.unbind()
        return map(self._wrap, rows) if self._wrap else iter(rows)

    def collated(self, table: CollateTable | None) -> Tensor:
        """Return the tensor."""
        del table
        return self._values


class Objects:
    """A column of anything, as a target transform makes it."""

    def __init__(self, values: Sequence[object]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> object:
        return self._values[index]

    def __iter__(self) -> Iterator[object]:
        return iter(self._values)

    def collated(self, table: CollateTable | None) -> object:
        """Return the values stacked by torch's rules."""
        return collate_column(self._values, table)


class Batch(Whole, MutableSequence[Sample]):
    """The samples of one batch, in the order asked for.

    Iterated or indexed, it gives ordinary samples, so it can stand wherever a list of samples is expected. Given to
    torch's default collate, it is handed over as it is, already stacked. The first change turns it into a real list.
    """

    def __init__(self, fields: tuple[str, ...], columns: tuple[Column, ...]) -> None:
        self._fields = fields
        self._kind = sample_type(fields)
        self._columns = columns
        self._list: list[Sample] | None = None

    def __len__(self) -> int:
        return len(self._columns[0] if self._list is None else self._list)

    def __iter__(self) -> Iterator[Sample]:
        if self._list is not None:
            return iter(self._list)
        # perf: a quarter faster than calling the class, whose __new__ is a function in Python.
        return map(partial(tuple.__new__, self._kind), zip(*self._columns, strict=True))

    @overload
    def __getitem__(self, index: int) -> Sample: ...

    @overload
    def __getitem__(self, index: slice) -> list[Sample]: ...

    def __getitem__(self, index: int | slice) -> Sample | list[Sample]:
        if self._list is not None:
            return self._list[index]
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        place = range(len(self))[index]  # counts negative ones from the end, refuses those out of range
        return self._kind(*(column[place] for column in self._columns))

    def __setitem__(self, index: int | slice, value: object) -> None:
        self._as_list()[index] = value  # type: ignore[call-overload]  # a list tells right from wrong itself

    def __delitem__(self, index: int | slice) -> None:
        del self._as_list()[index]

    def insert(self, index: int, value: Sample) -> None:
        """Insert a sample before `index`."""
        self._as_list().insert(index, value)

    def sort(self, *, key: Callable[[Sample], object] | None = None, reverse: bool = False) -> None:
        """Sort in place, as a list does."""
        self._as_list().sort(key=key, reverse=reverse)  # type: ignore[arg-type]  # whatever can be compared

    def copy(self) -> list[Sample]:
        """Return the samples as a list of their own."""
        return list(self)

    def __add__(self, other: Iterable[Sample]) -> list[Sample]:
        return [*self, *other]

    def __radd__(self, other: Iterable[Sample]) -> list[Sample]:
        return [*other, *self]

    def __reduce__(self) -> tuple[object, ...]:
        return (Batch, (self._fields, self._columns)) if self._list is None else (list, (self._list,))

    def __repr__(self) -> str:
        return f"<Batch of {len(self)} samples>"

    def collated(self, table: CollateTable | None) -> Sample | None:
        """Return the whole batch as one sample of stacked values; None once it has been changed."""
        if self._list is not None:
            return None
        return self._kind(*(column.collated(table) for column in self._columns))

    def _as_list(self) -> list[Sample]:
        if self._list is None:
            self._list = list(self)
        return self._list
