"""Samples as mappings of names to values, and names for the numbers in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.datasets.dataset import Dataset

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Names:
    """What numbers in samples are called.

    `classes` are the names of the dataset's classes by their numbers; a field that has classes of its own in the card
    is named by those. `parts` has the names of the places of a tensor by the name of the field, such as CelebA's forty
    attributes.
    """

    classes: Mapping[int, str] = field(default_factory=dict)
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def of(self, field: Field, number: int) -> str:
        """Return the name of a class; its number where it has none.

        >>> from hub.cards import Field
        >>> Names({1: "bad", 2: "good"}).of(Field(name="label", kind="label", first=1), 2)
        'good'
        """
        place = number - field.first
        if field.classes and 0 <= place < len(field.classes):
            return field.classes[place]
        return self.classes.get(number, str(number))


def names_of(dataset: Dataset) -> Names:
    """Return what numbers in samples of a dataset are called."""
    parts = {field.name: getattr(dataset, f"{field.name}_names", None) for field in dataset.fields}
    return Names({number: name for name, number in dataset.class_to_idx.items()}, _there(parts))


def _there(parts: Mapping[str, Sequence[str] | None]) -> Mapping[str, Sequence[str]]:
    return {name: each for name, each in parts.items() if each is not None}


def as_names(names: Names | Sequence[str]) -> Names:
    """Return names; a list is of the classes from 0 on."""
    return names if isinstance(names, Names) else Names(dict(enumerate(names)))


def values_of(sample: object, fields: Sequence[Field]) -> Values:
    """Return the values of a sample by the names of their fields; a target of several values in pieces.

    A sample may be a mapping, a named tuple, a tuple or list in the order of the fields, or, of one field, its value.
    """
    if isinstance(sample, Mapping):
        return cast("Values", sample)
    names = [field.name for field in fields]
    if not isinstance(sample, tuple | list):
        return dict(zip(names[:1], [sample], strict=False))
    own = getattr(sample, "_fields", None)
    values: list[Any] = list(sample)
    if own is not None and own[-1:] == ("target",) and "target" not in names:
        values = [*values[:-1], *(values[-1] or ())]
    elif own is not None and set(own) <= set(names):
        names = list(own)
    return dict(zip(names, values, strict=False))


def as_array(value: object) -> NDArray[np.generic]:
    """Return a tensor, a Pillow image or an array as an array, sharing memory where it can."""
    if hasattr(value, "detach"):
        return cast("NDArray[np.generic]", cast("Any", value).detach().cpu().numpy())
    return np.asarray(value)
