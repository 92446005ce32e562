"""HMDB51, UCF101 and Kinetics: clips of the videos in a folder, as torchvision's classes give them."""

from __future__ import annotations

import logging
import pickle
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import torch
import torchvision
from archives.rars import rarred
from readers.packing import write_zip
from torch.utils.data import DataLoader
from torchvision.datasets.samplers import UniformClipSampler
from videos import SIDE, pictures, write_video

from hub.datasets.loading import load_dataset
from hub.errors import FormatError, InvalidInput, MissingExtra, MissingFile
from hub.progress import Silent
from hub.vision import datasets

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from hub.datasets.dataset import Dataset

pytest.importorskip("av", reason="PyAV, the extra `video`, is not installed")

CLASSES = ("brush_hair", "wave")
LENGTHS = (12, 7, 9)
"""Frames of the videos of each class."""

LOSSLESS_MP4 = {"codec": "libx264rgb", "pixels": "rgb24", "qp": "0"}


class Told(Silent):
    """What was begun."""

    def __init__(self) -> None:
        self.labels: list[str] = []

    def start(self, label: str, total: int | None, done: int = 0) -> None:  # noqa: ARG002  a protocol's
        self.labels.append(label)


@dataclass(frozen=True)
class Copy:
    """A dataset in a folder: where the videos are, where the lists, and path -> frames in the order of paths."""

    videos: Path
    lists: Path
    frames: dict[str, NDArray[np.uint8]]

    @property
    def metadata(self) -> dict[str, Any]:
        """What spares torchvision's classes to read any video: they need TorchCodec for it."""
        counts = [len(frames) for frames in self.frames.values()]
        pts = [torch.arange(count) for count in counts]
        # TorchCodec divides, and 7 / (7 / 25) is not 25: with that torchvision resamples otherwise.
        return {"video_paths": list(self.frames), "video_pts": pts, "video_fps": [n / (n / 25) for n in counts]}


def write_videos(folder: Path, name: str, **form: Any) -> dict[str, NDArray[np.uint8]]:
    written: dict[str, NDArray[np.uint8]] = {}
    for kind in CLASSES:
        for number, length in enumerate(LENGTHS):
            path = folder / kind / name.format(kind, number + 1)
            written[str(path)] = pictures(length, seed=len(written))
            write_video(path, written[str(path)], **form)
    return written


@pytest.fixture(scope="module")
def hmdb51_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with lists: fold 1 trains with the first and the third video, fold 2 with the second, fold 3 has none."""
    top = tmp_path_factory.mktemp("hmdb51")
    write_videos(top / "hmdb51_org", "{}_{}.avi", sound="pcm_s16le")
    lists = top / "testTrainMulti_7030_splits"
    lists.mkdir()
    for kind in CLASSES:
        for fold, tags in ((1, "121"), (2, "210")):
            lines = [f"{kind}_{number}.avi {tag} \n" for number, tag in enumerate(tags, 1)]
            (lists / f"{kind}_test_split{fold}.txt").write_text("".join(lines))
    return top


def frames_of(folder: Path) -> dict[str, NDArray[np.uint8]]:
    paths = sorted(folder.rglob("*.*"))
    return {str(path): pictures(LENGTHS[number % 3], seed=number) for number, path in enumerate(paths)}


@pytest.fixture
def hmdb51(hmdb51_made: Path, tmp_path: Path) -> Copy:
    top = shutil.copytree(hmdb51_made, tmp_path / "hmdb51")
    return Copy(top / "hmdb51_org", top / "testTrainMulti_7030_splits", frames_of(top / "hmdb51_org"))


@pytest.fixture
def ucf101(tmp_path: Path) -> Copy:
    top = tmp_path / "ucf101"
    frames = write_videos(top / "UCF-101", "v_{}_g01_c{:02}.avi")
    lists = top / "ucfTrainTestlist"
    lists.mkdir()
    names = [path.removeprefix(f"{top}/UCF-101/") for path in frames]
    (lists / "trainlist01.txt").write_text("".join(f"{name} 1\n" for name in names[1:5]))
    (lists / "testlist01.txt").write_text("\n".join([names[0], names[5]]))
    (lists / "trainlist02.txt").write_text("\r\n".join(names[3:]) + "\r\n")
    return Copy(top / "UCF-101", lists, frames)


@pytest.fixture
def kinetics(tmp_path: Path) -> Copy:
    top = tmp_path / "kinetics"
    frames = write_videos(top / "val", "abcdefgh_00{:.0}_{}.mp4", **LOSSLESS_MP4)
    return Copy(top, top, frames)


def assert_same(ours: Dataset, theirs: Any, frames: dict[str, NDArray[np.uint8]]) -> None:
    """Compare samples with what torchvision's class would give if it could decode."""
    assert len(ours) == len(theirs) > 0
    assert ours.classes == theirs.classes
    assert ours.samples == theirs.samples
    numbers = getattr(theirs, "indices", range(len(frames)))
    for row, (video, audio, label) in enumerate(ours):
        place, clip = theirs.video_clips.get_clip_location(row)
        path, expected = theirs.samples[numbers[place]]
        wanted = torch.from_numpy(frames[path])[theirs.video_clips.clips[place][clip]]
        assert torch.equal(video, wanted if theirs.video_clips.output_format == "THWC" else wanted.permute(0, 3, 1, 2))
        assert (label, audio.dtype) == (expected, torch.float32)


