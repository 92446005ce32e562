"""Loader: a loop over batches without what DataLoader does for one sample at a time.

The order of a pass is one array, a batch is one gather from the mapping, and a chain of transforms that can run once
a batch does. Small batches are made several at once and cut apart. Anything else runs per sample, exactly as in a
DataLoader without workers.

No memory is written twice, so a batch may be kept. What was measured on two cores and not worth its code: buffers that
are used again (under 2 %: the allocator hands back what an earlier batch has freed), a second thread for the CPU
(slower), tables of what a chain makes of one or two bytes (no faster than its arithmetic).
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import default_collate
from torch.utils.data._utils.collate import default_collate_fn_map

from hub.datasets.batch import Batch
from hub.datasets.placement import HOST, find_device, placement
from hub.datasets.ragged import POOL, in_buckets, refusal
from hub.errors import HubError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from hub.datasets.dataset import Dataset
    from hub.datasets.ragged import Collate
    from hub.datasets.sample import Sample
    from hub.datasets.table import Rows

T = TypeVar("T")

# Batches that wait for a GPU: one being copied while another is made.
AHEAD = 2

# Bytes of batches made at once. MNIST in batches of 256 takes 20.2 ms a pass with 6 MB, 21.9 with 3 and 21.5 with 8;
# for CIFAR-10 it makes no difference. Beyond that all caches are left behind.
AT_ONCE = 6 << 20


class Loader:
    """Batches of a dataset: named tuples of stacked values, as torch's default collate or `collate` makes them.

    Each pass with `shuffle` has an order of its own, drawn from `seed` and the number of the pass; without a seed
    torch's global generator decides, as in a DataLoader.

    `prefetch` batches are made ahead in a thread that ends with the pass: by default 2 for another device, and none
    for the CPU, where it would compete with the loop's body. Random transforms then draw from torch's generator while
    the body runs; a body that draws from the same one is reproducible with prefetch=0 only.

    With `bucket` samples of like length come together. The shuffled order is cut into pools of 100 batches; the samples
    of a pool are made, sorted by length, cut into batches, longest sample first, and these come in random order. Every
    sample comes once. All of a pool is in memory, and its first batch waits for it. What `drop_last` drops is drawn
    like everything else; kept, the smaller batch is somewhere in the last pool.
    """

    def __init__(  # noqa: PLR0913  what a loop is told; each is a keyword of its own for users too
        self,
        dataset: Dataset,
        batch_size: int = 1,
        *,
        shuffle: bool = False,
        drop_last: bool = False,
        seed: int | None = None,
        device: torch.device | str | None = None,
        prefetch: int | None = None,
        bucket: bool = False,
        collate: Collate | None = None,
    ) -> None:
        if bucket and not shuffle:
            hint = "give shuffle=True too; with a seed every first pass has the same order"
            raise InvalidInput("bucket=True changes the order of samples", expected="shuffle=True", hint=hint)
        self.dataset = dataset
        self.batch_size = _at_least(1, "batch_size", batch_size)
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.bucket = bucket
        self.collate = collate
        self.seed = None if seed is None else _at_least(0, "seed", seed)
        self.device = find_device(HOST if device is None else device)
        usual = 0 if self.device == HOST else AHEAD
        self.prefetch = usual if prefetch is None else _at_least(0, "prefetch", prefetch)
        self._epoch = 0

    def __len__(self) -> int:
        """Return the number of batches in a pass."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Sample]:
        on_host = self._in_pools(self._random()) if self.bucket else self._on_host(self._order())
        self._epoch += 1
        if self.device == HOST and not self.prefetch:
            return cast("Iterator[Sample]", on_host)
        batches = map(placement(self.device), on_host)
        placed = ahead(batches, self.prefetch) if self.prefetch else batches
        return (cast("Sample", each.handed_over()) for each in placed)

    def set_epoch(self, epoch: int) -> None:
        """Give the next pass the number `epoch`; with a seed its order depends on the two alone."""
        self._epoch = _at_least(0, "epoch", epoch)

    def _order(self) -> Rows:
        count = len(self.dataset)
        return self._random().permutation(count) if self.shuffle else range(count)

    def _random(self) -> np.random.Generator:
        drawn = int(torch.empty((), dtype=torch.int64).random_()) if self.seed is None else self.seed
        return np.random.default_rng([drawn, self._epoch])

    @property
    def _rows(self) -> int:
        """How many rows of the order a pass has."""
        return min(len(self.dataset), len(self) * self.batch_size)

    def _in_pools(self, random: np.random.Generator) -> Iterator[object]:
        order = random.permutation(len(self.dataset))[: self._rows]
        size = POOL * self.batch_size
        for start in range(0, len(order), size):
            samples = list(self._samples(order[start : start + size]))
            yield from map(self._collated, in_buckets(samples, self.batch_size, random))

    def _on_host(self, order: Rows) -> Iterator[object]:
        size, stop = self.batch_size, self._rows
        start, rows = 0, size
        while start < stop:
            samples = self._samples(order[start : min(start + rows, stop)])
            start += rows
            whole = self._whole(samples)
            if whole is not None:
                rows = _rows_at_once(whole, size)
                yield from _cut(whole, size)
            else:
                rows = size  # per sample, more at once would only make the first one late
                yield from map(self._collated, _shares(samples, size))

    def _samples(self, rows: Rows) -> Sequence[Sample]:
        return self.dataset.__getitems__(cast("Sequence[int]", rows))

    def _whole(self, samples: Sequence[Sample]) -> Sample | None:
        """Return the samples as one sample if they are made as columns of tensors."""
        if not isinstance(samples, Batch) or self.collate is not None or self.dataset.target_transform is not None:
            return None
        # Words and tuples of targets are no tensors, and are left to torch's collate.
        if any(isinstance(value, str | list) for value in samples[0]):
            return None
        whole = _told(samples, partial(samples.collated, default_collate_fn_map))
        return whole if whole is not None and all(isinstance(each, Tensor) for each in whole) else None

    def _collated(self, samples: Sequence[Sample]) -> object:
        return collated(samples, self.collate)


