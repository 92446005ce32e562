"""Refs: which digests a name stood for when it was fetched; small, and harmless to lose."""

from __future__ import annotations

import json
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
    merged = read(layout, owner) | dict(entries)
    table = {"artifacts": {name: asdict(merged[name]) for name in sorted(merged)}}
    write_small(layout.ref(owner), json.dumps(table, indent=1) + "\n", layout)


def owners(layout: Layout) -> Iterator[str]:
    """Yield every owner such as "dataset/mnist/1.0.0" or "model/timm/resnet18/a1_in1k", sorted."""
    for path in sorted(layout.refs.rglob("*")):
        if path.is_file():
            yield path.relative_to(layout.refs).as_posix()
