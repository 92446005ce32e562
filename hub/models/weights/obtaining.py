"""From a plan to the published file on this machine: out of the store, adopted, or fetched."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hub.digest import HEX_LENGTH, digest_in_name
from hub.errors import InvalidInput
from hub.fetch import fetch, present
from hub.fetch.plans import plan
from hub.models.weights import adopted
from hub.store.layout import Layout

if TYPE_CHECKING:
    from hub.fetch import Local
    from hub.fetch.plans import Plan
    from hub.progress import Progress
    from hub.settings import Settings

SCHEMES = ("http", "https", "file")


def obtain(plan: Plan, settings: Settings, progress: Progress) -> Local:
    """Return the one file of `plan`, getting it if it is not on this machine; raises what `fetch` raises."""
    (artifact,) = plan.artifacts
    there = present(Layout(settings.home), plan.owner, plan.artifacts).get(artifact.name)
    found = there or adopted.find(artifact, settings, progress)
    if found is not None:
        return found
    return fetch(plan.owner, plan.artifacts, settings=settings, progress=progress)[artifact.name]


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
