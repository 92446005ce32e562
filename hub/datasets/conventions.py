"""How torchvision's classes call a joint transform: most with all values, some with groups of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Call = Callable[[Callable[..., object], Sequence[object]], Iterable[object]]


def with_all(joint: Callable[..., object], values: Sequence[object]) -> Iterable[object]:
    """Call with every value of the sample; what it returns is the sample."""
    return joint(*values)  # type: ignore[return-value]  # a joint transform returns as many values as it is given


CONVENTIONS: dict[str, Call] = {"": with_all}
"""`upstream.transforms` of a card -> how it is called."""
