"""Columns that come in blocks are written in one pass, as if they had been whole."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hub.datasets import writing
from hub.datasets.table import Table
from hub.errors import FormatError
from hub.readers.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

IMAGES = np.arange(10 * 4 * 4, dtype=np.uint8).reshape(10, 4, 4)
LABELS = np.arange(10)


def blocks(*sizes: int, of: NDArray[np.uint8] = IMAGES, rows: int = 10) -> Blocks:
    stops = np.cumsum([0, *sizes])
    parts = [of[start:stop] for start, stop in pairwise(stops)]
    return Blocks("images.bin", (rows, 4, 4), np.dtype(np.uint8), lambda: iter(parts))


def written(path: Path, image: Blocks) -> Table:
    writing.write(path, {"image": image, "label": LABELS[: len(image)]}, {"split": "train"}, path.parent)
    return Table(path)


@pytest.mark.parametrize("sizes", [(10,), (3, 3, 4), (0, 9, 0, 1)], ids=str)
def test_blocks_are_what_a_whole_array_would_be(tmp_path: Path, sizes: Sequence[int]) -> None:
    table = written(tmp_path / "train.arrow", blocks(*sizes))

    np.testing.assert_array_equal(table.columns["image"], IMAGES, strict=True)
    np.testing.assert_array_equal(table.columns["label"], LABELS, strict=True)


def test_the_file_is_the_one_that_whole_arrays_make(tmp_path: Path) -> None:
    written(tmp_path / "blocks.arrow", blocks(4, 6))

    writing.write(tmp_path / "whole.arrow", {"image": IMAGES, "label": LABELS}, {"split": "train"}, tmp_path)

    assert (tmp_path / "blocks.arrow").read_bytes() == (tmp_path / "whole.arrow").read_bytes()


def test_blocks_that_are_spread_out_in_memory_are_written_in_order(tmp_path: Path) -> None:
    turned = IMAGES.swapaxes(1, 2)

    table = written(tmp_path / "train.arrow", blocks(5, 5, of=turned))

    np.testing.assert_array_equal(table.columns["image"], turned)


@pytest.mark.parametrize("sizes", [(3, 3), (6, 4)], ids=["too few", "too many"])
def test_another_number_of_rows_is_refused(tmp_path: Path, sizes: Sequence[int]) -> None:
    with pytest.raises(FormatError, match=r"images\.bin"):
        written(tmp_path / "train.arrow", blocks(*sizes, rows=8 if sizes == (6, 4) else 10))


def test_another_shape_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"images\.bin"):
        written(tmp_path / "train.arrow", blocks(10, of=IMAGES.reshape(10, 2, 8)))


@pytest.mark.parametrize("rows", [slice(0, 10), slice(2, 7), slice(4, 4), slice(5, None)], ids=str)
def test_some_rows_of_blocks_are_those_of_the_array(rows: slice) -> None:
    picked = blocks(3, 3, 4)[rows]

    assert len(picked) == len(IMAGES[rows])
    np.testing.assert_array_equal(picked.whole(), IMAGES[rows], strict=True)


def test_blocks_change_their_type_one_by_one() -> None:
    floats = blocks(3, 7).astype(np.float32)

    np.testing.assert_array_equal(floats.whole(), IMAGES.astype(np.float32), strict=True)
    assert floats.nbytes == 4 * IMAGES.nbytes
