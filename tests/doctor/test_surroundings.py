"""Settings are told with where each came from, and so is what surrounds a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub import settings
from hub.doctor import surroundings
from hub.errors import HubError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in surroundings.CERTIFICATES:
        monkeypatch.delenv(name, raising=False)


def found() -> list[tuple[str, str]]:
    try:
        chosen: settings.Settings | HubError = settings.current()
    except HubError as error:
        chosen = error
    return [(each.state, each.what) for each in surroundings.found(chosen)]


def test_a_setting_names_the_variable_or_the_file_that_it_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hub.toml").write_text('home = "store"\noffline = true\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HUB_HOME")

    assert found() == [
        ("ok", f"store: {tmp_path / 'store'} ({tmp_path / 'hub.toml'})"),
        ("ok", f"offline: yes ({tmp_path / 'hub.toml'})"),
    ]


def test_a_setting_that_nobody_made_is_a_default(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert found() == [("ok", f"store: {home} (HUB_HOME)"), ("ok", "offline: no (default)")]


@pytest.mark.parametrize("text", ["hom = 3", "home = "])
def test_a_broken_file_is_a_problem_with_its_faults(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hub.toml").write_text(text)
    monkeypatch.chdir(tmp_path)

    state, what = found()[0]

    assert state == "problem"
    assert what.startswith(f"{tmp_path / 'hub.toml'} is no valid card; ")


@pytest.mark.usefixtures("home")
class TestEnvironment:
    def test_a_misspelt_variable_is_a_warning(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HUB_OFLINE", "1")

        finding = next(each for each in surroundings.found(settings.current()) if each.state == "warning")

        assert finding.what == "HUB_OFLINE is set, which hub does not know"
        assert finding.do == "did you mean HUB_OFFLINE?"

    def test_proxies_are_told_without_their_passwords(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example.org:3128")

        assert ("note", "proxy for https: http://proxy.example.org:3128") in found()

    def test_certificates_that_are_not_there_are_a_problem(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))

        assert ("problem", f"REQUESTS_CA_BUNDLE names {tmp_path / 'none.pem'}, which is not there") in found()
