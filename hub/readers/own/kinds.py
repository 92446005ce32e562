"""What a column of words holds: numbers, the names of classes, or text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# A number as programs write it. "007" is none: what has zeros in front is a code.
NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d*)?([eE][+-]?\d+)?|nan|NaN", re.ASCII)
WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII)
"""What an int64 holds for sure."""


def kind_of(values: Sequence[str]) -> str:
    """Return "number" if every value that is not empty is a number, and "text" otherwise."""
    filled = [value for value in values if value]
    return "number" if filled and all(map(NUMBER.fullmatch, filled)) else "text"


def numbers(values: Sequence[str], among: Sequence[str]) -> NDArray[np.generic]:
    """Return numbers as int64 if all values of the column `among` are whole, or else as float64 with NaN for empty."""
    if all(map(WHOLE.fullmatch, among)):
        return np.array([int(value) for value in values], np.int64)
    return np.array([float(value or "nan") for value in values], np.float64)


def class_names(values: Sequence[str]) -> Sequence[str]:
    """Return the classes that a column names, in order; none if they are measures.

    >>> class_names(["dog", "cat", "dog"]), class_names(["10", "9"]), class_names(["0.5", "1"])
    (['cat', 'dog'], ['9', '10'], [])
    """
    found = sorted({value for value in values if value})
    if all(map(WHOLE.fullmatch, found)):
        return sorted(found, key=int)
    return [] if kind_of(found) == "number" else found


def few_words(values: Sequence[str]) -> bool:
    """Tell whether words come again and again, as the names of classes do and sentences do not."""
    different = set(values)
    if not values or len(different) == len(values) or kind_of(values) == "number":
        return False
    return 2 * len(different) <= len(values) or not any(" " in value for value in different)
