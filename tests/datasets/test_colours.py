"""Colour images go through the same chains with the same bits; no card has any yet, so this one is made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from readers.idx_files import tiny_labels, write_idx
from torch.utils.data import DataLoader, default_collate
from torchvision import transforms as v1
from torchvision.transforms import v2

from hub.cards import Artifact, DatasetCard, Field, Split, Text
from hub.datasets.dataset import Dataset
from hub.datasets.origin import Origin
from hub.datasets.prepare import Input, Job, prepare
from hub.readers import File
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEAN, DEVIATION = (0.5, 0.4, 0.3), (0.2, 0.25, 0.3)

CHAINS: dict[str, Callable[..., object]] = {
    "ToTensor, Normalize": v1.Compose([v1.ToTensor(), v1.Normalize(MEAN, DEVIATION)]),
    "CenterCrop, ToTensor": v1.Compose([v1.CenterCrop((7, 12)), v1.ToTensor()]),
    "PILToTensor": v1.PILToTensor(),
    "one mean for all": v1.Compose([v1.ToTensor(), v1.Normalize((0.5,), DEVIATION)]),
    "v2": v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, DEVIATION)]),
    "ToTensor, Resize": v1.Compose([v1.ToTensor(), v1.Resize(13)]),
    "bytes, Resize": v1.Compose([v1.PILToTensor(), v1.Resize((17, 6))]),
    "v2 bytes, Resize": v2.Compose([v2.ToImage(), v2.Resize((6, 21))]),
    "v2 bytes, bicubic": v2.Compose([v2.ToImage(), v2.Resize(5, v1.InterpolationMode.BICUBIC)]),
    "v2 bytes, crop, Resize": v2.Compose([v2.ToImage(), v2.CenterCrop(7), v2.Resize(12, antialias=False)]),
}


@pytest.fixture
def coloured(tmp_path: Path) -> Dataset:
    images = np.random.default_rng(0).integers(0, 256, (11, 8, 9, 3), dtype=np.uint8)
    arrays = {"image": images, "label": tiny_labels(11)}
    card = DatasetCard(
        schema=1, name="Colours", summary=Text(en="made here"), version="1.0.0", task=(), modality=(), license="MIT",
        homepage="", reader="idx", artifacts=(Artifact(name="image"), Artifact(name="label")),
        fields=(Field(name="image", kind="image", shape=(8, 9, 3)), Field(name="label", kind="label")),
        splits={"train": Split(samples=11, files={"image": "image", "label": "label"})},
    )  # fmt: skip
    files = {role: File(write_idx(tmp_path / role, array)) for role, array in arrays.items()}
    job = Job(card, "train", card.splits["train"], {role: Input(file, role) for role, file in files.items()}, {})
    table = prepare(job, Layout(tmp_path / "home"))
    return Dataset(Origin(card, "train", card.splits, (), (table,)))


def test_a_colour_image_is_a_pillow_image_in_rgb(coloured: Dataset) -> None:
    image, _ = coloured[3]

    assert (image.mode, image.size) == ("RGB", (9, 8))
    np.testing.assert_array_equal(np.asarray(image), coloured["image"][3])
    assert torch.equal(coloured.with_format("torch")[3].image, coloured.data[3].permute(2, 0, 1))


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_a_batch_has_the_bits_of_its_samples(coloured: Dataset, chain: Callable[..., object]) -> None:
    expected = default_collate([chain(sample.image) for sample in coloured])

    coloured.transform = chain
    (batch,) = DataLoader(coloured, batch_size=11)

    assert torch.equal(batch.image, expected)


@pytest.mark.parametrize("rows", [3, 4])
@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_batches_of_a_loader_have_the_same_bits(
    coloured: Dataset, monkeypatch: pytest.MonkeyPatch, chain: Callable[..., object], rows: int
) -> None:
    monkeypatch.setattr("hub.datasets.loader.AT_ONCE", 0)  # so that odd and even numbers are made
    expected = default_collate([chain(sample.image) for sample in coloured])

    batches = list(coloured.loader(rows, transform=chain))

    assert torch.equal(torch.cat([batch.image for batch in batches]), expected)


def test_pandas_and_hugging_face_get_colours_too(coloured: Dataset) -> None:
    pytest.importorskip("datasets.arrow_dataset", reason="Hugging Face's datasets is not installed")

    frame, theirs = coloured.to_pandas(), coloured.to_hf()

    np.testing.assert_array_equal(frame["image"][2], coloured["image"][2])
    np.testing.assert_array_equal(np.array(theirs[2]["image"]), coloured["image"][2])  # type: ignore[index]
