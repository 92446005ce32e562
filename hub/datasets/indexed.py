"""Where the files of an archive in the store lie: `hub prepare` has several archives looked through at a time.

    <store>/prepared/<fingerprint>/index.arrow     name, offset, size, zipped, in the order of the archive

Without one an archive is looked through when its tree is first needed. The fingerprint covers the archive's digest, so
an index is right for as long as it is there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa

from hub.store import leases, origins, usage
from hub.store.files import publish_file
from hub.trees import Place
from hub.trees.archive import index

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hub.store.layout import Layout

VERSION = 1

COLUMNS = ("name", "offset", "size", "zipped")


@dataclass(frozen=True)
class Index:
    """The index of a plain archive, which lies in the store; with `nested` tars in it are folders."""

    path: Path
    sha256: str
    nested: bool
    layout: Layout

    @cached_property
    def fingerprint(self) -> str:
        """64 hex digits that differ whenever the index could."""
        return hashlib.sha256(f"index {VERSION} {self.sha256} {self.nested}".encode()).hexdigest()

    @property
    def target(self) -> Path:
        """Where it lies."""
        return self.layout.prepared(self.fingerprint) / "index.arrow"

    def places(self) -> list[Place] | None:
        """Return where the files of the archive lie, or None if nobody has looked yet."""
        leases.hold(self.layout, [self.fingerprint])
        if not self.target.exists():
            return None
        usage.note(self.layout, self.target, self.fingerprint)
        with pa.memory_map(str(self.target)) as file:
            table = pa.ipc.open_file(file).read_all()
        columns = (table[name].to_pylist() for name in COLUMNS)
        return [Place(self.path, *values) for values in zip(*columns, strict=True)]

    def fulfil(self) -> int:
        """Look through the archive, put the index in its place, and return its size.

        Raises FormatError if the archive is damaged.
        """
        return self._publish(self.content)

    def receive(self, content: bytes) -> None:
        """Put an index in its place that was made elsewhere."""
        self._publish(lambda: content)

    def content(self) -> bytes:
        """Return the file of the index."""
        places = list(index(self.path, nested=self.nested))
        table = pa.table({name: [getattr(each, name) for each in places] for name in COLUMNS}, schema=SCHEMA)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        return bytes(sink.getvalue())

    def _publish(self, made: Callable[[], bytes]) -> int:
        def write(path: Path) -> None:
            path.write_bytes(made())

        publish_file(write, self.target, self.layout)
        origins.record(self.layout, self.fingerprint, self.target, [self.sha256], {"index": VERSION})
        return self.target.stat().st_size


SCHEMA = pa.schema([("name", pa.string()), ("offset", pa.int64()), ("size", pa.int64()), ("zipped", pa.bool_())])
