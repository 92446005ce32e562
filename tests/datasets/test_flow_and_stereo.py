from __future__ import annotations

import os
import pickle
import random
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from readers.frame_cases import ALL, FLOW, PACKED, STEREO, Case, case, pack
from readers.frame_files import Scribe
from same import assert_same, assert_same_samples
from torch.utils.data import DataLoader

from hub.datasets import derived
from hub.decoders import Form
from hub.errors import FormatError, InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Test = Callable[..., None]


# torchvision warns in Falling Things, where depth is 0, and of its own decoders.
WARNINGS = [
    pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning:torchvision"),
    pytest.mark.filterwarnings("ignore:The image decoding:DeprecationWarning"),
]


def theirs_warns(test: Test) -> Test:
    return WARNINGS[0](WARNINGS[1](test))


@pytest.fixture(autouse=True)
def sorted_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    """torchvision takes Sintel's scenes in the file system's order, which is any."""
    listed = os.listdir
    monkeypatch.setattr(os, "listdir", lambda folder: sorted(listed(folder)))


@theirs_warns
@pytest.mark.parametrize("case", ALL, ids=str)
def test_samples_are_those_of_torchvision(case: Case, frame_copies: Path) -> None:
    root = frame_copies / case.name

    assert_same_samples(case.ours(root), case.theirs(root))


@theirs_warns
@pytest.mark.parametrize("case", PACKED, ids=str)
def test_samples_come_straight_out_of_archives(case: Case, frame_copies: Path, tmp_path: Path) -> None:
    pack(case.name, frame_copies / case.name, tmp_path / "packed")

    assert_same_samples(case.ours(tmp_path / "packed"), case.theirs(frame_copies / case.name))


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


@theirs_warns
@pytest.mark.parametrize("adds", [False, True], ids=["keeps", "adds"])
@pytest.mark.parametrize("case", ALL, ids=str)
def test_joint_transforms_are_called_as_torchvision_calls_them(case: Case, frame_copies: Path, *, adds: bool) -> None:
    mine, other = Witness(adds=adds), Witness(adds=adds)
    root = frame_copies / case.name

    assert_same(case.ours(root, transforms=mine)[0], case.theirs(root, transforms=other)[0])

    assert_same(mine.given[0], other.given[0])


def test_a_mask_that_a_transform_adds_is_called_valid(frame_copies: Path) -> None:
    sintel = case("sintel").ours(frame_copies / "sintel", transforms=Witness(adds=True))
    carla = case("carla_stereo").ours(frame_copies / "carla_stereo", transforms=Witness(adds=True))

    assert sintel[0]._fields == ("image_1", "image_2", "flow", "valid")
    assert carla[0]._fields == ("left", "right", "disparity", "valid")
    assert carla[0].valid.all()


@pytest.mark.parametrize("seed", range(4))
def test_ambient_views_are_picked_by_the_same_random_numbers(frame_copies: Path, seed: int) -> None:
    chosen = case("middlebury2014_stereo", split="additional", calibration="both", use_ambient_views=True)
    root = frame_copies / chosen.name
    ours, theirs = chosen.ours(root), chosen.theirs(root)

    random.seed(seed)
    mine = list(ours)
    random.seed(seed)

    for sample, (_, right) in zip(mine, theirs._images, strict=True):
        assert_same(sample.right, theirs._read_img(right))


def test_ambient_views_that_are_not_there_are_not_picked(frame_copies: Path, tmp_path: Path) -> None:
    shutil.copytree(frame_copies / "middlebury2014_stereo", tmp_path / "root")
    for path in (tmp_path / "root").rglob("im1?.png"):
        path.unlink()
    plain = case("middlebury2014_stereo").ours(tmp_path / "root")

    lit = case("middlebury2014_stereo", use_ambient_views=True).ours(tmp_path / "root")

    assert_same(lit[0], tuple(plain[0]))


def test_frames_without_a_disparity_of_their_own_are_left_out(frame_copies: Path, tmp_path: Path) -> None:
    shutil.copytree(frame_copies / "kitti2015_stereo", tmp_path / "root")
    scribe = Scribe(tmp_path / "root" / "Kitti2015")
    for number in range(2):  # as in the published archive
        scribe.image(f"training/image_2/{number:06}_11.png")
        scribe.image(f"training/image_3/{number:06}_11.png")

    ours = case("kitti2015_stereo").ours(tmp_path / "root")

    assert_same_samples(ours, case("kitti2015_stereo").theirs(frame_copies / "kitti2015_stereo"))


