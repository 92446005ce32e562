"""The same rows in other libraries' forms."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from hub.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    import pandas as pd
    from numpy.typing import NDArray

    from hub.datasets.origin import Origin
    from hub.datasets.table import Rows, Table


def to_arrow(tables: Sequence[Table], rows: Rows) -> pa.Table:
    """Return the rows as one Arrow table; a slice of the mapped one where they follow each other."""
    whole = pa.concat_tables([each.arrow for each in tables])
    if isinstance(rows, range) and rows.step == 1:
        return whole.slice(rows.start, len(rows))
    return whole.take(pa.array(np.asarray(rows)))


def to_pandas(columns: Mapping[str, NDArray[np.generic]]) -> pd.DataFrame:
    """Return columns as a DataFrame: numbers as such, an array of one row in each cell otherwise.

    Raises MissingExtra if pandas is not installed.
    """
    if importlib.util.find_spec("pandas") is None:
        raise _missing("pandas", "pandas")
    import pandas as pd

    return pd.DataFrame({name: each if each.ndim == 1 else list(each) for name, each in columns.items()})


def to_hf(rows: pa.Table, origin: Origin) -> object:
    """Return the rows as a `datasets.Dataset`: images as uint8 arrays, labels with the names of their classes.

    Raises MissingExtra if Hugging Face's `datasets` is not installed.
    """
    # Our own folder of cards is called `datasets` too: Python sees a namespace package there, which has no origin.
    found = importlib.util.find_spec("datasets")
    if found is None or found.origin is None:
        raise _missing("Hugging Face's datasets", "hf")
    datasets = importlib.import_module("datasets")
    features = datasets.Features(
        {name: _feature(datasets, rows.schema.field(name).type, origin, name) for name in rows.column_names}
    )
    columns = zip(rows.columns, features.arrow_schema.types, strict=True)
    table = pa.table([_stored_as(column, kind) for column, kind in columns], schema=features.arrow_schema)
    made: object = datasets.Dataset(table, info=datasets.DatasetInfo(features=features))
    return made


def _feature(datasets: ModuleType, kind: pa.DataType, origin: Origin, name: str) -> object:
    if not isinstance(kind, pa.FixedShapeTensorType):
        labels = origin.field(name).kind == "label" and origin.classes
        return datasets.ClassLabel(names=list(origin.classes)) if labels else datasets.Value(str(kind))
    element = str(kind.value_type)
    if len(kind.shape) == 1:
        return datasets.Sequence(datasets.Value(element), length=kind.shape[0])
    return getattr(datasets, f"Array{len(kind.shape)}D")(shape=tuple(kind.shape), dtype=element)


def _stored_as(column: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    """Return tensors as the lists of lists that `datasets` keeps them in; the pixels themselves are not copied."""
    if not isinstance(column.type, pa.FixedShapeTensorType):
        return column
    nested = pa.concat_arrays([chunk.storage for chunk in column.chunks]).flatten()
    sizes = column.type.shape[::-1]
    if len(sizes) == 1:
        return pa.FixedSizeListArray.from_arrays(nested, sizes[0])
    for size in sizes:
        offsets = np.arange(0, len(nested) + 1, size, dtype=np.int32)
        nested = pa.ListArray.from_arrays(pa.array(offsets), nested)
    return pa.ExtensionArray.from_storage(kind, nested)


def _missing(library: str, extra: str) -> MissingExtra:
    return MissingExtra(
        f"{library} is not installed",
        expected=f"the extra {extra!r}",
        found="nothing",
        hint=f'pip install "hub-zoo[{extra}]"',
    )
