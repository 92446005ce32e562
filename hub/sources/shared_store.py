"""`shared:s3://BUCKET/PREFIX/v1/blobs/sha256/ab/<hex>` sources: blobs of a store on object storage (HUB_SHARED).

They are read as any object is, with the same credentials. Only files whose whole sha256 is known are asked for; that
such a store lacks one is nothing to be told of.
"""

from __future__ import annotations

from hub import sources
from hub.errors import BadStatus
from hub.sources.base import Absent, Location, Stream

SCHEME = "shared:"

# What S3 says of a key that is not there to those who may not list the bucket is 403: that is worth being told.
MISSING = (404, 410)


def url_of(store: str, sha256: str) -> str:
    """Return the source that a store on object storage is for a file.

    >>> url_of("s3://lab/hub", 64 * "0")[:48]
    'shared:s3://lab/hub/v1/blobs/sha256/00/000000000'
    """
    return f"{SCHEME}{store.rstrip('/')}/v1/blobs/sha256/{sha256[:2]}/{sha256}"


def locate(url: str) -> Location:
    """A store has files under their digests; nobody is asked. Raises what locating the object does."""
    sources.locate(url.removeprefix(SCHEME))
    return Location(url.removeprefix(SCHEME), scheme="shared")


def open_at(location: Location, offset: int, validator: str, end: int | None = None) -> Stream:
    """Open a file of a store as its scheme does; Absent if it has it not."""
    try:
        return sources.open_at(sources.locate(location.url), offset, validator, end)
    except BadStatus as error:
        if error.status in MISSING:
            raise Absent(error.status, url=error.url) from error
        raise
