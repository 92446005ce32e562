"""Matrices of MATLAB: those that scipy writes are let through, and no change to a byte takes the process down."""

from __future__ import annotations

import io
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.io import savemat

from hub.errors import FormatError
from hub.formats.matlab import matrices

TABLE = {
    "numbers": np.arange(12.0).reshape(3, 4),
    "bytes": np.zeros((2, 3, 4), np.uint8),
    "complex": np.array([1 + 2j]),
    "text": "a text",
    "words": np.array(["a", "longer"], object),
    "nested": {"a": 1, "b": {"c": np.zeros((0, 0))}},
    "rows": np.array([(1, "x"), (2, "y")], [("n", "O"), ("s", "O")]),
    "sparse": sparse.csc_matrix(np.eye(4)),
    "empty": np.zeros((0, 3)),
    "true": np.array([True, False]),
}


def saved(*, packed: bool, table: dict[str, object] = TABLE) -> bytes:
    stream = io.BytesIO()
    savemat(stream, table, do_compression=packed)
    return stream.getvalue()


def load(data: bytes, names: list[str]) -> dict[str, object]:
    return dict(matrices(io.BytesIO(data), names, what="a.mat", path="a.mat"))


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("name", TABLE)
def test_what_scipy_writes_is_read(name: str, packed: bool) -> None:
    found = load(saved(packed=packed), [name])

    assert name in found


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_large_matrix_keeps_its_values(packed: bool) -> None:
    array = np.random.default_rng(0).integers(0, 255, (300, 400, 3), np.uint8)
    data = saved(packed=packed, table={"before": np.ones(3), "x": array, "behind": 1})

    np.testing.assert_array_equal(load(data, ["x"])["x"], array)


def test_a_type_that_there_is_not_is_refused() -> None:
    data = saved(packed=False, table={"x": np.arange(4.0)})
    place = data.rindex((9).to_bytes(4, "little") + (32).to_bytes(4, "little"))

    with pytest.raises(FormatError, match="no file of MATLAB") as caught:
        load(data[:place] + (99).to_bytes(4, "little") + data[place + 4 :], ["x"])

    assert "type 99" in str(caught.value.found)


@given(place=st.integers(128, 2000), value=st.integers(0, 255))
def test_a_changed_byte_is_told_or_changes_a_value(place: int, value: int) -> None:
    data = bytearray(saved(packed=False))
    data[min(place, len(data) - 1)] = value

    with suppress(FormatError):
        load(bytes(data), list(TABLE))
