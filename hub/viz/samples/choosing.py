"""Which samples are shown where nobody says: of as many classes as there is room for, and from all over a split.

It looks at labels alone, and needs neither torch nor torchvision, which building a website does without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def spread(total: int, count: int) -> list[int]:
    """Return so many numbers of samples, evenly from the first on; all of them if there are no more.

    >>> spread(100, 4), spread(2, 4)
    ([0, 25, 50, 75], [0, 1])
    """
    return [number * total // count for number in range(count)] if total > count else list(range(total))


def one_of_each(labels: NDArray[np.generic], count: int) -> list[int]:
    """Return so many numbers of samples: the first one of each class, then others from all over the split.

    Of more classes than that it is as many, evenly.

    >>> one_of_each(np.array([7, 7, 7, 9]), 3)
    [0, 3, 1]
    """
    places = np.unique(labels, return_index=True)[1]
    first = [int(places[number]) for number in spread(len(places), count)]
    missing = min(count, len(labels)) - len(first)
    taken = set(first)
    others = [row for row in spread(len(labels), missing + len(first)) if row not in taken]
    others += [row for row in range(min(len(labels), 2 * count)) if row not in taken and row not in others]
    return first + others[:missing]
