"""Files that are published as far as a test is concerned: artifacts, and what names them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from hub import adopting
from hub.adopting.taking import Looking, Storing
from hub.cards import Artifact, Source
from hub.fetch.plans import Plan
from hub.progress import Silent

if TYPE_CHECKING:
    from pathlib import Path

    from hub.adopting.report import Report
    from hub.store.layout import Layout


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def artifact(name: str, data: bytes, **stated: Any) -> Artifact:
    """An artifact of which sha256 and size are published unless other things are."""
    return Artifact(name=name, **(stated or {"sha256": sha256(data), "size": len(data)}))


def wrapped(name: str, data: bytes, url: str, packed: bytes, **how: Any) -> Artifact:
    """An artifact that one source serves packed."""
    source = Source(url=url, size=len(packed), sha256=sha256(packed), **how)
    return Artifact(name=name, sha256=sha256(data), size=len(data), sources=(source,))


def plan(*artifacts: Artifact, owner: str = "dataset/words/1.0.0") -> Plan:
    return Plan(owner, artifacts)


def adopt(layout: Layout, place: Path, *plans: Plan, copies: bool = False, progress: Any = None) -> Report:
    taking = Storing(layout, copies)
    return adopting.adopt([place], plans, layout, taking=taking, record=True, progress=progress or Silent())


def look(layout: Layout, place: Path, *plans: Plan) -> Report:
    return adopting.adopt([place], plans, layout, taking=Looking(layout), record=False, progress=Silent())


def hows(report: Report) -> dict[str, str]:
    """Return file name -> what was done with it."""
    return {each.path.name: each.how for each in report.adopted}
