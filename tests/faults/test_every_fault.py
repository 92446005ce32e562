"""Every fault of the server ends in the right bytes or the right error, in time, and leaves a sound store."""

from __future__ import annotations

import gc
import hashlib
import inspect
import time
import warnings
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from faults.limits import within
from faults.soundness import faults_of
from faults.table import NEVER_ENDS, OUTCOMES, Outcome
from server import Server, breaking, crowds, honest, lengths, ranges, redirects, statuses, versions

from hub.cards import Artifact, Source
from hub.cli import verify
from hub.errors import DigestMismatch, TransferError
from hub.progress import Silent
from hub.transfer import Transfers
from hub.transfer.pacing import Pace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.store.layout import Layout

DATA = hashlib.shake_256(b"the published file").digest(200_000)
SHA256 = hashlib.sha256(DATA).hexdigest()
MD5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()
LIMIT = 8.0

KNOWN: dict[str, dict[str, str | int]] = {
    "sha256 and size": {"sha256": SHA256, "size": len(DATA)},
    "a prefix": {"sha256_prefix": SHA256[:8]},
    "MD5 and size": {"md5": MD5, "size": len(DATA)},
    "nothing": {},
}
# What other faults are made of, and one that is slow and nothing else.
PARTS = {"file", "etag", "known", "half", "slow"}
OF_SERVER = (breaking, crowds, honest, lengths, ranges, redirects, statuses, versions)


def cases() -> list[tuple[str, str]]:
    return [
        (fault, known)
        for fault in sorted(OUTCOMES)
        for known, values in KNOWN.items()
        if "size" in values or fault not in NEVER_ENDS
    ]


def artifact(known: str, *urls: str) -> Artifact:
    sources = tuple(Source(url=url) for url in urls)
    return Artifact(name="a.bin", sources=sources, **KNOWN[known])  # type: ignore[arg-type]  # as KNOWN says


@pytest.fixture
def run(layout: Layout) -> Transfers:
    """A run whose pauses are short, but are pauses."""
    return Transfers(layout, Silent(), sleep=lambda seconds: time.sleep(min(seconds, 0.01)))


@pytest.fixture(autouse=True)
def _swept(request: pytest.FixtureRequest) -> Iterator[None]:
    """urllib3 drops the socket of an answer with two lengths; it must not be found in the middle of another test."""
    yield
    if "lengths-differ" in request.node.name:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.sources.http.READ_TIMEOUT", 0.25)
    monkeypatch.setattr("hub.sources.http.CONNECT_TIMEOUT", 1.0)
    monkeypatch.setattr("hub.transfer.pacing.PACE", Pace(stall=0.3))


def outcome(transfers: Transfers, wanted: Artifact) -> Outcome:
    try:
        with within(LIMIT), transfers:
            got = transfers.get(wanted)
    except TransferError:
        return Outcome.REFUSED
    except DigestMismatch:
        return Outcome.MISMATCH
    assert hashlib.sha256(got.path.read_bytes()).hexdigest() == got.sha256
    return Outcome.RIGHT if got.sha256 == SHA256 else Outcome.SERVED


def test_the_table_has_every_fault_of_the_server() -> None:
    names = {
        name.strip("_").replace("_", "-")
        for module in OF_SERVER
        for kind in vars(module).values()
        if inspect.isclass(kind) and kind.__module__ == module.__name__
        for name, function in vars(kind).items()
        if inspect.isfunction(function)
        and list(inspect.signature(function).parameters) in (["self", "name"], ["self", "_"])
    }

    assert names - PARTS == set(OUTCOMES)


@pytest.mark.parametrize(("fault", "known"), cases())
def test_a_fault_alone_ends_as_the_table_says(
    fault: str, known: str, server: Server, layout: Layout, run: Transfers
) -> None:
    server.add("a.bin", DATA)

    found = outcome(run, artifact(known, server.url(fault, "a.bin")))

    assert found in OUTCOMES[fault][known == "nothing"]
    assert faults_of(layout) == []


@pytest.mark.parametrize(("fault", "known"), cases())
def test_a_second_source_makes_good_for_the_first(
    fault: str, known: str, server: Server, mirror: Server, layout: Layout, run: Transfers
) -> None:
    server.add("a.bin", DATA)
    mirror.add("a.bin", DATA)

    found = outcome(run, artifact(known, server.url(fault, "a.bin"), mirror.url("ok", "a.bin")))

    undetectable = known == "nothing" and Outcome.SERVED in OUTCOMES[fault][1]
    assert found in ((Outcome.SERVED, Outcome.RIGHT) if undetectable else (Outcome.RIGHT,))
    assert faults_of(layout) == []


@pytest.mark.parametrize("fault", ["flipped", "truncate", "html", "replaced", "short-ranges"])
def test_after_a_fault_every_blob_is_what_its_name_says(
    fault: str, server: Server, layout: Layout, run: Transfers
) -> None:
    server.add("a.bin", DATA)
    outcome(run, artifact("sha256 and size", server.url(fault, "a.bin")))

    verified = CliRunner().invoke(verify.command, ["--quiet"])

    assert verified.exit_code == 0, verified.output


@pytest.mark.parametrize("fault", ["truncate", "stall", "reset-midway", "chunks-cut", "403", "not-http"])
def test_a_later_run_from_a_good_source_ends_in_the_right_bytes(fault: str, server: Server, layout: Layout) -> None:
    server.add("a.bin", DATA)
    sleepless = {"sleep": lambda _: None}
    outcome(Transfers(layout, Silent(), **sleepless), artifact("sha256 and size", server.url(fault, "a.bin")))

    found = outcome(Transfers(layout, Silent(), **sleepless), artifact("sha256 and size", server.url("ok", "a.bin")))

    assert found is Outcome.RIGHT
