"""What was found in a folder, and what it means for the names that people use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

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


@dataclass(frozen=True, slots=True)
class Share:
    """How much of what a name stands for was in the folder."""

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

    `skipped` files have neither size nor name of a published one; `differing` ones have, and are other files.
    """

    plans: Sequence[Plan]
    looked_at: int
    skipped: int = 0
    adopted: list[Adopted] = field(default_factory=list)
    differing: list[Path] = field(default_factory=list)

    @property
    def shares(self) -> list[Share]:
        """What was found by name, in the order of names; those of which nothing was found are left out."""
        found: dict[str, dict[str, int]] = {}
        for each in self.adopted:
            for owner, artifact in each.artifacts:
                found.setdefault(owner, {})[artifact] = each.size
        of = {plan.owner: len(plan.artifacts) for plan in self.plans}
        shares = (Share(called(owner), len(files), of[owner], sum(files.values())) for owner, files in found.items())
        return sorted(shares, key=lambda share: share.name)

    def size(self, *hows: str) -> int:
        """Return the bytes of files with which this was done, each blob once."""
        return sum({each.sha256: each.size for each in self.of(*hows)}.values())

    def of(self, *hows: str) -> Iterable[Adopted]:
        """Return what came into the store this way."""
        return [each for each in self.adopted if each.how in hows]
