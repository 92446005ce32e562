"""Objects: files on object storage, read where they are, a range of bytes at a time.

    from hub.objects import opened

    with opened("s3://bucket/photos.tar") as file:
        file.seek(512)
        head = file.read(512)

What has been read lies in the store, in blocks, so that nothing comes twice. An object is read as it was when it was
opened: one that is replaced meanwhile is an error, never a mixture.

    reading     the file
    gathering   its blocks: those that are needed, those that will be, several requests at once
    doors       what is asked for a range: s3, gs, http(s), file, and whatever else fsspec knows
    blocks      what has been read, in the store
    places      the address of an object as if it were a path
    outlines    what of a prepared table has to be known to find its rows
    writing     putting bytes and files there
    pushing     a store's blobs, prepared data and refs, into a store on object storage
"""

from __future__ import annotations

from hub.objects.places import ObjectPath
from hub.objects.pushing import Pushed, push
from hub.objects.reading import ObjectFile, opened

__all__ = ["ObjectFile", "ObjectPath", "Pushed", "opened", "push"]
