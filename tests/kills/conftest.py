from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kills.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """A process that has imported hub and forks children."""
    with Nursery() as living:
        yield living
