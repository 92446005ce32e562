"""Reading what a source has opened, a buffer at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.sources.base import Stream


def drained(stream: Stream) -> tuple[int, bytes]:
    """Return where a stream began and all that it gave, and close it."""
    buffer, found = memoryview(bytearray(5000)), b""
    try:
        while count := stream.readinto(buffer):
            found += buffer[:count]
    finally:
        stream.close()
    return stream.offset, found
