"""The same rows in other libraries' forms."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from hub.datasets.columns import PLACE, Places
from hub.datasets.table import view
from hub.extras import require
from hub.trees import Place
from hub.trees.bytes import read_place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import ModuleType

    import pandas as pd

    from hub.datasets.columns import Taken
    from hub.datasets.origin import Origin
    from hub.datasets.table import Rows, Table


def to_arrow(tables: Sequence[Table], rows: Rows) -> pa.Table:
    """Return the rows as one Arrow table; a slice of the mapped one where they follow each other."""
    whole = pa.concat_tables([each.arrow for each in tables])
    if isinstance(rows, range) and rows.step == 1:
        return whole.slice(rows.start, len(rows))
    return whole.take(pa.array(np.asarray(rows)))


def to_pandas(origin: Origin, rows: Rows) -> pd.DataFrame:
    """Return columns as a DataFrame: numbers and words as such, an array or the name of a file in each cell.

    Raises MissingExtra if pandas is not installed.
    """
    require("pandas", "pandas")
    import pandas as pd

    return pd.DataFrame({field.name: _cells(view(origin.tables, field.name, rows)) for field in origin.stored})


def _cells(stored: Taken) -> object:
    if isinstance(stored, np.ndarray):
        return stored if stored.ndim == 1 else list(stored)
    return [each.name if isinstance(each, Place) else each for each in stored]


def to_hf(rows: pa.Table, origin: Origin) -> object:
    """Return the rows as a `datasets.Dataset`: images as uint8 arrays, labels with the names of their classes.

    Raises MissingExtra if Hugging Face's `datasets` is not installed.
    """
    require("datasets", "hf", "Hugging Face's datasets")
    datasets = importlib.import_module("datasets")
    features = datasets.Features(
        {name: _feature(datasets, rows.schema.field(name).type, origin, name) for name in rows.column_names}
    )
    columns = zip(rows.columns, features.arrow_schema.types, strict=True)
    folder = origin.tables[0].path.parent
    table = pa.table([_stored_as(column, kind, folder) for column, kind in columns], schema=features.arrow_schema)
    made: object = datasets.Dataset(table, info=datasets.DatasetInfo(features=features))
    return made


def _feature(datasets: ModuleType, kind: pa.DataType, origin: Origin, name: str) -> object:
    if kind == PLACE:
        return datasets.Image() if origin.field(name).kind in ("image", "mask") else datasets.Value("binary")
    if not isinstance(kind, pa.FixedShapeTensorType):
        labels = origin.field(name).kind == "label" and origin.classes and not origin.first
        if labels:
            return datasets.ClassLabel(names=list(origin.classes))
        if pa.types.is_list(kind):
            return datasets.Sequence(datasets.Value(str(kind.value_type)))
        return datasets.Value(str(kind))
    element = str(kind.value_type)
    if len(kind.shape) == 1:
        return datasets.Sequence(datasets.Value(element), length=kind.shape[0])
    return getattr(datasets, f"Array{len(kind.shape)}D")(shape=tuple(kind.shape), dtype=element)


def _stored_as(column: pa.ChunkedArray, kind: pa.DataType, folder: Path) -> pa.Array:
    """Return tensors as the lists of lists that `datasets` keeps them in; the pixels themselves are not copied.

    A file is its path where it lies in a folder, and its bytes where it lies in an archive.
    """
    if column.type == PLACE:
        places = Places(column, folder).take(np.arange(len(column)))
        return pa.array([_file(place, kind) for place in places], kind)
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


def _file(place: object, kind: pa.DataType) -> object:
    if not isinstance(place, Place):
        return None
    if pa.types.is_binary(kind):
        return read_place(place)
    if place.offset < 0:
        return {"bytes": None, "path": str(place.container / place.name)}
    return {"bytes": read_place(place), "path": place.name}
