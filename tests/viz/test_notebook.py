"""What notebooks show of our objects, and that a display never costs a cell its result."""

from __future__ import annotations

import copy
import gc
import io
import pickle
import subprocess
import sys
import weakref
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import torch
from PIL import Image
from readers.idx_files import write_mnist_like
from torch.utils.data import DataLoader

import hub
from hub import displays, registry
from hub.datasets.loading import load_dataset
from hub.datasets.sample import sample_type
from hub.models.about import Display
from hub.registry.entries import DatasetEntry
from hub.viz.previews import preview

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.dataset import Dataset

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def digits(home: Path, tmp_path: Path) -> Dataset:
    write_mnist_like(tmp_path / "root" / "MNIST" / "raw")
    return load_dataset("mnist", split="train", data_dir=tmp_path / "root", verify=False, progress=False)


def test_a_dataset_is_shown_with_what_it_is_and_some_samples(digits: Dataset) -> None:
    shown = digits._repr_html_()

    assert shown is not None
    assert shown.count("<img") == 8
    assert "MNIST 1.0.0" in shown
    assert "0 - zero" in shown
    assert "train (60,000)" in shown


def test_a_dataset_without_samples_and_one_with_transforms_are_shown(digits: Dataset) -> None:
    empty = digits[:0]._repr_html_()
    digits.transform = torch.nn.Identity()

    shown = digits._repr_html_()

    assert empty is not None
    assert "<img" not in empty
    assert shown is not None
    assert "Identity()" in shown


def test_a_sample_is_shown_and_so_is_a_batch(digits: Dataset) -> None:
    batch: Any = next(iter(DataLoader(digits.with_format("torch"), 6)))

    sample, first = batch._repr_html_(), digits[0]._repr_html_()

    assert sample.count("<img") == 6
    assert first is not None
    assert first.count("<img") == 1


SAMPLES = {
    "text": (("label", "text"), (1, EVIL)),
    "boxes": (("image", "annotations"), (Image.new("RGB", (20, 10)), [{"bbox": [1, 1, 5, 5], "category": 0}])),
    "flow": (("image_1", "flow"), (Image.new("RGB", (20, 10)), torch.zeros(2, 10, 20).numpy())),
    "numbers": (("image", "vector"), (torch.zeros(3, 8, 8), torch.zeros(300))),
    "texts": (("label", "text"), (torch.tensor([1, 2]), ["one", "two"])),
    "nothing": (("image", "label"), (None, None)),
    "one's own": (("thing",), (object(),)),
    "empty": ((), ()),
}


@pytest.mark.parametrize(("names", "values"), SAMPLES.values(), ids=SAMPLES.keys())
def test_samples_of_any_values_are_shown_or_left_to_their_text(names: tuple[str, ...], values: tuple[Any, ...]) -> None:
    shown = sample_type(names)(*values)._repr_html_()

    assert shown is None or shown.startswith('<div class="hub-view">')
    assert EVIL not in (shown or "")


@pytest.mark.parametrize("name", ["mnist", "coco_detection", "imdb", "resnet18", "fasterrcnn_resnet50_fpn"])
def test_what_the_registry_knows_is_shown(name: str, home: Path) -> None:
    shown = hub.info(name)._repr_html_()

    assert shown is not None
    assert name in shown
    assert "license" in shown


def test_entries_of_the_catalog_are_shown(home: Path) -> None:
    for kind in ("project", "book", "course", "paper", "article", "tutorial"):
        shown = hub.info(f"{kind}/{hub.list(kind)[0]}")._repr_html_()

        assert shown is not None
        assert "https://" in shown


def test_a_card_is_data_and_brings_no_script(home: Path) -> None:
    entry = registry.find_dataset("mnist")
    summary = msgspec.structs.replace(entry.card.summary, en=EVIL)
    card = msgspec.structs.replace(
        entry.card, name=EVIL, summary=summary, license=EVIL, homepage=f"javascript:{EVIL}", task=(EVIL,)
    )

    shown = DatasetEntry(EVIL, card, entry.path)._repr_html_()

    assert shown is not None
    assert "<script" not in shown
    assert "href" not in shown


def test_a_loaded_model_is_shown_with_its_size_and_its_parts() -> None:
    model: Any = hub.load("resnet18", num_classes=10)

    shown, about = model._repr_html_(), model.hub._repr_html_()

    assert "11,181,642" in shown
    assert "layer1.0" in shown
    assert "resnet18" in about


def test_a_display_keeps_no_model_alive_and_goes_with_copies() -> None:
    model: Any = hub.load("squeezenet1_1", num_classes=2)
    copied = copy.deepcopy(model)
    pickled = io.BytesIO(pickle.dumps(model))
    there = weakref.ref(model)

    gc.disable()
    del model
    gone = there() is None
    gc.enable()

    assert gone
    assert "squeezenet1_1" in copied._repr_html_()
    assert pickle.load(pickled)._repr_html_() is None  # noqa: S301  what we have just written
    assert copy.deepcopy(Display())() is None


def test_what_goes_wrong_in_a_display_is_left_to_the_text(digits: Dataset) -> None:
    assert displays.html("dataset", object()) is None
    assert displays.html("preview", digits) is None
    assert displays.png("preview", digits) is None


def test_a_preview_is_shown_as_html_and_as_a_picture(digits: Dataset) -> None:
    shown = preview(digits, 4)

    page, picture = shown._repr_html_(), shown._repr_png_()

    assert page is not None
    assert page.count("<img") == 4
    assert picture is not None
    assert picture.startswith(b"\x89PNG")


def test_displays_import_no_notebook_and_nothing_before_they_are_used(digits: Dataset) -> None:
    program = (
        "import sys, hub\nfrom hub.registry import describe\nentry = describe('mnist')\n"
        "assert not {'PIL', 'numpy', 'hub.viz.notebook'} & sys.modules.keys()\n"
        "assert '<div' in entry._repr_html_()\n"
        "assert not {'IPython', 'torch', 'pandas', 'matplotlib'} & sys.modules.keys()"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
