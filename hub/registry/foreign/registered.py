"""Which registries there are besides hub's own: a name and where its index is.

    <store>/v1/registries.json    {"lab": "https://lab.example.org/", "stick": "file:///media/stick/registry/v1/"}

`hub registry add` writes them into the store and not into the platform's folder for settings, since there lies what
they said last: a store that is copied to a machine without a network brings its registries along, and one that is
tried out elsewhere (`HUB_HOME`) leaves no trace. What belongs to a project stands in its `hub.toml`, and comes first.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hub.errors import CardError, InvalidInput, NotFound
from hub.registry.folder import KINDS
from hub.sources.base import shown
from hub.store import elections
from hub.store.files import write_small
from hub.store.layout import Layout

if TYPE_CHECKING:
    from hub.settings import Settings

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
# What stands before a "/" already: timm's models, kinds of cards, and what records in the store begin with.
RESERVED = {"timm", "hub", "url", "registry", "catalog", *KINDS, *(f"{kind}s" for kind in KINDS)}

ADD = "hub registry add NAME URL"


@dataclass(frozen=True, slots=True)
class Registered:
    """A registry that is set up. `added` tells one that is recorded in the store from one that the settings name."""

    name: str
    url: str
    added: bool

    @property
    def local(self) -> bool:
        """Whether it lies on this machine, so that no connection is needed."""
        return self.url.startswith("file:")


def every(settings: Settings) -> dict[str, Registered]:
    """Return name -> registry, sorted by name; those of the settings come before those of the store.

    Raises InvalidInput for a name or an address in the settings that cannot be one, CardError for a broken record.
    """
    recorded = {name: Registered(name, url, added=True) for name, url in _recorded(settings).items()}
    named = {name: Registered(checked(name), address(url), added=False) for name, url in settings.registries.items()}
    return dict(sorted((recorded | named).items()))


def find(name: str, settings: Settings) -> Registered:
    """Return the registry of that name. Raises NotFound with what was probably meant, or how to add one."""
    known = every(settings)
    if name in known:
        return known[name]
    raise NotFound(
        f"there is no registry {name!r}",
        expected=f"one of {', '.join(known)}" if known else "one that was added, and none was",
        hint=f"`{ADD.replace('NAME', name) if NAME.fullmatch(name) else ADD}` adds one",
    )


def checked(name: str) -> str:
    """Return a name that a registry may have; InvalidInput for any other."""
    if name in RESERVED:
        raise InvalidInput(f"no registry can be called {name!r}", expected="another name", found="one that hub uses")
    if not NAME.fullmatch(name):
        raise InvalidInput(
            f"no registry can be called {name!r}", expected="a word of small letters, digits, '-' and '_'", found=name
        )
    return name


def address(text: str) -> str:
    """Return the URL that a URL or the path of a folder means, with a "/" at its end; InvalidInput if it means none."""
    if "://" not in text and not text.startswith("file:"):
        return Path(text).expanduser().absolute().as_uri() + "/"
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https", "file", "s3", "gs") or parts.query or parts.fragment:
        raise InvalidInput(
            f"{shown(text)} is no address of a registry",
            expected="https://, http://, s3://, gs:// or file:// and a folder, or a path",
            found=f"{parts.scheme}://" if not (parts.query or parts.fragment) else "more than a folder",
        )
    if parts.username:
        raise InvalidInput(
            f"{shown(text)} was given with a log-in, which would be written down for all to read",
            expected="an address without it",
            hint="a log-in for a host stands in .netrc",
        )
    return text.removesuffix("index.json").rstrip("/") + "/"


def record(name: str, url: str, settings: Settings) -> None:
    """Record a registry in the store, in place of one of that name."""
    layout = Layout(settings.home)
    with elections.turn(layout, "registries"):
        _write({**_recorded(settings), checked(name): url}, layout)


def forget(name: str, settings: Settings) -> Registered:
    """Take a registry out of the store's record and return it. Raises NotFound, InvalidInput if settings name it."""
    found = find(name, settings)
    if not found.added:
        raise InvalidInput(
            f"the registry {name} was not added to the store",
            expected="one that `hub registry add` has added",
            found="a name in HUB_REGISTRIES or hub.toml",
            hint="take it out there",
        )
    layout = Layout(settings.home)
    with elections.turn(layout, "registries"):
        _write({each: url for each, url in _recorded(settings).items() if each != name}, layout)
    return found


def _recorded(settings: Settings) -> dict[str, str]:
    path = Layout(settings.home).registries
    try:
        table = json.loads(path.read_text("utf-8"))
        return {checked(name): address(url) for name, url in table.items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise CardError(path, [("", str(error).splitlines()[0])]) from error


def _write(table: dict[str, str], layout: Layout) -> None:
    write_small(layout.registries, json.dumps(table, indent=1, sort_keys=True) + "\n", layout)
