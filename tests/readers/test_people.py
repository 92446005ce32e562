"""Lists and folders of people, places and nature that are damaged, too short or not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import torch
from readers import people_files as files

from hub import readers
from hub.errors import FormatError, MissingExtra, MissingFile, UnsafeWeights
from hub.trees.folder import Folder
from hub.trees.layered import Union

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

CELEBA: dict[str, Any] = {"split": "train"}
PEOPLE: dict[str, Any] = {"view": "people", "folder": "lfw", "list": "people.txt", "folded": True}
PAIRS: dict[str, Any] = {"view": "pairs", "folder": "lfw", "list": "pairs.txt", "folded": True}
BOXES = "wider_face_split/wider_face_train_bbx_gt.txt"
PLACES: dict[str, Any] = {"list": "places365_val.txt", "folder": "val_large"}
SPECIES: dict[str, Any] = {"folder": "2021_train", "layout": "ranks"}


def read(reader: str, root: Path, options: Mapping[str, Any]) -> readers.Read:
    return readers.read_tree(reader, Union([Folder(root)]), options)


def edit(path: Path, pattern: str, replacement: str) -> None:
    """Replace the first match in a text, which must be there."""
    changed, count = re.subn(pattern, replacement, path.read_text("utf-8"), count=1)
    assert count
    path.write_text(changed, "utf-8")


WRONG_LINES: list[tuple[str, Callable[[Path], None], str, dict[str, Any], str, str, str, str]] = [
    ("celeba", files.write_celeba, "celeba", CELEBA, "list_attr_celeba.txt", "9\n", "8\n", "line 1"),
    ("celeba", files.write_celeba, "celeba", CELEBA, "list_attr_celeba.txt", "(000001.jpg +).*", r"\1x 1 1", "line 3"),
    ("celeba", files.write_celeba, "celeba", CELEBA, "list_bbox_celeba.txt", "(000002.jpg +).*", r"\g<1>7", "line 4"),
    ("celeba", files.write_celeba, "celeba", CELEBA, "identity_CelebA.txt", "000003.jpg", "000033.jpg", "line 3"),
    ("celeba", files.write_celeba, "celeba", CELEBA, "identity_CelebA.txt", "000009.jpg.*\n", "", "line 9"),
    ("celeba", files.write_celeba, "celeba", CELEBA, "list_eval_partition.txt", "000004.jpg", "", "line 4"),
    ("lfw", files.write_lfw, "lfw-py", PEOPLE, "people.txt", "Ada_Lovelace", "Ada_Byron", "line 5"),
    ("lfw", files.write_lfw, "lfw-py", PEOPLE, "people.txt", "Kurt_Goedel\t2\n", "", "line 6"),
    ("lfw", files.write_lfw, "lfw-py", PEOPLE, "people.txt", "^2", "two", "line 1"),
    ("lfw", files.write_lfw, "lfw-py", PAIRS, "pairs.txt", "\t2\n", "\n", "line 1"),
    ("lfw", files.write_lfw, "lfw-py", PAIRS, "pairs.txt", "Lovelace\t1", "Lovelace\tone", "line 2"),
    ("lfw", files.write_lfw, "lfw-py", PAIRS, "pairs.txt", "^2", "3", "line 10"),
    ("oxford_pets", files.write_pets, "oxford-iiit-pet", {}, "annotations/trainval.txt", "37 2", "0 2", "line 1"),
    ("oxford_pets", files.write_pets, "oxford-iiit-pet", {}, "annotations/trainval.txt", " 1 1 1", " 1 1", "line 2"),
    ("places365", files.write_places365, "", PLACES, "places365_val.txt", "00001.jpg 2", "00001.jpg", "line 2"),
    ("places365", files.write_places365, "", PLACES, "places365_val.txt", "00001.jpg 2", "00001.jpg x", "line 2"),
    ("places365", files.write_places365, "", PLACES, "categories_places365.txt", "beach 1", "beach b", "line 2"),
    ("wider_face", files.write_wider_face, "widerface", {}, BOXES, "361", "x", "line 4"),
    ("wider_face", files.write_wider_face, "widerface", {}, BOXES, "\n2\n", "\n3\n", "line 5"),
    ("wider_face", files.write_wider_face, "widerface", {}, BOXES, "\n1\n", "\n2\n", "line 11"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "write", "folder", "options", "name", "pattern", "replacement", "place"), WRONG_LINES
)
def test_a_wrong_line_is_told_with_its_file_and_number(  # noqa: PLR0913, PLR0917  data, not logic
    tmp_path: Path,
    reader: str,
    write: Callable[[Path], None],
    folder: str,
    options: Mapping[str, Any],
    name: str,
    pattern: str,
    replacement: str,
    place: str,
) -> None:
    write(tmp_path)
    edit(tmp_path / folder / name, pattern, replacement)

    with pytest.raises(FormatError, match=f"{place} of {name}"):
        read(reader, tmp_path / folder, options)


@pytest.mark.parametrize(
    ("reader", "write", "folder", "options", "gone"),
    [
        ("celeba", files.write_celeba, "celeba", CELEBA, "img_align_celeba/000001.jpg"),
        ("celeba", files.write_celeba, "celeba", CELEBA, "list_bbox_celeba.txt"),
        ("imagenet", files.write_imagenet, "", {"split": "train"}, "meta.bin"),
        ("lfw", files.write_lfw, "lfw-py", PEOPLE, "lfw/Ada_Lovelace/Ada_Lovelace_0002.jpg"),
        ("lfw", files.write_lfw, "lfw-py", PEOPLE, "lfw-names.txt"),
        ("oxford_pets", files.write_pets, "oxford-iiit-pet", {}, "annotations/trimaps/Abyssinian_1.png"),
        ("places365", files.write_places365, "", PLACES, "val_large/Places365_val_00000001.jpg"),
        ("wider_face", files.write_wider_face, "widerface", {}, "WIDER_train/images/9--Press/9_Press_b.jpg"),
    ],
)
def test_a_missing_file_is_named(
    tmp_path: Path, reader: str, write: Callable[[Path], None], folder: str, options: Mapping[str, Any], gone: str
) -> None:
    write(tmp_path)
    (tmp_path / folder / gone).unlink()

    with pytest.raises(MissingFile, match=gone.rpartition("/")[2]):
        read(reader, tmp_path / folder, options)


def test_a_species_that_is_misnamed_or_left_out_is_refused(tmp_path: Path) -> None:
    files.write_inaturalist(tmp_path)
    (tmp_path / "2021_train" / files.SPECIES[1]).rename(tmp_path / "2021_train" / "00001_Plantae_Rosa_canina")
    (tmp_path / "2018" / "Birds" / "0").rename(tmp_path / "2018" / "Birds" / "7")
    (tmp_path / "2019" / "Birds" / "0").rename(tmp_path / "2019" / "Birds" / "swan")

    with pytest.raises(FormatError, match="00001_Plantae_Rosa_canina"):
        read("inaturalist", tmp_path, SPECIES)
    with pytest.raises(FormatError, match="left out in 2018"):
        read("inaturalist", tmp_path, {"folder": "2018", "layout": "numbers"})
    with pytest.raises(FormatError, match="swan"):
        read("inaturalist", tmp_path, {"folder": "2019", "layout": "numbers"})
    with pytest.raises(MissingFile, match="2017_train"):
        read("inaturalist", tmp_path, {"folder": "2017_train", "layout": "names"})


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x80\x02.", b"no pickle"], ids=["empty", "zip", "none", "text"])
def test_a_damaged_meta_file_of_torchvision_is_refused(tmp_path: Path, data: bytes) -> None:
    files.write_imagenet(tmp_path)
    (tmp_path / "meta.bin").write_bytes(data)

    with pytest.raises(FormatError, match=r"meta\.bin"):
        read("imagenet", tmp_path, {"split": "train"})


def test_a_meta_file_can_run_no_code(tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[object, ...]:
            return (tmp_path.joinpath, ("harm",))

    files.write_imagenet(tmp_path)
    torch.save((Harm(), []), tmp_path / "meta.bin")

    with pytest.raises(UnsafeWeights, match=r"meta\.bin"):
        read("imagenet", tmp_path, {"split": "train"})


def test_a_folder_that_is_no_class_of_imagenet_is_told(tmp_path: Path) -> None:
    files.write_imagenet(tmp_path)
    files.photo(tmp_path / "train" / "n00000000" / "1.JPEG", 1)

    with pytest.raises(FormatError, match="n00000000"):
        read("imagenet", tmp_path, {"split": "train"})


def test_photos_of_val_that_are_not_those_of_the_list_are_refused(tmp_path: Path) -> None:
    files.write_devkit(tmp_path)
    files.photo(tmp_path / "val" / "ILSVRC2012_val_00000001.JPEG", 1)

    with pytest.raises(FormatError, match="not those of the list") as caught:
        read("imagenet", tmp_path, {"split": "val"})

    assert (caught.value.expected, caught.value.found) == ("5 photos", "1")


@pytest.mark.parametrize("line", ["4", "x", ""])
def test_truth_that_is_no_class_is_told_with_its_line(tmp_path: Path, line: str) -> None:
    files.write_devkit(tmp_path)
    name = "ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt"
    files.text(tmp_path / name, 1, line, 3)

    with pytest.raises(FormatError, match=r"line 2 of .*ground_truth"):
        read("imagenet", tmp_path, {"split": "val"})


def test_another_table_in_the_development_kit_is_refused(tmp_path: Path) -> None:
    from scipy.io import savemat

    files.write_devkit(tmp_path)
    path = tmp_path / "ILSVRC2012_devkit_t12" / "data" / "meta.mat"
    savemat(path, {"synsets": [[1, 2]]})

    with pytest.raises(FormatError, match=r"meta\.mat .* is another table"):
        read("imagenet", tmp_path, {"split": "train"})

    path.write_bytes(path.read_bytes()[:150])
    with pytest.raises(FormatError, match=r"meta\.mat"):
        read("imagenet", tmp_path, {"split": "train"})


def test_the_development_kit_needs_scipy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write_devkit(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(MissingExtra, match="scipy"):
        read("imagenet", tmp_path, {"split": "train"})
