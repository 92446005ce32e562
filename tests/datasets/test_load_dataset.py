"""Loading: names, options, copies on disk and what is prepared from them."""

from __future__ import annotations

import gzip
import hashlib
import logging
import shutil
import stat
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
import torch
import torchvision
from readers.idx_files import idx_bytes, tiny_images, tiny_labels, write_idx, write_mnist_like

from hub.cards import Artifact, DatasetCard, Field, Source, Split, Text, Upstream
from hub.datasets import local_copy
from hub.datasets.loading import load_dataset
from hub.datasets.prepare import Job, prepare
from hub.errors import DigestMismatch, FormatError, HubError, InvalidInput, NotFound, OfflineError, StoreError
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from datasets.conftest import Load  # type: ignore[import-not-found,unused-ignore]

    from hub.datasets.dataset import Dataset


def read_copy(name: str, folder: Path, split: str = "train", **options: Any) -> Dataset:
    return load_dataset(name, split=split, data_dir=folder, verify=False, progress=False, **options)


def test_no_split_gives_all_of_them(root: Path) -> None:
    loaded = load_dataset("mnist", data_dir=root, verify=False, progress=False)

    assert {name: len(dataset) for name, dataset in loaded.items()} == {"train": 30, "test": 12}


@pytest.mark.parametrize(
    ("split", "rows"),
    [
        ("train+test", [*range(30), *range(30, 42)]),
        ("test+train[:2]", [*range(30, 42), 0, 1]),
        ("train[50%:]+train[:3]", [*range(15, 30), 0, 1, 2]),
        ("train[:0]", []),
    ],
)
def test_splits_are_sliced_and_added(load: Load, split: str, rows: list[int]) -> None:
    everything = torch.cat([load("train").data, load("test").data])

    dataset = load(split)

    assert dataset.split == split
    assert torch.equal(dataset.data, everything[rows])
    assert [sample.image.tobytes() for sample in dataset] == [everything[row].numpy().tobytes() for row in rows]


@pytest.mark.parametrize("name", ["MNIST", "mnist", "mnist@1.0.0"])
def test_names_are_those_of_the_registry(root: Path, name: str) -> None:
    assert read_copy(name, root).version == "1.0.0"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ({"split": "trian"}, NotFound, "did you mean train"),
        ({"split": "train[5]"}, InvalidInput, "is no split"),
        ({"compatt": True}, NotFound, "qmnist has no option"),
        ({"compat": "yes"}, InvalidInput, "expected bool"),
        ({"variant": "letters"}, NotFound, "qmnist has no option"),
    ],
    ids=str,
)
def test_mistakes_are_answered_before_anything_is_read(
    call: dict[str, object], error: type[HubError], message: str
) -> None:
    with pytest.raises(error) as caught:
        load_dataset("qmnist", progress=False, **call)  # type: ignore[call-overload]

    assert message in str(caught.value)


def test_variants_are_asked_for_and_asked_back(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="byclass, bymerge, balanced, letters, digits, mnist"):
        read_copy("emnist", tmp_path)
    with pytest.raises(NotFound, match="did you mean letters"):
        read_copy("emnist", tmp_path, variant="leters")


def test_without_the_files_and_without_a_network_there_is_nothing() -> None:
    with pytest.raises(OfflineError):
        load_dataset("mnist", split="test", progress=False)


@pytest.mark.parametrize("place", ["MNIST/raw", "raw", "."])
@pytest.mark.parametrize("packed", [False, True], ids=["extracted", "packed"])
def test_a_copy_is_found_where_people_keep_it(tmp_path: Path, place: str, packed: bool) -> None:
    write_mnist_like(tmp_path / "copy" / place, packed=packed)

    dataset = read_copy("mnist", tmp_path / "copy")

    np.testing.assert_array_equal(dataset["image"], tiny_images(30))


@pytest.mark.parametrize("name", ["FashionMNIST", "KMNIST"])
def test_relatives_of_mnist_are_those_of_torchvision(tmp_path: Path, name: str) -> None:
    write_mnist_like(tmp_path / name / "raw")
    theirs = getattr(torchvision.datasets, name)(tmp_path, train=False)

    ours = read_copy(name, tmp_path, "test")

    assert torch.equal(ours.data, theirs.data)
    assert torch.equal(ours.targets, theirs.targets)
    assert ours.classes == theirs.classes


