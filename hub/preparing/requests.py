"""What somebody asks to have prepared, in words that mean the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub import settings
from hub.datasets.choice import choose
from hub.datasets.loading import opened
from hub.datasets.splits import parse
from hub.datasets.surveying import surveyed
from hub.datasets.uniform import parts
from hub.datasets.uniform.datasets import plans
from hub.datasets.uniform.forms import Uniform
from hub.errors import WorkerFailed
from hub.progress import Silent
from hub.registry import find_dataset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hub.datasets.choice import Choice
    from hub.datasets.dataset import Dataset
    from hub.datasets.uniform.parts import Part
    from hub.progress import Progress
    from hub.readers import Option
    from hub.settings import Settings


@dataclass(frozen=True)
class Request:
    """A dataset by its name, one split or all, out of the store or a folder, and what its images and texts become."""

    name: str
    split: str | None = None
    folder: Path | None = None
    verify: bool = True
    form: Uniform = field(default_factory=Uniform)
    options: Mapping[str, Option] = field(default_factory=dict)

    def choice(self, current: Settings) -> Choice:
        """Return the card and its splits; raises what `load_dataset` does."""
        return surveyed(choose(find_dataset(self.name), self.options), self.folder, current)

    def splits(self, choice: Choice) -> list[str]:
        """Return the names of the splits that are asked for."""
        if self.split is None:
            return list(choice.splits)
        return list(dict.fromkeys(part.name for part in parse(self.split)))

    def datasets(self, progress: Progress) -> dict[str, Dataset]:
        """Return split -> dataset as `load_dataset` has it, prepared; raises what that does."""
        current = settings.current()
        choice = self.choice(current)
        wanted = list(choice.splits) if self.split is None else [self.split]
        return opened(choice, wanted, self.folder, current=current, verify=self.verify, progress=progress)


@dataclass(frozen=True, slots=True)
class PartElsewhere:
    """A part that is made by a machine with a store of its own, which fetches and prepares what it needs."""

    request: Request
    fingerprint: str
    part: Part

    def __call__(self) -> bytes:
        """Return the part. Raises WorkerFailed if this machine would make another table: its hub is another one."""
        found = [
            plan
            for dataset in self.request.datasets(Silent()).values()
            for plan in plans(dataset._origin, self.request.form)  # noqa: SLF001
            if plan.fingerprint == self.fingerprint
        ]
        if not found:
            raise WorkerFailed(
                f"a worker would make another table of {self.request.name}",
                expected=f"fingerprint {self.fingerprint[:16]}",
                found="others",
                hint="install the same version of hub on all machines, with the same registries and lockfile",
            )
        return bytes(parts.content(found[0], self.part))
