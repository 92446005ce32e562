"""Tiny databases of LSUN, written by LMDB itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lmdb
from readers.people_files import encoded

from hub.readers.lsun import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DATABASES = (*(f"{category}_{part}" for category in CATEGORIES for part in ("train", "val")), "test")


def write_database(folder: Path, values: Mapping[bytes, bytes]) -> None:
    """Write a database of these values; the tree grows and splits as it does for whoever writes one by one."""
    folder.mkdir(parents=True, exist_ok=True)
    with lmdb.open(str(folder), map_size=1 << 26) as environment:
        for key, value in values.items():
            with environment.begin(write=True) as transaction:
                transaction.put(key, value)


def write_lsun(root: Path) -> None:
    for number, name in enumerate(DATABASES):
        photos = {
            f"{(number * 7 + place * 5) % 97:040x}".encode(): encoded(number + place, "WEBP")
            for place in range(1 + number % 3)
        }
        write_database(root / f"{name}_lmdb", photos)
