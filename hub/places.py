"""Where else bytes may be had, and with which tokens: what people write in `hub.toml` and in the environment.

    [mirrors]                                                    HUB_MIRRORS, parted by blanks
    "https://download.pytorch.org/" = "https://mirror.example.org/pytorch/"     FROM=TO
    "https://zenodo.org/" = ["file:///mnt/zenodo/", "!"]                        FROM=TO FROM=!

    [tokens]                                                     HUB_TOKENS, parted by blanks
    "files.example.org" = "env:HUB_TOKEN_LAB"                          HOST=TOKEN, or HOST=env:VARIABLE

    shared = ["/mnt/lab/hub", "http://lab:8470"]                 HUB_SHARED=/mnt/lab/hub:http://lab:8470
    shared = ["s3://lab-bucket/hub"]                             HUB_SHARED=s3://lab-bucket/hub

A rule replaces the beginning of an address. Its targets are tried in their order before the address itself, which
"!" leaves out. Where several rules fit, the one with the longest beginning is the first.

A `hub.toml` may lie in a project that somebody else wrote: it names no variables for tokens but those that begin with
`HUB_TOKEN_`, or it could have any secret of the environment sent to any host.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ONLY = "!"
"""Among the targets of a rule: the original address is not asked."""

FROM_ENVIRONMENT = "env:"
OWN_VARIABLES = "env:HUB_TOKEN_"

# A URL among folders: where folders are parted by colons, its own must not count.
SHARED_URL = r"(?:https?://(?:\[[0-9A-Fa-f:.]+\]|[^:/\s]+)(?::\d+)?(?:/[^:;\s]*)?|(?:s3|gs|memory)://[^:;\s]+)"
# Two letters at least: one is a drive of Windows.
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]+:", re.IGNORECASE)
# Addresses hold "=" themselves, such as pypi:a==1/a.zip: the first one counts that a target follows.
WRITTEN_RULE = re.compile(r"^(?P<prefix>\S+?)=(?P<target>!|[A-Za-z][A-Za-z0-9+.-]+:\S*|[/~.]\S*)$")


@dataclass(frozen=True, slots=True)
class Rule:
    """Addresses that begin with `prefix` can also be had where the targets say."""

    prefix: str
    targets: tuple[str, ...]

    def fits(self, url: str) -> bool:
        """Tell whether an address begins with the prefix, which ends where a part of the address does.

        >>> rule = Rule("https://example.org", ())
        >>> rule.fits("https://example.org/a"), rule.fits("https://example.org.evil.example/a")
        (True, False)
        """
        rest = url[len(self.prefix) :]
        ends_well = self.prefix[-1:] in ("/", ":", "=") or rest[:1] in ("", "/", "?", "#")
        return url.startswith(self.prefix) and ends_well

    def rewritten(self, url: str) -> Iterator[str]:
        """Yield what an address that fits becomes."""
        rest = url[len(self.prefix) :]
        # With or without a "/" at their ends, prefix and target mean the same.
        is_folder = self.prefix.endswith("/") or rest.startswith("/")
        for target in self.targets:
            if target != ONLY:
                yield f"{target.rstrip('/')}/{rest.removeprefix('/')}" if is_folder else target + rest


def rewritten(url: str, rules: Iterable[Rule]) -> list[str]:
    """Return the addresses to ask for what is at `url`: those of mirrors, and the original unless a rule says "!".

    >>> rules = [Rule("https://a.org/", ("https://b.org/a/", "file:///mnt/a/"))]
    >>> rewritten("https://a.org/x.zip#member", rules)
    ['https://b.org/a/x.zip#member', 'file:///mnt/a/x.zip#member', 'https://a.org/x.zip#member']
    """
    fitting = sorted((rule for rule in rules if rule.fits(url)), key=lambda rule: len(rule.prefix), reverse=True)
    found = [target for rule in fitting for target in rule.rewritten(url)]
    if not any(ONLY in rule.targets for rule in fitting):
        found.append(url)
    return list(dict.fromkeys(found))


def mirrors(text: str, table: Mapping[str, str | list[str]], beside: Path) -> tuple[Rule, ...]:
    """Return the rules of the variable, which come first, and of the table. Raises InvalidInput."""
    gathered: dict[str, list[str]] = {}
    for prefix, target in _rules(text):
        gathered.setdefault(prefix, []).append(_target(target, Path()))
    for prefix, value in table.items():
        targets = [value] if isinstance(value, str) else value
        gathered.setdefault(prefix, []).extend(_target(each, beside) for each in targets)
    return tuple(Rule(prefix, tuple(dict.fromkeys(targets))) for prefix, targets in gathered.items())


def tokens(text: str, table: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return host, with its port if it has one, -> token; a variable that is not set gives none."""
    found = {host.lower(): _token(value, environ) for host, value in [*table.items(), *_tokens(text)]}
    return {host: token for host, token in found.items() if token}


