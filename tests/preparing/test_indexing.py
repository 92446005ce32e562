"""Archives that are indexed apart from each other, and parts that are made where the store is not."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

import hub
from hub import settings
from hub.datasets.uniform.datasets import plans
from hub.datasets.uniform.forms import Pictures, Uniform
from hub.datasets.uniform.making import PartOrder
from hub.errors import MissingFile, WorkerFailed
from hub.preparing import indexing
from hub.preparing.nodes import Task, fulfil
from hub.preparing.requests import PartElsewhere, Request
from hub.progress import Silent
from hub.store.layout import Layout
from hub.trees import archive

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.uniform.parts import Plan

REQUEST = Request("lab/photos", form=Uniform(Pictures(32)))


def plan() -> Plan:
    (dataset,) = REQUEST.datasets(Silent()).values()
    (found,) = plans(dataset._origin, REQUEST.form)
    return found


def test_each_archive_is_one_part(home: Path) -> None:
    hub.prepare("lab/photos", progress=False)

    assert len(list(home.rglob("index.arrow"))) == 3


def test_an_archive_that_is_indexed_is_not_looked_through_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in indexing.indexes(REQUEST, Layout(home), Silent()):
        each.fulfil()
    monkeypatch.setattr(archive, "index", None)

    assert len(hub.load_dataset("lab/photos", split="train", progress=False)) == 21


def test_an_index_says_what_the_archive_says(home: Path) -> None:
    first, *_ = indexing.indexes(REQUEST, Layout(home), Silent())

    first.fulfil()

    assert first.places() == list(archive.index(first.path, nested=False))


def test_what_is_prepared_already_is_not_indexed(home: Path) -> None:
    hub.load_dataset("lab/photos", progress=False)

    hub.prepare("lab/photos", progress=False)

    assert not list(home.rglob("index.arrow"))


def test_a_worker_without_the_store_sends_the_part_back(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = plan()
    order = PartOrder(found, found.parts[0], Layout(home))
    elsewhere = PartElsewhere(REQUEST, found.fingerprint, found.parts[0])
    task = Task(0, pickle.dumps(order), tmp_path / "not there", elsewhere)

    monkeypatch.setenv("HUB_HOME", str(tmp_path / "store of the worker"))
    answer = fulfil(task)

    assert settings.current().home.name == "store of the worker"
    order.receive(answer.content or b"")
    received = found.place(found.parts[0], Layout(home)).read_bytes()
    found.place(found.parts[0], Layout(home)).unlink()
    order.fulfil()
    assert found.place(found.parts[0], Layout(home)).read_bytes() == received


def test_an_index_can_be_made_elsewhere_too(home: Path) -> None:
    first, *_ = indexing.indexes(REQUEST, Layout(home), Silent())

    first.receive(indexing.IndexElsewhere(REQUEST, first.fingerprint)())

    assert first.places() == list(archive.index(first.path, nested=False))


def test_a_worker_with_another_hub_is_refused(home: Path) -> None:
    found = plan()

    with pytest.raises(WorkerFailed, match="another table"):
        PartElsewhere(REQUEST, "0" * 64, found.parts[0])()


def test_data_that_only_one_machine_has_are_said(home: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="does not see the store"):
        fulfil(Task(0, b"", tmp_path / "not there", None))
