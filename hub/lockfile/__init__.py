"""Lockfile: the exact files that a project uses, each by sha256 and size, in a `hub.lock` beside its code.

model          what stands in it
reading        `read`, `parse`, `find`: every fault is named with its key path
writing        `text_of`, `write`, `update`: stable order, whole or not at all
"""

from __future__ import annotations

from hub.lockfile.model import (
    Artifact,
    Entry,
    Lockfile,
    Requirement,
    Source,
    in_order,
    is_address,
)
from hub.lockfile.reading import find, parse, read
from hub.lockfile.writing import existing, text_of, update, write

__all__ = [
    "Artifact",
    "Entry",
    "Lockfile",
    "Requirement",
    "Source",
    "existing",
    "find",
    "in_order",
    "is_address",
    "parse",
    "read",
    "text_of",
    "update",
    "write",
]
