"""The API index as tests go through it."""

from __future__ import annotations

from importlib import import_module, metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from hub.cards import read_api
from hub.registry.folder import cards_folder

if TYPE_CHECKING:
    from hub.cards.api import Library, Name

LIBRARIES = {path.stem: read_api(path) for path in sorted((cards_folder() / "catalog" / "api").glob("*.toml"))}
NAMES = [name for library in LIBRARIES.values() for name in library.names]

HAS_TENSORBOARD = find_spec("tensorboard") is not None
"""Without it torch.utils.tensorboard cannot be imported."""


def shown(value: object) -> str:
    """Return what a test is called by."""
    return getattr(value, "name", str(value))


def imported(dotted: str) -> object:
    """Return what `import` and then attributes lead to."""
    parts = dotted.split(".")
    for number in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:number]))
        except ModuleNotFoundError:
            continue
        for part in parts[number:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(dotted)


def importable(names: list[Name]) -> list[Name]:
    """Return those whose name of today can be imported here."""
    return [each for each in names if HAS_TENSORBOARD or not (each.today or "").startswith("torch.utils.tensorboard")]


def library_of(name: Name) -> Library:
    """Return the library whose page a name stands on."""
    return next(library for library in LIBRARIES.values() if name in library.names)


def skip_if_older_is_installed(library: Library) -> None:
    """Skip a test of what only the version says that the index was made with."""
    if library.version and Version(metadata.version(library.package)) < Version(library.version):
        pytest.skip(f"the index is that of {library.package} {library.version}")
