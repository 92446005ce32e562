"""The guard: in a project with a lockfile, what is loaded is what that pins, or nothing.

Every way to the files of a card or a URL leads through `guarded`: it gives each artifact the full digest of the
lockfile, so that other bytes are refused wherever they come from: the store, a transfer, another library's cache, a
copy in a folder as far as that is compared at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub import lockfile
from hub.digest import Digest
from hub.errors import NotLocked
from hub.fetch.plans import owner_of_url, parts_of
from hub.lockfile.addresses import public
from hub.store import pins
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hub.cards import Artifact
    from hub.lockfile import Entry, Lockfile
    from hub.settings import Settings

SHOWN = 6
"""How many names of a lockfile an error lists."""


def guarded(owner: str, artifacts: Sequence[Artifact], settings: Settings) -> tuple[Artifact, ...]:
    """Return the artifacts with the digests that the project's lockfile pins; as they are where there is none.

    What is to be got by hand passes if it is not pinned: few cards know more of it than an MD5.

    Raises NotLocked if it does not pin one of them, or pins other bytes than are asked for, and what reading it raises.
    """
    if settings.lockfile is None or not artifacts:
        return tuple(artifacts)
    lock = lockfile.read(settings.lockfile)
    pins.register(Layout(settings.home), settings.lockfile)
    entry = lock.entry(locked_owner(owner, artifacts))
    if entry is None:
        if not any(artifact.sources for artifact in artifacts):
            return tuple(artifacts)
        raise _not_there(lock, settings.lockfile, *_thing(owner, artifacts))
    return tuple(_pinned(artifact, entry, settings.lockfile) for artifact in artifacts)


def locked_owner(owner: str, artifacts: Sequence[Artifact]) -> str:
    """Return the owner under which a lockfile has them: that of an address is of its public part."""
    return owner_of_url(public(_address(artifacts))) if owner.startswith("url/") else owner


def disagreement(artifact: Artifact, pin: lockfile.Artifact) -> tuple[str, str] | None:
    """Return what is pinned and what is stated of an artifact, where they differ; None if they agree."""
    return next(_disagreements(artifact, pin), None)


def _disagreements(artifact: Artifact, pin: lockfile.Artifact) -> Iterator[tuple[str, str]]:
    pinned = {"sha256": pin.sha256, "md5": pin.md5}
    for digest in artifact.digests:
        known = pinned[digest.algorithm]
        if known and not digest.matches(known):
            yield str(Digest(digest.algorithm, known)), str(digest)
    if artifact.size is not None and artifact.size != pin.size:
        yield f"{pin.size} bytes", f"{artifact.size} bytes"


def _pinned(artifact: Artifact, entry: Entry, path: Path) -> Artifact:
    pin = entry.artifacts[0] if entry.kind == "url" else entry.by_name.get(artifact.name)
    if pin is None and not artifact.sources:
        return artifact
    if pin is None:
        raise NotLocked(
            f"{path} pins {entry}, but not {artifact.name} of it",
            expected=_some(list(entry.by_name)),
            found=artifact.name,
            hint=f"`hub lock {entry.name}` pins all of its files",
        )
    differing = disagreement(artifact, pin)
    if differing:
        raise NotLocked(
            f"{artifact.name} of {entry} is not the file that {path} pins",
            expected=f"{differing[0]}, which is pinned",
            found=f"{differing[1]}, {'which is asked for' if entry.kind == 'url' else 'of which its card speaks now'}",
            hint=f"`hub lock {entry.name}` pins the new one, if you mean it",
        )
    return msgspec.structs.replace(artifact, sha256=pin.sha256, sha256_prefix=None, size=pin.size)


def _thing(owner: str, artifacts: Sequence[Artifact]) -> tuple[str, str, str]:
    """Return kind, name and version of what an owner stands for."""
    return ("url", public(_address(artifacts)), "") if owner.startswith("url/") else parts_of(owner)


def _address(artifacts: Sequence[Artifact]) -> str:
    return artifacts[0].sources[0].url


def _not_there(lock: Lockfile, path: Path, kind: str, name: str, version: str) -> NotLocked:
    asked = f"{name}@{version}" if kind == "model" else name
    others = [each.version for each in lock.entries if (each.kind, each.name) == (kind, name)]
    if others:
        return NotLocked(
            f"{path} pins another version of {name}",
            expected=f"{name} {_some(others)}, which is pinned",
            found=f"{name} {version}, of which its card speaks now" if kind == "dataset" else f"{name} {version}",
            hint=f"`hub lock {asked}` pins that" + (f'; or ask for "{name}@{others[0]}"' if kind == "model" else ""),
        )
    return NotLocked(
        f"{path} does not pin {asked}",
        expected=_some([str(each) for each in lock.entries]),
        found=asked,
        hint=f"`hub lock {asked}` adds it; HUB_LOCKFILE=off goes on without a lockfile",
    )


def _some(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "") if names else "nothing, it is empty"
