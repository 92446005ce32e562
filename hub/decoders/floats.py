"""Floating-point images of computer vision: .flo for flow, and PFM for flow and disparity.

.flo   "PIEH"   width, height: int32   (horizontal, vertical): float32 for each pixel, rows from top to bottom;
       everything little-endian. https://vision.middlebury.edu/flow/code/flow-code/README.txt
PFM    "PF" (three channels) or "Pf" (one), width and height, scale: three lines of ASCII; then float32, rows from
       bottom to top; little-endian where the scale is negative. http://www.pauldebevec.com/Research/HDR/PFM
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

import numpy as np

from hub.errors import FormatError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLO_HEADER = struct.Struct("<4s2i")
FLO_MAGIC = b"PIEH"

PFM_HEADER = re.compile(rb"(P[Ff])[ \t\r]*\n(\d{1,9})\s(\d{1,9})\s*?\n([-+.\deE]+)[ \t\r]*\n")
PFM_CHANNELS = {b"PF": 3, b"Pf": 1}
LONGEST_HEADER = 80


def read_flo(data: bytes) -> NDArray[np.float32]:
    """Return flow as float32 of shape (2, H, W), horizontal before vertical.

    Raises FormatError if the magic number is not "PIEH" or the size is not what the header says.
    """
    if not data.startswith(FLO_MAGIC) or len(data) < FLO_HEADER.size:
        raise FormatError("flow has no header of a .flo file", path="", expected="50 49 45 48", found=_start(data))
    _, width, height = FLO_HEADER.unpack_from(data)
    pixels = _floats(data, FLO_HEADER.size, (height, width, 2), "<f4")
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def read_pfm(data: bytes, channels: int) -> NDArray[np.float32]:
    """Return the first channels of a PFM file as float32 of shape (channels, H, W), rows from top to bottom.

    Raises FormatError if it has no such header, fewer channels or another size than its header says.
    """
    found = PFM_HEADER.match(data[:LONGEST_HEADER])
    if found is None:
        raise FormatError(
            "this is no PFM file", path="", expected='"PF" or "Pf", width, height and scale', found=_start(data)
        )
    magic, width, height, scale = found.groups()
    there = PFM_CHANNELS[magic]
    if there < channels:
        raise FormatError("a PFM file has too few channels", path="", expected=channels, found=there)
    order = "<f4" if scale.startswith(b"-") else ">f4"
    pixels = _floats(data, found.end(), (int(height), int(width), there), order)
    # A contiguous copy in the machine's own order: torch takes neither turned rows nor foreign bytes.
    return pixels[::-1, :, :channels].transpose(2, 0, 1).astype(np.float32, order="C")


def _floats(data: bytes, start: int, shape: tuple[int, int, int], order: str) -> NDArray[np.float32]:
    height, width, channels = shape
    wanted = start + 4 * height * width * channels
    if min(shape) < 1 or len(data) != wanted:
        raise FormatError(
            "a file of floats has another size than its header says",
            path="",
            expected=f"{wanted} bytes for {width} x {height} pixels",
            found=f"{len(data)} bytes",
        )
    return np.frombuffer(data, order, offset=start).reshape(shape)


def _start(data: bytes) -> str:
    return data[:4].hex(" ") or "an empty file"
