"""Where the cards lie: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from pathlib import Path

from hub.errors import HubError

KIND_OF_FOLDER = {"datasets": "dataset", "models": "model"}


def cards_folder() -> Path:
    """Return the folder that holds `datasets/` and `models/`."""
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
