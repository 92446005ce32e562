"""Steps: what is made of a stock before a loop begins: which samples, in which order, and what becomes of them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, cast

import torch
from torch.utils.data import IterableDataset
from torchvision.datasets.vision import StandardTransform

from hub import ranks
from hub.datasets.joint_transforms import refuse_both
from hub.datasets.sample import Sample
from hub.decoders import Form
from hub.errors import InvalidInput, WrongType
from hub.streaming.order import Order
from hub.streaming.shares import Share
from hub.streaming.sifting import Keep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hub.cards import DatasetCard
    from hub.progress import Progress
    from hub.streaming.stock import Stock

    Transform = Callable[..., object]
    Uneven = Literal["keep", "drop", "repeat"]

BUFFER = 1000
"""Rows of a window that is shuffled, unless it is said otherwise: as many as Hugging Face has."""


class Steps(IterableDataset[Sample]):
    """A stock, and what is picked of it and done with it; each step gives a new one."""

    def __init__(self, stock: Stock, progress: Progress | None = None) -> None:
        super().__init__()
        self.transform: Transform | None = None
        self.target_transform: Transform | None = None
        self._joint: Transform | None = None
        self._stock = stock
        self._progress = progress
        self._order = Order()
        self._form = Form()
        self._share: Share | None = None
        self._uneven: Uneven = "keep"
        self._equal: tuple[tuple[str, int | str], ...] = ()
        self._functions: tuple[Callable[..., object] | Keep, ...] = ()
        self._epoch = _shared(0)
        self._resumed: Mapping[str, Any] | None = None
        self._told: Mapping[str, Any] | None = None

    @property
    def card(self) -> DatasetCard:
        """The card that describes this dataset."""
        return self._stock.choice.card

    @property
    def version(self) -> str:
        """The version of the card."""
        return self.card.version

    @property
    def split(self) -> str:
        """The split expression that was asked for."""
        return self._stock.split

    @property
    def classes(self) -> list[str]:
        """The names of the classes, as far as the card has them."""
        return list(self._stock.choice.classes)

    @property
    def class_to_idx(self) -> dict[str, int]:
        """Class name -> label, as far as the card has them."""
        first = next((field.first for field in self.card.fields if field.kind == "label" and field.first), 0)
        return {name: number for number, name in enumerate(self.classes, first)}

    @property
    def epoch(self) -> int:
        """The number of the pass that the next loop makes."""
        return int(self._epoch)

    def set_epoch(self, epoch: int) -> None:
        """Give the next loops the number `epoch`, of which their random order depends; workers that live on hear it."""
        if not isinstance(epoch, int) or epoch < 0:
            raise InvalidInput(f"there is no epoch {epoch!r}", expected="a whole number from 0 on", found=repr(epoch))
        self._epoch.fill_(epoch)

    @property
    def transforms(self) -> Transform | None:
        """The joint transform of image and label; torchvision's StandardTransform for two separate ones."""
        if self._joint is None and (self.transform is not None or self.target_transform is not None):
            return cast("Transform", StandardTransform(self.transform, self.target_transform))
        return self._joint

    @transforms.setter
    def transforms(self, joint: Transform | None) -> None:
        refuse_both(self.transform, self.target_transform, joint)
        self._joint = joint

    def __len__(self) -> int:
        """Return how many samples this rank is given. Raises WrongType, a TypeError, if nobody knows."""
        total = self._stock.total
        if total is None or self.is_filtered:
            why = "a filter decides on each sample" if self.is_filtered else "the card does not say"
            raise WrongType(f"how many samples {self.card.name} will give is not known before they have come: {why}")
        share = self.share
        left = max(0, self._order.count(total) - share.start)
        full, rest = divmod(left, share.world)
        return {"keep": full + (share.rank < rest), "drop": full, "repeat": full + (rest > 0)}[self._uneven]

    @property
    def is_filtered(self) -> bool:
        """Whether some samples are left out by what they are."""
        return bool(self._equal) or self.sifts

    @property
    def sifts(self) -> bool:
        """Whether a function of the user's decides on samples once they are made."""
        return any(isinstance(each, Keep) for each in self._functions)

    @property
    def share(self) -> Share:
        """The share of this rank: the one that was asked for, or else the one that the launcher gives it."""
        if self._share is not None:
            return self._share
        current = ranks.current()
        return Share(current.rank, current.world)

    def skip(self, count: int) -> Self:
        """Return a dataset without the first `count` samples. They are passed over and not decoded."""
        self._refuse_filtered("skip")
        return self._with(_order=self._order.skip(whole(count, "skip", 0)))

    def take(self, count: int) -> Self:
        """Return a dataset of the first `count` samples, of all ranks together."""
        self._refuse_filtered("take")
        return self._with(_order=self._order.take(whole(count, "take", 0)))

    def shuffle(self, seed: int = 0, buffer: int | None = BUFFER) -> Self:
        """Return the same samples in a random order that depends on `seed` and the epoch alone.

        `buffer` rows at a time are put into random order; no sample is decoded for that, but photos of an archive that
        is compressed as a whole are held in memory. With `buffer=None` all of them are: the first sample then waits
        for the last byte.
        """
        buffer = None if buffer is None else whole(buffer, "buffer", 1)
        return self._with(_order=self._order.shuffle(whole(seed, "seed", 0), buffer))

    def filter(self, predicate: Callable[[Any], object] | None = None, **equals: int | str) -> Self:
        """Return a dataset of the samples for which `predicate` holds and whose stored columns have these values.

        `filter(label=3)` compares before anything is decoded; a class may be named.
        """
        functions = self._functions if predicate is None else (*self._functions, Keep(predicate))
        return self._with(_equal=(*self._equal, *equals.items()), _functions=functions)

    def map(self, function: Callable[[Any], object]) -> Self:
        """Return a dataset whose samples are `function(sample)`."""
        return self._with(_functions=(*self._functions, function))

    def with_format(self, form: Literal["torch"] | None, *, min_size: int | None = None) -> Self:
        """Return this dataset with images as uint8 tensors of shape (C, H, W) for "torch", or as Pillow images.

        `min_size` is that of the map-style dataset.
        """
        if form not in ("torch", None):
            raise InvalidInput(f"there is no format {form!r}", expected='"torch" or None', found=repr(form))
        return self._with(_form=Form(form, None if min_size is None else whole(min_size, "min_size", 1)))

    def shard(self, rank: int | None = None, world: int | None = None, *, uneven: Uneven = "keep") -> Self:
        """Return the share of one rank of `world`; without numbers that of this process, as its launcher says.

        Ranks get samples in turn, so that some have one more than others. With `uneven="drop"` the last few are
        dropped, with "repeat" given twice, so that all have equally many, as DistributedDataParallel needs it.
        """
        if uneven not in ("keep", "drop", "repeat"):
            raise InvalidInput(f"uneven={uneven!r} makes no sense", expected='"keep", "drop" or "repeat"', found=uneven)
        if (rank is None) != (world is None):
            raise InvalidInput("a share is a rank of so many", expected="both rank and world, or neither")
        if rank is None or world is None:
            return self._with(_uneven=uneven)
        if not 0 <= rank < world:
            raise InvalidInput(f"there is no rank {rank} of {world}", expected=f"0 to {world - 1}", found=rank)
        return self._with(_share=Share(rank, world), _uneven=uneven)

    def __getstate__(self) -> dict[str, Any]:
        # A spawned worker does not know its parent's rank, and has no terminal to draw a bar on.
        return vars(self) | {"_share": self.share, "_progress": None}

    def copy(self) -> Self:
        """Return the same dataset with an epoch of its own."""
        return self._with()

    def _with(self, **changes: object) -> Self:
        other = copy.copy(self)
        vars(other).update({"_epoch": _shared(self.epoch), "_told": None, **changes})
        return other

    def _refuse_filtered(self, what: str) -> None:
        if self.is_filtered:
            raise InvalidInput(
                f"{what}() behind filter() would have to know what the filter keeps on all ranks and workers",
                expected=f"{what}() before filter()",
                hint="itertools.islice(dataset, 5) picks the first few in one process",
            )

    def __getitem__(self, key: object) -> NoReturn:
        del key
        raise WrongType(
            "a dataset that streams has no sample number so and so",
            expected="a loop: for sample in dataset",
            hint="dataset.skip(5).take(1) picks one; hub.load_dataset without streaming=True can be indexed",
        )

    def __repr__(self) -> str:
        total = self._stock.total
        lines = [f"Split: {self.split}", f"Number of datapoints: {'not known' if total is None else total}"]
        if self._order != Order():
            lines.append(f"Order: {self._order}")
        if self.transforms is not None:
            lines.extend(repr(self.transforms).splitlines())
        return "\n    ".join([f"StreamingDataset {self.card.name} {self.version}", *lines])


def whole(value: int, name: str, least: int) -> int:
    """Return a number. Raises InvalidInput if it is none, or less than `least`."""
    if not isinstance(value, int) or value < least:
        wanted = f"a whole number from {least} on"
        raise InvalidInput(f"{name}={value!r} makes no sense", expected=wanted, found=repr(value))
    return value


def _shared(epoch: int) -> torch.Tensor:
    """Return a number that processes of this node share."""
    return cast("torch.Tensor", torch.tensor(epoch).share_memory_())  # type: ignore[no-untyped-call]
