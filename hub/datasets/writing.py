"""Writing prepared columns as an Arrow IPC file: numbers as one record batch, text as many.

Arrow wants every column whole, and so many rows may not fit into memory. A column in `Blocks` therefore stands before
Arrow as an array of its size that nobody has touched, which takes no memory. When Arrow hands that over to be
written, the blocks are read and written in its place: one pass over the data, and one block at a time.
"""

from __future__ import annotations

import io
import math
import mmap
import os
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import numpy as np
import pyarrow as pa

from hub.datasets.columns import places_array
from hub.errors import FormatError
from hub.readers.blocks import Blocks
from hub.store.files import require_space
from hub.trees import Media

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Writable: TypeAlias = NDArray[np.generic] | Blocks | Media | Sequence[object] | pa.Array


def write(path: Path, columns: Mapping[str, Writable], notes: Mapping[str, str], folder: Path) -> None:
    """Write columns to a file that is to lie in `folder`.

    Raises StoreError if there is no room for them, FormatError if blocks are not as many as they said.
    """
    stand_ins = {name: _stand_in(each) for name, each in columns.items() if isinstance(each, Blocks)}
    arrays = {name: arrow_array(stand_ins.get(name, each), folder) for name, each in columns.items()}
    batch = pa.record_batch(arrays)
    require_space(path.parent, batch.nbytes)
    schema = batch.schema.with_metadata({f"hub.{key}": value for key, value in notes.items()})
    late = {stand_ins[name].ctypes.data: each for name, each in columns.items() if isinstance(each, Blocks)}
    with path.open("wb") as file, pa.ipc.new_file(_Sink(file, late), schema) as writer:
        writer.write_batch(batch)


def _stand_in(blocks: Blocks) -> NDArray[np.generic]:
    """Return an array of the size of blocks that takes no memory, and cannot be written.

    np.empty promises to be written: Linux refuses that for more than the machine has, and ImageNet takes 252 GB.
    """
    if os.name == "nt" or not blocks.nbytes:
        return np.empty(blocks.shape, blocks.dtype)
    pages = mmap.mmap(-1, blocks.nbytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)
    return np.frombuffer(pages, blocks.dtype).reshape(blocks.shape)


def write_parts(
    path: Path, parts: Iterable[pa.RecordBatch], notes: Mapping[str, str], late: Callable[[], Mapping[str, str]]
) -> int:
    """Write record batches to a file, each as it comes, and return how many rows they have.

    What is known only when all are read stands beside the last one. Raises FormatError if there are none.
    """
    batches = iter(parts)
    last = next(batches, None)
    if last is None:
        raise FormatError("there is nothing to read", path=str(path), expected="rows", found="none")
    schema = last.schema.with_metadata({f"hub.{key}": value for key, value in notes.items()})
    rows = 0
    with path.open("wb") as file, pa.ipc.new_file(file, schema) as writer:
        for batch in batches:
            rows += len(last)
            writer.write_batch(last)
            last = batch
        writer.write_batch(last, custom_metadata={f"hub.{key}": value for key, value in late().items()})
    return rows + len(last)


class _Sink(io.RawIOBase):
    """The file that Arrow writes to, which knows the stand-ins by the address of their memory."""

    def __init__(self, file: BinaryIO, late: Mapping[int, Blocks]) -> None:
        self._file = file
        self._late = late

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        buffer = pa.py_buffer(data)
        blocks = self._late.get(buffer.address)
        if blocks is None or buffer.size != blocks.nbytes:
            self._file.write(buffer)
        else:
            _write_blocks(self._file, blocks)
        return int(buffer.size)


def _write_blocks(file: BinaryIO, blocks: Blocks) -> None:
    rows = 0
    for part in blocks.parts():
        if part.dtype != blocks.dtype or part.shape[1:] != blocks.shape[1:]:
            raise _wrong(blocks, f"{part.dtype} {part.shape[1:]}")
        rows += len(part)
        if rows <= len(blocks):
            file.write(memoryview(np.ascontiguousarray(part).reshape(-1).view(np.uint8)))  # type: ignore[arg-type]  # arrays are buffers
    if rows != len(blocks):
        raise _wrong(blocks, f"{rows} rows")


def _wrong(blocks: Blocks, found: str) -> FormatError:
    return FormatError(
        f"{blocks.name} holds other data than it says",
        path=blocks.name,
        expected=f"{blocks.shape[0]} rows of {blocks.dtype} {blocks.shape[1:]}",
        found=found,
    )


def arrow_array(values: Writable, folder: Path) -> pa.Array:
    """Return a column as an Arrow array that shares its memory."""
    if isinstance(values, pa.Array):
        return values
    if isinstance(values, Media):
        return places_array(values.places, folder)
    if not isinstance(values, np.ndarray):
        return pa.array(values, pa.string())
    values = np.ascontiguousarray(values)
    element = pa.from_numpy_dtype(values.dtype)
    flat = pa.Array.from_buffers(element, values.size, [None, pa.py_buffer(values)])
    if values.ndim == 1:
        return flat
    shape = values.shape[1:]
    storage = pa.FixedSizeListArray.from_arrays(flat, math.prod(shape))
    return pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(element, shape), storage)
