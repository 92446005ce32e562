from __future__ import annotations

import os
import pickle
import random
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image
from readers.frame_cases import ALL, FLOW, PACKED, STEREO, Case, case, pack
from readers.frame_files import WRITERS, Scribe
from torch.utils.data import DataLoader

from hub.datasets import woven
from hub.datasets.loading import load_dataset
from hub.decoders import Form
from hub.errors import FormatError, HubError, InvalidInput, MissingFile, NotFound

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder -> what torchvision calls root, one for each dataset; not to be changed."""
    folder = tmp_path_factory.mktemp("copies")
    for name, write in WRITERS.items():
        write(folder / name)
    return folder


@pytest.fixture(autouse=True)
def sorted_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    """torchvision takes Sintel's scenes in the file system's order, which is any."""
    listed = os.listdir
    monkeypatch.setattr(os, "listdir", lambda folder: sorted(listed(folder)))


def assert_same(ours: object, theirs: object) -> None:
    if isinstance(theirs, tuple):
        assert isinstance(ours, tuple)
        assert len(ours) == len(theirs)
        for mine, other in zip(ours, theirs, strict=True):
            assert_same(mine, other)
    elif isinstance(theirs, np.ndarray):
        np.testing.assert_array_equal(ours, theirs, strict=True)  # type: ignore[arg-type]
    elif isinstance(theirs, Image.Image):
        assert isinstance(ours, Image.Image)
        assert (ours.mode, ours.size, ours.tobytes()) == (theirs.mode, theirs.size, theirs.tobytes())
    else:
        assert ours is theirs is None


def assert_same_dataset(ours: Any, theirs: Any) -> None:
    assert len(ours) == len(theirs) > 0
    for number in range(len(theirs)):
        assert_same(ours[number], theirs[number])


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")  # torchvision's, in Falling Things
@pytest.mark.parametrize("case", ALL, ids=str)
def test_samples_are_those_of_torchvision(case: Case, copies: Path) -> None:
    root = copies / case.name

    assert_same_dataset(case.ours(root), case.theirs(root))


@pytest.mark.parametrize("case", PACKED, ids=str)
def test_samples_come_straight_out_of_archives(case: Case, copies: Path, tmp_path: Path) -> None:
    pack(case.name, copies / case.name, tmp_path / "packed")

    assert_same_dataset(case.ours(tmp_path / "packed"), case.theirs(copies / case.name))


class Witness:
    """A joint transform that notes what it is given and adds masks where there are none."""

    def __init__(self, *, adds: bool) -> None:
        self.adds = adds
        self.given: list[tuple[Any, ...]] = []

    def __call__(self, *values: Any) -> tuple[Any, ...]:
        self.given.append(values)
        if not self.adds:
            return values
        mask = np.ones((5, 7), bool)
        return (*values[:-1], (mask, mask) if isinstance(values[-1], tuple) else mask)


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.parametrize("adds", [False, True], ids=["keeps", "adds"])
@pytest.mark.parametrize("case", ALL, ids=str)
def test_joint_transforms_are_called_as_torchvision_calls_them(case: Case, copies: Path, *, adds: bool) -> None:
    mine, other = Witness(adds=adds), Witness(adds=adds)
    root = copies / case.name

    assert_same(case.ours(root, transforms=mine)[0], case.theirs(root, transforms=other)[0])

    assert_same(mine.given[0], other.given[0])


def test_a_mask_that_a_transform_adds_is_called_valid(copies: Path) -> None:
    sintel = case("sintel").ours(copies / "sintel", transforms=Witness(adds=True))
    carla = case("carla_stereo").ours(copies / "carla_stereo", transforms=Witness(adds=True))

    assert sintel[0]._fields == ("image_1", "image_2", "flow", "valid")
    assert carla[0]._fields == ("left", "right", "disparity", "valid")
    assert carla[0].valid.all()


@pytest.mark.parametrize("seed", range(4))
def test_ambient_views_are_picked_by_the_same_random_numbers(copies: Path, seed: int) -> None:
    chosen = case("middlebury2014_stereo", split="additional", calibration="both", use_ambient_views=True)
    root = copies / chosen.name
    ours, theirs = chosen.ours(root), chosen.theirs(root)

    random.seed(seed)
    mine = list(ours)
    random.seed(seed)

    for sample in mine:
        assert_same(sample[1], theirs._read_img(theirs._images[mine.index(sample)][1]))


def test_ambient_views_that_are_not_there_are_not_picked(copies: Path, tmp_path: Path) -> None:
    shutil.copytree(copies / "middlebury2014_stereo", tmp_path / "root")
    for path in (tmp_path / "root").rglob("im1?.png"):
        path.unlink()
    plain = case("middlebury2014_stereo").ours(tmp_path / "root")

    lit = case("middlebury2014_stereo", use_ambient_views=True).ours(tmp_path / "root")

    assert_same(lit[0], tuple(plain[0]))


def test_frames_without_a_disparity_of_their_own_are_left_out(copies: Path, tmp_path: Path) -> None:
    shutil.copytree(copies / "kitti2015_stereo", tmp_path / "root")
    scribe = Scribe(tmp_path / "root" / "Kitti2015")
    for number in range(2):  # as in the published archive
        scribe.image(f"training/image_2/{number:06}_11.png")
        scribe.image(f"training/image_3/{number:06}_11.png")

    ours = case("kitti2015_stereo").ours(tmp_path / "root")

    assert_same_dataset(ours, case("kitti2015_stereo").theirs(copies / "kitti2015_stereo"))


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
def test_a_copy_that_lacks_a_file_is_refused(case: Case, removed: str, copies: Path, tmp_path: Path) -> None:
    shutil.copytree(copies / case.name, tmp_path / "root")
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
@pytest.mark.parametrize("kept", [0, 0.5, 0.9])
def test_a_file_that_is_cut_is_named(case: Case, damaged: str, kept: float, copies: Path, tmp_path: Path) -> None:
    shutil.copytree(copies / case.name, tmp_path / "root")
    path = next((tmp_path / "root").iterdir()) / damaged
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    dataset = case.ours(tmp_path / "root")

    with pytest.raises(FormatError, match=damaged):
        dataset[0]


@pytest.mark.parametrize(
    "settings", ["{}", '{"camera_settings": []}', '{"camera_settings": [{"intrinsic_settings": 3}]}']
)
def test_settings_without_a_focal_length_are_refused(settings: str, copies: Path, tmp_path: Path) -> None:
    shutil.copytree(copies / "falling_things_stereo", tmp_path / "root")
    (tmp_path / "root/FallingThings/mixed/temple_0/_camera_settings.json").write_text(settings)

    with pytest.raises(FormatError, match=r"mixed/temple_0/_camera_settings\.json"):
        case("falling_things_stereo", variant="mixed").ours(tmp_path / "root")


@pytest.mark.parametrize("text", ["1\n2\n3\n1\n", "1\n2\n1 1\n1\n", "1\n2\none\n1\n"], ids=["number", "two", "word"])
def test_a_list_of_splits_names_its_wrong_line(text: str, copies: Path, tmp_path: Path) -> None:
    shutil.copytree(copies / "flying_chairs", tmp_path / "root")
    (tmp_path / "root/FlyingChairs/FlyingChairs_train_val.txt").write_text(text)

    with pytest.raises(FormatError, match=r"line 3 of FlyingChairs_train_val\.txt"):
        case("flying_chairs").ours(tmp_path / "root")


MISTAKES = [
    case("sintel", split="bad"),
    case("sintel", pass_name="bad"),
    case("flying_things3d", camera="bad"),
    case("scene_flow_stereo", variant="bad"),
    case("middlebury2014_stereo", calibration="bad"),
    case("sintel_stereo", pass_name="bad"),
]


@pytest.mark.parametrize("case", MISTAKES, ids=str)
def test_values_that_do_not_exist_are_refused(case: Case, copies: Path) -> None:
    with pytest.raises((InvalidInput, NotFound)) as caught:
        case.ours(copies / case.name)

    assert "bad" in str(caught.value)


def test_without_files_the_card_says_where_to_get_them() -> None:
    with pytest.raises(HubError, match="KittiFlow/training/flow_occ"):
        load_dataset("kitti_flow", split="train", progress=False)


def test_flow_and_validity_are_read_from_their_file_once(copies: Path, tmp_path: Path) -> None:
    shutil.copytree(copies / "kitti_flow", tmp_path / "root")
    dataset = case("kitti_flow").ours(tmp_path / "root")
    row = next(woven.rows(dataset._origin, range(1), Form()))

    flow = row["flow"]
    shutil.rmtree(tmp_path / "root" / "KittiFlow" / "training" / "flow_occ")

    assert flow is row["flow"]
    assert row["valid"] is not None


def test_the_other_disparity_is_left_alone_unless_a_transform_wants_it(copies: Path, tmp_path: Path) -> None:
    shutil.copytree(copies / "instereo2k", tmp_path / "root")
    dataset = case("instereo2k").ours(tmp_path / "root")
    for path in (tmp_path / "root").rglob("right_disp.png"):
        path.write_bytes(b"no PNG")

    assert dataset[0]._fields == ("left", "right", "disparity")

    dataset.transforms = Witness(adds=False)
    with pytest.raises(FormatError, match=r"right_disp\.png"):
        dataset[0]


@pytest.mark.parametrize("case", [FLOW[0], STEREO[0], STEREO[5]], ids=str)
def test_columns_hold_what_samples_hold(case: Case, copies: Path) -> None:
    dataset = case.ours(copies / case.name)

    for name in dataset[0]._fields:
        assert_same(dataset[name][1], dataset[1][dataset[1]._fields.index(name)])


def test_columns_that_samples_do_not_show_can_be_asked_for(copies: Path) -> None:
    dataset = case("middlebury2014_stereo").ours(copies / "middlebury2014_stereo")

    assert dataset["valid_right"][0].shape == (5, 7)
    with pytest.raises(NotFound, match="disparity_right"):
        dataset["disparity_of_the_right"]


@pytest.mark.parametrize("case", [FLOW[0], FLOW[2], STEREO[5]], ids=str)
def test_values_made_of_others_are_no_stored_numbers(case: Case, copies: Path) -> None:
    dataset = case.ours(copies / case.name)

    assert not hasattr(dataset, "data")
    assert not hasattr(dataset, "samples")
    with pytest.raises(InvalidInput, match="no numbers of equal shape"):
        dataset.tensors()
    with pytest.raises(InvalidInput, match="no single value"):
        dataset.filter(**{dataset[0]._fields[-1]: 1})


def test_pandas_is_given_what_is_stored(copies: Path) -> None:
    pytest.importorskip("pandas")

    frame = case("kitti_flow").ours(copies / "kitti_flow").to_pandas()

    assert list(frame.columns) == ["image_1", "image_2", "measured"]
    assert frame.measured[1] == "training/flow_occ/000001_10.png"


@pytest.mark.parametrize("case", [FLOW[0], STEREO[5]], ids=str)
def test_a_dataset_and_its_samples_survive_pickling(case: Case, copies: Path) -> None:
    dataset = case.ours(copies / case.name)

    again = pickle.loads(pickle.dumps(dataset))  # noqa: S301  our own

    assert_same(again[0], tuple(dataset[0]))
    assert_same(pickle.loads(pickle.dumps(dataset[0])), tuple(dataset[0]))  # noqa: S301  the same


@pytest.mark.parametrize("case", [FLOW[0], FLOW[2], STEREO[5]], ids=str)
def test_a_loader_stacks_what_the_format_torch_gives(case: Case, copies: Path) -> None:
    dataset = case.ours(copies / case.name).with_format("torch")

    batch = next(iter(DataLoader(dataset, batch_size=2)))

    assert all(isinstance(value, torch.Tensor) and len(value) == 2 for value in batch)
    assert batch._fields == dataset[0]._fields


def test_depth_of_nothing_is_no_disparity_and_no_warning(copies: Path) -> None:
    dataset = case("falling_things_stereo").ours(copies / "falling_things_stereo")

    assert np.isinf(dataset[0].disparity[0, 0, 0])
