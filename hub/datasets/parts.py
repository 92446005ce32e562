"""Text on its way into a prepared file: parts of columns become record batches, one after the other.

label                         int64
number                        float64, or what the card says
text, annotation, tensors     string
sequence                      list of string, or of what the card says
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
        return pa.array(values, kind)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise job.wrong(f"{field.name}: {field.kind}", str(error)) from error
