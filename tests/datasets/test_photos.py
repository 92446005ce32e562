"""Collections of photos, read where they lie: in a folder, a zip, a tar, a compressed tar."""

from __future__ import annotations

import os
import pickle
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from readers.packing import write_folder, write_tar, write_zip
from readers.photo_files import class_folders, photo
from torch.utils.data import DataLoader
from torchvision import transforms

from hub import settings
from hub.cards import Artifact, DatasetCard, Field, Split, Target, Text, Upstream
from hub.datasets.choice import choose
from hub.datasets.loading import opened
from hub.errors import FormatError, InvalidInput, MissingFile
from hub.progress import Silent
from hub.registry import DatasetEntry
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from hub.datasets.dataset import Dataset

FILES = class_folders({"ant": 3, "bee": 2}, top="photos/")
ANT, BEE = 0, 1


def card(artifact: str = "photos.zip", **changes: Any) -> DatasetCard:
    parts: dict[str, Any] = {
        "fields": (Field(name="image", kind="image", decoder="rgb"), Field(name="label", kind="label")),
        "splits": {"all": Split(samples=5, files={"images": artifact})},
        "options": {"folder": "photos"},
        "reader": "class_folders",
    }
    return DatasetCard(
        schema=1, name="Photos", summary=Text(en="made here"), version="1.0.0", task=(), modality=(), license="MIT",
        homepage="", artifacts=(Artifact(name=artifact, unpack_to=""),),
        upstream=Upstream(folder="below"), **(parts | changes),
    )  # fmt: skip


