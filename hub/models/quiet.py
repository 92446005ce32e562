"""Keeping back warnings that say nothing to the user, since another library calls what the warning is about."""

from __future__ import annotations

import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# One thread at a time: the filters belong to the process, and the second would put back the first one's.
_LOCK = threading.RLock()


@contextmanager
def quiet() -> Iterator[None]:
    """Ignore warnings meanwhile."""
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
