"""Settings in force and where each came from; proxies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import getproxies

from hub import settings
from hub.doctor.findings import Finding, note, of_error, ok, problem, warning
from hub.errors import HubError
from hub.places import ONLY, is_object, is_url
from hub.registry.spelling import did_you_mean
from hub.sources.base import shown
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.settings import Settings

# Read elsewhere than in `settings`.
MORE_VARIABLES = ("HUB_DEBUG",)
OWN_TOKENS = "HUB_TOKEN_"
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


def found(chosen: Settings | HubError) -> list[Finding]:
    """Look at settings, at misspelt ones, at proxies and certificates."""
    return [*_settings(chosen), *_unknown(), *_proxies(), *_certificates()]


def _settings(chosen: Settings | HubError) -> Iterator[Finding]:
    if isinstance(chosen, HubError):
        yield of_error(chosen)
        yield note("the store and the hosts are looked at once the settings can be read")
        return
    origin = settings.origins(os.environ, Path.cwd())
    yield ok(f"store: {chosen.home} ({origin['home']})")
    yield ok(f"offline: {'yes' if chosen.offline else 'no'} ({origin['offline']})")
    if chosen.lockfile is not None:
        yield ok(f"lockfile: {chosen.lockfile} ({origin['lockfile']}); what it does not pin is refused")
    yield from _places(chosen, origin)
    yield from (_other_store(place, origin["shared"]) for place in chosen.shared)


def _places(chosen: Settings, origin: Mapping[str, str]) -> Iterator[Finding]:
    for rule in chosen.mirrors:
        targets = [each for each in rule.targets if each != ONLY]
        last = "and nowhere else" if ONLY in rule.targets else "then the original"
        said = " then ".join(map(shown, targets)) + ", " * bool(targets) + last
        yield note(f"{rule.prefix} is had from {said} ({origin['mirrors']})")
    if chosen.tokens:
        yield note(f"tokens for {', '.join(sorted(chosen.tokens))} ({origin['tokens']})")


def _other_store(place: str, origin: str) -> Finding:
    if is_object(place):
        return note(f"shared store on object storage: {place} ({origin})")
    if is_url(place):
        return note(f"peer: {shown(place)} ({origin})")
    if Layout(Path(place)).blobs.is_dir():
        return ok(f"shared store: {place} ({origin})")
    return note(f"shared store: {place} is not there, or empty ({origin})")


def _unknown() -> Iterator[Finding]:
    known = [*settings.VARIABLES.values(), *MORE_VARIABLES]
    for name in os.environ:
        if name.startswith("HUB_") and name not in known and not name.startswith(OWN_TOKENS):
            yield warning(f"{name} is set, which hub does not know", do=did_you_mean(name, known))


def _proxies() -> Iterator[Finding]:
    for scheme, url in sorted(getproxies().items()):
        yield note(f"proxy for {scheme}: {shown(url) if '://' in url else url.rpartition('@')[2]}")


def _certificates() -> Iterator[Finding]:
    """The first of the variables that is set is the one that counts."""
    name = next((name for name in CERTIFICATES if os.environ.get(name)), None)
    if name is None:
        return
    path = os.environ[name]
    if Path(path).exists():
        yield note(f"certificates: {path} ({name})")
    else:
        yield problem(f"{name} names {path}, which is not there", do=f"unset {name}, or put the certificates there")
