"""Shares: which positions of an order are whose, of ranks and of their workers, without overlap or loss.

    position   0 1 2 3 4 5 6 7 8 9 ...
    rank       0 1 0 1 0 1 0 1 0 1         of two
    worker     0 0 0 0 1 1 1 1 0 0         of two on each rank, two samples at a time

A step of all ranks together takes positions that follow each other, so that what a training sees does not depend on how
many ranks there are. Of workers that make batches of `block` samples each is given whole batches in turn, so that a
loop sees the same batches in the same order, however many workers there are.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Share:
    """The positions from `start` on that one worker of one rank has; alone it has all of them."""

    rank: int = 0
    world: int = 1
    worker: int = 0
    workers: int = 1
    block: int = 1
    start: int = 0

    def has(self, positions: Positions) -> NDArray[np.bool_]:
        """Tell which positions are its own.

        >>> import numpy as np
        >>> Share(rank=1, world=2, worker=0, workers=2, block=2).has(np.arange(12)).nonzero()[0]
        array([1, 3, 9, 11])
        """
        behind = positions - self.start
        number = behind // self.world
        own: NDArray[np.bool_] = (behind % self.world == self.rank) & (
            number // self.block % self.workers == self.worker
        )
        return own & (behind >= 0)

    def count(self, total: int) -> int:
        """Return how many of `total` positions its rank has.

        >>> [Share(rank=rank, world=3).count(10) for rank in range(3)]
        [4, 3, 3]
        """
        return max(0, -(-(total - self.start - self.rank) // self.world))

    def of_worker(self, worker: int, workers: int, block: int = 1) -> Share:
        """Return the share of one worker of this rank."""
        return replace(self, worker=worker, workers=workers, block=block)


def resumed(share: Share, state: Mapping[str, Any]) -> tuple[Share, int]:
    """Return the share that goes on where a state was taken, and how many of its samples are passed over.

    Raises InvalidInput if that needs as many workers and ranks as before, and there are others now.
    """
    now = replace(share, start=int(state["start"]))
    before = Share(**{name: int(state[name]) for name in asdict(share)})
    if state["taken"] and now != before:
        raise InvalidInput(
            "this state was taken in a worker, and fits that worker alone",
            expected=f"worker {before.worker} of {before.workers}, rank {before.rank} of {before.world}",
            found=f"worker {now.worker} of {now.workers}, rank {now.rank} of {now.world}",
            hint="resume with as many ranks and workers, or take the state of dataset.loader(...), which fits any",
        )
    return now, int(state["taken"])
