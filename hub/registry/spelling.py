"""The form in which names are compared."""

from __future__ import annotations

import re

ELSEWHERE = re.compile(r"(?<!\d)[-_. ]+|[-_. ]+(?!\d)")
BETWEEN_DIGITS = re.compile(r"[-_. ]+")


def normal(name: str) -> str:
    """Return the form in which names are compared: FashionMNIST, fashion-mnist and fashion_mnist are one.

    Two digits that were apart stay apart: regnet_y_1_6gf is not regnet_y_16gf.

    >>> normal("Fashion-MNIST"), normal("RegNet Y 1.6GF")
    ('fashionmnist', 'regnety1_6gf')
    """
    return BETWEEN_DIGITS.sub("_", ELSEWHERE.sub("", name)).casefold()
