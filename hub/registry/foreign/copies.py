"""What a registry said last, in the store: its index, its lists, and the cards that were asked for.

    <store>/v1/registries/<key>/state.json       where the index is, the host's validators, when it was asked, its lists
    <store>/v1/registries/<key>/<sha256>.json    a list or a card: named by its digest, and hashed when it is read
    <store>/v1/registries/<key>/<sha256>/...     what was fetched of a segment of shards, by the digest of its manifest

The index is asked for anew when it is older than FRESH_FOR; the host then mostly answers that it is the same. If it is
not, the lists that changed are fetched with it, so that the copy is one state of the registry and serves without a
network. Where no host answers with one, or none may be asked, what was said last counts. Of an index in shards there is
what was looked at, and the parts of a segment go when the index names it no more.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from hub.errors import (
    CardError,
    IntegrityError,
    OfflineError,
    SourceError,
    StoreError,
)
from hub.registry.foreign.asking import CARD_LIMIT, LIST_LIMIT, again, fetched, first
from hub.registry.foreign.trust import refused, require_path
from hub.registry.listing import ShardsOf, read_index, read_shards
from hub.sources.base import shown
from hub.sources.documents import Validators
from hub.store import elections
from hub.store.files import disk_errors, write_small
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from hub.registry.foreign.registered import Registered
    from hub.registry.listing import ListOf, Read
    from hub.settings import Settings

logger = logging.getLogger("hub")

# So that a loop over names asks once; what is new in a registry can wait as long.
FRESH_FOR = 600.0

SPREAD = 0.25
"""Of FRESH_FOR: up to so much later machines ask again, each at its own time. Ten thousand nodes of a cluster that
begin a job at once would otherwise ask at once every ten minutes; so they are 67 a second."""

STATE = "state.json"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a copy: `base` is the address that everything is relative to, `sha256` that of the index.

    `lists` has the digest of each kind's list, as far as those could be fetched; `lacking` tells why others could not.
    `shards` are in the place of lists if the registry is large.
    """

    base: str
    sha256: str
    lists: dict[str, str] = {}
    lacking: dict[str, str] = {}
    shards: ShardsOf | None = None
    etag: str = ""
    modified: str = ""
    checked: float

    @property
    def validators(self) -> Validators:
        """What the host said of the index."""
        return Validators(self.etag, self.modified)


@dataclass(frozen=True, slots=True)
class Copy:
    """A registry as it was said last. `unkept` has by digest what could not be kept in the store."""

    registry: Registered
    state: State
    folder: Path
    unkept: Mapping[str, bytes]

    def list_of(self, kind: str) -> bytes:
        """Return the list of a kind; IntegrityError if it was damaged in the store, and then asked for anew."""
        sha256 = self.state.lists[kind]
        found = self.unkept.get(sha256) or _kept(self.folder, sha256)
        if found is None:
            with suppress(OSError):
                (self.folder / STATE).unlink()
            raise IntegrityError(
                f"the copy of the registry {self.registry.name} in the store is damaged",
                expected=f"sha256:{sha256}",
                hint="run the same command again: it is asked for anew",
            )
        return found


def current(registry: Registered, settings: Settings, now: Callable[[], float] = time.time) -> Copy:
    """Return what a registry lists, asking for it if the copy is not fresh.

    Raises SourceError, IntegrityError and OfflineError if there is no copy to fall back on, CardError for no index.
    """
    layout = Layout(settings.home)
    folder = layout.registry(registry.url)

    def fresh() -> Copy | None:
        state = _state(folder)
        asks = registry.local or not settings.offline
        if state is not None and (not asks or 0 <= now() - state.checked < _fresh_for(registry)):
            return Copy(registry, state, folder, {})
        if not asks:
            raise _offline(registry, settings)
        return None

    def ask() -> Copy:
        return _asked_or_kept(registry, settings, now)

    # Of many processes that begin at once, as ranks do, one asks the host.
    return fresh() or ask() if registry.local else elections.one(layout, f"registry/{registry.url}", fresh, ask)


