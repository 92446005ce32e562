"""Transfer: get one artifact from the first source that delivers it, whole and verified, into the store.

What arrives is compared with every digest known: of the served file (card, package index) and of the artifact inside
it. Only then is it published.

    ordering  remembering     which source is tried first, by how hosts did lately
    served      one served file to its end: tries, pauses, and what a server must have said to be believed
    arrival     one partial while its bytes come in
    spans       which bytes are missing, and who fetches them
    crew  pacing        the connections that do, and how many of them are worth it
    following   reading a file that still grows: the hash, and what inflates it
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

from hub import sources
from hub.archives import inflated, open_wrapped
from hub.digest import CHUNK, Digest, Hasher
from hub.errors import (
    BadStatus,
    DigestMismatch,
    HubError,
    IntegrityError,
    SourceError,
    StoreError,
    TransferError,
    Unreachable,
)
from hub.sources.base import Absent, FileRefused, host_of, shown
from hub.store import blobs, partials
from hub.store.files import require_space, temporary
from hub.transfer.pacing import MOST
from hub.transfer.remembering import Memory
from hub.transfer.served import BUSY, LAST_TRIES, Reading, Served, compare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from hub.cards import Artifact, Source
    from hub.progress import Progress
    from hub.sources.base import Location
    from hub.store.layout import Layout
    from hub.store.partials import Partial
    from hub.transfer.following import Arriving
    from hub.transfer.pacing import Pace


T = TypeVar("T")

logger = logging.getLogger("hub")

NO_SOURCE = "look at HUB_MIRRORS and [mirrors] in hub.toml: a '!' leaves the original out, and no other target fits"
CHECK_THE_NETWORK = "check the network or proxy and run the same command again: what has arrived is kept"


# How often a partial may be taken from us. Once needs a process that slept for ten minutes; more, somebody who removes
# files.
TAKEOVERS = 3


@dataclass(frozen=True, slots=True)
class Published:
    """An artifact that is now a blob; `source` is the URL it came from, without credentials."""

    path: Path
    sha256: str
    size: int
    source: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a served file before anyone has said where it is."""

    label: str
    digests: tuple[Digest, ...]
    size: int | None
    tries: int

    def at(self, location: Location) -> Served:
        """The same with the place, and with the digests that the place itself knows."""
        return Served(self.label, location, (*self.digests, *location.digests), self.size, self.tries)


