"""Samples of one class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import InvalidInput
from hub.registry import unknown
from hub.viz.samples.annotations import marks_of
from hub.viz.samples.choosing import spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.viz.samples import Names


def of_class(dataset: Dataset, wanted: str | int, count: int, seed: int | None, names: Names) -> list[int]:
    """Return the numbers of up to so many samples of a class, evenly from all over the split, or at random by a seed.

    Of labels the column is compared. Where classes are those of things in pictures, annotations are read one by one
    until there are enough. Raises NotFound for a class that there is not, InvalidInput if samples have none.
    """
    for field in dataset.fields:
        labels = dataset[field.name] if field.kind == "label" and not field.made_of else None
        if isinstance(labels, np.ndarray) and labels.ndim == 1:
            number = _number(dataset, field, wanted, names, np.unique(labels).tolist())
            return _some(np.flatnonzero(labels == number).tolist(), count, seed)
    fields = [field for field in dataset.fields if field.kind == "annotation"]
    if not fields:
        raise InvalidInput(
            f"samples of {dataset.card.name} have no class",
            expected="a dataset with labels, or with things in pictures",
            found=", ".join(field.kind for field in dataset.fields),
        )
    return _with_thing(dataset, fields, _name(dataset, wanted, names), count, seed, names)


def _number(dataset: Dataset, field: Field, wanted: str | int, names: Names, there: Sequence[int]) -> int:
    """Return the number of a class by its name, or by its number where no class is called so."""
    known = {names.of(field, number): number for number in [*sorted(names.classes), *there]}
    known |= {name: number for number, name in enumerate(field.classes, field.first)}
    if isinstance(wanted, str) and wanted in known:
        return known[wanted]
    if str(wanted).isdecimal() and int(wanted) in known.values():
        return int(wanted)
    alike = {name.casefold(): number for name, number in known.items()}
    if str(wanted).casefold() in alike:
        return alike[str(wanted).casefold()]
    raise unknown(f"class of {dataset.card.name}", str(wanted), known)


def _name(dataset: Dataset, wanted: str | int, names: Names) -> str:
    known = [*names.classes.values(), *(name for field in dataset.fields for name in field.classes)]
    if isinstance(wanted, int) or str(wanted).isdecimal():
        return names.classes.get(int(wanted), str(wanted))
    if known and wanted not in known:
        raise unknown(f"class of {dataset.card.name}", str(wanted), known)
    return str(wanted)


def _some(numbers: Sequence[int], count: int, seed: int | None) -> list[int]:
    if seed is not None:
        return [numbers[place] for place in np.random.default_rng(seed).permutation(len(numbers))[:count]]
    return [numbers[place] for place in spread(len(numbers), count)]


def _with_thing(
    dataset: Dataset, fields: Sequence[Field], name: str, count: int, seed: int | None, names: Names
) -> list[int]:
    found: list[int] = []
    for number in _order(len(dataset), seed):
        row = dataset.row(number)
        if any(mark.name == name for field in fields for mark in marks_of(row[field.name], field, names)):
            found.append(number)
        if len(found) == count:
            break
    return found


def _order(total: int, seed: int | None) -> Iterator[int]:
    yield from range(total) if seed is None else np.random.default_rng(seed).permutation(total).tolist()
