"""Texts that kill the worker of Ray that has them; run by hand, as every death has another one import torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from preparing.deadly import Deadly

import hub
from hub.errors import WorkerFailed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.usefixtures("ray"),
    # Of Ray's own: sockets and log files that it leaves to be collected.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_a_text_that_kills_its_worker_once_is_made_by_another(home: Path, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "train.csv").write_text("label,text\n0,well\n1,poison\n", "utf-8")
    mark = tmp_path / "died"

    (file,) = hub.prepare(
        "text_classification",
        split="train",
        data_dir=tmp_path / "texts",
        tokenize=Deadly(str(mark)),
        ray=True,
        progress=False,
    )

    assert mark.exists()
    assert file.exists()


def test_a_text_that_kills_every_worker_ends_the_run(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.clusters.tasks.RETRIES", 1)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "train.csv").write_text("label,text\n1,poison\n", "utf-8")

    with pytest.raises(WorkerFailed, match="died, 2 times"):
        hub.prepare(
            "text_classification",
            split="train",
            data_dir=tmp_path / "texts",
            tokenize=Deadly(""),
            ray=True,
            progress=False,
        )
