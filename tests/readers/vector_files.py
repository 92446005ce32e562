"""Tiny word vectors as they are published: plain, in a zip, in a compressed tar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from readers.packing import write_tar, write_zip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

TOKENS = ["the", ",", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "non\N{NO-BREAK SPACE}breaking", "\N{MOVIE CAMERA}"]
GROUPS = ["2gram-#BEGIN#o", "2gram-ok", "2gram-k#END#", "3gram-#BEGIN#ok", "3gram-ok#END#", "4gram-#BEGIN#ok#END#"]


def numbers(rows: int, dim: int) -> NDArray[np.float32]:
    """Return vectors that five decimals say exactly enough."""
    return np.random.default_rng(rows * dim).normal(size=(rows, dim)).round(5).astype(np.float32)


def text(tokens: Sequence[str] = TOKENS, dim: int = 4) -> str:
    """Return lines of tokens and their vectors, which are `numbers(len(tokens), dim)`."""
    rows = zip(tokens, numbers(len(tokens), dim).tolist(), strict=True)
    return "".join(f"{token} {' '.join(f'{value:.5f}' for value in row)}\n" for token, row in rows)


def write_glove(root: Path) -> None:
    """Write a zip of texts of three dimensions."""
    write_zip(root / "glove.6B.zip", {f"glove.6B.{dim}d.txt": text(dim=dim) for dim in (50, 100, 300)})


def write_fasttext(root: Path) -> None:
    """Write a text with a header."""
    root.mkdir(parents=True, exist_ok=True)
    lines = text(dim=300).replace("\n", " \n")
    (root / "wiki.en.vec").write_text(f"{len(TOKENS)} 300\n{lines}", encoding="utf-8")


def write_charngram(root: Path) -> None:
    """Write a text in a compressed tar."""
    write_tar(root / "jmt_pre-trained_embeddings.tar.gz", {"charNgram.txt": text(GROUPS, 100)})


WRITERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "charngram": (write_charngram, "all"),
    "fasttext": (write_fasttext, "all"),
}
"""Card -> who writes a copy, and a split of it."""
