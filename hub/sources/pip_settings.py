"""How the user's pip reaches its package index, so that `pypi:` sources go the same way.

Read from `pip config list`; where pip is not installed, from the same files and variables
(https://pip.pypa.io/en/stable/topics/configuration/).
"""

from __future__ import annotations

import ast
import configparser
import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from hub.sources.base import Connection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Later ones win, as in pip: all commands, then the command whose job is ours, then the environment.
SECTIONS = ("global", "download", ":env:")


@dataclass(frozen=True, slots=True)
class PipSettings:
    """The part of pip's configuration that says where files are. `index_url` "" means pip's own default."""

    index_url: str = ""
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    connection: Connection = field(default_factory=Connection)


@cache  # once a process: asking pip costs a third of a second
def current() -> PipSettings:
    """Return the settings of the pip that belongs to this Python."""
    listed = _ask_pip() if find_spec("pip") else None
    lines = listed if listed is not None else list(_read_by_hand(os.environ))
    return parse(lines)


def _ask_pip() -> list[str] | None:
    command = [sys.executable, "-m", "pip", "config", "list"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603  our own words
    except (OSError, subprocess.SubprocessError):
        return None  # a broken pip is as good as none: the files are read by hand
    return done.stdout.splitlines()


def parse(lines: list[str]) -> PipSettings:
    """Return what lines such as `global.index-url='https://...'` say.

    >>> parse(["global.no-index='1'", ":env:.find-links='/a /b'"]).find_links
    ('/a', '/b')
    """
    split = [_split(line) for line in lines]
    values = {option: value for wanted in SECTIONS for section, option, value in split if section == wanted}
    return PipSettings(
        index_url=values.get("index-url", ""),
        extra_index_urls=tuple(values.get("extra-index-url", "").split()),
        find_links=tuple(values.get("find-links", "").split()),
        no_index=values.get("no-index", "").lower() in ("1", "true", "yes", "on"),
        connection=_connection(values),
    )


def _connection(values: Mapping[str, str]) -> Connection:
    timeout = values.get("timeout") or values.get("default-timeout") or "0"
    return Connection(
        cert=values.get("cert", ""),
        client_cert=values.get("client-cert", ""),
        proxy=values.get("proxy", ""),
        trusted_hosts=tuple(host.lower() for host in values.get("trusted-host", "").split()),
        timeout=float(timeout) if timeout.replace(".", "", 1).isdigit() else 0.0,
    )


def _split(line: str) -> tuple[str, str, str]:
    name, _, value = line.partition("=")
    section, _, option = name.strip().rpartition(".")
    return section, option.replace("_", "-"), _unquote(value.strip())


def _unquote(text: str) -> str:
    try:
        return str(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return text


def _read_by_hand(environ: Mapping[str, str]) -> Iterator[str]:
    parser = configparser.RawConfigParser(strict=False)
    for path in _files(environ):
        try:
            parser.read(path, "utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue  # pip refuses to start with such a file; a source must not
    for section in parser.sections():
        for option, value in parser.items(section):
            yield f"{section}.{option}={value!r}"
    for name, value in environ.items():
        if name.startswith("PIP_"):
            yield f":env:.{name.removeprefix('PIP_').lower().replace('_', '-')}={value!r}"


def _files(environ: Mapping[str, str]) -> Iterator[Path]:
    """System, user, virtual environment, then the one that PIP_CONFIG_FILE names; later ones win.

    As with pip, a named file replaces the user's own, and the null device all files.
    """
    named = environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return
    yield from (Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"))
    if not (named and Path(named).exists()):
        yield from _files_of_the_user(environ)
    yield Path(sys.prefix) / "pip.conf"
    if named:
        yield Path(named)


def _files_of_the_user(environ: Mapping[str, str]) -> Iterator[Path]:
    home = Path.home()
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    yield home / ".pip/pip.conf"
    yield home / "Library/Application Support/pip/pip.conf"
    yield config / "pip/pip.conf"
