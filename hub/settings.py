"""Settings: read once a call from `hub.toml` and the environment, never at import.

| variable          | key in hub.toml | meaning                                                          |
|-------------------|-----------------|------------------------------------------------------------------|
| `HUB_HOME`        | `home`          | the store; default: the platform's cache folder + `hub`          |
| `HUB_OFFLINE`     | `offline`       | never open a connection; what is not on this machine is an error |
| `HUB_CONNECTIONS` | `connections`   | how many connections one file may come over; default: 8          |
| `HUB_REGISTRIES`  | `registries`    | further registries: `NAME=URL NAME=URL`; a table in hub.toml     |
| `HUB_LOCKFILE`    | `lockfile`      | the lockfile; default: `hub.lock` here or above; `off` for none  |
| `HUB_MIRRORS`     | `mirrors`       | where else files are: `FROM=TO FROM=TO`; a table in hub.toml     |
| `HUB_SHARED`      | `shared`        | stores of others, read only: folders and URLs, parted as in PATH |
| `HUB_TOKENS`      | `tokens`        | tokens: `HOST=TOKEN HOST=env:VARIABLE`; a table in hub.toml      |
| `HUB_ANONYMOUS`   | `anonymous`     | read s3:// and gs:// without the credentials of this machine     |
| `HUB_CACHE_LIMIT` | `cache_limit`   | how large the store may get: `50GB`, `10GiB`; default: no limit  |

The environment wins over `hub.toml`, which is looked for in the working folder and the ones above it. `TORCH_HOME`,
`HF_HUB_CACHE`, `HF_HOME` and `XDG_CACHE_HOME` mean here what they mean to PyTorch and to Hugging Face's libraries.
How mirrors, shared stores and tokens are written stands in `hub.places`.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from hub import places, toml
from hub.errors import CardError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.places import Rule

VARIABLES = {
    "home": "HUB_HOME",
    "offline": "HUB_OFFLINE",
    "connections": "HUB_CONNECTIONS",
    "registries": "HUB_REGISTRIES",
    "lockfile": "HUB_LOCKFILE",
    "mirrors": "HUB_MIRRORS",
    "shared": "HUB_SHARED",
    "tokens": "HUB_TOKENS",
    "anonymous": "HUB_ANONYMOUS",
    "cache_limit": "HUB_CACHE_LIMIT",
}
TYPES: dict[str, type] = {
    "home": str,
    "offline": bool,
    "connections": int,
    "registries": dict,
    "lockfile": str,
    "mirrors": dict,
    "shared": list,
    "tokens": dict,
    "anonymous": bool,
    "cache_limit": str,
}
"""What the keys of hub.toml hold."""

UNITS = {"": 1, "b": 1} | {
    f"{prefix}{suffix}": base**power
    for power, prefix in enumerate("kmgt", 1)
    for suffix, base in (("", 1000), ("b", 1000), ("ib", 1024))
}
"""What sizes are counted in: as disks are sold, and with an i as memory is."""

SETTINGS = "hub.toml"
LOCKFILE = "hub.lock"

FALSE = ("", "0", "false", "no", "off")
TRUE = ("1", "true", "yes", "on")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user has set, as one value."""

    home: Path
    offline: bool = False
    connections: int = 8
    """How many connections one file may come over."""
    torch_home: Path | None = None
    """Where PyTorch keeps what it has fetched."""
    huggingface_cache: Path | None = None
    """Where Hugging Face's libraries keep what they have fetched."""
    registries: Mapping[str, str] = field(default_factory=dict)
    """Name -> URL or folder of the registries that are named here, besides those that were added to the store."""
    lockfile: Path | None = None
    """The file that pins what may be loaded; None if there is none, or if it is switched off."""
    mirrors: tuple[Rule, ...] = ()
    """Where else files can be had."""
    shared: tuple[str, ...] = ()
    """Folders of other people's stores, absolute, URLs of `hub serve`, and stores on object storage."""
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Host, with its port if it has one -> token."""
    anonymous: bool = False
    """Whether objects of S3 and Google Storage are read without credentials."""
    cache_limit: int | None = None
    """How many bytes the store may take; None for as many as the disk has."""


_without_network: ContextVar[bool] = ContextVar("_without_network", default=False)


def current() -> Settings:
    """Return the settings in force now."""
    found = read(os.environ, Path.cwd())
    return replace(found, offline=True) if _without_network.get() else found


@contextmanager
def without_network() -> Iterator[None]:
    """Let `current` say that no connection may be opened, whatever the user has set: for looks that promise so."""
    before = _without_network.set(True)
    try:
        yield
    finally:
        _without_network.reset(before)


def read(environ: Mapping[str, str], folder: Path) -> Settings:
    """Return the settings of an environment and of the `hub.toml` in or above `folder`."""
    path = in_or_above(folder, SETTINGS)
    table = _read_toml(path) if path else {}
    home = environ.get("HUB_HOME") or _home_beside(path, table)
    return Settings(
        home=Path(home).expanduser().absolute() if home else _default_home(),
        offline=_flag("HUB_OFFLINE", environ.get("HUB_OFFLINE"), default=table.get("offline", False)),
        connections=_count("HUB_CONNECTIONS", environ.get("HUB_CONNECTIONS") or table.get("connections", 8)),
        torch_home=_torch_home(environ),
        huggingface_cache=_huggingface_cache(environ),
        registries=_registries(environ.get("HUB_REGISTRIES", ""), path, table),
        lockfile=_lockfile(environ.get("HUB_LOCKFILE", ""), folder, path, table),
        anonymous=_flag("HUB_ANONYMOUS", environ.get("HUB_ANONYMOUS"), default=table.get("anonymous", False)),
        **_places(environ, path, table),
        cache_limit=_cache_limit(environ.get("HUB_CACHE_LIMIT", ""), path, table),
    )


class _Places(TypedDict):
    mirrors: tuple[Rule, ...]
    shared: tuple[str, ...]
    tokens: dict[str, str]


def _places(environ: Mapping[str, str], path: Path | None, table: Mapping[str, object]) -> _Places:
    """Folders that hub.toml names count from there."""
    beside = path.parent if path else Path()
    mirrors = cast("dict[str, str | list[str]]", table.get("mirrors", {}))
    shared = cast("list[str]", table.get("shared", []))
    tokens = cast("dict[str, str]", table.get("tokens", {}))
    return {
        "mirrors": places.mirrors(environ.get("HUB_MIRRORS", ""), mirrors, beside),
        "shared": places.shared(environ.get("HUB_SHARED", ""), shared, beside),
        "tokens": places.tokens(environ.get("HUB_TOKENS", ""), tokens, environ),
    }


def origins(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return where each setting of `read` comes from: a variable's name, the path of a `hub.toml`, or "default"."""
    path = in_or_above(folder, SETTINGS)
    table = _read_toml(path) if path else {}
    in_file = {key: str(path) for key in table}
    from_variable = {
        key: variable
        for key, variable in VARIABLES.items()
        # An empty HUB_HOME counts as none, an empty HUB_OFFLINE as off.
        if environ.get(variable) or (TYPES[key] is bool and variable in environ)
    }
    return dict.fromkeys(VARIABLES, "default") | in_file | from_variable