def test_flow_and_validity_are_read_from_their_file_once(frame_copies: Path, tmp_path: Path) -> None:
    shutil.copytree(frame_copies / "kitti_flow", tmp_path / "root")
    dataset = case("kitti_flow").ours(tmp_path / "root")
    row = next(derived.rows(dataset._origin, range(1), Form()))

    flow = row["flow"]
    shutil.rmtree(tmp_path / "root" / "KittiFlow" / "training" / "flow_occ")

    assert flow is row["flow"]
    assert row["valid"] is not None


def test_the_other_disparity_is_left_alone_unless_a_transform_wants_it(frame_copies: Path, tmp_path: Path) -> None:
    shutil.copytree(frame_copies / "instereo2k", tmp_path / "root")
    dataset = case("instereo2k").ours(tmp_path / "root")
    for path in (tmp_path / "root").rglob("right_disp.png"):
        path.write_bytes(b"no PNG")

    assert dataset[0]._fields == ("left", "right", "disparity")

    dataset.transforms = Witness(adds=False)
    with pytest.raises(FormatError, match=r"right_disp\.png"):
        dataset[0]


@pytest.mark.parametrize("case", [FLOW[0], STEREO[0], STEREO[5]], ids=str)
def test_columns_hold_what_samples_hold(case: Case, frame_copies: Path) -> None:
    dataset = case.ours(frame_copies / case.name)

    for name in dataset[0]._fields:
        assert_same(dataset[name][1], dataset[1][dataset[1]._fields.index(name)])


def test_columns_that_samples_do_not_show_can_be_asked_for(frame_copies: Path) -> None:
    dataset = case("middlebury2014_stereo").ours(frame_copies / "middlebury2014_stereo")

    assert dataset["valid_right"][0].shape == (5, 7)
    with pytest.raises(NotFound, match="disparity_right"):
        dataset["disparity_of_the_right"]


@pytest.mark.parametrize("case", [FLOW[0], FLOW[2], STEREO[5]], ids=str)
def test_values_made_of_others_are_no_stored_numbers(case: Case, frame_copies: Path) -> None:
    dataset = case.ours(frame_copies / case.name)

    assert not hasattr(dataset, "data")
    assert not hasattr(dataset, "samples")
    with pytest.raises(InvalidInput, match="no numbers of equal shape"):
        dataset.tensors()
    with pytest.raises(InvalidInput, match="no single value"):
        dataset.filter(None, **{dataset[0]._fields[-1]: 1})


def test_pandas_is_given_what_is_stored(frame_copies: Path) -> None:
    pytest.importorskip("pandas")

    frame = case("kitti_flow").ours(frame_copies / "kitti_flow").to_pandas()

    assert list(frame.columns) == ["image_1", "image_2", "measured"]
    assert frame.measured[1] == "training/flow_occ/000001_10.png"


@pytest.mark.parametrize("case", [FLOW[0], STEREO[5]], ids=str)
def test_a_dataset_and_its_samples_survive_pickling(case: Case, frame_copies: Path) -> None:
    dataset = case.ours(frame_copies / case.name)

    again = pickle.loads(pickle.dumps(dataset))  # noqa: S301  our own

    assert_same(again[0], tuple(dataset[0]))
    assert_same(pickle.loads(pickle.dumps(dataset[0])), tuple(dataset[0]))  # noqa: S301  the same


@pytest.mark.parametrize("case", [FLOW[0], FLOW[2], STEREO[5]], ids=str)
def test_a_loader_stacks_what_the_format_torch_gives(case: Case, frame_copies: Path) -> None:
    dataset = case.ours(frame_copies / case.name).with_format("torch")

    batch = next(iter(DataLoader(dataset, batch_size=2)))

    assert all(isinstance(value, torch.Tensor) and len(value) == 2 for value in batch)
    assert batch._fields == dataset[0]._fields


def test_depth_of_nothing_is_no_disparity_and_no_warning(frame_copies: Path) -> None:
    dataset = case("falling_things_stereo").ours(frame_copies / "falling_things_stereo")

    assert np.isinf(dataset[0].disparity[0, 0, 0])
