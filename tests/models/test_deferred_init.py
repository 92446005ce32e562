from __future__ import annotations

import threading

import pytest
import torch
from torch import nn

from hub.models.deferred_init import deferred_init


def test_nothing_is_drawn_while_it_holds() -> None:
    state = torch.get_rng_state()

    with deferred_init():
        nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Linear(8, 4), nn.LayerNorm(4))

    assert torch.equal(torch.get_rng_state(), state)


def test_an_initialiser_returns_the_tensor_that_it_leaves_alone() -> None:
    tensor = torch.full((2, 2), 7.0)

    with deferred_init():
        returned = nn.init.trunc_normal_(tensor, std=0.1)

    assert returned is tensor
    assert tensor.eq(7).all()


def test_the_functions_are_back_after_an_error() -> None:
    before = {name: getattr(nn.init, name) for name in dir(nn.init)}

    with pytest.raises(ZeroDivisionError), deferred_init():
        _ = 1 // 0

    assert {name: getattr(nn.init, name) for name in dir(nn.init)} == before


def test_another_thread_still_initialises() -> None:
    tensor = torch.zeros(3)

    with deferred_init():
        thread = threading.Thread(target=nn.init.ones_, args=(tensor,))
        thread.start()
        thread.join()

    assert tensor.eq(1).all()


def test_two_threads_that_defer_at_once_leave_the_originals() -> None:
    before = nn.init.ones_
    barrier = threading.Barrier(4)

    def build() -> None:
        barrier.wait()
        for _ in range(20):
            with deferred_init():
                nn.Linear(2, 2)

    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert nn.init.ones_ is before
