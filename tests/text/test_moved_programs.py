"""What programs written for torchtext do besides reading: look names up, set addresses, ask for too much."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import hub.text
from hub.errors import DigestMismatch, NotFound, OfflineError, WrongType
from hub.text import data, datasets

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("HUB_OFFLINE", "1")


def test_datasets_are_found_by_name() -> None:
    assert datasets.DATASETS["AG_NEWS"] is datasets.AG_NEWS
    assert len(datasets.DATASETS) == 31


@pytest.mark.parametrize("name", datasets.DATASETS)
def test_torchtexts_modules_take_addresses_and_have_the_function(name: str) -> None:
    module: Any = getattr(datasets, name.lower())

    module.URL["train"] = "https://example.org/train.tar.gz"

    assert module is getattr(datasets, name.lower())
    assert callable(getattr(module, name))


def test_calls_of_its_last_versions_are_heard() -> None:
    hub.text.disable_torchtext_deprecation_warning()

    assert hub.text.__version__.startswith("0.18")


def test_parts_of_data_are_there_without_importing_them() -> None:
    program = "import hub.text as t; t.data.functional.to_map_style_dataset, t.data.metrics.bleu_score, t.data.utils"

    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", data.INSTEAD)
def test_what_went_before_has_something_in_its_place(name: str) -> None:
    with pytest.raises(AttributeError, match="; use "):
        getattr(data, name)


def test_an_unknown_argument_is_told_with_the_function() -> None:
    with pytest.raises(WrongType, match=r"AG_NEWS\(\) got an unexpected keyword argument 'ngrams'") as caught:
        datasets.AG_NEWS(ngrams=2)

    assert "split=('train', 'test')" in str(caught.value)


def test_a_split_that_is_no_name_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="split=3 names no split"):
        datasets.AG_NEWS(split=3)


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("Multi30k", {"language_pair": ("de", "fr")}, "Multi30k has no language_pair 'de-fr'"),
        ("CC100", {"language_code": "tlh"}, "CC100 has no language_code 'tlh'"),
    ],
)
def test_a_language_that_is_not_there_is_named_as_it_was_asked_for(
    name: str, arguments: dict[str, object], told: str
) -> None:
    with pytest.raises(NotFound, match=told):
        getattr(datasets, name)(**arguments)


def test_a_root_without_files_is_named(tmp_path: Path) -> None:
    root = tmp_path / "nowhere"

    with pytest.raises(OfflineError, match=f"neither under {root} nor in the store"):
        datasets.AG_NEWS(root=root, split="test")


def test_a_file_that_differs_says_how_to_read_it_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text('1,"a","b"\n', "utf-8")

    with pytest.raises(DigestMismatch, match=r"load_dataset\(..., data_dir=..., verify=False\)"):
        datasets.AG_NEWS(root=tmp_path, split="test")


def test_load_dataset_takes_a_pair_of_languages_too(tmp_path: Path) -> None:
    with pytest.raises(OfflineError, match="multi30k"):
        hub.load_dataset("multi30k", split="train", language_pair=("de", "en"))

    with pytest.raises(NotFound, match="'de-fr'"):
        hub.load_dataset("multi30k", split="train", language_pair=("de", "fr"), data_dir=tmp_path)