def collated(samples: Sequence[Sample], collate: Collate | None) -> object:
    """Return a batch as `collate` makes it, or torch's default. Raises InvalidInput if that cannot be."""
    if collate is not None:
        return collate(samples)
    _refuse_pillow(samples[0])
    return _told(samples, lambda: default_collate(samples))  # type: ignore[arg-type]  # annotated with list, takes any sequence


def ahead(batches: Iterator[T], depth: int) -> Iterator[T]:
    """Yield what `batches` yields, from a thread in which it runs up to `depth` ahead; it must not yield None.

    What it raises is raised here, after all that came before. The thread ends with the generator.

    >>> list(ahead(iter("abc"), depth=2))
    ['a', 'b', 'c']
    """
    with ThreadPoolExecutor(1, thread_name_prefix="hub-loader") as thread:
        asked = deque(thread.submit(next, batches, None) for _ in range(depth))
        try:
            while (batch := asked.popleft().result()) is not None:
                asked.append(thread.submit(next, batches, None))
                yield batch
        finally:
            # Not shutdown(cancel_futures=True), which fails in a generator that outlives the modules at exit.
            for each in asked:
                each.cancel()


def _rows_at_once(whole: Sample, size: int) -> int:
    each = sum(values.nbytes for values in whole) / len(whole[0])
    return size * max(1, int(AT_ONCE / (each * size)))


def _cut(whole: Sample, size: int) -> Iterator[Sample]:
    """Yield batches of `size` rows, each with tensors whose storage is no larger than that."""
    columns = [_parts(values, size) for values in whole]
    return (type(whole)(*values) for values in zip(*columns, strict=True))


def _parts(values: Tensor, size: int) -> Iterable[Tensor]:
    """Return tensors of `size` rows each. They are no views to autograd, and saving one saves no others."""
    if len(values) <= size:
        return (values,)
    # numpy lacks bfloat16, so that one is cut as integers.
    kept = values.view(torch.int16) if values.dtype == torch.bfloat16 else values
    cut = (torch.from_numpy(kept.numpy()[start : start + size]) for start in range(0, len(values), size))
    return cut if kept is values else (each.view(values.dtype) for each in cut)


def _shares(samples: Sequence[Sample], size: int) -> Iterable[Sequence[Sample]]:
    """Return samples in lists of `size`; they are more only if the transform was changed during a pass."""
    if len(samples) <= size:
        return (samples,)
    return (samples[start : start + size] for start in range(0, len(samples), size))


def _told(samples: Sequence[object], collate: Callable[[], T]) -> T:
    """Return what `collate` makes. Raises InvalidInput if it fails because values of the samples differ in length."""
    try:
        return collate()
    except HubError:
        raise
    except RuntimeError as error:
        refused = refusal(samples)
        if refused is None:
            raise
        raise refused from error


def _refuse_pillow(sample: object) -> None:
    values = sample if isinstance(sample, tuple) else (sample,)
    if any(isinstance(value, Image.Image) for value in values):
        raise InvalidInput(
            "Pillow images cannot be stacked to a batch",
            expected="tensors",
            found="samples that hold a Pillow image",
            hint='give a transform, such as ToTensor(), or use with_format("torch") for uint8 tensors',
        )


def _at_least(least: int, name: str, value: int) -> int:
    if not isinstance(value, int) or value < least:
        wanted = f"a whole number from {least} on"
        raise InvalidInput(f"{name}={value!r} makes no sense", expected=wanted, found=repr(value))
    return value