def _asked_or_kept(registry: Registered, settings: Settings, now: Callable[[], float]) -> Copy:
    folder = Layout(settings.home).registry(registry.url)
    state = _state(folder)
    try:
        return _asked(registry, state, settings, now())
    except (SourceError, IntegrityError, CardError) as error:
        if state is None:
            raise
        when = time.strftime("%Y-%m-%d", time.gmtime(state.checked))
        why = str(error).partition("\n")[0]
        logger.warning("%s; what the registry %s said on %s is used", why, registry.name, when)
        return _noted(Copy(registry, msgspec.structs.replace(state, checked=now()), folder, {}), settings)


def _fresh_for(registry: Registered) -> float:
    """Return for how long this machine believes what a registry said; a folder is looked at each time."""
    own = hashlib.sha256(f"{socket.gethostname()} {registry.url}".encode()).digest()[0]
    return 0.0 if registry.local else FRESH_FOR * (1 + SPREAD * own / 256)


def asked_anew(registry: Registered, settings: Settings, now: Callable[[], float] = time.time) -> Copy:
    """Return what a registry lists now; raises what `current` does, whatever copy there is."""
    if settings.offline and not registry.local:
        raise _offline(registry, settings)
    return _asked(registry, None, settings, now())


def card(copy: Copy, path: str, sha256: str, size: int, settings: Settings) -> tuple[bytes, Path]:
    """Return the bytes of a card, and where they lie in the store; the digest is what the index says.

    Raises SourceError, DigestMismatch and OfflineError.
    """
    place = _place(copy.folder, sha256)

    def fetch() -> bytes:
        if settings.offline and not copy.registry.local:
            raise _offline(copy.registry, settings)
        found = fetched(copy.state.base + path, sha256, min(size, CARD_LIMIT))
        _keep(found, place, settings)
        return found

    return elections.one(Layout(settings.home), f"card/{sha256}", lambda: _kept(copy.folder, sha256), fetch), place


def keep_another(
    registry: Registered, base: str, lists: Mapping[str, str], documents: Iterable[bytes], settings: Settings
) -> None:
    """Keep what another machine's copy says: lists and cards, and that these are its lists where nothing is known yet.

    It does not count as fresh: the host is asked at the next chance, and what it says then takes its place.
    """
    folder = Layout(settings.home).registry(registry.url)
    for data in documents:
        _keep(data, _place(folder, hashlib.sha256(data).hexdigest()), settings)
    if _state(folder) is None:
        # No digest of an index: it would say that all lists are here, and these are some.
        state = State(base=base, sha256="", lists=dict(lists), checked=time.time() - FRESH_FOR * (1 + SPREAD))
        _noted(Copy(registry, state, folder, {}), settings)


def _asked(registry: Registered, state: State | None, settings: Settings, now: float) -> Copy:
    """Return what a registry lists now, which may be what is kept."""
    folder = Layout(settings.home).registry(registry.url)
    base, document = (state.base, again(state.base, state.validators)) if state else first(registry)
    sha256 = hashlib.sha256(document.data).hexdigest() if document else state and state.sha256
    if state is not None and sha256 == state.sha256 and _iswhole(state, folder):
        same = Copy(registry, msgspec.structs.replace(state, checked=now), folder, {})
        return same if registry.local else _noted(same, settings)
    if document is None:  # lists were lost here, or lacked there: the index is needed once more
        return _asked(registry, None, settings, now)
    shards, (lists, lacking, new) = _read(registry, base, document.data, folder)
    unkept = {digest: data for digest, data in new.items() if not _keep(data, _place(folder, digest), settings)}
    before = state.lists if state else {}
    # A list that cannot be had now is better old than not at all.
    lists |= {kind: before[kind] for kind in lacking if kind in before}
    found = State(
        base=base,
        sha256=hashlib.sha256(document.data).hexdigest(),
        lists=lists,
        lacking=lacking,
        shards=shards,
        etag=document.validators.etag,
        modified=document.validators.modified,
        checked=now,
    )
    _drop(folder, set(before.values()) - set(lists.values()))
    _drop_segments(folder, found)
    return _noted(Copy(registry, found, folder, unkept), settings)


