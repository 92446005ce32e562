"""Batches of ragged text: what buckets save of padding, and what they cost, beside plain shuffling and a DataLoader.

    python bench/text_batches.py [--runs 3] [--batch 32] [--keep FOLDER]

25,000 reviews of IMDb's lengths pass a vocabulary in each way. `padding` is the share of cells that hold no word; a
model spends its time on all cells. Words are looked up once for all ways before (`words`), or in the loop (`text`), as
one would do. Rates are samples per second, ratios those to a DataLoader with torch's pad_sequence.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from reviews import ARCHIVE, write_archive
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

from hub.datasets.loading import load_dataset
from hub.datasets.ragged import Ragged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hub.datasets.dataset import Dataset

AS_PUBLISHED = Path("datasets") / "IMDB" / ARCHIVE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--keep", type=Path, help="where the generated archive stays")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HUB_HOME"] = str(Path(folder) / "home")
        root = asked.keep or Path(folder)
        if not (root / AS_PUBLISHED).exists():
            write_archive(root / AS_PUBLISHED)
        train = load_dataset("imdb", split="train", data_dir=root, verify=False, progress=False)
        numbers = {text: to_ids(text) for text in train["text"]}
        for name, transform in {"words": numbers.__getitem__, "text": to_ids}.items():
            print(f"--- {name}, batches of {asked.batch}")
            compare(ways(train, transform, asked.batch), asked.runs)


VOCABULARY: dict[str, int] = {}


def to_ids(text: str) -> list[int]:
    return [VOCABULARY.setdefault(word, len(VOCABULARY) + 1) for word in text.split()]


def ways(train: Dataset, transform: Callable[[str], list[int]], size: int) -> dict[str, Iterable[Any]]:
    given = train.select(range(len(train)))
    given.transform = transform
    return {
        "DataLoader, pad_sequence": DataLoader(given, size, shuffle=True, collate_fn=by_hand),
        "DataLoader, Ragged": DataLoader(given, size, shuffle=True, collate_fn=Ragged()),
        "loader": given.loader(size, shuffle=True, pad=0),
        "loader, bucket": given.loader(size, shuffle=True, pad=0, bucket=True),
    }


def by_hand(samples: list[Any]) -> tuple[Tensor, Tensor]:
    texts = [torch.tensor(text) for _, text in samples]
    return torch.tensor([label for label, _ in samples]), pad_sequence(texts, batch_first=True)


def compare(ways: dict[str, Iterable[Any]], runs: int) -> None:
    ratios: dict[str, list[float]] = {way: [] for way in ways}
    cells: dict[str, int] = {}
    for run in range(1, runs + 1):
        rates = {}
        for way, batches in ways.items():
            rates[way], cells[way], words = measured(batches)
            ratios[way].append(rates[way] / rates[next(iter(ways))])
        print(f"run {run}: " + ", ".join(f"{way} {rate:,.0f}/s" for way, rate in rates.items()), flush=True)
    plain = cells[next(iter(ways))]
    for way, found in ratios.items():
        print(
            f"{way}: median ratio {statistics.median(found):.2f}, lowest {min(found):.2f};",
            f"padding {1 - words / cells[way]:.1%}, {cells[way] / plain:.2f} of the cells",
        )


def measured(batches: Iterable[Any]) -> tuple[float, int, int]:
    """Return samples per second over a pass, its cells, and those that hold a word."""
    samples = cells = words = 0
    spent, began = 0.0, time.perf_counter()
    for labels, texts in batches:
        spent += time.perf_counter() - began
        samples, cells, words = samples + len(labels), cells + texts.numel(), words + int((texts != 0).sum())
        began = time.perf_counter()
    return samples / (spent + time.perf_counter() - began), cells, words


if __name__ == "__main__":
    main()
