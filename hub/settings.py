"""Settings: read once a call from `hub.toml` and the environment, never at import.

| variable      | key in hub.toml | meaning                                                      |
|---------------|-----------------|--------------------------------------------------------------|
| `HUB_HOME`    | `home`          | the store; default: the platform's cache folder + `hub`      |
| `HUB_OFFLINE` | `offline`       | never open a connection; what is not on this machine is an error |

The environment wins over `hub.toml`, which is looked for in the working folder and the ones above it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import CardError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = {"home": "HUB_HOME", "offline": "HUB_OFFLINE"}

FALSE = ("", "0", "false", "no", "off")
TRUE = ("1", "true", "yes", "on")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user has set, as one value."""

    home: Path
    offline: bool = False


def current() -> Settings:
    """Return the settings in force now."""
    return read(os.environ, Path.cwd())


def read(environ: Mapping[str, str], folder: Path) -> Settings:
    """Return the settings of an environment and of the `hub.toml` in or above `folder`."""
    path = _settings_file(folder)
    table = _read_toml(path) if path else {}
    home = environ.get("HUB_HOME") or _home_beside(path, table)
    return Settings(
        home=Path(home).expanduser().absolute() if home else _default_home(),
        offline=_flag("HUB_OFFLINE", environ.get("HUB_OFFLINE"), default=table.get("offline", False)),
    )


def origins(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return where each setting of `read` comes from: a variable's name, the path of a `hub.toml`, or "default"."""
    path = _settings_file(folder)
    table = _read_toml(path) if path else {}
    in_file = {key: str(path) for key in table}
    from_variable = {
        key: variable
        for key, variable in VARIABLES.items()
        # An empty HUB_HOME counts as none, an empty HUB_OFFLINE as off.
        if environ.get(variable) or (key == "offline" and variable in environ)
    }
    return dict.fromkeys(VARIABLES, "default") | in_file | from_variable


def _settings_file(folder: Path) -> Path | None:
    candidates = (parent / "hub.toml" for parent in (folder, *folder.parents))
    return next((path for path in candidates if path.is_file()), None)


def _read_toml(path: Path) -> dict[str, object]:
    import tomllib  # costs 15 ms, and most calls find no hub.toml

    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CardError(path, [("", str(error))]) from error
    types = {"home": str, "offline": bool}
    faults = [
        (key, f"expected {types[key].__name__}" if key in types else "unknown setting")
        for key, value in table.items()
        if not isinstance(value, types.get(key, ()))
    ]
    if faults:
        raise CardError(path, faults)
    return table


def _home_beside(path: Path | None, table: Mapping[str, object]) -> str | None:
    """A relative `home` counts from the file that names it."""
    home = table.get("home")
    return str(path.parent / Path(str(home)).expanduser()) if path and home else None


def _default_home() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("hub", appauthor=False)


def _flag(name: str, text: str | None, *, default: object) -> bool:
    if text is None:
        return bool(default)
    if text.lower() in TRUE or text.lower() in FALSE:
        return text.lower() in TRUE
    raise InvalidInput(f"{name} is neither on nor off", expected="1 or 0", found=repr(text))
