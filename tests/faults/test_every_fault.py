"""Every fault of the server ends in the right bytes or the right error, in time, and leaves a sound store."""

from __future__ import annotations

import gc
import hashlib
import inspect
import warnings
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from server import Server, breaking, crowds, honest, lengths, ranges, redirects, statuses, versions

from faults import haste
from faults.limits import within
from faults.soundness import faults_of
from faults.table import NEVER_ENDS, OUTCOMES, Outcome
from hub.cards import Artifact, Source
from hub.cli import verify
from hub.errors import DigestMismatch, TransferError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

    from hub.store.layout import Layout

DATA = hashlib.shake_256(b"the published file").digest(200_000)
LARGE = hashlib.shake_256(b"a large file").digest(6 << 20)
LIMIT = 8.0

KNOWN = {
    "sha256 and size": ("sha256", "size"),
    "a prefix": ("sha256_prefix",),
    "MD5 and size": ("md5", "size"),
    "nothing": (),
}
# What other faults are made of; one that is slow and nothing else, and one that a test rules.
PARTS = {"file", "etag", "known", "half", "slow", "runs-dry"}
TAKES_A_NAME = (["self", "name"], ["self", "_"])
BOTH = ("sha256 and size", "nothing")
TAKE_THEIR_TIME = ("drip", "stall", "silent")
OF_SERVER = (breaking, crowds, honest, lengths, ranges, redirects, statuses, versions)


def cases(*knowledge: str) -> list[ParameterSet]:
    """Return every fault with each kind of knowledge; what says little new, or takes its time, is for a longer run."""
    return [
        pytest.param(
            fault, known, marks=[] if _is_quick(fault, known) else pytest.mark.thorough, id=f"{fault}, {known}"
        )
        for fault in sorted(OUTCOMES)
        for known in knowledge or KNOWN
        if "size" in KNOWN[known] or fault not in NEVER_ENDS
    ]


def several() -> list[ParameterSet]:
    """Return the faults for several connections: without a digest only in a longer run."""
    longer = [pytest.param(*each.values, marks=pytest.mark.thorough, id=each.id) for each in cases("nothing")]
    return [*cases("sha256 and size"), *longer]


def _is_quick(fault: str, known: str) -> bool:
    return fault not in TAKE_THEIR_TIME or known in BOTH


def artifact(known: str, data: bytes, *urls: str) -> Artifact:
    sha256, md5 = hashlib.sha256(data).hexdigest(), hashlib.md5(data, usedforsecurity=False).hexdigest()
    values = {"sha256": sha256, "size": len(data), "sha256_prefix": sha256[:8], "md5": md5}
    chosen = {key: values[key] for key in KNOWN[known]}
    return Artifact(name=sha256, sources=tuple(Source(url=url) for url in urls), **chosen)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _swept(request: pytest.FixtureRequest) -> Iterator[None]:
    """urllib3 drops the socket of an answer with two lengths; it must not be found in the middle of another test."""
    yield
    if "lengths-differ" in request.node.name:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    haste.hurry(monkeypatch)


def outcome(layout: Layout, wanted: Artifact) -> Outcome:
    """Return what comes of an artifact, whose name is its sha256."""
    try:
        with within(LIMIT), haste.run(layout) as transfers:
            got = transfers.get(wanted)
    except TransferError:
        return Outcome.REFUSED
    except DigestMismatch:
        return Outcome.MISMATCH
    assert hashlib.sha256(got.path.read_bytes()).hexdigest() == got.sha256
    return Outcome.RIGHT if got.sha256 == wanted.name else Outcome.SERVED


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
def test_a_fault_alone_ends_as_the_table_says(fault: str, known: str, server: Server, layout: Layout) -> None:
    server.add("a.bin", DATA)

    found = outcome(layout, artifact(known, DATA, server.url(fault, "a.bin")))

    assert found in OUTCOMES[fault][known == "nothing"]
    assert faults_of(layout) == []


@pytest.mark.parametrize(("fault", "known"), several())
def test_a_fault_of_several_connections_ends_as_the_table_says(
    fault: str, known: str, server: Server, layout: Layout
) -> None:
    server.add("a.bin", LARGE)
    server.throttle = 60e6

    found = outcome(layout, artifact(known, LARGE, server.url(fault, "a.bin")))

    assert found in OUTCOMES[fault][known == "nothing"]
    assert faults_of(layout) == []


@pytest.mark.parametrize(("fault", "known"), cases(*BOTH))
def test_a_second_source_makes_good_for_the_first(
    fault: str, known: str, server: Server, mirror: Server, layout: Layout
) -> None:
    server.add("a.bin", DATA)
    mirror.add("a.bin", DATA)

    found = outcome(layout, artifact(known, DATA, server.url(fault, "a.bin"), mirror.url("ok", "a.bin")))

    undetectable = known == "nothing" and Outcome.SERVED in OUTCOMES[fault][1]
    assert found in ((Outcome.SERVED, Outcome.RIGHT) if undetectable else (Outcome.RIGHT,))
    assert faults_of(layout) == []


@pytest.mark.thorough
@pytest.mark.parametrize(("fault", "known"), cases("a prefix", "MD5 and size"))
def test_a_second_source_makes_good_for_the_first_where_less_is_known(
    fault: str, known: str, server: Server, mirror: Server, layout: Layout
) -> None:
    server.add("a.bin", DATA)
    mirror.add("a.bin", DATA)

    found = outcome(layout, artifact(known, DATA, server.url(fault, "a.bin"), mirror.url("ok", "a.bin")))

    assert found is Outcome.RIGHT
    assert faults_of(layout) == []


@pytest.mark.parametrize("fault", ["flipped", "truncate", "html", "replaced", "short-ranges"])
def test_after_a_fault_every_blob_is_what_its_name_says(fault: str, server: Server, layout: Layout) -> None:
    server.add("a.bin", DATA)
    outcome(layout, artifact("sha256 and size", DATA, server.url(fault, "a.bin")))

    verified = CliRunner().invoke(verify.command, ["--quiet"])

    assert verified.exit_code == 0, verified.output


@pytest.mark.parametrize("fault", ["truncate", "stall", "reset-midway", "chunks-cut", "403", "not-http"])
def test_a_later_run_from_a_good_source_ends_in_the_right_bytes(fault: str, server: Server, layout: Layout) -> None:
    server.add("a.bin", DATA)
    outcome(layout, artifact("sha256 and size", DATA, server.url(fault, "a.bin")))

    found = outcome(layout, artifact("sha256 and size", DATA, server.url("ok", "a.bin")))

    assert found is Outcome.RIGHT