def shared(text: str, listed: Iterable[str], beside: Path) -> tuple[str, ...]:
    """Return folders, absolute, URLs and stores on object storage, in their order; the variable replaces the list."""
    if text:
        other = re.escape(os.pathsep)
        words = re.findall(rf"{SHARED_URL}|[^{other}]+", text)
        return tuple(_place(word.strip(), Path()) for word in words if word.strip())
    return tuple(_place(word, beside) for word in listed)


def is_url(place: str) -> bool:
    """Tell a URL from a folder."""
    return place.startswith(("http://", "https://"))


def is_object(place: str) -> bool:
    """Tell a store on object storage from a folder and from a URL of `hub serve`."""
    return place.startswith(("s3://", "gs://", "memory://"))


def faults(table: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return what is wrong inside these keys of hub.toml, as (key, message); their own types have been checked."""
    wrong = [(f"tokens.{host}", "expected str") for host, value in _table(table, "tokens") if type(value) is not str]
    wrong += [(f"tokens.{host}", "expected the name of a variable that begins with HUB_TOKEN_")
              for host, value in _table(table, "tokens") if _names_a_secret(value)]  # fmt: skip
    wrong += [(f"mirrors.{prefix}", "expected str or a list of str") for prefix, value in _table(table, "mirrors")
              if not isinstance(value, str) and not _all_text(value)]  # fmt: skip
    wrong += [(f"mirrors.{prefix}", "expected the beginning of an address, such as https://example.org/")
              for prefix, _ in _table(table, "mirrors") if not SCHEME.match(prefix)]  # fmt: skip
    if not _all_text(table.get("shared", [])):
        wrong.append(("shared", "expected a list of str"))
    return wrong


def _names_a_secret(value: object) -> bool:
    return isinstance(value, str) and value.startswith(FROM_ENVIRONMENT) and not value.startswith(OWN_VARIABLES)


def _table(table: Mapping[str, object], key: str) -> list[tuple[str, object]]:
    value = table.get(key)
    return list(value.items()) if isinstance(value, dict) else []


def _all_text(value: object) -> bool:
    return isinstance(value, list) and all(type(each) is str for each in value)


def _rules(text: str) -> Iterator[tuple[str, str]]:
    for word in text.split():
        found = WRITTEN_RULE.match(word)
        if not (found and SCHEME.match(found["prefix"])):
            form = "FROM=TO, two beginnings of addresses, or FROM=! to leave the original out"
            raise InvalidInput("HUB_MIRRORS holds a word that is no rule", expected=form, found=word)
        yield found["prefix"], found["target"]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for word in text.split():
        host, _, value = word.partition("=")
        if not (host and value):
            # Not the word itself, which may be a token.
            form = "HOST=TOKEN, or HOST=env:VARIABLE"
            raise InvalidInput("HUB_TOKENS holds a word without a host or without a token", expected=form)
        yield host, value


def _target(text: str, beside: Path) -> str:
    """A folder becomes the address of what is in it."""
    if text == ONLY or SCHEME.match(text):
        return text
    return (beside / Path(text).expanduser()).absolute().as_uri() + "/"


def _place(text: str, beside: Path) -> str:
    if is_url(text) or is_object(text):
        return text.rstrip("/")
    return str((beside / Path(text).expanduser()).absolute())


def _token(value: str, environ: Mapping[str, str]) -> str:
    if value.startswith(FROM_ENVIRONMENT):
        return environ.get(value.removeprefix(FROM_ENVIRONMENT), "").strip()
    return value.strip()
