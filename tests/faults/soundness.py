"""What must hold of a store at any time, whatever happened to it; looked at from outside."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from hub.store.layout import Layout


def faults_of(layout: Layout) -> list[str]:
    """Return what is visible in a store and wrong: blobs that are not what their names say, refs that do not parse."""
    return [*_faults_of_blobs(layout.blobs), *_faults_of_refs(layout.refs)]


def _faults_of_blobs(folder: Path) -> list[str]:
    faults = []
    for path in folder.rglob("*"):
        if path.is_dir():
            continue
        if _digest(path) != path.name or path.parent.name != path.name[:2]:
            faults.append(f"{path} is not what its name says")
        if path.stat().st_mode & 0o222:
            faults.append(f"{path} can be written")
    return faults


def _digest(path: Path) -> str:
    """Hash a file unnoticed: gc goes by when files were read last."""
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOATIME", 0)), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _faults_of_refs(folder: Path) -> list[str]:
    faults = []
    for path in folder.rglob("*"):
        if path.is_file():
            try:
                entries = json.loads(path.read_bytes())["artifacts"]
                assert all(len(entry["sha256"]) == 64 for entry in entries.values())
            except (ValueError, KeyError, TypeError, AssertionError) as error:
                faults.append(f"{path} does not parse: {error!r}")
    return faults
