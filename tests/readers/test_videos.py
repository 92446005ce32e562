"""Folders of videos, and the lists of HMDB51 and UCF101 that say which belong to a part of a fold."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from readers.packing import write_folder, write_zip

from hub import readers
from hub.errors import FormatError, MissingFile
from hub.trees.archive import Archive
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hub.readers import Options, Read
    from hub.trees import Media

KINETICS: Options = {"folder": "train", "extensions": ("avi", "mp4"), "_legacy": False}

HMDB51 = {
    "hmdb51_org/run/a.avi": b"",
    "hmdb51_org/run/b.avi": b"",
    "hmdb51_org/run/notes.txt": b"",
    "hmdb51_org/sit/c.avi": b"",
    "testTrainMulti_7030_splits/run_test_split1.txt": b"a.avi 1 \nb.avi 2 \n",
    "testTrainMulti_7030_splits/sit_test_split1.txt": b"c.avi 1 \ngone.avi 1\n",
    "testTrainMulti_7030_splits/run_test_split2.txt": b"b.avi 0\n",
}

UCF101 = {
    "UCF-101/Run/v_Run_g01_c01.avi": b"",
    "UCF-101/Run/v_Run_g01_c02.avi": b"",
    "UCF-101/Sit/v_Sit_g01_c01.avi": b"",
    "ucfTrainTestlist/classInd.txt": b"1 Run\r\n2 Sit\r\n",
    "ucfTrainTestlist/trainlist01.txt": b"Run/v_Run_g01_c02.avi 1\r\nSit/v_Sit_g01_c01.avi 2\r\n",
    "ucfTrainTestlist/testlist01.txt": b"Run/v_Run_g01_c01.avi\r\n",
}


def read(name: str, folder: Path, files: Mapping[str, bytes], options: Options) -> Read:
    return readers.read_tree(name, Folder(write_folder(folder, files)), options)


def names(found: Read) -> list[str]:
    return [place.name for place in cast("Media", found.columns["video"]).places if place]


def test_videos_follow_each_other_by_class_and_name(tmp_path: Path) -> None:
    files = dict.fromkeys(["train/b/2.mp4", "train/b/1.AVI", "train/b/1.txt", "train/a c/x.mp4", "val/a/y.mp4"], b"")

    found = read("video_folders", tmp_path, files, KINETICS)

    assert names(found) == ["train/a c/x.mp4", "train/b/1.AVI", "train/b/2.mp4"]
    assert found.columns["label"].tolist() == [0, 1, 1]  # type: ignore[union-attr]
    assert found.classes == ("a c", "b")


def test_classes_may_lie_at_the_top(tmp_path: Path) -> None:
    found = read("video_folders", tmp_path, {"a/x.mp4": b""}, {**KINETICS, "_legacy": True})

    assert names(found) == ["a/x.mp4"]


def test_a_split_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="class in train"):
        read("video_folders", tmp_path, {"val/a/x.mp4": b""}, KINETICS)


def test_a_class_without_videos_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="no valid file for train/a"):
        read("video_folders", tmp_path, {"train/a/x.webm": b""}, KINETICS)


def test_lists_of_hmdb51_tell_the_videos_of_a_part_of_a_fold(tmp_path: Path) -> None:
    found = read("hmdb51", tmp_path, HMDB51, {})

    assert names(found) == ["hmdb51_org/run/a.avi", "hmdb51_org/run/b.avi", "hmdb51_org/sit/c.avi"]
    assert found.about["lists"] == {"train1": [0, 2], "test1": [1], "train2": [], "test2": []}


def test_lists_of_ucf101_tell_the_videos_of_a_part_of_a_fold(tmp_path: Path) -> None:
    found = read("ucf101", tmp_path, UCF101, {})

    assert found.classes == ("Run", "Sit")
    assert found.about["lists"] == {"train1": [1, 2], "test1": [0]}


@pytest.mark.parametrize("name", ["hmdb51", "ucf101"])
def test_lists_may_lie_elsewhere(name: str, tmp_path: Path) -> None:
    files = {"hmdb51": HMDB51, "ucf101": UCF101}[name]
    videos = {path.partition("/")[2]: data for path, data in files.items() if path.endswith(".avi")}
    lists = {path.partition("/")[2]: data for path, data in files.items() if path.endswith(".txt")}
    write_folder(tmp_path / "lists", lists)

    found = read(name, tmp_path / "videos", videos, {"annotation_path": str(tmp_path / "lists")})

    assert found.about == read(name, tmp_path / "whole", files, {}).about


@pytest.mark.parametrize(("name", "files"), [("hmdb51", HMDB51), ("ucf101", UCF101)], ids=["hmdb51", "ucf101"])
def test_an_archive_is_read_as_a_folder(name: str, files: dict[str, bytes], tmp_path: Path) -> None:
    archive = Archive(write_zip(tmp_path / "a.zip", files))

    packed = readers.read_tree(name, archive, {})

    unpacked = read(name, tmp_path / "folder", files, {})
    assert names(packed) == names(unpacked)
    assert packed.about == unpacked.about


@pytest.mark.parametrize("line", [b"a.avi\n", b"a.avi 3\n", b"a.avi 1 2\n"], ids=["short", "tag", "long"])
def test_a_line_of_hmdb51_that_says_nothing_is_named(line: bytes, tmp_path: Path) -> None:
    name = "testTrainMulti_7030_splits/run_test_split1.txt"

    with pytest.raises(FormatError, match=r"2 of testTrain.*run_test_split1\.txt") as caught:
        read("hmdb51", tmp_path, HMDB51 | {name: b"b.avi 2\n" + line}, {})

    assert caught.value.path == name


@pytest.mark.parametrize("line", [b"v_Run_g01_c01.avi 1\n", b"\n", b"\x00\x01\n"], ids=["flat", "empty", "bytes"])
def test_a_line_of_ucf101_that_names_no_video_is_named(line: bytes, tmp_path: Path) -> None:
    name = "ucfTrainTestlist/trainlist01.txt"

    with pytest.raises(FormatError, match=r"line 2 of ucfTrain.*trainlist01\.txt") as caught:
        read("ucf101", tmp_path, UCF101 | {name: b"Run/v_Run_g01_c02.avi 1\n" + line}, {})

    assert caught.value.path == name


def test_a_list_that_is_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"trainlist01\.txt"):
        read("ucf101", tmp_path, UCF101 | {"ucfTrainTestlist/trainlist01.txt": b"\xff\xfe\x00"}, {})
