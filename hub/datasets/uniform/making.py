"""Making a uniform table: the parts that are not there yet by an engine, then all of them joined and put in place once.

A run that is killed anywhere leaves whole parts, and the next one goes on from there; the result is the same bytes.
"""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa

from hub import settings
from hub.datasets import writing
from hub.datasets.table import Table
from hub.datasets.uniform import parts
from hub.errors import IntegrityError, SourceError
from hub.places import is_object
from hub.progress import Silent
from hub.readers.blocks import Blocks
from hub.store import elections, leases, origins, usage
from hub.store.files import move_into_place, require_space, temporary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.datasets.uniform.parts import Part, Plan
    from hub.datasets.writing import Writable
    from hub.progress import Progress
    from hub.store.layout import Layout

logger = logging.getLogger("hub")


class Order(Protocol):
    """Something that is to be made and put in its place in the store; it can be pickled."""

    def fulfil(self) -> int:
        """Make it, unless it is there, and return its size in bytes."""

    def receive(self, content: bytes) -> None:
        """Put in its place what was made elsewhere."""


class Engine(Protocol):
    """Who fulfils orders: this process, others, or machines of a cluster."""

    def __call__(self, orders: Sequence[Order], /) -> Iterator[int]:
        """Have all orders fulfilled, in any order, and yield the size of each when it is."""


@dataclass(frozen=True, slots=True)
class PartOrder:
    """A part that somebody is to make."""

    plan: Plan
    part: Part
    layout: Layout

    def fulfil(self) -> int:
        """Make the part and put it in its place; return its size."""
        return parts.publish(self.plan, self.part, self.layout, lambda: parts.content(self.plan, self.part))

    def receive(self, content: bytes) -> None:
        """Put a part in its place that was made elsewhere."""
        parts.publish(self.plan, self.part, self.layout, lambda: content)


def here(orders: Sequence[Order]) -> Iterator[int]:
    """Fulfil all orders in this process, one after the other."""
    return (order.fulfil() for order in orders)


def ready(plan: Plan, layout: Layout) -> Table | None:
    """Return the table of a plan if it is there."""
    target = plan.target(layout)
    leases.hold(layout, [plan.fingerprint])  # before the look: else a gc could come in between
    if not target.exists():
        return None
    usage.note(layout, target, plan.fingerprint)
    return Table(target)


def shared(plan: Plan, layout: Layout) -> Table | None:
    """Return the table of a plan where it lies in a store on object storage, if it does; a store that fails is none."""
    current = settings.current()
    for store in (each for each in current.shared if is_object(each) and not current.offline):
        from hub.datasets.distant import DistantTable  # needs what only those have who read from object storage
        from hub.objects import ObjectPath

        place = f"{store}/v1/prepared/{plan.fingerprint}/{plan.source.path.name}"
        try:
            return DistantTable(ObjectPath(place, layout.home))
        except (SourceError, IntegrityError) as error:
            logger.info("%s has no %s: %s", store, plan.name, error.what)
    return None


def made(plan: Plan, layout: Layout, progress: Progress | None = None, engine: Engine = here) -> Table:
    """Return the table of a plan, making it if it is not there.

    Raises FormatError if an image or a text cannot be read, StoreError if there is no room: while parts are joined
    they are there twice.
    """
    said = progress or Silent()
    there = None if ready(plan, layout) is not None else shared(plan, layout)
    if there is not None:
        return there
    return elections.one(
        layout,
        f"prepared/{plan.fingerprint}",
        lambda: ready(plan, layout),
        lambda: _made(plan, layout, said, engine),
        on_wait=lambda: said.note(f"another process is preparing {plan.name}; waiting for it"),
    )


def _made(plan: Plan, layout: Layout, progress: Progress, engine: Engine) -> Table:
    every = plan.parts
    missing = [part for part in every if not plan.place(part, layout).exists()]
    rows = sum(part.stop - part.start for part in missing)
    total = len(plan.source) * plan.row_bytes or None
    progress.start(_label(plan, every), total, (len(plan.source) - rows) * plan.row_bytes)
    for size in engine([PartOrder(plan, part, layout) for part in missing]):
        progress.advance(size)
    progress.finish()
    table = _joined(plan, every, layout)
    shutil.rmtree(layout.part(plan.fingerprint, "").parent, ignore_errors=True)
    return table


def _label(plan: Plan, every: Sequence[Part]) -> str:
    return f"preparing {plan.name} {plan.source.path.stem} in {len(every)} parts"


def _joined(plan: Plan, every: Sequence[Part], layout: Layout) -> Table:
    """Join parts that are all there."""
    files = [plan.place(part, layout) for part in every]
    target = plan.target(layout)
    notes = {"dataset": plan.name, "split": target.stem}
    notes |= {"classes": json.dumps(plan.source.classes), "about": json.dumps(dict(plan.source.about))}
    with temporary(layout, target.name) as path:
        require_space(path.parent, sum(file.stat().st_size for file in files))
        if plan.row_bytes:
            columns = {field.name: _column(field.name, files) for field in plan.made}
            writing.write(path, columns, notes, target.parent)
        else:
            writing.write_parts(path, map(_batch, files), notes, dict)
        move_into_place(path, target)
    of = [plan.source.fingerprint, *map(layout.name_of, plan.source.containers)]
    origins.record(layout, plan.fingerprint, target, of, {"uniform": parts.VERSION})
    return Table(target)


def _batch(file: Path) -> pa.RecordBatch:
    return pa.ipc.open_file(pa.memory_map(str(file))).get_batch(0)


def _column(name: str, files: Sequence[Path]) -> Writable:
    """Return a column of all parts: one of images is read part by part when it is written, others at once."""
    first = _batch(files[0])[name]
    if isinstance(first.type, pa.FixedShapeTensorType):
        rows = sum(len(_batch(file)) for file in files)
        shape = (rows, *first.type.shape)
        dtype = np.dtype(first.type.value_type.to_pandas_dtype())
        return Blocks(name, shape, dtype, lambda: (_array(_batch(file)[name]) for file in files))
    return pa.concat_arrays([_batch(file)[name] for file in files])


def _array(column: pa.Array) -> NDArray[Any]:
    found: NDArray[Any] = column.to_numpy_ndarray()
    return found
