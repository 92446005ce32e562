"""Where a registry is published: what a place must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    OnBytes = Callable[[int], object]

INDEX = "registry/v1/index.json"


@dataclass(frozen=True, slots=True)
class State:
    """The index as it was read: its bytes, none if there is no registry yet, and what tells it from others."""

    data: bytes = b""
    mark: str = ""


class Place(Protocol):
    """A folder or a bucket. Paths are relative, with "/" between folders.

    What is put under a name is whole once the name is there.
    """

    @property
    def address(self) -> str:
        """What to call it."""

    def holds(self, path: str, size: int) -> bool:
        """Tell whether a file of that name and size is there."""

    def put(self, path: str, data: bytes) -> None:
        """Write a small file, in place of one of the same name."""

    def put_file(self, path: str, source: Path, sha256: str, on_bytes: OnBytes) -> None:
        """Copy a file under a name that is only ever given to it; DigestMismatch if it is not the one that was read."""

    def read(self, path: str) -> bytes | None:
        """Return a small file, or None if there is none."""

    def state(self) -> State:
        """Return the index as it is now."""

    def switch(self, before: State, data: bytes) -> bool:
        """Put an index in place of the one that was read; False, and nothing is done, if that has changed."""


def find(text: str, note: Callable[[str], object]) -> Place:
    """Return the place that a path or an address means. Raises InvalidInput, and MissingExtra for a bucket."""
    if text.startswith("s3://"):
        from hub.publish.bucket import Bucket

        return Bucket.of(text, note)
    scheme = text.partition("://")[0] if "://" in text else ""
    if scheme not in ("", "file"):
        raise InvalidInput(
            f"nothing can be published to {text}",
            expected="a folder, or s3://BUCKET/PREFIX",
            found=f"{scheme}://",
            hint="publish into a folder that the server serves, or that is copied to it",
        )
    from hub.publish.folder import Folder
    from hub.sources.file import path_of

    return Folder(path_of(text) if scheme else Path(text).expanduser().absolute())
