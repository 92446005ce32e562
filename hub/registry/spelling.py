"""The form in which names are compared."""

from __future__ import annotations

import re


def normal(name: str) -> str:
    """Return the form in which names are compared: FashionMNIST, fashion-mnist and fashion_mnist are one.

    >>> normal("Fashion-MNIST")
    'fashionmnist'
    """
    return re.sub(r"[-_. ]", "", name).casefold()
