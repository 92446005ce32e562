"""Digests: what a file must hash to, and hashing while its bytes go by."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

HEX_LENGTH = {"sha256": 64, "md5": 32}

# A prefix shorter than this says nothing; torchvision publishes eight. Nobody publishes the beginning of an MD5.
SHORTEST = {"sha256": 8, "md5": 32}

# How publishers of weights write the beginning of a sha256 into names, as torch.hub does: resnet18-f37072fd.pth
IN_NAME = re.compile(r"-([0-9a-f]{8,64})\.")

# Some write a date there: those eight digits are no digest.
DATE = re.compile(r"20\d\d[01]\d[0-3]\d")

# perf: reads of 1 MiB reach the speed of OpenSSL's sha256; larger ones only cost memory.
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest or, where a publisher gives no more, the beginning of one.

    >>> Digest.parse("sha256:f37072fd").matches("f37072fd47e89c5e" + 48 * "0")
    True
    """

    algorithm: str
    hex: str

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Return the digest written as "<algorithm>:<hex>"; InvalidInput if it is not one."""
        algorithm, colon, value = text.partition(":")
        longest, shortest = HEX_LENGTH.get(algorithm, 0), SHORTEST.get(algorithm, 0)
        if not colon or not _is_hex(value) or not shortest <= len(value) <= longest:
            raise InvalidInput(
                f"{text!r} is no digest",
                expected="sha256:<8 to 64 hex digits> or md5:<32 hex digits>",
            )
        return cls(algorithm, value.lower())

    @property
    def whole(self) -> bool:
        """Whether this is the full digest and not only its beginning."""
        return len(self.hex) == HEX_LENGTH[self.algorithm]

    def matches(self, found: str) -> bool:
        """Return whether the full hex digest `found` agrees."""
        return found.startswith(self.hex)

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"


def _is_hex(text: str) -> bool:
    return bool(text) and all(char in "0123456789abcdefABCDEF" for char in text)


def split_digest(url: str) -> tuple[str, Digest | None]:
    """Return a URL without its `#<algorithm>=<hex>`, and that digest, if it has one; InvalidInput for another fragment.

    >>> split_digest("https://example.org/a.pth#sha256=f37072fd")
    ('https://example.org/a.pth', Digest(algorithm='sha256', hex='f37072fd'))
    """
    address, _, fragment = url.partition("#")
    return address, Digest.parse(fragment.replace("=", ":", 1)) if fragment else None


def digest_in_name(name: str) -> str:
    """Return the beginning of a sha256 that the name of a file carries, or "".

    >>> digest_in_name("resnet18-f37072fd.pth"), digest_in_name("mine-20240131.pth")
    ('f37072fd', '')
    """
    found = IN_NAME.findall(name)
    return "" if not found or DATE.fullmatch(found[-1]) else found[-1]


class Hasher:
    """Hashes bytes as they go by: always sha256, and any other algorithm asked for."""

    def __init__(self, expected: Iterable[Digest] = ()) -> None:
        self.expected = tuple(expected)
        names = {"sha256"} | {digest.algorithm for digest in self.expected}
        # MD5 is compared with what old publishers state, never trusted to name anything.
        self._hashes = {name: hashlib.new(name, usedforsecurity=False) for name in sorted(names)}
        self.size = 0

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes."""
        self.size += len(data)
        for state in self._hashes.values():
            state.update(data)

    @property
    def sha256(self) -> str:
        """The sha256 so far, as 64 hex digits."""
        return self._hashes["sha256"].hexdigest()

    def mismatch(self, among: Iterable[Digest] | None = None) -> tuple[Digest, Digest] | None:
        """Return the first (expected, found) pair that differs, of all or `among` these; None if all agree."""
        for digest in self.expected if among is None else among:
            found = self._hashes[digest.algorithm].hexdigest()
            if not digest.matches(found):
                return digest, Digest(digest.algorithm, found)
        return None


def strongest(digests: Iterable[Digest]) -> tuple[Digest, ...]:
    """Leave out MD5 beside a whole sha256: it takes twice the time and proves nothing more."""
    known = tuple(digests)
    return tuple(each for each in known if each.algorithm == "sha256" and each.whole) or known


def hash_file(
    path: Path, expected: Iterable[Digest] = (), *, on_bytes: Callable[[int], object] = lambda _: None
) -> Hasher:
    """Return a Hasher that has read the whole file at `path`; `on_bytes` is told how many bytes each step read."""
    hasher = Hasher(expected)
    buffer = memoryview(bytearray(CHUNK))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            hasher.update(buffer[:count])
            on_bytes(count)
    return hasher
