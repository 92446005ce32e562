"""Sending: what the store has of names that people use, to a store on object storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub import objects
from hub.errors import InvalidInput
from hub.fetch.stored import made_of, owners_of
from hub.places import is_object
from hub.store.units import PREPARED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.objects import Pushed
    from hub.progress import Progress
    from hub.store.layout import Layout
    from hub.store.standing import Standing


def send(layout: Layout, names: Sequence[str], to: str, found: Standing, progress: Progress) -> Pushed:
    """Send the files of these names and all that was prepared of them; raises NotFound, and what `push` does."""
    if not is_object(to) and not to.startswith("file://"):
        raise InvalidInput(f"{to!r} is no place to send to", expected="s3://BUCKET/PREFIX", found=to)
    owners = list(dict.fromkeys(owner for name in names for owner in owners_of(layout, name)))
    prepared = [unit.name for unit in made_of(layout, owners, found) if unit.kind == PREPARED]
    return objects.push(layout, to, owners=owners, fingerprints=prepared, progress=progress)
