"""What uniform tables are made of: a prepared table, and what tells that its photos have changed.

What lies in the store never changes. Of a folder of the user's own every photo is looked at, and not opened: its time
of change and its size.
"""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hub.datasets.columns import Places
from hub.trees import Place
from hub.trees.folder import TICK_NS, settled, state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.cards import Field
    from hub.datasets.table import Table
    from hub.trees.folder import Witnesses

WAIT = TICK_NS / 1e9 / 4


def identity(source: Table, fields: Sequence[Field]) -> list[str]:
    """Return what a fingerprint has to cover of a table: two of the same give the same values.

    Waits a moment if photos of a folder have only just been written: a change right after could leave no trace.
    """
    while True:
        seen = dict(source.witnesses)
        for field in fields:
            if field.kind == "image":
                seen |= _photos(source, field.name)
        if settled(seen):
            break
        time.sleep(WAIT)
    noted = json.dumps(sorted(seen.items()))
    return [source.fingerprint, hashlib.sha256(noted.encode()).hexdigest()]


def _photos(source: Table, name: str) -> Witnesses:
    """Return path -> state of the photos that lie in folders; those of archives are not looked at one by one."""
    column = source.columns[name]
    if not isinstance(source.path, Path) or not isinstance(column, Places) or not column.in_folders:
        return {}
    places = (each for each in column.take(np.arange(len(column))) if isinstance(each, Place))
    paths = [place.container / place.name for place in places if place.offset < 0]
    return {str(path): state(path) for path in paths if isinstance(path, Path)}