def _iswhole(state: State, folder: Path) -> bool:
    return not state.lacking and all(_place(folder, sha256).is_file() for sha256 in state.lists.values())


_Lists = tuple[dict[str, str], dict[str, str], dict[str, bytes]]
"""Kind -> digest of each list, kind -> why it could not be had, and digest -> bytes of those fetched."""


def _read(registry: Registered, base: str, index: bytes, folder: Path) -> tuple[ShardsOf | None, _Lists]:
    """Return the shards of an index, or else its lists. Raises CardError if it is no index."""
    place = f"{shown(base)}index.json"
    try:
        shards, read = read_shards(index), read_index(index)
    except ValueError as error:
        raise refused(place, [("", str(error))]) from error
    if shards:  # which have all that is in lists
        return shards, ({}, {}, {})
    for fault in read.faults:
        logger.warning("%s: %s; it is left out", place, fault)
    return None, _lists(registry, base, read, folder)


def _lists(registry: Registered, base: str, read: Read[ListOf], folder: Path) -> _Lists:
    lists: dict[str, str] = {}
    lacking: dict[str, str] = {}
    new: dict[str, bytes] = {}
    for each in read.found:
        try:
            if _kept(folder, each.sha256) is None:
                new[each.sha256] = _list(base, each)
            lists[each.kind] = each.sha256
        except (SourceError, IntegrityError, CardError) as error:
            lacking[each.kind] = " ".join(str(error).split())
            logger.warning("the registry %s has no list of %ss now: %s", registry.name, each.kind, lacking[each.kind])
    return lists, lacking, new


def _list(base: str, each: ListOf) -> bytes:
    require_path(f"{base}index.json", "list", each.list)
    return fetched(base + each.list, each.sha256, min(each.size, LIST_LIMIT))


def _drop(folder: Path, digests: set[str]) -> None:
    for sha256 in digests:
        with suppress(OSError):
            _place(folder, sha256).unlink()


def _drop_segments(folder: Path, state: State) -> None:
    named = {each.manifest.sha256 for each in state.shards.segments} if state.shards else set()
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and path.name not in named:
                shutil.rmtree(path, ignore_errors=True)


def _state(folder: Path) -> State | None:
    try:
        return msgspec.json.decode((folder / STATE).read_bytes(), type=State)
    except (OSError, msgspec.DecodeError):
        return None


def _noted(copy: Copy, settings: Settings) -> Copy:
    with suppress(StoreError):  # a store that cannot be written: the host is asked again next time
        write_small(copy.folder / STATE, msgspec.json.encode(copy.state).decode(), Layout(settings.home))
    return copy


def _keep(data: bytes, place: Path, settings: Settings) -> bool:
    try:
        write_small(place, data.decode(), Layout(settings.home))
    except (StoreError, UnicodeDecodeError):
        return False
    return True


def _kept(folder: Path, sha256: str) -> bytes | None:
    """Return what is kept under a digest, if it is whole."""
    return whole(_place(folder, sha256), sha256)


def whole(place: Path, sha256: str) -> bytes | None:
    """Return a file of that digest, None if it is not there or another one."""
    try:
        data = place.read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def _place(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.json"


def _offline(registry: Registered, settings: Settings) -> OfflineError:
    return OfflineError(
        f"the registry {registry.name} is not in the store and HUB_OFFLINE is set",
        expected=f"what was read of it before, in {settings.home}",
        found="nothing there",
        hint="unset HUB_OFFLINE once and ask for the same name",
    )


def forget(registry: Registered, settings: Settings) -> None:
    """Remove what a registry has said from the store. Files of its datasets and models stay: others may have them."""
    with disk_errors(settings.home), suppress(FileNotFoundError):
        shutil.rmtree(Layout(settings.home).registry(registry.url))
