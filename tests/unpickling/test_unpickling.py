"""The one restricted loader: values and arrays come out as they went in; nothing is called, nothing costs more."""

from __future__ import annotations

import os
import pickle
import struct
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import unpickling
from hub.errors import FormatError

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOLS = range(2, pickle.HIGHEST_PROTOCOL + 1)
START = b"\x80\x04"

leaves = (
    st.none() | st.booleans() | st.integers(-(2**500), 2**500) | st.floats(allow_nan=False) | st.text() | st.binary()
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
    max_leaves=12,
)


def json_like(value: object) -> object:
    """Return a copy in which no list is in two places, as hypothesis may put one."""
    if isinstance(value, list):
        return [json_like(each) for each in value]
    return {key: json_like(each) for key, each in value.items()} if isinstance(value, dict) else value


def load(data: bytes) -> object:
    return unpickling.load(data, what="a.pkl", path="a.pkl")


@given(value=values, protocol=st.sampled_from(range(3, pickle.HIGHEST_PROTOCOL + 1)))
def test_plain_values_come_out_as_they_went_in(value: object, protocol: int) -> None:
    unshared = json_like(value)

    assert load(pickle.dumps(unshared, protocol)) == value


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("kind", ["u1", "<i8", ">i4", "<f4", "?", "<c16"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_are_those_that_numpy_has_pickled(protocol: int, kind: str, order: str) -> None:
    array = np.array(np.arange(24).reshape(2, 3, 4), kind, order=order)  # type: ignore[call-overload]  # one of the two

    found = load(pickle.dumps(array, protocol))

    assert isinstance(found, unpickling.Array)
    np.testing.assert_array_equal(unpickling.array(found), array)


def test_an_array_that_claims_gigabytes_costs_no_more_than_its_bytes() -> None:
    data = pickle.dumps(np.zeros(100, np.uint8), 2).replace(
        b"K\x64\x85", b"\x8a\x05" + (10**10).to_bytes(5, "little") + b"\x85"
    )
    tracemalloc.start()
    found = load(data)
    assert isinstance(found, unpickling.Array)

    with pytest.raises(ValueError, match="100 bytes for a shape of"):
        unpickling.array(found)

    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_nothing_is_called(protocol: int, tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "harm"),)

    with pytest.raises(FormatError):
        load(pickle.dumps(Harm(), protocol))

    assert not (tmp_path / "harm").exists()


def test_what_is_wanted_is_named() -> None:
    with pytest.raises(FormatError, match="wants more than to build arrays") as caught:
        load(b"cos\nsystem\n.")

    assert caught.value.found == "a call of os.system"
    assert caught.value.hint.startswith("nothing was run")


@pytest.mark.parametrize("value", [np.array([None]), np.array(["text"]), np.zeros(2, [("a", "u1")])], ids=str)
def test_arrays_of_other_things_are_refused(value: np.ndarray) -> None:
    with pytest.raises((FormatError, ValueError)):
        unpickling.array(load(pickle.dumps(value, 4)))  # type: ignore[arg-type]


COSTLY = {
    "a memo of billions": b"Nr\xff\xff\xff\xff0.",
    "bytes beyond the end": b"\x8e" + struct.pack("<Q", 2**62) + b".",
    "a bytearray beyond the end": b"\x96" + struct.pack("<Q", 10**11) + b".",
    "a number without end": b"\x8b" + struct.pack("<i", 2**31 - 1) + b".",
    "a frame beyond the end": b"\x95" + struct.pack("<Q", 2**62) + b"N.",
    "lists in lists": b"]" * 1000 + b"a" * 999 + b".",
    "tuples in tuples": b")" + b"\x85" * 1000 + b".",
    "a list in itself": b"]q\x00h\x00a.",
    "a tuple that doubles": b")" + b"q\x00h\x00\x86" * 50 + b".",
    "a key that is a tuple": b"}))\x86Ns.",
}


@pytest.mark.parametrize("data", COSTLY.values(), ids=COSTLY)
def test_what_costs_more_than_its_bytes_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="is no sound pickle"):
        load(START + data)


def test_values_that_cannot_hold_others_may_be_used_again() -> None:
    text = "a long text"

    assert load(pickle.dumps([text, text, (1, 2)], 4)) == [text, text, (1, 2)]
