"""How much an archive may hold: what is beyond is taken for a bomb, and refused before it fills memory or disk."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.errors import UnsafeArchive
from hub.progress import human_bytes

MB, GB, TB = 1 << 20, 1 << 30, 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is let through; sizes in bytes.

    The largest published archive that a card names holds 1.3 million files and 150 GB.
    """

    total: int = 16 * TB
    """Of all members together."""
    member: int = 4 * TB
    """Of one member."""
    members: int = 10_000_000
    ratio: int = 1_000
    """Bytes that one packed byte may become. Zeros are deflated 1,032-fold, and nothing that people need is zeros."""
    free: int = 64 * MB
    """What may come out whatever the ratio is."""
    whole: int = 2 * GB
    """What is read into memory in one piece."""
    whole_ratio: int = 100
    """Bytes that one packed byte may become there. Annotations and tables become 5 to 20."""
    path: int = 1_024
    """Of a member's name."""
    part: int = 255
    """Of one part of it: no common file system takes more."""
    depth: int = 64
    """Parts of a name."""
    nesting: int = 2
    """Archives inside of one another that are opened as one."""

    def inflated(self, name: object, packed: int, size: int) -> None:
        """Raise UnsafeArchive if `size` bytes come out of `packed` bytes, and that is too much."""
        if size > max(self.free, packed * self.ratio):
            raise too_much(name, f"at most {self.ratio} bytes out of one", f"{_sized(size)} out of {_sized(packed)}")

    def most(self, packed: int) -> int:
        """Return how many bytes of so many packed ones may stand in memory."""
        return min(max(self.free, packed * self.whole_ratio), self.whole)


USUAL = Limits()


@dataclass(slots=True)
class Count:
    """What has come out of an archive so far; each step raises UnsafeArchive beyond a limit."""

    limits: Limits
    where: object
    packed: int
    """Bytes of the archive itself."""
    members: int = field(default=0, init=False)
    total: int = field(default=0, init=False)
    _member: int = field(default=0, init=False)

    def enter(self) -> None:
        """Count one more member."""
        self.members += 1
        self._member = 0
        if self.members > self.limits.members:
            raise too_much(self.where, f"at most {self.limits.members} members", "more")

    def take(self, size: int) -> None:
        """Count bytes of the member that was entered last."""
        self._member += size
        self.total += size
        if self._member > self.limits.member:
            raise too_much(self.where, f"members of at most {_sized(self.limits.member)}", "a larger one")
        if self.total > self.limits.total:
            raise too_much(self.where, f"at most {_sized(self.limits.total)} in all", "more")
        self.limits.inflated(self.where, self.packed, self.total)


def too_much(where: object, expected: str, found: str) -> UnsafeArchive:
    """Return the error to raise for an archive that holds more than the limits let through."""
    hint = "it looks like an archive made to fill a disk; unpack it by hand if you know what it is"
    return UnsafeArchive(f"{where} holds more than it should", expected=expected, found=found, hint=hint)


def _sized(size: int) -> str:
    return human_bytes(size)