class Transfers:
    """The transfers of one run: a host that failed is not asked again, what artifacts share is fetched once."""

    def __init__(
        self,
        layout: Layout,
        progress: Progress,
        sleep: Callable[[float], None] = time.sleep,
        locate: Callable[[str], Location] = sources.locate,
        *,
        connections: int = MOST,
        pace: Pace | None = None,
    ) -> None:
        self._layout = layout
        self._locate = locate
        self._progress = progress
        self._reading = Reading(progress, sleep, most=connections, pace=pace)
        self._memory = Memory(layout)
        self._failed: dict[str, SourceError] = {}
        self._wrappings: dict[str, Partial] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop what artifacts came out of; but leave it for the next run if this one did not end well."""
        for wrapping in self._wrappings.values():
            if error is None:
                partials.discard(wrapping)
            else:
                partials.leave(self._layout, wrapping)

    def get(self, artifact: Artifact) -> Published:
        """Return the artifact as a blob, from the first source that delivers it.

        Sources are tried in the card's order, but for the reasons in `ordering`; those that could be replaced on the
        way come last, with a warning.

        Raises DigestMismatch if a source delivered other bytes and none the right ones, TransferError if none
        delivered anything, StoreError if the disk refuses.
        """
        causes: list[HubError] = []
        ordered = self._memory.in_order(artifact)
        exposed = next((source for source in ordered if not artifact.guards(source)), None)
        for source in ordered:
            tries = LAST_TRIES if source is ordered[-1] else 1
            if source is exposed and artifact.digests + source.digests:
                self._warn(artifact, source)
            try:
                return self._despite_others(artifact, source, tries)
            except (SourceError, IntegrityError) as error:
                causes.append(error)
                if not isinstance(error, (_Skipped, Absent)):
                    more = "; trying the next source" if len(causes) < len(artifact.sources) else ""
                    self._progress.note(f"{error.what}{more}")
        raise _nothing_delivered(artifact, causes)

    def _warn(self, artifact: Artifact, source: Source) -> None:
        warning = (
            f"{artifact.name}: the connection to {host_of(source.url)} is not encrypted, "
            "and nothing stronger than an MD5 tells whether the file was replaced on the way"
        )
        logger.warning(warning)
        self._progress.note(warning)

    def _despite_others(self, artifact: Artifact, source: Source, tries: int) -> Published:
        """Begin again where another process took over what we had, because it thought that we had ended."""
        lost = None
        for _ in range(TAKEOVERS):
            try:
                return self._from_source(artifact, source, tries)
            except FileNotFoundError as error:
                lost = error
        raise StoreError(
            f"files vanish from {self._layout.partials} while they are written",
            expected="a folder in which only hub removes files",
            found=f"no {lost and lost.filename} any more",
            hint="look for a job that tidies up there, or set HUB_HOME to another folder",
        ) from lost

    def _from_source(self, artifact: Artifact, source: Source, tries: int) -> Published:
        if source.wrapped:
            return self._out_of_wrapping(artifact, source, tries)
        known = Known(artifact.name, (*artifact.digests, *source.digests), artifact.size or source.size, tries)
        partial, hasher, _ = self._served(source.url, known)
        blob = blobs.publish(self._layout, partial.data, hasher.sha256)
        partials.discard(partial)
        return Published(blob, hasher.sha256, hasher.size, shown(source.url))

    def _out_of_wrapping(self, artifact: Artifact, source: Source, tries: int) -> Published:
        url = source.url.partition("#")[0]
        with temporary(self._layout, artifact.name) as path:
            hasher = self._unwrapped(artifact, source, tries, path)
            compare(artifact.name, shown(url), hasher, artifact.size)
            blob = blobs.publish(self._layout, path, hasher.sha256)
        return Published(blob, hasher.sha256, hasher.size, shown(url))

    def _unwrapped(self, artifact: Artifact, source: Source, tries: int, path: Path) -> Hasher:
        """Write the artifact to `path`, out of the served file that holds it; several may come out of one."""
        url, _, member = source.url.partition("#")
        key = key_of_served(url, source.digests)
        label = shown(url).rpartition("/")[2] or shown(url)
        known = Known(label, source.digests, source.size, tries)
        require_space(path.parent, artifact.size or 0)
        if key not in self._wrappings and not member:  # one stream: it is inflated while it arrives
            self._wrappings[key], _, hasher = self._served(url, known, partial(_inflate, source.unwrap, artifact, path))
            return cast("Hasher", hasher)
        if key not in self._wrappings:
            self._wrappings[key], _, _ = self._served(url, known)
        with open_wrapped(self._wrappings[key].data, member, source.unwrap) as stream:
            return _copy(stream, artifact, path)

    def _served(
        self, url: str, known: Known, work: Callable[[Arriving], T] | None = None
    ) -> tuple[Partial, Hasher, T | None]:
        """Return a served file, whole and verified, as a partial of ours; and what `work` made of it meanwhile."""
        partial = partials.obtain(self._layout, key_of_served(url, known.digests))
        try:
            return (partial, *self._filled(partial, url, known, work))
        except IntegrityError:
            partials.discard(partial)
            raise
        except BaseException:  # also Ctrl-C: what has arrived is kept for the next run
            partials.leave(self._layout, partial)
            raise

    def _filled(
        self, partial: Partial, url: str, known: Known, work: Callable[[Arriving], T] | None
    ) -> tuple[Hasher, T | None]:
        place = host_of(url) or url.partition("==")[0]
        try:
            self._refuse_failed(place)
            location = self._locate(url)
            place = location.host or place
            self._refuse_failed(place)
            begun, is_resumed = time.monotonic(), partial.journal.exists()
            whole = self._reading.followed(known.at(location), partial, work)
            # Of what an earlier run has left nobody knows how long it took.
            self._memory.succeeded(url, 0 if is_resumed else whole[0].size, time.monotonic() - begun)
        except SourceError as error:
            if _speaks_of_its_host(error):
                self._failed.setdefault(place, error)
                if not isinstance(error, _Skipped):
                    self._memory.failed(url)
            raise
        return whole

    def _refuse_failed(self, place: str) -> None:
        if place in self._failed:
            earlier = self._failed[place]
            raise _Skipped(f"{earlier.what} (not asked again)", url=earlier.url)


class _Skipped(Unreachable):
    """A host that failed before in this run was not asked again; people have been told."""


def _speaks_of_its_host(error: SourceError) -> bool:
    """A missing file says nothing of its host, nor does one that the host keeps back; everything else does."""
    if isinstance(error, FileRefused):
        return False
    return not isinstance(error, BadStatus) or error.status in BUSY


def _inflate(unwrap: str, artifact: Artifact, path: Path, arriving: Arriving) -> Hasher:
    return _copy(inflated(cast("BinaryIO", arriving), unwrap, artifact.name, path), artifact, path)


def _copy(stream: BinaryIO, artifact: Artifact, path: Path) -> Hasher:
    hasher = Hasher(artifact.digests)
    with path.open("wb") as out:
        while chunk := stream.read(CHUNK):
            hasher.update(chunk)
            if artifact.size is not None and hasher.size > artifact.size:
                break  # too large already: a bomb would fill the disk before its digest is known
            out.write(chunk)
    return hasher


def key_of_served(url: str, digests: tuple[Digest, ...]) -> str:
    """Return the key of the partial of a served file; the same wherever it is served, if its sha256 is known."""
    whole = (digest.hex for digest in digests if digest.algorithm == "sha256" and digest.whole)
    return partials.key_of(next(whole, url))


def _nothing_delivered(artifact: Artifact, causes: list[HubError]) -> HubError:
    wrong = next((cause for cause in causes if isinstance(cause, IntegrityError)), None)
    if wrong is None:
        return TransferError(
            f"no source delivered {artifact.name}",
            causes=causes,
            hint=next((cause.hint for cause in causes if cause.hint), CHECK_THE_NETWORK if causes else NO_SOURCE),
        )
    return DigestMismatch(
        f"no source delivered the published {artifact.name}: {wrong.what}",
        expected=wrong.expected,
        found=wrong.found,
        hint="nothing wrong was kept; try again later, and report the source if this repeats",
    )
