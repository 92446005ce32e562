"""Lists of the numbers of documents.

    0x00, gaps        the first number, then each less the one before: 7 bits a byte, the low ones first, 0x80 for more
    0x01, bits        bit n of the whole, the lowest of a byte first, is set if document n is in the list

Whichever is shorter. Read they are whole numbers, bit n for document n, which Python intersects in microseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

GAPS, BITS = b"\x00", b"\x01"

LOW = 0x7F
"""The bits of a gap that a byte has."""

LONGEST_GAP = 21
"""In bits, before its last 7: numbers are below `forms.MOST_DOCUMENTS`."""

# Numbers that are faster written one by one than by an array.
FEW = 16

# Bits that are looked at together: taking the lowest bit off a number costs its whole length.
STRETCH = 1024


def encoded(numbers: np.ndarray) -> bytes:
    """Return the list of numbers, int64 of shape (documents,), ascending, none twice."""
    gaps = _gaps(numbers)
    if len(gaps) <= numbers[-1] // 8:
        return GAPS + gaps
    import numpy as np

    bits = np.zeros(int(numbers[-1]) + 1, bool)
    bits[numbers] = True
    return BITS + np.packbits(bits, bitorder="little").tobytes()


def _gaps(numbers: np.ndarray) -> bytes:
    if len(numbers) < FEW:
        listed = numbers.tolist()
        return b"".join(_gap(number - before) for before, number in zip([0, *listed], listed, strict=False))
    import numpy as np

    gaps = np.diff(numbers, prepend=0)
    places = [(gaps >> shift) & 0x7F for shift in (0, 7, 14, 21)]
    longer = [gaps >= 1 << shift for shift in (7, 14, 21)]
    table = np.stack([places[0] | longer[0] << 7, places[1] | longer[1] << 7, places[2] | longer[2] << 7, places[3]], 1)
    there = np.stack([np.ones(len(gaps), bool), *longer], 1)
    packed: bytes = table.astype(np.uint8)[there].tobytes()
    return packed


def _gap(number: int) -> bytes:
    found = bytearray()
    while number > LOW:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def decoded(data: bytes, documents: int) -> int:
    """Return a list as one number, bit n for document n. Raises ValueError for a number that no document has."""
    if data[:1] == BITS:
        found = int.from_bytes(data[1:], "little")
        if found.bit_length() > documents:
            raise ValueError("it names documents that there are not")
        return found
    if data[:1] != GAPS:
        raise ValueError("it is no list of documents")
    bits = bytearray((documents + 7) // 8)
    for number in _numbers(data, documents):
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def _numbers(data: bytes, documents: int) -> Iterator[int]:
    number = gap = shift = 0
    for byte in memoryview(data)[1:]:
        if byte & 0x80:
            gap |= (byte & 0x7F) << shift
            shift += 7
            if shift > LONGEST_GAP:
                raise ValueError("it names documents that there are not")
            continue
        number += gap | byte << shift
        if number >= documents:
            raise ValueError("it names documents that there are not")
        yield number
        gap = shift = 0


def numbers(found: int) -> Iterator[int]:
    """Yield the documents of a list that was read, in their order."""
    data = found.to_bytes((found.bit_length() + 7) // 8, "little")
    for start in range(0, len(data), STRETCH):
        part = int.from_bytes(data[start : start + STRETCH], "little")
        while part:
            lowest = part & -part
            yield start * 8 + lowest.bit_length() - 1
            part ^= lowest


def stretch(start: int, end: int) -> int:
    """Return the list of the documents from `start` on and before `end`."""
    return (1 << end) - (1 << start)
