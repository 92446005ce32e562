"""Refs: which digests a name stood for when it was fetched; small, and harmless to lose."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from hub.store.files import write_small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.store.layout import Layout


@dataclass(frozen=True, slots=True)
class Entry:
    """One artifact as it was verified: its full sha256, its size in bytes and, where it was checked, its MD5."""

    sha256: str
    size: int
    md5: str = ""


def read(layout: Layout, owner: str) -> dict[str, Entry]:
    """Return artifact name -> entry; empty where nothing, or nothing readable, is recorded."""
    try:
        table = json.loads(layout.ref(owner).read_text("utf-8"))
        return {name: Entry(**entry) for name, entry in table["artifacts"].items()}
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def write(layout: Layout, owner: str, entries: Mapping[str, Entry]) -> None:
    """Record the entries, keeping those of artifacts that are not among them."""
    _replace(layout, owner, read(layout, owner) | dict(entries))


def forget_missing(layout: Layout, owner: str) -> None:
    """Drop the entries whose blob is gone, and the ref if none is left."""
    kept = {name: entry for name, entry in read(layout, owner).items() if layout.blob(entry.sha256).exists()}
    if kept:
        _replace(layout, owner, kept)
    else:
        forget(layout, owner)


def forget(layout: Layout, owner: str) -> None:
    """Drop a ref. What it names stays, as does its folder: somebody may be about to write there."""
    with suppress(OSError):
        layout.ref(owner).unlink()


def _replace(layout: Layout, owner: str, entries: Mapping[str, Entry]) -> None:
    table = {"artifacts": {name: asdict(entries[name]) for name in sorted(entries)}}
    write_small(layout.ref(owner), json.dumps(table, indent=1) + "\n", layout)


def owners(layout: Layout) -> Iterator[str]:
    """Yield every owner such as "dataset/mnist/1.0.0" or "model/timm/resnet18/a1_in1k", sorted."""
    for path in sorted(layout.refs.rglob("*")):
        if path.is_file():
            yield path.relative_to(layout.refs).as_posix()