class Told(Silent):
    """A Progress that keeps what it is told."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self.count = 0

    def start(self, label: str, *_: object) -> None:
        self.labels.append(label)

    def advance(self, count: int) -> None:
        self.count += count


def load(root: Path, made: DatasetCard | None = None, split: str = "all", *, verify: bool = True) -> Dataset:
    choice = choose(DatasetEntry("photos", made or card(), Path("photos.toml")), {})
    return opened(choice, [split], root, current=settings.current(), verify=verify, progress=False)[split]


def packed(root: Path, kind: str) -> DatasetCard:
    """Write the photos below `root` in one of four ways; return the card that reads them."""
    if kind == "folder":
        write_folder(root / "below", FILES)
        return card()
    name = f"photos.{kind}"
    (write_zip if kind == "zip" else write_tar)(root / "below" / name, FILES)
    return card(name)


@pytest.fixture(params=["folder", "zip", "tar", "tar.gz", "tar.xz"])
def photos(request: pytest.FixtureRequest, tmp_path: Path) -> Dataset:
    return load(tmp_path, packed(tmp_path, request.param))


def test_samples_are_those_of_torchvision_wherever_they_lie(photos: Dataset, tmp_path: Path) -> None:
    theirs = torchvision.datasets.ImageFolder(write_folder(tmp_path / "unpacked", FILES) / "photos")

    assert len(photos) == len(theirs)
    assert photos.classes == theirs.classes
    assert photos.class_to_idx == theirs.class_to_idx
    assert photos.targets == torch.tensor(theirs.targets).tolist() or photos.targets.tolist() == theirs.targets
    for (image, label), (expected, expected_label) in zip(photos, theirs, strict=True):
        assert (image.mode, image.tobytes(), label) == (expected.mode, expected.tobytes(), expected_label)


def test_a_batch_is_collated_from_transformed_samples(photos: Dataset) -> None:
    photos.transform = transforms.ToTensor()

    batch = next(iter(DataLoader(photos, batch_size=5)))

    assert batch.image.shape == (5, 3, 8, 9)
    assert batch.label.tolist() == [ANT, ANT, ANT, BEE, BEE]


def test_tensors_are_the_pixels_of_the_pillow_images(photos: Dataset) -> None:
    tensors = photos.with_format("torch")

    for image, tensor in zip(photos["image"], tensors["image"], strict=True):
        np.testing.assert_array_equal(np.array(image).transpose(2, 0, 1), tensor.numpy())


def test_a_pickled_copy_reads_the_same(photos: Dataset) -> None:
    copy = pickle.loads(pickle.dumps(photos))  # noqa: S301  our own bytes

    assert [sample.image.tobytes() for sample in copy] == [sample.image.tobytes() for sample in photos]


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.slow
def test_workers_read_the_same_archives(method: str, tmp_path: Path) -> None:
    photos = load(tmp_path, packed(tmp_path, "zip"))
    photos.transform = transforms.ToTensor()
    alone = torch.cat([batch.image for batch in DataLoader(photos, batch_size=2)])

    loader = DataLoader(photos, batch_size=2, num_workers=2, multiprocessing_context=method, persistent_workers=True)

    for _ in range(2):
        assert torch.equal(torch.cat([batch.image for batch in loader]), alone)


def test_rows_are_picked_without_reading_a_photo(photos: Dataset) -> None:
    bees = photos.filter(label="bee")
    halves = photos.train_test_split(0.4, seed=0)

    assert [sample.label for sample in bees] == [BEE, BEE]
    assert len(halves["train"]) == 3
    assert sorted(path for half in halves.values() for path, _ in half.samples) == sorted(
        path for path, _ in photos.samples
    )


def test_splits_are_added_and_cut(tmp_path: Path) -> None:
    made = packed(tmp_path, "zip")

    both = load(tmp_path, made, "all[3:]+all[:1]")

    assert [sample.label for sample in both] == [BEE, BEE, ANT]
    assert both[0].image.tobytes() == load(tmp_path, made)[3].image.tobytes()


def test_samples_tell_paths_and_labels_in_a_folder(tmp_path: Path) -> None:
    photos = load(tmp_path, packed(tmp_path, "folder"))
    theirs = torchvision.datasets.ImageFolder(tmp_path / "below" / "photos")

    assert photos.samples == photos.imgs == theirs.samples


def test_other_libraries_get_names_labels_and_pixels(photos: Dataset) -> None:
    pytest.importorskip("pandas")

    frame = photos.to_pandas()

    assert frame["image"].tolist() == list(FILES)
    assert frame["label"].tolist() == [ANT, ANT, ANT, BEE, BEE]
    assert photos.arrow["image"].combine_chunks().field("name").to_pylist() == list(FILES)


def test_hugging_face_gets_images(photos: Dataset) -> None:
    pytest.importorskip("datasets.features")

    theirs: Any = photos.to_hf()

    assert theirs[3]["label"] == BEE
    assert np.array_equal(np.array(theirs[3]["image"]), np.array(photos[3].image))


def test_a_scaled_jpeg_is_as_large_as_asked_for(tmp_path: Path) -> None:
    large = {"photos/ant/1.jpg": photo(1, (160, 120), "JPEG")}
    write_folder(tmp_path / "below", large)
    photos = load(tmp_path, card(splits={"all": Split()}))

    scaled = photos.with_format(None, min_size=30)
    tensors = photos.with_format("torch", min_size=31)

    assert photos[0].image.size == (160, 120)
    assert scaled[0].image.size == (40, 30)
    assert tensors[0].image.shape == (3, 60, 80)


def test_a_size_of_nothing_is_refused(photos: Dataset) -> None:
    with pytest.raises(InvalidInput, match="min_size=0"):
        photos.with_format(None, min_size=0)


def test_a_whole_tensor_of_photos_is_refused_with_what_to_do(photos: Dataset) -> None:
    with pytest.raises(InvalidInput, match="DataLoader"):
        photos.tensors()


def test_a_damaged_photo_is_named_with_its_place(tmp_path: Path) -> None:
    write_zip(tmp_path / "below" / "photos.zip", FILES | {"photos/bee/0.png": b"\x89PNG but no more"})
    photos = load(tmp_path, verify=False)

    with pytest.raises(FormatError, match=r"photos/bee/0\.png at byte \d+ of .*photos\.zip"):
        photos[3]


def test_a_photo_removed_later_is_named(tmp_path: Path) -> None:
    photos = load(tmp_path, packed(tmp_path, "folder"))
    (tmp_path / "below" / "photos" / "ant" / "1.png").unlink()

    assert isinstance(photos[0].image, Image.Image)
    with pytest.raises(MissingFile, match=r"ant/1\.png"):
        photos[1]


def refuse(*_: object) -> None:
    raise AssertionError("the folder was listed again")


def test_a_folder_is_listed_once_as_long_as_it_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = packed(tmp_path, "folder")
    long_ago = 1_600_000_000
    for path in [*(tmp_path / "below").rglob("*"), tmp_path / "below"]:
        os.utime(path, (long_ago, long_ago))
    load(tmp_path, made)
    monkeypatch.setattr(Folder, "files", refuse)

    assert len(load(tmp_path, made)) == 5


def test_a_folder_that_changed_is_listed_again(tmp_path: Path) -> None:
    made = card(splits={"all": Split()})
    write_folder(tmp_path / "below", FILES)
    assert len(load(tmp_path, made)) == 5

    write_folder(tmp_path / "below", {"photos/cow/1.png": photo(9)})
    more = load(tmp_path, made)
    shutil.rmtree(tmp_path / "below" / "photos" / "ant")

    assert more.classes == ["ant", "bee", "cow"]
    assert load(tmp_path, made).classes == ["bee", "cow"]


def test_an_incomplete_copy_is_refused_unless_that_is_wanted(tmp_path: Path) -> None:
    made = packed(tmp_path, "folder")
    (tmp_path / "below" / "photos" / "ant" / "1.png").unlink()

    with pytest.raises(FormatError) as caught:
        load(tmp_path, made)

    assert (caught.value.expected, caught.value.found) == ("5 rows", "4 rows")
    assert len(load(tmp_path, made, verify=False)) == 4


def test_an_archive_cut_short_is_refused_before_anything_is_prepared(tmp_path: Path, home: Path) -> None:
    made = packed(tmp_path, "tar")
    path = tmp_path / "below" / "photos.tar"
    path.write_bytes(path.read_bytes()[:4000])

    with pytest.raises(FormatError, match=r"photos\.tar"):
        load(tmp_path, made)

    assert not list(home.rglob("*.arrow"))


def test_an_empty_folder_does_not_hide_the_archive_beside_it(tmp_path: Path) -> None:
    made = packed(tmp_path, "zip")
    (tmp_path / "below" / "photos").mkdir()

    assert len(load(tmp_path, made)) == 5


def test_what_is_missing_is_named_with_where_it_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()

    with pytest.raises(MissingFile, match="folder of a class in photos"):
        load(tmp_path)


def test_the_card_says_where_to_get_what_is_missing(tmp_path: Path) -> None:
    by_hand = card(manual="Sign the form.")

    with pytest.raises(MissingFile) as caught:
        opened(choose(DatasetEntry("photos", by_hand, tmp_path), {}), ["all"], None, current=settings.current())

    assert caught.value.hint == "Sign the form."


def test_inflating_and_preparing_are_told(tmp_path: Path) -> None:
    choice = choose(DatasetEntry("photos", packed(tmp_path, "tar.gz"), tmp_path), {})
    told = Told()

    opened(choice, ["all"], tmp_path, current=settings.current(), progress=told)

    assert list(dict.fromkeys(told.labels)) == ["preparing Photos all", "inflating photos.tar.gz"]
    assert told.count > sum(map(len, FILES.values()))


def count_rows(root: Path) -> int:
    return len(load(root, card("photos.tar.gz")))


@pytest.mark.slow
def test_many_processes_prepare_the_same_archive_at_once(tmp_path: Path) -> None:
    packed(tmp_path, "tar.gz")

    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        assert list(pool.map(count_rows, [tmp_path] * 4)) == [5] * 4


def chosen(root: Path, **options: Any) -> Dataset:
    """Load photos whose target is the label, the name, or both."""
    fields = (
        Field(name="image", kind="image"),
        Field(name="label", kind="label"),
        Field(name="mask", kind="mask"),
    )
    target = Target(option="target_type", default=("class",), choices={"class": "label", "outline": "mask"})
    made = card(fields=fields, target=target, reader="masked_photos")
    choice = choose(DatasetEntry("photos", made, Path("photos.toml")), options)
    return opened(choice, ["all"], root, current=settings.current(), progress=False)["all"]


@pytest.fixture
def masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(__import__("hub.readers").readers.READERS, "masked_photos", "readers.masked_photos")
    return write_folder(tmp_path, {f"below/{name}": data for name, data in FILES.items()})


def test_one_target_is_the_value_itself(masked: Path) -> None:
    assert chosen(masked)[4]._fields == ("image", "label")
    assert chosen(masked)[4].label == BEE
    assert isinstance(chosen(masked, target_type="outline")[0].mask, Image.Image)


def test_several_targets_are_a_tuple_in_the_order_asked_for(masked: Path) -> None:
    photos = chosen(masked, target_type=["outline", "class"])

    outline, label = photos[4].target

    assert isinstance(outline, Image.Image)
    assert label == BEE


def test_no_target_is_none(masked: Path) -> None:
    assert chosen(masked, target_type=[])[0].target is None


def test_a_target_transform_is_given_the_whole_target(masked: Path) -> None:
    photos = chosen(masked, target_type=["class", "outline"])
    photos.target_transform = len

    assert photos[0].target == 2


def test_an_unknown_target_is_named(masked: Path) -> None:
    with pytest.raises(ValueError, match="photos has no target_type 'clas'"):
        chosen(masked, target_type="clas")
