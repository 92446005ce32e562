"""What was found in a folder, and what it means for the names that people use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from hub.fetch.plans import called

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hub.adopting.placing import How
    from hub.fetch.plans import Plan


@dataclass(frozen=True, slots=True)
class Adopted:
    """One published file: where it lay, its blob, and the artifacts that it is, as (owner, name).

    `how` is "there" if the store had it before.
    """

    path: Path
    sha256: str
    size: int
    how: How | Literal["there"]
    artifacts: tuple[tuple[str, str], ...]


class Stored(NamedTuple):
    """What the store has of an artifact."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Share:
    """How much the store has now of what a name stands for, in files and in bytes."""

    name: str
    files: int
    of: int
    size: int

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self.files == self.of


@dataclass(slots=True)
class Report:
    """What a run has found.

    `skipped` files have neither size nor name of a published one; `differing` ones have the name, and other bytes.
    """

    plans: Sequence[Plan]
    looked_at: int
    skipped: int
    stored: dict[tuple[str, str], Stored]
    """(owner, artifact) -> what the store has of it now, or would have."""
    adopted: list[Adopted] = field(default_factory=list)
    differing: list[Path] = field(default_factory=list)

    @property
    def shares(self) -> list[Share]:
        """How much there is now of each name of which something was found, in the order of names."""
        owners = {owner for each in self.adopted for owner, _ in each.artifacts}
        shares = (self._share(plan) for plan in self.plans if plan.owner in owners)
        return sorted(shares, key=lambda share: share.name)

    def _share(self, plan: Plan) -> Share:
        keys = ((plan.owner, artifact.name) for artifact in plan.artifacts)
        there = [self.stored[key] for key in keys if key in self.stored]
        return Share(called(plan.owner), len(there), len(plan.artifacts), sum(each.size for each in there))

    def size(self, *hows: str) -> int:
        """Return the bytes of files with which this was done, each blob once."""
        return sum({each.sha256: each.size for each in self.of(*hows)}.values())

    def of(self, *hows: str) -> Iterable[Adopted]:
        """Return what came into the store this way."""
        return [each for each in self.adopted if each.how in hows]