def in_or_above(folder: Path, name: str) -> Path | None:
    """Return the file of that name in a folder or in the nearest one above it, or None."""
    # Strings: every call asks, and pathlib would take four times as long.
    inner = os.path.abspath(folder)  # noqa: PTH100
    while not os.path.isfile(found := os.path.join(inner, name)):  # noqa: PTH113, PTH118
        inner, before = os.path.dirname(inner), inner  # noqa: PTH120
        if inner == before:
            return None
    return Path(found)


def _read_toml(path: Path) -> dict[str, object]:
    try:
        table = toml.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CardError(path, [("", str(error))]) from error
    faults = [
        (key, f"expected {TYPES[key].__name__}" if key in TYPES else "unknown setting")
        for key, value in table.items()
        if not isinstance(value, TYPES.get(key, ()))
    ]
    registries = table.get("registries")
    if isinstance(registries, dict):
        faults += [(f"registries.{name}", "expected str") for name, url in registries.items() if type(url) is not str]
    faults += places.faults(table)
    if faults:
        raise CardError(path, faults)
    return table


def _home_beside(path: Path | None, table: Mapping[str, object]) -> str | None:
    """A relative `home` counts from the file that names it."""
    home = table.get("home")
    return str(path.parent / Path(str(home)).expanduser()) if path and home else None


