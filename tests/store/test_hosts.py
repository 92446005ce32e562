"""What is remembered of hosts can be lost, and is never wrong enough to break a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.store import hosts
from hub.store.hosts import Host

if TYPE_CHECKING:
    from pathlib import Path

    from hub.store.layout import Layout

MB = 1 << 20


def test_a_success_is_remembered_with_its_rate(layout: Layout) -> None:
    hosts.remember(layout, "a.org", lambda host: host.after_success(100.0, 10 * MB, 5.0))

    assert hosts.read(layout) == {"a.org": Host(succeeded=100.0, rate=2 * MB)}


def test_the_rate_follows_what_is_measured_and_forgets_what_was() -> None:
    host = Host(rate=1.0 * MB)
    for _ in range(4):
        host = host.after_success(1.0, 100 * MB, 10.0)

    assert 9 * MB < host.rate < 10 * MB


def test_small_transfers_say_nothing_of_the_rate() -> None:
    host = Host(rate=5.0).after_success(1.0, MB - 1, 100.0)

    assert (host.rate, host.succeeded) == (5.0, 1.0)


def test_a_failure_keeps_what_else_is_known() -> None:
    host = Host(succeeded=1.0, rate=2.0).after_failure(3.0)

    assert host == Host(succeeded=1.0, failed=3.0, rate=2.0)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"a": {"rate": "x"}}', '{"a": {"rate": -1}}', "\xff"])
def test_what_cannot_be_read_is_forgotten(text: str, layout: Layout) -> None:
    layout.root.mkdir(parents=True)
    layout.hosts.write_text(text, "latin-1")

    assert hosts.read(layout) == {}


def test_this_machine_is_not_a_host(layout: Layout) -> None:
    hosts.remember(layout, "", lambda host: host.after_failure(1.0))

    assert not layout.hosts.exists()


def test_the_oldest_news_are_forgotten(layout: Layout) -> None:
    for number in range(hosts.MOST + 5):
        hosts.remember(layout, f"h{number}", lambda host, at=float(number + 1): host.after_failure(at))  # type: ignore[misc]

    found = hosts.read(layout)
    assert len(found) == hosts.MOST
    assert "h0" not in found


def test_a_store_that_cannot_be_written_forgets(tmp_path: Path) -> None:
    from hub.store.layout import Layout

    (tmp_path / "file").write_text("in the way")

    hosts.remember(Layout(tmp_path / "file"), "a.org", lambda host: host.after_failure(1.0))
