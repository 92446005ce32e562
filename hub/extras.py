"""Optional dependencies: told in one way where one is not installed."""

from __future__ import annotations

import importlib.util

from hub.errors import MissingExtra


def require(module: str, extra: str, named: str = "") -> None:
    """Raise MissingExtra if a module is not installed that comes with an extra; nothing is imported.

    `named` is what to call it, if not by the module's name.
    """
    found = importlib.util.find_spec(module)
    # A folder of that name, such as that of the cards, `datasets`, looks like a module too, which has no origin.
    if found is None or found.origin is None:
        raise MissingExtra(
            f"{named or module} is not installed",
            expected=f"the extra {extra!r}",
            found="nothing",
            hint=f'pip install "hub-zoo[{extra}]"',
        )
