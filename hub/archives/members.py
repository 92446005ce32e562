"""What an archive holds, whatever it is packed as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a member is."""

    FILE = "a file"
    FOLDER = "a folder"
    LINK = "a link"
    """A symbolic link, whose target counts from its own folder."""
    HARD_LINK = "a hard link"
    """Another name of a file, whose target counts from the top."""
    ENCRYPTED = "an encrypted file"
    OTHER = "a device, a pipe or something else"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an archive; its name is as the archive has it, and may lead anywhere."""

    name: str
    kind: Kind
    size: int = 0
    """As the archive says, in bytes."""
    target: str = ""
    """Where a link leads; a zip's is told by its content instead."""
