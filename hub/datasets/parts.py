"""Text on its way into a prepared file: parts of columns become record batches, one after the other.

label                         int64
number                        float64, or what the card says
text, annotation, tensors     string
sequence                      list of string, or of what the card says
"""

from __future__ import annotations

import json
import sys
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.datasets.prepare import Job
    from hub.progress import Progress
    from hub.readers import Column

AS_JSON = ("annotation", "tensors")
"""Kinds that are kept as JSON."""


def batches(job: Job, parts: Iterator[Mapping[str, Column]], progress: Progress) -> Iterator[pa.RecordBatch]:
    """Yield the parts as record batches of the card's types, with only the rows that the split keeps.

    Raises FormatError if they are not what the card says.
    """
    schema = pa.schema([(field.name, stored_type(field)) for field in job.fields])
    start, stop = job.content.rows or (0, None)
    rows = 0
    for part in parts:
        batch = _batch(job, part, schema)
        kept = batch.slice(max(start - rows, 0), None if stop is None else max(stop - max(start, rows), 0))
        rows += len(batch)
        progress.advance(kept.nbytes)
        yield kept


def stored_type(field: Field) -> pa.DataType:
    """Return the Arrow type that a field is stored as."""
    words = pa.type_for_alias(field.dtype) if field.dtype else pa.string()
    plain = {"label": pa.int64(), "number": pa.type_for_alias(field.dtype or "float64"), "sequence": pa.list_(words)}
    return plain.get(field.kind, pa.string())


def _batch(job: Job, part: Mapping[str, Column], schema: pa.Schema) -> pa.RecordBatch:
    lengths = {name: len(values) for name in schema.names if (values := part.get(name)) is not None}
    if len(set(lengths.values())) != 1:
        raise job.wrong("the same number of rows in each column", f"{lengths}")
    count = next(iter(lengths.values()))
    arrays = [_array(job, field, part.get(field.name), count, schema) for field in job.fields]
    return pa.record_batch(arrays, schema=schema)


def _array(job: Job, field: Field, values: Column, count: int, schema: pa.Schema) -> pa.Array:
    kind = schema.field(field.name).type
    if values is None:
        return pa.nulls(count, kind)
    if isinstance(values, pa.Array) and values.type == kind:
        return values
    if field.kind in AS_JSON and not isinstance(values, pa.Array):
        values = [None if value is None else json.dumps(value) for value in cast("Sequence[object]", values)]
    try:
        return _made(cast("Sequence[object]", values), kind)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise job.wrong(f"{field.name}: {field.kind}", str(error)) from error


def _made(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    """Return the values as an Arrow array, as `pa.array` does, which raises several errors if they are of another type.

    perf: it imports pandas, where that is installed: a fifth of a second before the first sample. What stands in for it
    here takes 1 us a text instead of 0.3, and so it is for programs that have not imported pandas themselves.
    """
    made = None
    if isinstance(values, np.ndarray):
        made = _of_array(values, kind)
    elif isinstance(values, list | tuple):
        if kind == pa.list_(pa.int64()):
            _refuse_fractions(chain.from_iterable(filter(None, cast("Sequence[Sequence[object]]", values))))
        elif kind == pa.int64():
            made = _of_numbers(values)
        elif kind == pa.string() and "pandas" not in sys.modules:
            made = _of_texts(values)
    return pa.array(values, kind) if made is None else made


def _of_texts(values: Sequence[Any]) -> pa.Array | None:
    """Return texts as an Arrow array; None if some are none, or they are too large for it."""
    try:
        words = [value.encode() for value in values]
    except AttributeError:
        return None
    ends = np.cumsum([0, *map(len, words)])
    if ends[-1] > np.iinfo(np.int32).max:
        return None
    return pa.StringArray.from_buffers(len(words), pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(b"".join(words)))


def _of_array(values: NDArray[np.generic], kind: pa.DataType) -> pa.Array | None:
    """Return an array of just the type that is wanted as an Arrow array; None for another one."""
    if values.ndim != 1 or not values.flags.c_contiguous or kind not in (pa.int64(), pa.float64()):
        return None
    if values.dtype != (np.int64 if kind == pa.int64() else np.float64):
        return None
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _of_numbers(values: Sequence[object]) -> pa.Array | None:
    """Return whole numbers as an Arrow array; None if there are other things among them, but no fractions."""
    numbers = np.asarray(values)
    if numbers.dtype == np.int64 and numbers.ndim == 1:
        return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])
    _refuse_fractions(values)
    return None


def _refuse_fractions(values: Iterable[object]) -> None:
    if any(issubclass(kind, float) for kind in set(map(type, values))):
        raise TypeError("a fraction among whole numbers")  # Arrow would cut it off
