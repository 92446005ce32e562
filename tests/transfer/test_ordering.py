"""In which order sources are tried, and why."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.cards import Artifact, Source
from hub.errors import TransferError
from hub.store import hosts
from hub.store.hosts import Host
from hub.transfer import ordering
from hub.transfer.remembering import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server import Server

    from hub.store.layout import Layout
    from hub.transfer import Transfers

NOW = 1_000_000.0
DATA = bytes(range(256)) * 100


def of(*urls: str, **known: str) -> Artifact:
    return Artifact(name="x", sources=tuple(Source(url=url) for url in urls), **known)  # type: ignore[arg-type]


def order(artifact: Artifact, known: Mapping[str, Host]) -> str:
    """Return the first letters of the hosts, in order."""
    ranked = ordering.in_order(artifact, known, NOW)
    return "".join(each.source.url.partition("//")[2][0] for each in ranked)


ABC = of("https://a/x", "https://b/x", "https://c/x")


def test_without_any_news_the_cards_order_holds() -> None:
    assert order(ABC, {}) == "abc"


def test_a_host_that_failed_lately_is_the_last() -> None:
    assert order(ABC, {"a": Host(failed=NOW - 60)}) == "bca"


def test_a_host_that_has_delivered_since_is_not() -> None:
    assert order(ABC, {"a": Host(failed=NOW - 60, succeeded=NOW - 30)}) == "abc"


def test_one_that_failed_lately_comes_after_one_that_failed_today_and_yesterday_is_forgotten() -> None:
    known = {"a": Host(failed=NOW - 60), "b": Host(failed=NOW - 7200), "c": Host(failed=NOW - 90_000)}

    assert order(ABC, known) == "cba"


def test_of_those_that_fail_the_one_that_delivered_last_is_the_first() -> None:
    known = {name: Host(failed=NOW - 60, succeeded=at) for name, at in (("a", 1.0), ("b", 3.0), ("c", 2.0))}

    assert order(ABC, known) == "bca"


def test_a_failure_in_the_future_is_of_another_clock() -> None:
    assert order(ABC, {"a": Host(failed=NOW + 60)}) == "abc"


def test_a_host_that_is_several_times_slower_than_another_comes_after_it() -> None:
    assert order(ABC, {"a": Host(rate=1e5), "b": Host(rate=1e7)}) == "bca"


def test_a_difference_that_is_not_large_changes_nothing() -> None:
    assert order(ABC, {"a": Host(rate=3e6), "b": Host(rate=1e7)}) == "abc"


def test_what_could_be_exchanged_on_the_way_comes_last_however_good_it_is() -> None:
    artifact = of("http://a/x", "https://b/x", "https://c/x", md5="0" * 32)
    known = {"a": Host(rate=1e9, succeeded=NOW), "b": Host(failed=NOW), "c": Host(failed=NOW - 1)}

    assert order(artifact, known)[-1] == "a"
    assert order(of("http://a/x", "https://b/x", sha256="0" * 64), {}) == "ab"


def test_a_file_of_this_machine_is_of_no_host() -> None:
    ranked = ordering.in_order(of("file:///x", "https://a/x"), {"": Host(failed=NOW)}, NOW)

    assert [each.reason for each in ranked] == ["", ""]


numbers = st.floats(0, 2 * NOW)
memories = st.dictionaries(st.sampled_from("abcd"), st.builds(Host, numbers, numbers, numbers))
urls = st.lists(st.sampled_from([f"{scheme}://{host}/x" for scheme in ("http", "https") for host in "abcd"]))


class TestAnyOrder:
    @given(urls, memories)
    def test_nothing_is_lost_or_made_up(self, some: list[str], known: dict[str, Host]) -> None:
        artifact = of(*some, md5="0" * 32)

        ranked = ordering.in_order(artifact, known, NOW)

        assert sorted(each.source.url for each in ranked) == sorted(some)

    @given(urls, memories)
    def test_what_is_guarded_comes_first(self, some: list[str], known: dict[str, Host]) -> None:
        artifact = of(*some, md5="0" * 32)

        guarded = [artifact.guards(each.source) for each in ordering.in_order(artifact, known, NOW)]

        assert guarded == sorted(guarded, reverse=True)

    @given(urls, memories)
    def test_whoever_is_overtaken_is_told_why(self, some: list[str], known: dict[str, Host]) -> None:
        artifact = of(*dict.fromkeys(some), md5="0" * 32)
        ranked = ordering.in_order(artifact, known, NOW)

        places = [artifact.sources.index(each.source) for each in ranked]
        overtaken = [each for number, each in enumerate(ranked) if any(places[number] < p for p in places[:number])]

        assert all(each.reason for each in overtaken)

    @given(urls, memories)
    def test_the_order_depends_on_nothing_else(self, some: list[str], known: dict[str, Host]) -> None:
        artifact = of(*some, md5="0" * 32)

        assert ordering.in_order(artifact, known, NOW) == ordering.in_order(artifact, dict(known), NOW)


class TestRuns:
    """What one run learns, the next one uses."""

    def test_a_host_that_failed_is_the_last_of_the_next_run(
        self, server: Server, mirror: Server, run: Callable[[], Transfers], layout: Layout
    ) -> None:
        digest = server.add("a.bin", DATA)
        mirror.add("a.bin", DATA)
        artifact = of(server.url("500", "a.bin"), mirror.url("ok", "a.bin"), sha256=digest)

        for _ in range(2):
            layout.blob(digest).unlink(missing_ok=True)
            with run() as transfers:
                transfers.get(artifact)

        assert len(server.requests) == 1
        known = hosts.read(layout)
        assert known[server.host].failed > 0
        assert known[mirror.host].succeeded > 0

    def test_a_missing_file_says_nothing_of_its_host(
        self, server: Server, run: Callable[[], Transfers], layout: Layout
    ) -> None:
        with run() as transfers, pytest.raises(TransferError):
            transfers.get(of(server.url("404", "a.bin"), sha256="0" * 64))

        assert hosts.read(layout) == {}

    def test_the_log_says_why_another_source_is_the_first(
        self, layout: Layout, caplog: pytest.LogCaptureFixture
    ) -> None:
        memory = Memory(layout, clock=lambda: NOW)
        memory.failed("https://a/x")
        with caplog.at_level(logging.INFO, "hub"):
            found = memory.in_order(ABC)

        assert [source.url for source in found] == ["https://b/x", "https://c/x", "https://a/x"]
        assert caplog.messages == ["x: another source first; a: it failed 0 seconds ago"]
