"""Where the cards lie: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from pathlib import Path

from hub.errors import HubError

FOLDERS = {
    "dataset": "datasets",
    "model": "models",
    "project": "catalog/projects",
    "tutorial": "catalog/tutorials",
    "article": "catalog/articles",
    "book": "catalog/books",
    "course": "catalog/courses",
    "paper": "catalog/papers",
}
"""The folder of each kind of card, in the order in which kinds are shown."""

KINDS = tuple(FOLDERS)
LOADABLE = ("dataset", "model")
"""The kinds that have files, and so what lists are of if no kind is asked for."""


def cards_folder() -> Path:
    """Return the folder that holds `datasets/`, `models/` and `catalog/`."""
    package = Path(__file__).parent.parent
    if (package / "_cards").is_dir():
        return package / "_cards"
    # Only beside a pyproject.toml: elsewhere `datasets` may be somebody else's package.
    if (package.parent / "pyproject.toml").is_file():
        return package.parent
    raise HubError(
        "this installation has no cards",
        expected=f"{package / '_cards'}",
        found="nothing there",
        hint="install hub-zoo anew: pip install --force-reinstall hub-zoo",
    )
