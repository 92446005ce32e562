"""What notebooks show of our objects: a table leads from each to the function that draws it, found when it is used.

Notebooks call `_repr_html_` of whatever a cell ends with. A display is a convenience: whatever goes wrong in one gives
None, and the notebook shows the usual text instead.
"""

from __future__ import annotations

from importlib import import_module

DISPLAYS = {
    "about": "hub.viz.notebook:of_about",
    "dataset": "hub.viz.notebook:of_dataset",
    "entry": "hub.viz.notebook:of_entry",
    "model": "hub.viz.notebook:of_model",
    "preview": "hub.viz.notebook:of_preview",
    "preview.png": "hub.viz.notebook:png_of_preview",
    "sample": "hub.viz.notebook:of_sample",
}


def html(kind: str, shown: object) -> str | None:
    """Return an object as HTML, None if it cannot be drawn."""
    found = _made(kind, shown)
    return found if isinstance(found, str) else None


def png(kind: str, shown: object) -> bytes | None:
    """Return an object as a PNG, None if it cannot be drawn."""
    found = _made(f"{kind}.png", shown)
    return found if isinstance(found, bytes) else None


def _made(kind: str, shown: object) -> object:
    module, _, function = DISPLAYS[kind].partition(":")
    try:
        return getattr(import_module(module), function)(shown)
    except Exception:  # noqa: BLE001  a cell that has done its work must not end in the traceback of its display
        return None