def _registries(text: str, path: Path | None, table: Mapping[str, object]) -> dict[str, str]:
    """A folder that hub.toml names counts from there; in the variable, names and URLs are parted by blanks."""
    in_file = cast("dict[str, str]", table.get("registries", {}))
    beside = path.parent if path else Path()
    found = {name: url if "://" in url else str(beside / Path(url).expanduser()) for name, url in in_file.items()}
    for word in text.split():
        name, equals, url = word.partition("=")
        if not equals:
            raise InvalidInput("HUB_REGISTRIES names a registry without its URL", expected="NAME=URL", found=word)
        found[name] = url
    return found


def _lockfile(text: str, folder: Path, path: Path | None, table: Mapping[str, object]) -> Path | None:
    """A file that hub.toml names counts from there, one that the variable names from the working folder."""
    named = text or str(table.get("lockfile", ""))
    if not named:
        return in_or_above(folder, LOCKFILE)
    beside = folder if text or path is None else path.parent
    return None if named.lower() in FALSE else (beside / Path(named).expanduser()).absolute()


def _cache_limit(text: str, path: Path | None, table: Mapping[str, object]) -> int | None:
    named = text or str(table.get("cache_limit", ""))
    if named.lower() in FALSE:
        return None
    try:
        return bytes_in(named)
    except InvalidInput as error:
        if text or path is None:
            raise InvalidInput("HUB_CACHE_LIMIT is no size", expected=error.expected, found=error.found) from error
        raise CardError(path, [("cache_limit", f"expected {error.expected}")]) from error


def bytes_in(text: str) -> int:
    """Return how many bytes a size is; InvalidInput if it is none.

    >>> bytes_in("1.5 GB"), bytes_in("10GiB"), bytes_in("4096")
    (1500000000, 10737418240, 4096)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*([a-zA-Z]*)\s*", text)
    if found is None or found[2].lower() not in UNITS:
        raise InvalidInput(f"{text!r} is no size", expected="a size such as 50GB, 10GiB or 4096", found=repr(text))
    return int(float(found[1]) * UNITS[found[2].lower()])


def _default_home() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("hub", appauthor=False)


def _torch_home(environ: Mapping[str, str]) -> Path:
    named = environ.get("TORCH_HOME")
    return _expanded(named) if named else _user_cache(environ) / "torch"


def _huggingface_cache(environ: Mapping[str, str]) -> Path:
    named = environ.get("HF_HUB_CACHE") or environ.get("HUGGINGFACE_HUB_CACHE")  # the second is the older name
    if named:
        return _expanded(named)
    home = environ.get("HF_HOME")
    return (_expanded(home) if home else _user_cache(environ) / "huggingface") / "hub"


def _user_cache(environ: Mapping[str, str]) -> Path:
    """Both libraries go by XDG's rules on every platform."""
    return _expanded(environ.get("XDG_CACHE_HOME") or "~/.cache")


def _expanded(path: str) -> Path:
    # Not Path.expanduser, which fails where the user has no home; nothing is found there then.
    return Path(os.path.expanduser(path)).absolute()  # noqa: PTH111


def _flag(name: str, text: str | None, *, default: object) -> bool:
    if text is None:
        return bool(default)
    if text.lower() in TRUE or text.lower() in FALSE:
        return text.lower() in TRUE
    raise InvalidInput(f"{name} is neither on nor off", expected="1 or 0", found=repr(text))


def _count(name: str, value: object) -> int:
    try:
        count = int(str(value))
    except ValueError:
        count = 0
    if count < 1:
        raise InvalidInput(f"{name} is no number of connections", expected="1 or more", found=repr(value))
    return count
