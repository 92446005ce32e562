"""Copies of what is prepared, in a folder that is laid out like a store, or on object storage that is.

    <to>/v1/prepared/<fingerprint>/<split>.arrow
    <to>/v1/blobs/sha256/ab/<sha256>               the archives that rows point into, if they do

A file is there whole or not at all, and one that is there is not copied again: its name says what is in it.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hub.datasets.table import Table
from hub.store.files import publish_file
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.progress import Progress


def copied(files: Sequence[Path], layout: Layout, to: str | Path, progress: Progress) -> list[Path]:
    """Copy prepared files, and the blobs that they point into, and return the copies of the former."""
    target = Layout(Path(to).expanduser().absolute())
    blobs = dict.fromkeys(path for file in files for path in Table(file).containers)
    every = [*blobs, *files]
    progress.start(f"copying to {to}", sum(path.stat().st_size for path in every))
    made = {}
    for path in every:
        made[path] = publish_file(partial(shutil.copyfile, path), target.root / path.relative_to(layout.root), target)
        progress.advance(path.stat().st_size)
    progress.finish()
    return [made[path] for path in files]
