"""What a process that makes parts does; hub.preparing.processes starts it.

    in   orders, pickled, one after the other, to the end of the stream
    out  for each, when it is fulfilled, its size, or the error that it ended with

It ends when its input does: whoever gives the orders is gone then.
"""

from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from hub.datasets.uniform.making import Order


def main() -> None:
    """Answer on what was stdout, which from now on is stderr."""
    with os.fdopen(os.dup(1), "wb") as answers, os.fdopen(os.dup(0), "rb") as orders:
        os.dup2(2, 1)
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123  a descriptor is wanted
            os.dup2(nothing.fileno(), 0)
        serve(orders, answers)


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Fulfil orders until there are no more."""
    import torch

    torch.set_num_threads(1)  # there are as many of these processes as cores are to be used
    while True:
        try:
            order: Order = pickle.load(orders)  # noqa: S301  from the process that started this one
        except EOFError:
            return
        try:
            answer: object = order.fulfil()
        except Exception as error:  # noqa: BLE001  the other side tells it
            answer = error
        answers.write(pickle.dumps(answer))
        answers.flush()
