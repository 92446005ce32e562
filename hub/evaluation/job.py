"""What is to be evaluated: a model on a part of a dataset; and how fast that goes."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hub.evaluation import choosing
from hub.evaluation.outcome import Subject
from hub.models.about import About
from hub.models.prediction.running import device_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from torch import nn

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.progress import Progress

OTHERS = "something else"
"""What a model's classes are called together that the dataset does not have."""


@dataclass(frozen=True, slots=True)
class Job:
    """A model, and samples of a dataset.

    `transform` is what users give in place of the model's own preprocessing, `called` in place of its name.
    """

    model: nn.Module
    dataset: Dataset
    limit: int | None
    batch_size: int
    transform: Callable[..., object] | None
    progress: Progress
    called: str = ""

    @property
    def about(self) -> About | None:
        """What `hub.load` has noted about the model; None if others made it."""
        found = getattr(self.model, "hub", None)
        return found if isinstance(found, About) else None

    @property
    def name(self) -> str:
        """What the model is called."""
        return self.called or (self.about.name if self.about else type(self.model).__name__)

    @property
    def categories(self) -> tuple[str, ...]:
        """The classes of the model's outputs; none if they have no names."""
        return self.about.categories if self.about else ()

    def subject(self, task: str, samples: int) -> Subject:
        """Return who was measured on what."""
        about = self.about
        return Subject(
            task=task,
            model=self.name,
            weights=_file_name((about.weights if about else None) or ""),
            sha256=(about.sha256 if about else None) or "",
            dataset=choosing.id_of(self.dataset),
            version=self.dataset.version,
            split=self.dataset.split,
            fingerprint=self.dataset.fingerprint,
            samples=samples,
            of=len(self.dataset),
            batch_size=self.batch_size,
            device=device_of(self.model),
        )


def _file_name(weights: str) -> str:
    """Return a tag or URL as it is, and of a file of this machine the name alone."""
    return weights if "://" in weights else Path(weights).name


def first_field(dataset: Dataset, *kinds: str) -> Field | None:
    """Return the first field of one of these kinds."""
    return next((each for each in dataset.fields if each.kind in kinds and not each.made_of), None)


def class_names(dataset: Dataset, field: Field) -> Sequence[str]:
    """Return the names of the classes of a field, in order; none if nobody knows them."""
    return field.classes or dataset.classes


@dataclass(slots=True)
class Watch:
    """How long a loop takes, and the model in it."""

    clock: Callable[[], float] = time.perf_counter
    began: float = field(init=False)
    in_model: float = 0.0
    batches: int = 0
    samples: int = 0

    def __post_init__(self) -> None:
        self.began = self.clock()

    @contextmanager
    def running(self, samples: int) -> Iterator[None]:
        """Count what the model does inside; what it computes has to be on the CPU at the end."""
        before = self.clock()
        yield
        self.in_model += self.clock() - before
        self.batches += 1
        self.samples += samples

    def figures(self) -> Mapping[str, float]:
        """Return the rates."""
        seconds = max(self.clock() - self.began, 1e-9)
        return {
            "samples_per_second": self.samples / seconds,
            "ms_per_batch": 1000 * self.in_model / max(self.batches, 1),
        }
