"""Pushing: what a store has of blobs and prepared data, into a store on object storage.

    <to>/v1/blobs/sha256/ab/<64 hex>                  as in a store on disk
    <to>/v1/prepared/<fingerprint>/<split>.arrow      and <split>.arrow.outline
    <to>/v1/refs/<kind>/<name>/<version>

1. Blobs, then what was inflated out of them, then the tables that point to both, then refs: nobody there ever sees
   the name of something that has not arrived.
2. What is there with the right size is not sent again: names are digests, and an object appears as a whole.
3. A blob is hashed before it is sent, and the server is told the digests of what it receives.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from hub.digest import Digest, hash_file
from hub.errors import BadStatus, HubError, IntegrityError
from hub.objects.doors import MISSING, door
from hub.objects.outlines import SUFFIX, outline_of
from hub.objects.writing import Overtaken, put, put_file, size_of
from hub.progress import Silent
from hub.sources.base import shown
from hub.store import origins, refs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from hub.progress import Progress
    from hub.store.layout import Layout
    from hub.store.refs import Entry

TRIES = 5
"""Writers of one ref at once are few."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of it: objects and bytes that were sent, and objects that were there."""

    sent: int
    size: int
    there: int


def push(
    layout: Layout,
    to: str,
    *,
    owners: Iterable[str] = (),
    fingerprints: Iterable[str] = (),
    progress: Progress | None = None,
) -> Pushed:
    """Send the blobs of these owners ("dataset/mnist/1.0.0") and these prepared tables to a store at an address.

    With a table goes all that it was made of or points to, as far as it is here. Afterwards a machine with
    `HUB_SHARED=<to>` reads the tables there in place, and fetches the blobs from there. `hub cache push NAME --to`
    ends here; whoever has just prepared a table calls it with that table's `fingerprint`.

    Raises HubError for a fingerprint that is not here, IntegrityError for a blob that is damaged on this disk,
    InvalidInput for an address that cannot be written to, and SourceError if the server refuses.
    """
    told = progress or Silent()
    named = {owner: refs.read(layout, owner) for owner in owners}
    tables = _with_inflated(layout, fingerprints)
    digests = {entry.sha256 for entries in named.values() for entry in entries.values()}
    digests |= {name for each in tables for name in _made_of(layout, each) if layout.blob(name).exists()}
    files = [*_blobs(layout, sorted(digests)), *(file for each in tables for file in _prepared(layout, each))]
    told.start(f"sending to {shown(to)}", sum(path.stat().st_size for path in files))
    sizes = [_sent(layout, path, f"{to.rstrip('/')}/v1/{_key(layout, path)}", told) for path in files]
    for owner, entries in named.items():
        _name(f"{to.rstrip('/')}/v1/refs/{owner}", entries)
    told.finish()
    return Pushed(sum(size > 0 for size in sizes), sum(sizes), sum(size == 0 for size in sizes))


def _with_inflated(layout: Layout, fingerprints: Iterable[str]) -> list[str]:
    """Return the fingerprints with those they were made of, these first."""
    asked = list(dict.fromkeys(fingerprints))
    inner = [name for each in asked for name in _made_of(layout, each) if layout.prepared(name).is_dir()]
    return list(dict.fromkeys([*inner, *asked]))


def _made_of(layout: Layout, fingerprint: str) -> tuple[str, ...]:
    origin = origins.read(layout, fingerprint)
    return origin.of if origin else ()


def _blobs(layout: Layout, digests: Iterable[str]) -> Iterator[Path]:
    return (path for path in map(layout.blob, digests) if path.exists())


def _prepared(layout: Layout, fingerprint: str) -> list[Path]:
    folder = layout.prepared(fingerprint)
    found = sorted(path for path in folder.glob("*") if path.is_file())
    if not found:
        raise HubError(
            f"no prepared data {fingerprint[:16]} in the store",
            expected=folder,
            found="nothing",
            hint="load the dataset once, or prepare it",
        )
    return found


def _key(layout: Layout, path: Path) -> str:
    return path.relative_to(layout.root).as_posix()


def _sent(layout: Layout, path: Path, url: str, progress: Progress) -> int:
    """Send a file unless it is there; return how many bytes went."""
    size = path.stat().st_size
    if size_of(url) == size:
        progress.advance(size)
        return 0
    if layout.is_blob(path):
        _require_sound(path)
    if path.suffix == ".arrow":
        put(url + SUFFIX, outline_of(path))
    put_file(url, path)
    if size_of(url) != size:
        raise IntegrityError(f"{shown(url)} is not what was sent", expected=f"{size} bytes", found="another size")
    progress.advance(size)
    return size


def _require_sound(path: Path) -> None:
    mismatch = hash_file(path, [Digest("sha256", path.name)]).mismatch()
    if mismatch:
        raise IntegrityError(
            f"{path} is damaged, and was not sent",
            expected=mismatch[0],
            found=mismatch[1],
            hint="`hub verify` sets it aside; the next use fetches it anew",
        )


def _name(url: str, entries: Mapping[str, Entry]) -> None:
    """Add entries to a ref; those that others have added meanwhile stay."""
    for _ in range(TRIES):
        known, etag = _known(url)
        new = {name: asdict(entry) for name, entry in entries.items()}
        if known == known | new:
            return
        table = {"artifacts": dict(sorted((known | new).items()))}
        with suppress(Overtaken):
            put(url, (json.dumps(table, indent=1) + "\n").encode(), over=etag)
            return
    raise Overtaken(f"{shown(url)} is written by others all the time", url=shown(url), hint="try again later")


def _known(url: str) -> tuple[dict[str, object], str]:
    way = door(url)
    try:
        state = way.state(url)
        data = way.read(url, 0, state.size, state) if state.size else b""
    except BadStatus as error:
        if error.status == MISSING:
            return {}, ""
        raise
    try:
        return dict(json.loads(data)["artifacts"]), state.validator
    except (ValueError, TypeError, KeyError):
        return {}, state.validator  # not readable: it is made anew