VARIANTS = ["byclass", "bymerge", "balanced", "letters", "digits", "mnist"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_emnist_is_that_of_torchvision_packed_or_not(tmp_path: Path, variant: str) -> None:
    raw = tmp_path / "EMNIST" / "raw"
    with zipfile.ZipFile(write_idx(tmp_path / "zip" / "gzip.zip", tiny_labels(1)), "w") as archive:
        for kind, array in (("images-idx3", tiny_images(9)), ("labels-idx1", tiny_labels(9))):
            name = f"emnist-{variant}-train-{kind}-ubyte"
            write_idx(raw / name, array)
            archive.writestr(f"gzip/{name}.gz", gzip.compress(idx_bytes(array)))
    theirs = torchvision.datasets.EMNIST(tmp_path, split=variant, train=True)

    extracted = read_copy("emnist", tmp_path, variant=variant)
    packed = read_copy("emnist", tmp_path / "zip", variant=variant)

    assert torch.equal(extracted.data, theirs.data)
    assert torch.equal(packed.data, theirs.data)
    assert extracted.classes == packed.classes == list(theirs.classes)


def write_qmnist(root: Path, rows: int) -> None:
    labels = np.arange(rows * 8, dtype=np.int32).reshape(rows, 8) % 10
    write_idx(root / "QMNIST" / "raw" / "qmnist-test-images-idx3-ubyte", tiny_images(rows))
    write_idx(root / "QMNIST" / "raw" / "qmnist-test-labels-idx2-int", labels)


@pytest.mark.parametrize("what", ["test", "test10k", "test50k"])
def test_qmnist_is_that_of_torchvision(tmp_path: Path, what: str) -> None:
    write_qmnist(tmp_path, 10_003)
    theirs = torchvision.datasets.QMNIST(tmp_path, what=what, compat=False)

    short = read_copy("qmnist", tmp_path, what)
    whole = read_copy("qmnist", tmp_path, what, compat=False)

    assert torch.equal(short.data, theirs.data)
    assert torch.equal(short.targets, theirs.targets[:, 0])
    assert torch.equal(whole.targets, theirs.targets)
    assert torch.equal(whole[1].label, theirs[1][1])
    assert type(short[1].label) is int


def test_labels_with_several_columns_are_batched(tmp_path: Path) -> None:
    write_qmnist(tmp_path, 10)
    dataset = read_copy("qmnist", tmp_path, "test", compat=False)
    dataset.transform = torchvision.transforms.ToTensor()

    batch = next(iter(torch.utils.data.DataLoader(dataset, sampler=[1, 0], batch_size=2)))

    assert torch.equal(batch.label, dataset.targets[[1, 0]])
    with pytest.raises(InvalidInput, match="no single number"):
        dataset.filter(label=3)


def test_missing_files_are_named_with_the_places_looked_at(tmp_path: Path) -> None:
    with pytest.raises(HubError) as caught:
        read_copy("mnist", tmp_path)

    assert "train-images-idx3-ubyte or train-images-idx3-ubyte.gz" in str(caught.value)
    assert str(tmp_path / "MNIST" / "raw") in str(caught.value)
    assert caught.value.exit_code == 1


def test_a_copy_that_is_not_the_published_one_is_refused(root: Path) -> None:
    with pytest.raises(DigestMismatch) as caught:
        load_dataset("mnist", split="train", data_dir=root, progress=False)

    assert "ba891046" in str(caught.value)
    assert "verify=False" in caught.value.hint


def published(data: bytes, name: str, **more: object) -> Artifact:
    return Artifact(name=name, sha256=hashlib.sha256(data).hexdigest(), **more)  # type: ignore[arg-type]


def card_for(*artifacts: Artifact, samples: int = 3) -> DatasetCard:
    names = {artifact.name.split("-", maxsplit=1)[0]: artifact.name for artifact in artifacts}
    return DatasetCard(
        schema=1, name="Tiny", summary=Text(en="tiny"), version="1.0.0", task=(), modality=(), license="MIT",
        homepage="", reader="idx", artifacts=artifacts, upstream=Upstream(name="Tiny", folder="Tiny/raw"),
        fields=(Field(name="image", kind="image", shape=(28, 28)), Field(name="label", kind="label")),
        splits={"train": Split(samples=samples, files=names)},
    )  # fmt: skip


@pytest.fixture
def tiny() -> dict[str, bytes]:
    return {"image": idx_bytes(tiny_images(3)), "label": idx_bytes(tiny_labels(3))}


def test_a_verified_copy_is_the_artifact_or_what_a_source_wraps_it_in(tmp_path: Path, tiny: dict[str, bytes]) -> None:
    packed = gzip.compress(tiny["image"])
    source = Source(url="https://example.org/a.gz", unwrap="gz", sha256=hashlib.sha256(packed).hexdigest())
    card = card_for(published(tiny["image"], "image-file", sources=(source,)), published(tiny["label"], "label-file"))
    (tmp_path / "image-file.gz").write_bytes(packed)
    (tmp_path / "label-file").write_bytes(tiny["label"])

    found = local_copy.locate(card, card.splits["train"], tmp_path, verify=True)

    assert found["image"].identity == source.sha256
    (tmp_path / "image-file.gz").write_bytes(gzip.compress(tiny["image"], mtime=0))
    with pytest.raises(DigestMismatch, match=r"image-file\.gz"):
        local_copy.locate(card, card.splits["train"], tmp_path, verify=True)


def test_of_two_forms_the_verifiable_one_is_preferred(
    tmp_path: Path, tiny: dict[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    packed = {role: gzip.compress(data) for role, data in tiny.items()}
    card = card_for(*(published(data, f"{role}-file.gz") for role, data in packed.items()))
    for role, data in tiny.items():
        (tmp_path / f"{role}-file").write_bytes(data)
    (tmp_path / "image-file.gz").write_bytes(packed["image"])

    with caplog.at_level(logging.WARNING, logger="hub"):
        found = local_copy.locate(card, card.splits["train"], tmp_path, verify=True)

    assert found["image"].file.path.name == "image-file.gz"
    assert found["label"].file.path.name == "label-file"
    assert [record.message for record in caplog.records] == [
        f"{tmp_path / 'label-file'} cannot be verified: only the digest of its packed form is published"
    ]


def test_preparing_happens_once_and_what_it_makes_is_read_only(load: Load, home: Path) -> None:
    load()
    (prepared,) = home.rglob("*.arrow")
    before = prepared.stat().st_mtime_ns

    dataset = load()

    assert prepared.stat().st_mtime_ns == before
    assert prepared == home / "v1" / "prepared" / dataset.fingerprint / "train.arrow"
    assert stat.S_IMODE(prepared.stat().st_mode) == 0o444
    assert not list((home / "v1" / "tmp").iterdir())


def test_other_libraries_read_the_prepared_file_as_it_is(load: Load, home: Path) -> None:
    dataset = load()
    (prepared,) = home.rglob("*.arrow")

    table = pa.ipc.open_file(prepared).read_all()

    assert table.column_names == ["image", "label"]
    assert table["label"].to_pylist() == dataset["label"].tolist()
    assert table.schema.metadata[b"hub.dataset"] == b"MNIST"


def test_changed_files_are_prepared_anew(load: Load, root: Path) -> None:
    before = load()
    write_idx(root / "MNIST" / "raw" / "train-labels-idx1-ubyte", tiny_labels(30, seed=9))

    after = load()

    assert after.fingerprint != before.fingerprint
    assert after["label"].tolist() == tiny_labels(30, seed=9).tolist()


def test_files_that_disagree_are_refused(load: Load, root: Path) -> None:
    write_idx(root / "MNIST" / "raw" / "train-labels-idx1-ubyte", tiny_labels(29))

    with pytest.raises(FormatError, match="same number of rows"):
        load()


@pytest.mark.parametrize(
    "images",
    [np.zeros((30, 27, 28), np.uint8), np.zeros((30, 28, 28), np.int16)],
    ids=["another size", "another type"],
)
def test_files_that_are_not_what_the_card_says_are_refused(load: Load, root: Path, images: np.ndarray) -> None:
    write_idx(root / "MNIST" / "raw" / "train-images-idx3-ubyte", images)

    with pytest.raises(FormatError, match="image"):
        load()


def test_trusted_files_have_as_many_rows_as_the_card_says(tmp_path: Path, tiny: dict[str, bytes]) -> None:
    card = card_for(*(published(data, f"{role}-file") for role, data in tiny.items()), samples=4)
    for role, data in tiny.items():
        (tmp_path / f"{role}-file").write_bytes(data)
    found = local_copy.locate(card, card.splits["train"], tmp_path, verify=True)

    with pytest.raises(FormatError, match="4 rows"):
        prepare(Job(card, "train", card.splits["train"], found, {}), Layout(tmp_path / "home"))


def test_a_damaged_prepared_file_is_named(load: Load, home: Path) -> None:
    load()
    (prepared,) = home.rglob("*.arrow")
    prepared.chmod(0o644)
    prepared.write_bytes(prepared.read_bytes()[:-40])

    with pytest.raises(FormatError) as caught:
        load()

    assert caught.value.path == prepared
    assert "made again" in caught.value.hint


def test_a_store_that_cannot_be_written_says_so(load: Load, home: Path) -> None:
    shutil.rmtree(home)
    home.write_text("a file, not a folder")

    with pytest.raises(StoreError):
        load()


def test_many_processes_prepare_the_same_dataset_at_once(root: Path, home: Path) -> None:
    code = (
        "import sys; from hub.datasets.loading import load_dataset\n"
        "ds = load_dataset('mnist', split='train', data_dir=sys.argv[1], verify=False, progress=False)\n"
        "print(ds.fingerprint, int(ds.data.sum()))"
    )
    command = [sys.executable, "-c", code, str(root)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]

    told = {process.communicate()[0] for process in running}

    assert len(told) == 1
    assert len(list(home.rglob("*.arrow"))) == 1
