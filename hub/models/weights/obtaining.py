"""From a plan to the published file on this machine: out of the store, adopted, or fetched."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hub.digest import HEX_LENGTH
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

# How PyTorch's publishers write the beginning of a sha256 into names: resnet18-f37072fd.pth
IN_NAME = re.compile(r"-([0-9a-f]{8,64})\.")

# Some write a date there: those eight digits are no digest.
DATE = re.compile(r"20\d\d[01]\d[0-3]\d")


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
    digest = stated or digest_in_name(url)
    return plan(f"{url}#sha256={digest}" if digest else url)


def digest_in_name(url: str) -> str:
    """Return the beginning of a sha256 that the file's name carries, or "".

    >>> digest_in_name("https://example.org/resnet18-f37072fd.pth")
    'f37072fd'
    >>> digest_in_name("https://example.org/mine-20240131.pth")
    ''
    """
    found = IN_NAME.findall(PurePosixPath(unquote(urlsplit(url).path)).name)
    return "" if not found or DATE.fullmatch(found[-1]) else found[-1]
