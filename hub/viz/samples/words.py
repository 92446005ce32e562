"""A few words of each kind of value."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hub.viz.samples.annotations import marks_of, sentences_of
from hub.viz.samples.values import as_array, as_names, values_of

if TYPE_CHECKING:
    from hub.cards import Field
    from hub.viz.samples.values import Names

LETTERS = 2000
"""Of longer texts the beginning is shown."""

NUMBERS = 6
"""Of longer lists of numbers as many are shown."""

NAMES = 12
"""Of a sample with more classes as many are named."""

PICTURED = ("image", "patch", "video", "audio", "mask", "flow", "disparity", "validity", "contour")
"""Kinds that are seen or heard and not read."""

WRITING = ("Cc", "Cs", "Co", "Cn")
"""Unicode's categories of what is no letter: a terminal would obey the first."""

DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the text behind them around."""


def caption_of(sample: object, fields: Sequence[Field], names: Names | Sequence[str] = ()) -> str:
    """Return the classes of a sample in one line: its labels, or the things in it with how many there are.

    "" if it has none.
    """
    values, known = values_of(sample, fields), as_names(names)
    parts: list[str] = []
    for field in fields:
        value = values.get(field.name)
        if value is None:
            continue
        if field.kind == "label" or (field.name in known.parts and field.kind == "tensor"):
            parts += _labels(value, field, known)
        elif field.kind in ("annotation", "tensors"):
            parts += counted([mark.name for mark in marks_of(value, field, known)])
    return plain(", ".join(parts[:NAMES] + ["…"] * (len(parts) > NAMES)))


def words_of(sample: object, fields: Sequence[Field], names: Names | Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return (name of the field, its value in words) of what is not seen in a picture, in the order of the fields."""
    values, known = values_of(sample, fields), as_names(names)
    readable = [field for field in fields if field.kind not in PICTURED and values.get(field.name) is not None]
    return [(field.name, shortened(plain(_said(values[field.name], field, known)))) for field in readable]


def counted(names: Sequence[str]) -> list[str]:
    """Return each name once, with how often it occurs: the most frequent first.

    >>> counted(["dog", "cat", "dog"])
    ['dog (2)', 'cat']
    """
    return [f"{name} ({count})" if count > 1 else name for name, count in Counter(filter(None, names)).most_common()]


def plain(text: str) -> str:
    r"""Return a text in one line, without what a terminal would obey or what turns other text around.

    >>> plain("one\ntwo \x1b[31m")
    'one two �[31m'
    """
    joined = " ".join(text.split())
    return "".join("�" if char in DIRECTIONS or unicodedata.category(char) in WRITING else char for char in joined)


def shortened(text: str, letters: int = LETTERS) -> str:
    """Return the beginning of a text that is longer, with "…" behind it."""
    return text if len(text) <= letters else f"{text[:letters].rstrip()}…"


def _said(value: object, field: Field, names: Names) -> str:
    if field.kind == "label" or field.name in names.parts:
        return ", ".join(_labels(value, field, names))
    if field.kind == "annotation":
        return " / ".join(sentences_of(value)) or _of_things(value, field, names)
    if field.kind == "tensors":
        return _of_things(value, field, names)
    if field.kind == "sequence":
        return " ".join(map(str, value)) if isinstance(value, list) else str(value)
    if field.kind == "tensor":
        return _numbers(as_array(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _of_things(value: object, field: Field, names: Names) -> str:
    marks = marks_of(value, field, names)
    if marks:
        return ", ".join(counted([mark.name for mark in marks])) or f"{len(marks)} box{'es' * (len(marks) > 1)}"
    if isinstance(value, Mapping) and field.kind == "tensors":
        return ", ".join(f"{name}: {_numbers(as_array(each))}" for name, each in value.items())
    return "nothing" if value == [] else json.dumps(value, ensure_ascii=False, default=str)


def _labels(value: object, field: Field, names: Names) -> list[str]:
    """Return the names of one label, of several, or of the places of a tensor that are 1."""
    numbers = np.atleast_1d(as_array(value))
    parts = names.parts.get(field.name)
    if parts is not None and numbers.ndim == 1 and len(parts) >= len(numbers) > 1:
        return [str(name) for name, number in zip(parts, numbers.tolist(), strict=False) if number == 1]
    if numbers.dtype.kind not in "iub":
        return [str(value)]
    return [names.of(field, int(number)) for number in numbers.ravel().tolist()]


def _numbers(values: np.ndarray[Any, Any]) -> str:
    flat = values.ravel()
    shown = ", ".join(f"{number:.4g}" for number in flat[:NUMBERS].tolist())
    if len(flat) <= NUMBERS:
        return shown
    return f"{shown}, … {tuple(values.shape)}"
