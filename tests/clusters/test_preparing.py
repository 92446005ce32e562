"""Parts made by Ray's tasks: the same bytes, whoever makes them and whoever dies."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from preparing import photo_world

import hub
from hub import cli
from hub.datasets.uniform import parts
from hub.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("ray"),
    # Of Ray's own: sockets and log files that it leaves to be collected, and what it has yet to rename.
    pytest.mark.filterwarnings(
        "ignore::ResourceWarning", "ignore::DeprecationWarning:ray", "ignore::FutureWarning:ray"
    ),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PHOTOS = 300


@pytest.fixture(scope="module")
def many_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with 300 photos in three tars."""
    return photo_world.write(tmp_path_factory.mktemp("many"), photos=PHOTOS // 3)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indexed: Path, many_photos: Path) -> Path:
    monkeypatch.setenv("HUB_HOME", str(shutil.copytree(indexed, tmp_path / "home")))
    monkeypatch.setenv("HUB_REGISTRIES", f"lab={many_photos}")
    monkeypatch.setattr(parts, "PART_BYTES", 10 * 64 * 64 * 3)
    return tmp_path / "home"


def prepared(**asked: object) -> bytes:
    (file,) = hub.prepare("lab/photos", resize=64, progress=False, **asked)  # type: ignore[arg-type]
    content = file.read_bytes()
    file.unlink()
    return content


def test_the_bytes_are_those_of_one_process(home: Path) -> None:
    assert prepared(ray=True) == prepared()


def test_a_worker_that_is_killed_does_not_show_in_the_result(home: Path) -> None:
    expected = prepared()
    killed: list[int] = []

    with _killing(home, killed):
        found = prepared(ray=True)

    assert killed
    assert found == expected


class _killing:  # noqa: N801  reads as what it does
    """Kills the first worker that is at a part once two parts are there."""

    def __init__(self, home: Path, killed: list[int]) -> None:
        self._home, self._killed = home, killed
        self._thread = threading.Thread(target=self._kill)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._thread.join()

    def _kill(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            made = len(list(self._home.glob("v1/prepared/*/parts/*.arrow")))
            if made >= 2 and (worker := next(_at_work(), None)):
                os.kill(worker, signal.SIGKILL)
                self._killed.append(worker)
                return


def _at_work() -> Iterator[int]:
    """Yield the processes that Ray runs our task in: it names them so."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(b"ray::fulfil"):
                yield int(path.parent.name)
        except OSError:
            continue


def test_a_mistake_of_the_data_is_raised_as_it_is(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own" / "a"
    folder.mkdir(parents=True)
    (folder / "1.jpg").write_bytes(b"no photo")

    with pytest.raises(HubError, match=r"1\.jpg"):
        hub.prepare("folder", data_dir=tmp_path / "own", resize=32, ray=True, progress=False)


def test_the_command_shares_the_work_with_ray(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["prepare", "lab/photos", "--resize", "64", "--ray", "--quiet"]) == 0

    assert Path(capsys.readouterr().out.strip()).read_bytes() == prepared()
