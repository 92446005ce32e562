"""Which output of a model stands for which class of a dataset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST = 0.5
"""The share of classes that have to be called alike, at the same places, for two lists of one length to be the same.

ImageNet's two "crane" and two "maillot" are called differently by everybody, and synonyms come and go.
"""

WORDNET = re.compile(r"n\d{8}")
"""What folders of ImageNet are called. In the order of their names they are the classes of ILSVRC 2012."""

THOUSAND = 1000

NAMED = 4
"""Of more names an error tells the first ones."""


def outputs_of(classes: Sequence[str], categories: Sequence[str], outputs: int, *, model: str) -> NDArray[np.int64]:
    """Return for each class of a dataset the number of the model's output that stands for it.

    A model without names for its `outputs` (a head of one's own) has to have as many of them as there are classes, and
    is taken to have them in that order. Otherwise classes go by their names, or one of several parted by commas; a
    model may know more classes than the dataset has. Raises InvalidInput, in words, if they do not fit.
    """
    if not categories or not classes:
        return _in_order(len(classes) or outputs, outputs, model)
    if len(classes) == len(categories) and (_alike(classes, categories) or _of_wordnet(classes)):
        return np.arange(len(classes))
    return _by_name(classes, categories, model)


def _in_order(classes: int, outputs: int, model: str) -> NDArray[np.int64]:
    if classes != outputs:
        raise InvalidInput(
            f"{model} does not tell the classes of this dataset apart",
            expected=f"{classes:,} scores a sample, one for each class",
            found=f"{outputs:,} of them",
            hint=f"load it with num_classes={classes} and weights trained on this dataset",
        )
    return np.arange(classes)


def _alike(classes: Sequence[str], categories: Sequence[str]) -> bool:
    same = sum(not names(one).isdisjoint(names(other)) for one, other in zip(classes, categories, strict=True))
    return same >= MOST * len(classes)


def _of_wordnet(classes: Sequence[str]) -> bool:
    ids = len(classes) == THOUSAND and all(WORDNET.fullmatch(name) for name in classes)
    return ids and list(classes) == sorted(classes)


def _by_name(classes: Sequence[str], categories: Sequence[str], model: str) -> NDArray[np.int64]:
    known: dict[str, int] = {}
    for number, category in enumerate(categories):
        for name in names(category):
            known.setdefault(name, number)
    found = [next((known[name] for name in names(each) if name in known), -1) for each in classes]
    missing = [name for name, number in zip(classes, found, strict=True) if number < 0]
    if missing or len(set(found)) < len(found):
        raise _no_fit(classes, categories, missing, model)
    return np.array(found, np.int64)


def _no_fit(classes: Sequence[str], categories: Sequence[str], missing: Sequence[str], model: str) -> InvalidInput:
    which = "none" if len(missing) == len(classes) else f"not all ({len(classes) - len(missing)})"
    what = f"{model} knows {which} of the {len(classes):,} classes of this dataset"
    if not missing:
        what = f"{model} has one class where this dataset has several"
    return InvalidInput(
        what,
        expected=_some(missing or classes),
        found=f"{len(categories):,} classes: {_some(categories)}",
        hint=f"give weights of your own that know them: --weights FILE --num-classes {len(classes)}",
    )


def _some(found: Sequence[str]) -> str:
    return ", ".join(map(repr, found[:NAMED])) + (", …" if len(found) > NAMED else "")


def names(said: str) -> frozenset[str]:
    """Return the names of a class that is called by several, written alike.

    >>> sorted(names("tench, Tinca tinca")), sorted(names("potted_plant"))
    (['tench', 'tinca tinca'], ['potted plant'])
    """
    parts = re.split(r",\s*", said.replace("_", " ").casefold())
    return frozenset(" ".join(re.sub(r"[^\w]+", " ", part).split()) or part for part in parts)
