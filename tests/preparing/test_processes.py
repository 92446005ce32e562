"""Parts made by processes of this machine, some of which die."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from preparing.deadly import Deadly, Faulty

import hub
from hub.datasets.uniform import parts
from hub.errors import FormatError, WorkerFailed
from hub.preparing.processes import Processes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def texts(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with 40 texts, in parts of ten; one kills who makes numbers of it."""
    monkeypatch.setattr(parts, "TEXTS", 10)
    folder = tmp_path / "texts"
    folder.mkdir()
    rows = "\n".join(f"{number},{'poison' if number == 25 else 'text ' * number}" for number in range(40))
    (folder / "train.csv").write_text(f"label,text\n{rows}\n", "utf-8")
    return folder


def prepared(folder: Path, encodes: Deadly, processes: int) -> bytes:
    (file,) = hub.prepare(
        "text_classification", split="train", data_dir=folder, tokenize=encodes, processes=processes, progress=False
    )
    content = file.read_bytes()
    file.unlink()
    return content


@pytest.mark.thorough  # each process imports torch
def test_a_process_that_dies_is_replaced_and_the_result_is_the_same(texts: Path, tmp_path: Path) -> None:
    mark = tmp_path / "died"

    with_death = prepared(texts, Deadly(str(mark)), 2)

    assert mark.exists()
    assert with_death == prepared(texts, Deadly(str(mark)), 1)


@pytest.mark.thorough  # every death has another process import torch
def test_a_part_that_kills_every_process_ends_the_run_and_the_others_are_kept(texts: Path, home: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.preparing.processes.RETRIES", 1)

        with pytest.raises(WorkerFailed, match="before it was done"):
            prepared(texts, Deadly(""), 2)

    assert 1 <= len(list(home.glob("v1/prepared/*/parts/*.arrow"))) <= 3


@pytest.mark.slow  # each process imports torch
def test_a_mistake_of_the_data_is_raised_as_it_is(home: Path) -> None:
    with pytest.raises(FormatError, match="no archive"):
        list(Processes(1)([Faulty()]))


DRIVER = """
import sys, hub
from hub.datasets.uniform import parts
parts.PART_BYTES = 4 * 32 * 32 * 3
hub.prepare("lab/photos", resize=32, processes=2, progress=False)
"""


@pytest.mark.thorough  # each process imports torch
def test_a_driver_that_is_killed_leaves_nothing_half_and_no_process(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = subprocess.Popen([sys.executable, "-c", DRIVER], start_new_session=True)
    _wait_for(lambda: bool(list(home.glob("v1/prepared/*/parts/*.arrow"))) or driver.poll() is not None)
    driver.send_signal(signal.SIGKILL)
    driver.wait()

    _wait_for(lambda: not _of_session(driver.pid))
    (file,) = hub.prepare("lab/photos", resize=32, progress=False)
    content = file.read_bytes()

    file.unlink()
    (again,) = hub.prepare("lab/photos", resize=32, progress=False)
    assert again.read_bytes() == content


def _of_session(number: int) -> bytes:
    return subprocess.run(["ps", "-o", "pid=", "-s", str(number)], capture_output=True, check=False).stdout


def _wait_for(condition: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)
