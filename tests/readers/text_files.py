"""Tiny copies of the text datasets, in torchtext's layout, packed as they are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readers.packing import write_tar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[Path], object]

REVIEWS = {
    "aclImdb/test/neg/0_2.txt": "Dull.",
    "aclImdb/test/pos/0_10.txt": "Superb!",
    "aclImdb/train/neg/0_3.txt": "A bore, <br />and long.",
    "aclImdb/train/neg/1_1.txt": "Never again",
    "aclImdb/train/pos/0_9.txt": "Rêves \N{MOVIE CAMERA} et lumière",
    "aclImdb/train/unsup/0_0.txt": "Who knows?",
}


def write_imdb(root: Path) -> Path:
    """Write reviews as one archive."""
    return write_tar(root / "datasets" / "IMDB" / "aclImdb_v1.tar.gz", REVIEWS)


WRITERS: dict[str, tuple[Write, str]] = {
    "imdb": (write_imdb, "train"),
}
"""Card -> who writes a copy, and a split of it with several samples."""
