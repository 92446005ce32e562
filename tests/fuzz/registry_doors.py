"""The doors that cards, lists, indexes and lockfiles are tried on: a registry in a folder, asked as users ask it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import own_registry

import hub
from hub import cards, lockfile, registry, settings
from hub.bundles import importing
from hub.errors import HubError
from hub.progress import Silent
from hub.registry import foreign
from hub.registry.foreign import registered
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable


@lru_cache(maxsize=1)
def _built() -> Path:
    folder = Path(tempfile.mkdtemp(dir=Path.home()))  # which, unlike the work folder, stays
    return own_registry.build(own_registry.write_cards(folder / "cards"), folder / "web")


def as_a_registry(path: Path, into: Path) -> None:
    """Set up a registry in which the input is what its name says, and ask it for all it has."""
    web = into / "web"
    shutil.copytree(_built(), web)
    _placed(path, web)
    with _Home(into / "home"):
        registered.record("lab", web.as_uri() + "/", settings.current())
        for ask in _questions():
            with suppress(HubError):
                ask()


def _questions() -> tuple[Callable[[], object], ...]:
    return (
        lambda: [
            registry.describe(f"lab/{hit.id.partition('/')[2]}") for hit in foreign.entries("lab", ("dataset", "model"))
        ],
        lambda: foreign.search("lab", "cats", ("dataset", "model", "project")),
        lambda: hub.info("lab/cats"),
        lambda: hub.info("lab/watcher"),
        lambda: hub.download("lab/cats", progress=False),
        lambda: hub.download("lab/watcher", progress=False),
        lambda: hub.load_dataset("lab/cats", split="train", progress=False)[0],
    )


def _placed(path: Path, web: Path) -> None:
    data = path.read_bytes()
    if path.name == "index.json":
        (web / "index.json").write_bytes(data)
    elif path.name == "list.json":
        own_registry.spoil_list(web, "dataset", data)
    else:
        kind, name = path.stem, {"dataset": "cats", "model": "watchers"}[path.stem]
        (web / f"{kind}s" / f"{name}.json").write_bytes(data)
        own_registry.spoil_entry(
            web, kind, name, lambda entry: entry.update(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        )


class _Home:
    def __init__(self, home: Path) -> None:
        self._home = home

    def __enter__(self) -> None:
        self._before = os.environ["HUB_HOME"]
        os.environ["HUB_HOME"] = str(self._home)

    def __exit__(self, *_: object) -> None:
        os.environ["HUB_HOME"] = self._before


def as_a_file(path: Path, into: Path) -> None:
    """Read a file of TOML as what its name says."""
    if path.name == "hub.lock":
        found = lockfile.read(path)
        again = lockfile.parse(lockfile.text_of(found), path)
        assert (again.requires, again.entries) == (found.requires, found.entries)
    elif path.name == "hub.toml":
        before = Path.cwd()
        os.chdir(path.parent)
        try:
            settings.current()
        finally:
            os.chdir(before)
    else:
        cards.read(path.stem, path)
        json.dumps(path.name)


def as_a_bundle(path: Path, into: Path) -> None:
    """Import a bundle into an empty store, and all that is whole once more."""
    with _Home(into / "home"):
        current = settings.current()
        for _ in range(2):
            with path.open("rb") as stream:
                wanted, members = importing.read(stream, path.name, [], Layout(current.home))
                outcome = importing.bring(wanted, members, current, Silent())
        list(importing.doubts(wanted.entries))
        outcome.require_all()


BUNDLES = (as_a_bundle,)
REGISTRY = (as_a_registry,)
FILES = (as_a_file,)
