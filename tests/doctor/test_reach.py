"""Hosts are asked whether they answer, and sources of one entry for the size that the card tells."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from hub.cards import Artifact, Source
from hub.doctor import reach
from hub.fetch.plans import Plan

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

    from hub.doctor.findings import Finding

DATA = b"0123456789"


@pytest.fixture
def closed() -> str:
    """The host and port of nobody."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def plan(*urls: str, name: str = "digits", size: int | None = len(DATA)) -> Plan:
    artifact = Artifact(name="a.bin", size=size, sources=tuple(Source(url=url) for url in urls))
    return Plan(f"dataset/{name}/1.0.0", (artifact,))


def said(found: list[Finding]) -> list[tuple[str, str]]:
    return [(each.state, each.what) for each in found]


class TestHosts:
    def test_any_answer_will_do(self, server: Server) -> None:
        found = reach.hosts([plan(server.url("404", "a.bin"))], offline=False)

        assert said(found) == [("ok", "1 of 1 hosts answer")]

    def test_a_silent_host_is_told_with_what_only_it_has(self, server: Server, mirror: Server, closed: str) -> None:
        answering = [server.url("ok", "a.bin"), mirror.url("ok", "a.bin")]

        found = reach.hosts([plan(*answering), plan(f"http://{closed}/a.bin", name="letters")], offline=False)

        assert said(found) == [
            ("ok", "2 of 3 hosts answer"),
            ("warning", f"{closed}: Connection refused; nobody else has files of letters"),
        ]

    def test_a_silent_host_that_others_stand_in_for_is_only_noted(
        self, server: Server, mirror: Server, closed: str
    ) -> None:
        local = server.url("ok", "a.bin").replace("127.0.0.1", "localhost")
        plans = [plan(f"http://{closed}/a.bin", local), plan(mirror.url("ok", "a.bin"))]

        found = reach.hosts(plans, offline=False)

        assert said(found)[1] == (
            "note",
            f"{closed}: Connection refused; all that it has is elsewhere too (digits)",
        )

    def test_where_most_are_silent_the_network_is_the_problem(self, closed: str) -> None:
        found = reach.hosts([plan(f"http://{closed}/a.bin")], offline=False)

        assert said(found) == [("problem", "0 of 1 hosts answer: Connection refused (1)")]

    def test_offline_nobody_is_asked(self, server: Server) -> None:
        found = reach.hosts([plan(server.url("ok", "a.bin"))], offline=True)

        assert said(found) == [("note", "not asked: offline")]


class TestSources:
    def test_a_source_with_the_size_of_the_card_is_good_and_its_bytes_stay_there(self, server: Server) -> None:
        server.add("a.bin", DATA)
        url = server.url("ok", "a.bin")

        assert said(reach.sources(plan(url), offline=False)) == [("ok", f"a.bin: {url}, 10 B as in the card")]

    def test_another_size_is_a_problem_where_no_other_source_is_right(self, server: Server) -> None:
        server.add("a.bin", DATA + b"more")
        url = server.url("ok", "a.bin")

        assert said(reach.sources(plan(url), offline=False)) == [
            ("problem", f"a.bin: no source has it: {url} has 14 bytes, the card says 10")
        ]

    @pytest.mark.parametrize(
        ("fault", "reason"),
        [("404", "has it no longer"), ("500", "answered 500"), ("html", "sent a web page instead of the file")],
    )
    def test_a_source_that_fails_is_a_warning_beside_a_good_one(self, server: Server, fault: str, reason: str) -> None:
        server.add("a.bin", DATA)
        bad = server.url(fault, "a.bin")

        found = reach.sources(plan(bad, server.url("ok", "a.bin")), offline=False)

        assert said(found)[0] == ("warning", f"a.bin: {bad} {reason}")
        assert said(found)[1][0] == "ok"

    def test_a_host_that_does_not_tell_the_size_is_good(self, server: Server) -> None:
        server.add("a.bin", DATA)

        found = reach.sources(plan(server.url("unmeasured", "a.bin")), offline=False)

        assert said(found)[0][1].endswith("size not told")

    def test_what_is_wrapped_is_compared_with_the_size_of_the_wrapping(self, server: Server) -> None:
        server.add("a.zip", DATA * 3)
        source = Source(url=server.url("ok", "a.zip") + "#a.bin", size=30)
        wrapped = Plan("dataset/digits/1.0.0", (Artifact(name="a.bin", size=10, sources=(source,)),))

        assert said(reach.sources(wrapped, offline=False))[0][1].endswith("30 B as in the card")

    def test_a_file_on_a_disk_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        url = (tmp_path / "a.bin").as_uri()

        assert said(reach.sources(plan(url), offline=False)) == [
            ("problem", f"a.bin: no source has it: {url} has it no longer")
        ]

    def test_secrets_in_a_url_are_not_shown(self, server: Server) -> None:
        server.add("a.bin", DATA)
        url = server.url("private/ok", "a.bin", login="me:secret") + "?token=secret"

        assert "secret" not in str(said(reach.sources(plan(url), offline=False)))

    def test_many_good_sources_are_told_in_one_line(self, server: Server) -> None:
        server.add("a.bin", DATA)
        artifacts = [
            Artifact(name=f"{number}.bin", size=10, sources=(Source(url=server.url("ok", "a.bin")),))
            for number in range(25)
        ]
        bad = Artifact(name="bad.bin", sources=(Source(url=server.url("404", "a.bin")),))

        found = reach.sources(Plan("dataset/digits/1.0.0", (*artifacts, bad)), offline=False)

        assert [state for state, _ in said(found)] == ["ok", "problem"]
        assert found[0].what == "25 of 26 sources have the file"

    def test_what_is_got_by_hand_is_noted_with_what_to_do(self) -> None:
        by_hand = Plan("dataset/digits/1.0.0", (Artifact(name="a.bin"),), manual="Ask the authors.")

        [finding] = reach.sources(by_hand, offline=False)

        assert (finding.state, finding.do) == ("note", "Ask the authors.")
