"""Film reviews as they could be: an archive in the layout and size of IMDb's, of words by Zipf's law."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARCHIVE = "aclImdb_v1.tar.gz"
FOLDERS = [(split, label) for split in ("test", "train") for label in ("neg", "pos")]
WORDS = 60_000

# Of IMDb's reviews: 233 words in the mean, 174 in the median, and none has more than 2,470.
MEDIAN, SPREAD, MOST = 174, 0.72, 2470


def write_archive(path: Path, each: int = 12_500) -> None:
    """Write a tar.gz of `each` reviews for both labels in both splits, and a few files that belong to none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    words = vocabulary(random)
    with tarfile.open(path, "w:gz", compresslevel=6) as archive:
        add(archive, "aclImdb/README", b"Large Movie Review Dataset v1.0\n")
        for split, label in FOLDERS:
            for number, text in enumerate(texts(random, words, each)):
                add(archive, f"aclImdb/{split}/{label}/{number}_{random.integers(1, 11)}.txt", text.encode())


def add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


def vocabulary(random: np.random.Generator) -> list[str]:
    """Return words, the frequent ones first and shorter."""
    letters = np.array(list("etaoinshrdlucmfwypvbgkqjxz"))
    likely = 1 / np.arange(2, 28)
    lengths = np.minimum(random.poisson(1.2 + np.log1p(np.arange(WORDS)) / 2), 14) + 1
    drawn = random.choice(letters, lengths.sum(), p=likely / likely.sum())
    return ["".join(word) for word in np.split(drawn, np.cumsum(lengths)[:-1])]


def texts(random: np.random.Generator, words: list[str], count: int) -> Iterator[str]:
    lengths = np.clip(random.lognormal(np.log(MEDIAN), SPREAD, count), 10, MOST).astype(int)
    shares = 1 / (np.arange(WORDS) + 2.7)
    drawn = np.searchsorted(np.cumsum(shares / shares.sum()), random.random(lengths.sum()))
    for place in np.split(drawn, np.cumsum(lengths)[:-1]):
        yield " ".join([words[number] for number in np.minimum(place, WORDS - 1)])
