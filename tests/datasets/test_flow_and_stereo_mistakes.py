"""Copies of optical flow and stereo that lack files, or hold damaged ones; arguments without sense."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from readers.frame_cases import ALL, Case, case

from hub.datasets.loading import load_dataset
from hub.errors import FormatError, HubError, InvalidInput, MissingFile, NotFound

if TYPE_CHECKING:
    from pathlib import Path


REMOVED = [
    (case("kitti_flow"), "training/flow_occ/000001_10.png"),
    (case("kitti_flow", split="test"), "testing/image_2/000000_11.png"),
    (case("sintel"), "training/flow/cave_2/frame_0001.flo"),
    (case("flying_chairs"), "data/00003_flow.flo"),
    (case("flying_chairs"), "FlyingChairs_train_val.txt"),
    (case("flying_things3d"), "optical_flow/TRAIN/A/0001/into_past/left/OpticalFlowIntoP_0007.pfm"),
    (case("hd1k"), "hd1k_input/image_2/000005_0001.png"),
    (case("kitti2012_stereo"), "training/disp_noc/000000_10.png"),
    (case("carla_stereo"), "trainingF/town_1/disp1GT.pfm"),
    (case("middlebury2014_stereo"), "train/Piano-perfect/im1.png"),
    (case("cre_stereo"), "tree/00000000_right.jpg"),
    (case("falling_things_stereo"), "single/003_box/temple_0/_camera_settings.json"),
    (case("scene_flow_stereo"), "FlyingThings3D/disparity/TEST/B/0001/right/0006.pfm"),
    (case("sintel_stereo"), "training/outofframe/cave_2/frame_0001.png"),
    (case("eth3d_stereo"), "two_view_training_gt/forest/mask0nocc.png"),
]


@pytest.mark.parametrize(("case", "removed"), REMOVED, ids=str)
def test_a_copy_that_lacks_a_file_is_refused(case: Case, removed: str, frame_copies: Path, tmp_path: Path) -> None:
    shutil.copytree(frame_copies / case.name, tmp_path / "root")
    next((tmp_path / "root").iterdir()).joinpath(removed).unlink()

    with pytest.raises((FormatError, MissingFile)) as caught:
        case.ours(tmp_path / "root")

    folder = removed.partition("/")[0]
    assert folder in str(caught.value)


@pytest.mark.parametrize("case", [each for each in ALL if each.arguments.get("split") != "test"], ids=str)
def test_an_empty_folder_is_refused(case: Case, tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        case.ours(tmp_path)


DAMAGED = [
    (case("kitti_flow"), "training/flow_occ/000000_10.png"),
    (case("sintel"), "training/flow/alley_1/frame_0001.flo"),
    (case("flying_things3d"), "optical_flow/TRAIN/A/0000/into_future/left/OpticalFlowIntoF_0006.pfm"),
    (case("kitti2012_stereo"), "training/disp_noc/000000_10.png"),
    (case("carla_stereo"), "trainingF/town_1/disp0GT.pfm"),
    (case("falling_things_stereo"), "single/002_can/kitchen_0/000000.left.depth.png"),
    (case("sintel_stereo"), "training/disparities/alley_1/frame_0001.png"),
    (case("sintel_stereo"), "training/outofframe/alley_1/frame_0001.png"),
    (case("eth3d_stereo"), "two_view_training_gt/delivery/mask0nocc.png"),
]


@pytest.mark.parametrize(("case", "damaged"), DAMAGED, ids=str)
@pytest.mark.parametrize("kept", [0, 0.5])
def test_a_file_that_is_cut_is_named(case: Case, damaged: str, kept: float, frame_copies: Path, tmp_path: Path) -> None:
    shutil.copytree(frame_copies / case.name, tmp_path / "root")
    path = next((tmp_path / "root").iterdir()) / damaged
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    dataset = case.ours(tmp_path / "root")

    with pytest.raises(FormatError, match=damaged):
        dataset[0]


@pytest.mark.parametrize(
    "settings", ["{}", '{"camera_settings": []}', '{"camera_settings": [{"intrinsic_settings": 3}]}']
)
def test_settings_without_a_focal_length_are_refused(settings: str, frame_copies: Path, tmp_path: Path) -> None:
    shutil.copytree(frame_copies / "falling_things_stereo", tmp_path / "root")
    (tmp_path / "root/FallingThings/mixed/temple_0/_camera_settings.json").write_text(settings)

    with pytest.raises(FormatError, match=r"mixed/temple_0/_camera_settings\.json"):
        case("falling_things_stereo", variant="mixed").ours(tmp_path / "root")


@pytest.mark.parametrize("text", ["1\n2\n3\n1\n", "1\n2\n1 1\n1\n", "1\n2\none\n1\n"], ids=["number", "two", "word"])
def test_a_list_of_splits_names_its_wrong_line(text: str, frame_copies: Path, tmp_path: Path) -> None:
    shutil.copytree(frame_copies / "flying_chairs", tmp_path / "root")
    (tmp_path / "root/FlyingChairs/FlyingChairs_train_val.txt").write_text(text)

    with pytest.raises(FormatError, match=r"line 3 of FlyingChairs_train_val\.txt"):
        case("flying_chairs").ours(tmp_path / "root")


# ruff: noqa: S106  a pass of a renderer is no password
MISTAKES = [
    case("sintel", split="bad"),
    case("sintel", pass_name="bad"),
    case("flying_things3d", camera="bad"),
    case("scene_flow_stereo", variant="bad"),
    case("middlebury2014_stereo", calibration="bad"),
    case("sintel_stereo", pass_name="bad"),
]


@pytest.mark.parametrize("case", MISTAKES, ids=str)
def test_values_that_do_not_exist_are_refused(case: Case, frame_copies: Path) -> None:
    with pytest.raises((InvalidInput, NotFound)) as caught:
        case.ours(frame_copies / case.name)

    assert "bad" in str(caught.value)


def test_without_files_the_card_says_where_to_get_them() -> None:
    with pytest.raises(HubError, match="KittiFlow/training/flow_occ"):
        load_dataset("kitti_flow", split="train", progress=False)
