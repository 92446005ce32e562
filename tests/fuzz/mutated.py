"""Mutated inputs: hypothesis takes others and cuts, repeats, exchanges and overwrites parts of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.cases import Input
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LARGEST = 200_000
"""Bytes of an input that is mutated: in larger ones a change is rarely where it matters."""

NUMBERS = (
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x80",
    b"\xff" * 8,
    b"\xff" * 7 + b"\x7f",
    b"../../",
    b"\n",
    b"77777777777\0",
)


@st.composite
def _changed(draw: st.DrawFn, sound: Sequence[Input], others: Sequence[Input]) -> Input:
    """Return an input with one to four changes."""
    origin = draw(st.sampled_from(sound if draw(st.booleans()) else others))
    data = bytearray(origin.data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(("flip", "number", "cut", "insert", "repeat", "splice"))):
            case "flip" if data:
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "number":
                number = draw(st.sampled_from(NUMBERS))
                data[at : at + len(number)] = number
            case "cut":
                del data[at : at + draw(st.integers(1, 600))]
            case "insert":
                data[at:at] = draw(st.binary(min_size=1, max_size=20))
            case "repeat":
                data[at:at] = data[at : at + draw(st.integers(1, 600))] * draw(st.integers(1, 3))
            case _:
                other = draw(st.sampled_from(others)).data
                data[at:] = other[draw(st.integers(0, max(0, len(other) - 1))) :]
    return Input(f"mutated {origin.name}", bytes(data), origin.file)


def mutated(sound: Sequence[Input], others: Sequence[Input], count: int) -> Iterator[Input]:
    """Yield so many mutated inputs, half of them of sound ones; the same ones every time."""
    found: list[Input] = []
    small = [each for each in others if len(each.data) <= LARGEST]

    @settings(
        max_examples=max(count, 1),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(_changed(sound, small))
    def collect(each: Input) -> None:
        found.append(each)

    if count:
        collect()
    for number, each in enumerate(found[:count]):
        yield Input(f"{each.name} {number}", each.data, each.file)