CUTS: dict[str, dict[str, Any]] = {
    "default": {},
    "steps": {"step_between_clips": 3},
    "slower": {"frame_rate": 10},
    "halved": {"frame_rate": 12.5, "step_between_clips": 2},
    "faster": {"frame_rate": 40, "output_format": "TCHW"},
    "test": {"train": False},
    "fold 2": {"fold": 2},
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_clips_of_hmdb51_are_those_of_torchvision(cut: dict[str, Any], hmdb51: Copy) -> None:
    given = (hmdb51.videos, str(hmdb51.lists), 2)

    ours = datasets.HMDB51(*given, **cut)

    theirs = torchvision.datasets.HMDB51(*given, **cut, _precomputed_metadata=hmdb51.metadata)
    assert_same(ours, theirs, hmdb51.frames)


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_clips_of_ucf101_are_those_of_torchvision(cut: dict[str, Any], ucf101: Copy) -> None:
    given = (ucf101.videos, str(ucf101.lists), 2)

    ours = datasets.UCF101(*given, **cut)

    theirs = torchvision.datasets.UCF101(*given, **cut, _precomputed_metadata=ucf101.metadata)
    assert_same(ours, theirs, ucf101.frames)


@pytest.mark.parametrize("cut", list(CUTS.values())[:5], ids=list(CUTS)[:5])
def test_clips_of_kinetics_are_those_of_torchvision(cut: dict[str, Any], kinetics: Copy) -> None:
    given: dict[str, Any] = {"root": kinetics.videos, "frames_per_clip": 2, "split": "val", "num_classes": "600"}

    ours = datasets.Kinetics(**given, **cut)

    theirs = torchvision.datasets.Kinetics(**given, **cut, _precomputed_metadata=kinetics.metadata)
    assert_same(ours, theirs, kinetics.frames)


def test_kinetics_reads_the_layout_without_splits(kinetics: Copy) -> None:
    given: dict[str, Any] = {"root": kinetics.videos / "val", "frames_per_clip": 4, "_legacy": True}

    ours = datasets.Kinetics(**given)

    assert_same(ours, torchvision.datasets.Kinetics(**given, _precomputed_metadata=kinetics.metadata), kinetics.frames)
    assert ours[0].video.shape == (4, SIDE, SIDE, 3)


def load(name: str, copy: Copy, split: str = "train", **options: Any) -> Dataset:
    folder = copy.videos if name == "kinetics" else copy.videos.parent
    given = {"frames_per_clip": 4, "progress": False} | options
    return load_dataset(name, split=split, data_dir=folder, verify=False, **given)


def test_data_dir_is_the_folder_above_videos_and_lists(hmdb51: Copy) -> None:
    above = load("hmdb51", hmdb51)

    beside = datasets.HMDB51(hmdb51.videos, str(hmdb51.lists), 4)

    assert len(above) == len(beside)
    assert above.classes == list(CLASSES)
    assert torch.equal(above[5].video, beside[5].video)


def test_sound_is_that_of_the_frames(hmdb51: Copy) -> None:
    first, second = (load("hmdb51", hmdb51, step_between_clips=4)[row] for row in (0, 1))

    assert first.audio.shape == second.audio.shape == (1, 4 * 16_000 // 25)
    assert not torch.equal(first.audio, second.audio)


def test_the_lists_of_ucf101_may_stay_packed(ucf101: Copy) -> None:
    expected = load("ucf101", ucf101)["label"].tolist()
    lists = {f"ucfTrainTestlist/{path.name}": path.read_bytes() for path in ucf101.lists.iterdir()}
    write_zip(ucf101.videos.parent / "UCF101TrainTestSplits-RecognitionTask.zip", lists)
    shutil.rmtree(ucf101.lists)

    assert load("ucf101", ucf101)["label"].tolist() == expected


def test_videos_may_stay_packed(ucf101: Copy) -> None:
    expected = load("ucf101", ucf101)[6].video
    top = ucf101.videos.parent
    files = {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*.*")}
    shutil.rmtree(top)
    write_zip(top / "UCF101TrainTestSplits-RecognitionTask.zip", files)

    assert torch.equal(load("ucf101", ucf101)[6].video, expected)


def test_videos_are_indexed_once_however_they_are_cut(hmdb51: Copy) -> None:
    told = Told()
    load("hmdb51", hmdb51, progress=told)
    begun = len(told.labels)

    load("hmdb51", hmdb51, "test", frames_per_clip=2, frame_rate=5.0, fold=2, progress=told)

    assert told.labels[:begun] == ["indexing 6 videos"]
    assert told.labels[begun:] == []


def test_only_a_new_video_is_indexed(hmdb51: Copy) -> None:
    told = Told()
    load("hmdb51", hmdb51, progress=told)
    write_video(hmdb51.videos / "wave" / "wave_4.avi", pictures(30))

    load("hmdb51", hmdb51, progress=told)

    assert told.labels[-1] == "indexing 1 videos"


def test_a_video_that_cannot_be_read_gives_no_clips_and_is_named(
    hmdb51: Copy, caplog: pytest.LogCaptureFixture
) -> None:
    whole = load("hmdb51", hmdb51)
    (hmdb51.videos / "wave" / "wave_1.avi").write_bytes(b"no video")
    (hmdb51.videos / "wave" / "more.txt").touch()  # a file is written over in place: the folder shows no change

    with caplog.at_level(logging.WARNING, "hub"):
        rest = load("hmdb51", hmdb51)

    assert len(rest) == len(whole) - (12 - 4 + 1)
    assert "wave_1.avi" in caplog.text


def test_it_is_an_error_if_no_video_can_be_read(hmdb51: Copy) -> None:
    for path in hmdb51.frames:
        (hmdb51.videos / path).write_bytes(b"no video")

    with pytest.raises(FormatError, match=r"brush_hair_1\.avi"):
        load("hmdb51", hmdb51)


def test_a_video_that_is_damaged_later_is_named(hmdb51: Copy) -> None:
    dataset = load("hmdb51", hmdb51)
    path = hmdb51.videos / "brush_hair" / "brush_hair_1.avi"
    path.write_bytes(path.read_bytes()[:3000])

    with pytest.raises(FormatError, match=r"brush_hair_1\.avi"):
        dataset[8]


def test_a_fold_without_lists_is_named(hmdb51: Copy) -> None:
    with pytest.raises(MissingFile, match="train3") as caught:
        load("hmdb51", hmdb51, fold=3)

    assert "train1, test1, train2, test2" in caught.value.hint


def test_there_are_three_folds(hmdb51: Copy) -> None:
    with pytest.raises(ValueError, match="fold"):
        datasets.HMDB51(hmdb51.videos, str(hmdb51.lists), 4, fold=4)


def test_clips_have_at_least_one_frame(kinetics: Copy) -> None:
    with pytest.raises(InvalidInput, match="frames_per_clip=0"):
        load("kinetics", kinetics, "val", frames_per_clip=0)


def test_without_pyav_the_extra_is_named(kinetics: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)

    with pytest.raises(MissingExtra, match=r"hub-zoo\[video\]"):
        load("kinetics", kinetics, "val")


@pytest.mark.parametrize("name", ["hmdb51", "kinetics", "ucf101"])
def test_without_a_folder_it_says_how_to_get_the_files(name: str) -> None:
    with pytest.raises(MissingFile) as caught:
        load_dataset(name, split="train", progress=False)

    assert "data_dir names the folder" in caught.value.hint


def test_a_dataset_of_clips_pickles(hmdb51: Copy) -> None:
    dataset = load("hmdb51", hmdb51, output_format="TCHW")

    copy = pickle.loads(pickle.dumps(dataset))  # noqa: S301  our own bytes

    assert len(copy) == len(dataset)
    assert torch.equal(copy[7].video, dataset[7].video)


@pytest.mark.parametrize("workers", [0, 1])
def test_a_data_loader_stacks_clips(workers: int, kinetics: Copy) -> None:
    dataset = load("kinetics", kinetics, "val")

    batch = next(iter(DataLoader(dataset, 5, num_workers=workers)))

    assert batch.video.shape == (5, 4, 3, SIDE, SIDE)
    assert batch.label.tolist() == [0] * 5


def test_a_loader_of_ours_stacks_clips(kinetics: Copy) -> None:
    dataset = load("kinetics", kinetics, "val")

    batch = next(iter(dataset.loader(5)))

    assert torch.equal(batch.video, torch.stack([dataset[row].video for row in range(5)]))


def test_its_repr_counts_clips(kinetics: Copy) -> None:
    dataset = load("kinetics", kinetics, "val")

    assert f"Number of datapoints: {2 * (9 + 4 + 6)}" in repr(dataset)


def test_a_transform_is_given_the_video(kinetics: Copy) -> None:
    plain = load("kinetics", kinetics, "val")

    changed = load("kinetics", kinetics, "val", transform=lambda video: video.float() / 2)

    assert torch.equal(changed[3].video, plain[3].video.float() / 2)
    assert torch.equal(changed[3].audio, plain[3].audio)


def test_torchvisions_samplers_take_the_clips(hmdb51: Copy) -> None:
    dataset = datasets.HMDB51(hmdb51.videos, str(hmdb51.lists), 4)

    rows = list(UniformClipSampler(dataset.video_clips, 2))

    assert len(rows) == 8
    video, _, info, number = dataset.video_clips.get_clip(rows[2])
    assert torch.equal(video, dataset[rows[2]].video)
    assert (info, number) == ({"video_fps": 25.0}, 1)


def test_torchvisions_wrapper_for_transforms_v2_takes_clips(hmdb51: Copy) -> None:
    dataset = datasets.HMDB51(hmdb51.videos, str(hmdb51.lists), 4, output_format="TCHW")

    video, *_ = datasets.wrap_dataset_for_transforms_v2(dataset)[0]

    assert isinstance(video, torchvision.tv_tensors.Video)


def test_labels_are_a_column_and_can_be_filtered(hmdb51: Copy) -> None:
    dataset = load("hmdb51", hmdb51)

    waves = dataset.filter(label="wave")

    assert set(waves["label"].tolist()) == {1}
    assert torch.equal(waves[0].video, dataset[len(dataset) - len(waves)].video)


def test_rows_in_arrow_name_their_videos(hmdb51: Copy) -> None:
    dataset = load("hmdb51", hmdb51)

    rows = dataset.arrow

    assert rows.num_rows == len(dataset)
    assert rows["video"][-1].as_py()["name"] == "hmdb51_org/wave/wave_3.avi"


def test_other_cuts_have_other_fingerprints(hmdb51: Copy) -> None:
    one, other = (load("hmdb51", hmdb51, frames_per_clip=count) for count in (4, 5))

    assert one.fingerprint == load("hmdb51", hmdb51).fingerprint
    assert one.fingerprint != other.fingerprint


def test_torchvision_itself_gives_the_same_where_it_can_decode(hmdb51: Copy) -> None:
    decoders = pytest.importorskip("torchcodec.decoders", reason="TorchCodec is not installed")
    try:
        decoders.VideoDecoder(next(iter(hmdb51.frames)))
    except RuntimeError:
        pytest.skip("TorchCodec finds no FFmpeg")
    given = (hmdb51.videos, str(hmdb51.lists), 2, 3, 10)

    ours, theirs = (module.HMDB51(*given, num_workers=0) for module in (datasets, torchvision.datasets))

    assert len(ours) == len(theirs)
    for row, sample in enumerate(ours):
        video, audio, label = theirs[row]
        assert torch.equal(sample.video, video)
        assert torch.equal(sample.audio, audio)
        assert sample.label == label


def test_the_rar_that_ucf101_comes_in_is_read(ucf101: Copy) -> None:
    expected = load("ucf101", ucf101)[6].video
    top = ucf101.videos.parent
    files = {str(path.relative_to(top)): path.read_bytes() for path in ucf101.videos.rglob("*.*")}
    shutil.rmtree(ucf101.videos)
    (top / "UCF101.rar").write_bytes(rarred(files))

    assert torch.equal(load("ucf101", ucf101)[6].video, expected)


def test_the_rars_in_the_rar_of_hmdb51_are_read(hmdb51: Copy) -> None:
    expected = load("hmdb51", hmdb51)[1].video
    folders = sorted(hmdb51.videos.iterdir())
    inner = {
        f"{folder.name}.rar": rarred({f"{folder.name}/{path.name}": path.read_bytes() for path in folder.iterdir()})
        for folder in folders
    }
    shutil.rmtree(hmdb51.videos)
    (hmdb51.videos.parent / "hmdb51_org.rar").write_bytes(rarred(inner))

    assert torch.equal(load("hmdb51", hmdb51)[1].video, expected)
