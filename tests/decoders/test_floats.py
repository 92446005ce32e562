from __future__ import annotations

import numpy as np
import pytest
from readers.frame_files import flo_bytes, pfm_bytes

from hub.decoders.floats import read_flo, read_pfm
from hub.errors import FormatError

VALUES = np.arange(2 * 3 * 3, dtype=np.float32).reshape(2, 3, 3)
FLO = flo_bytes(VALUES[..., :2])
PFM = pfm_bytes(VALUES)


def test_flow_comes_with_channels_first() -> None:
    flow = read_flo(FLO)

    np.testing.assert_array_equal(flow, VALUES[..., :2].transpose(2, 0, 1), strict=True)
    assert flow.flags.writeable
    assert flow.flags.c_contiguous


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_pfm_file_is_turned_upright_in_either_order_of_bytes(order: str) -> None:
    found = read_pfm(pfm_bytes(VALUES, order), 2)

    np.testing.assert_array_equal(found, VALUES[..., :2].transpose(2, 0, 1), strict=True)
    assert found.flags.writeable
    assert found.flags.c_contiguous


def test_a_pfm_file_may_have_one_channel() -> None:
    found = read_pfm(pfm_bytes(VALUES[..., :1]), 1)

    np.testing.assert_array_equal(found, VALUES[..., :1].transpose(2, 0, 1), strict=True)


@pytest.mark.parametrize("header", [b"PF \n3 2 \n-1.0\n", b"PF\r\n3 2\r\n-1\n", b"PF\n3\t2\n-1e0\n"], ids=repr)
def test_blanks_in_a_pfm_header_do_not_matter(header: bytes) -> None:
    data = header + PFM[PFM.index(b"-1.0\n") + 5 :]

    np.testing.assert_array_equal(read_pfm(data, 3), read_pfm(PFM, 3))


def test_flow_cut_at_any_byte_is_refused() -> None:
    for length in range(len(FLO)):
        with pytest.raises(FormatError):
            read_flo(FLO[:length])


def test_a_pfm_file_cut_at_any_byte_is_refused() -> None:
    for length in range(len(PFM)):
        with pytest.raises(FormatError):
            read_pfm(PFM[:length], 1)


@pytest.mark.parametrize("data", [FLO + b"\0", b"HEIP" + FLO[4:], FLO[:4] + b"\xff" * 8 + FLO[12:]])
def test_flow_that_its_header_does_not_describe_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_flo(data)


@pytest.mark.parametrize(
    "data", [PFM + b"\0", b"P6" + PFM[2:], PFM.replace(b"3 2", b"3 x"), PFM.replace(b"3 2", b"0 0")]
)
def test_a_pfm_file_that_its_header_does_not_describe_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_pfm(data, 1)


def test_too_few_channels_are_refused() -> None:
    with pytest.raises(FormatError) as caught:
        read_pfm(pfm_bytes(VALUES[..., :1]), 2)

    assert (caught.value.expected, caught.value.found) == (2, 1)
