"""From a plan to the published file on this machine: out of the store, adopted, or fetched."""

from __future__ import annotations

import logging
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hub.digest import HEX_LENGTH, digest_in_name
from hub.errors import DigestMismatch, InvalidInput
from hub.fetch import fetch, held
from hub.fetch.guarding import guarded
from hub.fetch.plans import plan
from hub.models.weights import adopted, own_files
from hub.sources.file import path_of
from hub.store import shared
from hub.store.files import can_write
from hub.store.layout import Layout

if TYPE_CHECKING:
    from hub.cards import Artifact
    from hub.fetch import Local
    from hub.fetch.plans import Plan
    from hub.progress import Progress
    from hub.settings import Settings

logger = logging.getLogger("hub")

SCHEMES = ("http", "https", "file")


def obtain(plan: Plan, settings: Settings, progress: Progress) -> Local:
    """Return the one file of `plan`, getting it if it is not on this machine; raises what `fetch` raises."""
    (artifact,) = guarded(plan.owner, plan.artifacts, settings)
    others = shared.stores(settings.shared)
    there = held(Layout(settings.home), plan.owner, [artifact], others).get(artifact.name)
    found = there or adopted.find(artifact, settings, progress) or _in_place(artifact, Layout(settings.home))
    if found is not None:
        return found
    return fetch(plan.owner, plan.artifacts, settings=settings, progress=progress)[artifact.name]


def _in_place(artifact: Artifact, layout: Layout) -> Local | None:
    """Return a file that a `file:` URL names where it lies, verified, if the store cannot be written; else None."""
    path = next((path_of(source.url) for source in artifact.sources if source.url.startswith("file:")), None)
    if path is None or can_write(layout.tmp):
        return None
    logger.info("%s cannot be written: %s is read where it lies", layout.home, path)
    found = own_files.identify(path, layout)
    for digest in artifact.digests:
        if digest.algorithm == "sha256" and not digest.matches(found.sha256):
            raise DigestMismatch(f"{path} is not the published file", expected=digest, found=f"sha256:{found.sha256}")
    return found


def plan_of_url(url: str, stated: str = "") -> Plan:
    """Return what to get for a weights file at `url`.

    `stated` is the sha256 that it must have, or its beginning; where that is empty, the digest in its name counts.
    Raises InvalidInput for an address that nothing can be got from, or that does not say what it must hash to and
    could be changed on the way.
    """
    scheme = urlsplit(url).scheme
    if scheme not in SCHEMES or (scheme == "http" and len(stated) < HEX_LENGTH["sha256"]):
        raise InvalidInput(
            f"weights cannot be had from {url}",
            expected="https://, file:// or http:// with #sha256=<hex>, as http can be changed on the way",
            found=f"{scheme}://",
        )
    digest = stated or digest_in_name(PurePosixPath(unquote(urlsplit(url).path)).name)
    return plan(f"{url}#sha256={digest}" if digest else url)
