"""Parts made by tasks of Ray.

A worker that sees the store of who asks, because it runs on the same machine or the store lies on a shared file system,
puts its part right there. Any other fetches the dataset's files into its own store, once for all workers of a node,
prepares them there, and sends its part back through Ray. Which of the two it is shows by a file that is written into
the store for this run: a path alone could mean another disk on another machine.
"""

from __future__ import annotations

import pickle
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.clusters import tasks
from hub.errors import MissingFile
from hub.store.files import write_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from hub.datasets.uniform.making import Order
    from hub.store.layout import Layout

    Elsewhere = Callable[[Order], Callable[[], bytes] | None]


@dataclass(frozen=True, slots=True)
class Task:
    """An order on its way to a worker."""

    number: int
    order: bytes
    """Pickled: it can be opened only where its table is."""
    witness: Path
    """A file that is there if the store is."""
    elsewhere: Callable[[], bytes] | None
    """What makes the content where the store is not; None if it is of files that only this machine has."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says: the size of what it made, and the content where it could not put it in place."""

    number: int
    size: int
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Nodes:
    """An engine of a cluster's workers, which works on a store; `address` "" starts a cluster on this machine.

    `cpus` is how many CPUs that one has.
    """

    layout: Layout
    address: str = ""
    cpus: int | None = None

    def __call__(self, orders: Sequence[Order], elsewhere: Elsewhere = lambda _: None) -> Iterator[int]:
        """Have all orders fulfilled and yield the size of each when it is; raises what `tasks.run` does."""
        if not orders:
            return
        with _witness(self.layout) as seen:
            given = [Task(number, tasks.packed(each), seen, elsewhere(each)) for number, each in enumerate(orders)]
            for answer in tasks.run(fulfil, given, address=self.address, cpus=self.cpus):
                if answer.content is not None:
                    orders[answer.number].receive(answer.content)
                yield answer.size


@contextmanager
def _witness(layout: Layout) -> Iterator[Path]:
    """Give a file in the store that no other store has; gone afterwards."""
    path = layout.tmp / f"seen.{uuid.uuid4().hex}"
    write_small(path, "", layout)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def fulfil(task: Task) -> Answer:
    """Make what a task asks for, wherever this runs."""
    if task.witness.exists():
        order: Order = pickle.loads(task.order)  # noqa: S301  from whoever runs code here already
        return Answer(task.number, order.fulfil(), None)
    if task.elsewhere is None:
        raise MissingFile(
            "a worker of the cluster does not see the store, nor the folder that the dataset is in",
            expected=f"{task.witness.parent.parent} on every machine",
            found="nothing there",
            hint="set HUB_HOME to a folder that all machines share, and put the data there too",
        )
    content = task.elsewhere()
    return Answer(task.number, len(content), content)
