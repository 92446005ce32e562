"""What can be reached: the hosts that cards name, and the sources of one entry with the size that they tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pypi_simple import PYPI_SIMPLE_ENDPOINT

from hub import settings
from hub import sources as opening
from hub.doctor.findings import Finding, State, listed, note, ok, problem, warning
from hub.errors import BadStatus, SourceError
from hub.progress import human_bytes
from hub.registry.hosts import hosts_of
from hub.sources import gdrive, google_storage, http, hugging_face, peer, pip_settings, s3
from hub.sources.base import Absent, Connection, host_of, shown
from hub.sources.mirrors import widened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hub.cards import Artifact, Source
    from hub.fetch.plans import Plan

TIMEOUT = 6.0
"""Seconds until a host counts as gone: enough for two lost packets (RFC 6298 sends again after 1 and 3 s)."""
AT_ONCE = 24
SHOWN = 4
MANY = 24
"""Sources of one entry that are still read by people."""

GONE = (404, 410)
INDEX = "the package index"
NAMES = {"pypi": INDEX, "gdrive": "Google Drive", "hf": "Hugging Face", "s3": "S3", "gs": "Google Storage"}
NOT_ASKED = note("not asked: offline")
MOST_FAILED = "check the network; behind a proxy set HTTPS_PROXY, with own certificates REQUESTS_CA_BUNDLE"


@dataclass(slots=True)
class Host:
    """A host, where to knock, and who needs it; `alone` are those that have a file nowhere else."""

    url: str
    connection: Connection = field(default_factory=Connection)
    names: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)


def hosts(plans: Iterable[Plan], *, offline: bool) -> list[Finding]:
    """Ask every host that has files of some plans whether it answers at all."""
    if offline:
        return [NOT_ASKED]
    known = hosts_in(plans)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        reasons = dict(zip(known, pool.map(_knock, known.values()), strict=True))
    return _summed_up(known, {name: reason for name, reason in reasons.items() if reason})


def _summed_up(known: dict[str, Host], silent: dict[str, str]) -> list[Finding]:
    """Where most are silent it is not their fault."""
    said = f"{len(known) - len(silent)} of {len(known)} hosts answer"
    if len(silent) * 2 > len(known):
        reasons = ", ".join(f"{reason} ({count})" for reason, count in Counter(silent.values()).most_common(SHOWN))
        return [problem(f"{'only ' if len(silent) < len(known) else ''}{said}: {reasons}", do=MOST_FAILED)]
    return [ok(said), *(_silent(name, known[name], reason) for name, reason in sorted(silent.items()))]


def _silent(name: str, host: Host, reason: str) -> Finding:
    if not host.alone:
        return note(f"{name}: {reason}; all that it has is elsewhere too ({listed(sorted(host.names), SHOWN)})")
    return warning(
        f"{name}: {reason}; nobody else has files of {listed(sorted(host.alone), SHOWN)}", do="try again later"
    )


def hosts_in(plans: Iterable[Plan]) -> dict[str, Host]:
    """Return the hosts, by name, that the files of some plans are on; each with the first URL's scheme."""
    found: dict[str, Host] = {}
    chosen = settings.current()
    for plan in plans:
        name = plan.owner.split("/")[1]
        for artifact in plan.artifacts:
            is_alone = len(hosts_of([artifact])) == 1
            for source in widened(artifact, chosen).sources:
                _note_host(found, source, name, is_alone=is_alone)
    return found


def _note_host(found: dict[str, Host], source: Source, name: str, *, is_alone: bool) -> None:
    parts = urlsplit(source.url)
    if parts.scheme == "file":
        return
    host = NAMES.get(parts.scheme) or host_of(peer.address(source.url)) or parts.netloc
    entry = found.get(host) or found.setdefault(host, _door(parts.scheme, host_of(peer.address(source.url))))
    entry.names.add(name)
    if is_alone:
        entry.alone.add(name)


def _door(scheme: str, netloc: str) -> Host:
    if scheme == "pypi":
        settings = pip_settings.current()
        # Only its front door: nobody wants the list of all projects.
        return Host(settings.index_url or PYPI_SIMPLE_ENDPOINT, settings.connection)
    known = {
        "gdrive": gdrive.ADDRESS,
        "hf": hugging_face.endpoint(),
        "s3": s3.endpoint() or s3.ADDRESS,
        "gs": google_storage.endpoint() or google_storage.ADDRESS,
        "peer": f"http://{netloc}/",
    }
    return Host(known.get(scheme, f"{scheme}://{netloc}/"))


def _knock(host: Host) -> str:
    """Return why a host does not answer; "" if it does, be it with a page that says no."""
    if host.url.startswith("file:"):
        return ""
    return http.unreachable(host.url, host.connection, TIMEOUT)


def sources(plan: Plan, *, offline: bool) -> list[Finding]:
    """Ask every source of a plan's files for the file, read no more than how large it is, and compare that."""
    if offline:
        return [NOT_ASKED]
    chosen = settings.current()
    pairs = [(artifact, source) for artifact in plan.artifacts for source in widened(artifact, chosen).in_order]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(_ask, *zip(*pairs, strict=True))) if pairs else []
    by_artifact: dict[str, list[Answer]] = defaultdict(list)
    for (artifact, _), answer in zip(pairs, answers, strict=True):
        by_artifact[artifact.name].append(answer)
    found = [each for name, given in by_artifact.items() for each in _judged(name, given)]
    return [*_in_short(found), *_by_hand(plan)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source said, and "ok" if the file can be had from there."""

    said: str
    state: State


def _ask(artifact: Artifact, source: Source) -> Answer:
    place = shown(source.url.partition("#")[0]) if "://" in source.url else source.url
    try:
        stream = opening.open_at(opening.locate(source.url.partition("#")[0]), 0, "")
    except Absent:
        return Answer(f"{place} does not have it", "note")
    except BadStatus as error:
        said = "has it no longer" if error.status in GONE else f"answered {error.status}"
        return Answer(f"{place} {said}", "warning")
    except SourceError as error:
        return Answer(error.what, "warning")
    total = stream.total
    stream.close()
    wanted = source.size if source.wrapped else artifact.size
    if total is not None and wanted is not None and total != wanted:
        return Answer(f"{place} has {total:,} bytes, the card says {wanted:,}", "warning")
    told = human_bytes(total) if total is not None else "size not told"
    return Answer(f"{place}, {told}" + " as in the card" * (wanted is not None and total == wanted), "ok")


def _judged(name: str, answers: list[Answer]) -> Iterator[Finding]:
    """A source that does not deliver is a problem only where no other does."""
    if not any(answer.state == "ok" for answer in answers):
        said = "; ".join(answer.said for answer in answers)
        yield problem(f"{name}: no source has it: {said}", do="check the network, or try again later")
        return
    yield from (Finding(each.state, f"{name}: {each.said}") for each in answers)


def _in_short(found: list[Finding]) -> list[Finding]:
    good = [each for each in found if each.state == "ok"]
    if len(found) <= MANY or not good:
        return found
    return [ok(f"{len(good)} of {len(found)} sources have the file"), *(each for each in found if each.state != "ok")]


def _by_hand(plan: Plan) -> Iterator[Finding]:
    alone = [artifact.name for artifact in plan.artifacts if not artifact.sources]
    if alone or (plan.manual and not plan.artifacts):
        yield note(f"to be got by hand: {listed(sorted(alone), SHOWN) or 'all files'}", do=plan.manual.strip())
