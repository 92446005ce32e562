"""Files of scenes that are damaged or not there: refused, with their name and the line."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from readers.scene_files import (
    coco_content,
    write,
    write_cityscapes,
    write_flickr8k,
    write_flickr30k,
    write_kitti,
    write_sbd,
    write_sbu,
)
from scipy.io import savemat

from hub import readers
from hub.decoders import Form, find
from hub.errors import FormatError, InvalidInput, MissingFile
from hub.readers import coco
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

LABELS = "training/label_2/000001.txt"
CAR = "Car 0.50 1 -0.20 712.40 143.00 810.73 307.92 1.89 0.48 1.20 1.84 1.47 8.41 0.01"


@pytest.mark.parametrize(
    "line",
    [CAR[:-5], "Car", CAR.replace("712.40", "left"), CAR.replace(" 1 ", " 1.5 ")],
    ids=["short", "one word", "no number", "no whole number"],
)
def test_a_wrong_line_of_kitti_is_named(tmp_path: Path, line: str) -> None:
    write_kitti(tmp_path)
    raw = tmp_path / "Kitti" / "raw"
    write(raw / LABELS, f"{CAR}\n\n{line}\n")

    with pytest.raises(FormatError, match=f"line 3 of {LABELS}"):
        readers.read_tree("kitti", Folder(raw), {"split": "training"})


def test_a_photo_of_kitti_without_its_labels_is_named(tmp_path: Path) -> None:
    write_kitti(tmp_path)
    raw = tmp_path / "Kitti" / "raw"
    (raw / LABELS).unlink()

    with pytest.raises(MissingFile, match=LABELS):
        readers.read_tree("kitti", Folder(raw), {"split": "training"})
    with pytest.raises(MissingFile, match="testing/image_2"):
        readers.read_tree("kitti", Folder(tmp_path), {"split": "testing"})


def test_a_score_behind_an_object_of_kitti_is_not_read(tmp_path: Path) -> None:
    write_kitti(tmp_path)
    raw = tmp_path / "Kitti" / "raw"
    write(raw / LABELS, f"{CAR} 0.97\n")

    objects: Any = readers.read_tree("kitti", Folder(raw), {"split": "training"}).columns["objects"]

    assert objects[1][0]["rotation_y"] == 0.01


def test_a_caption_too_few_in_sbu_is_told(tmp_path: Path) -> None:
    write_sbu(tmp_path)
    write(tmp_path / "dataset" / "SBU_captioned_photo_dataset_captions.txt", "A chair\n")

    with pytest.raises(FormatError, match="SBU_captioned_photo_dataset_captions") as caught:
        readers.read_tree("sbu", Folder(tmp_path), {})

    assert (caught.value.expected, caught.value.found) == ("4 captions", 1)


def test_a_line_of_flickr_without_a_sentence_is_named(tmp_path: Path) -> None:
    write_flickr30k(tmp_path, tmp_path / "captions.token")
    write(tmp_path / "captions.token", "7.jpg#0\tA cat\n7.jpg#1 A dog\n")

    with pytest.raises(FormatError, match=r"line 2 of captions\.token"):
        readers.read_tree("flickr", Folder(tmp_path), {"ann_file": "captions.token"})


def test_a_link_of_flickr_that_leads_to_no_photo_is_named(tmp_path: Path) -> None:
    write(tmp_path / "page.html", "<table>\n\n<a>nowhere</a></table>")

    with pytest.raises(FormatError, match=r"line 3 of page\.html"):
        readers.read_tree("flickr", Folder(tmp_path), {"ann_file": "page.html"})


def test_a_photo_of_flickr_that_is_not_there_is_named(tmp_path: Path) -> None:
    write_flickr8k(tmp_path, tmp_path / "page.html")
    (tmp_path / "36_ab12_c.jpg").unlink()

    with pytest.raises(MissingFile, match="36_"):
        readers.read_tree("flickr", Folder(tmp_path), {"ann_file": "page.html"})
    with pytest.raises(InvalidInput, match="no file with sentences"):
        readers.read_tree("flickr", Folder(tmp_path), {"ann_file": ""})


def test_cityscapes_without_images_or_without_labels_says_so(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)

    with pytest.raises(MissingFile, match="no images of test"):
        readers.read_tree("cityscapes", Folder(tmp_path / "gtFine"), {"mode": "gtFine", "split": "test"})
    with pytest.raises(MissingFile, match="bremen_000000_000002_gtNone_instanceIds"):
        readers.read_tree("cityscapes", Folder(tmp_path), {"mode": "gtNone", "split": "test"})


def changed(**content: object) -> bytes:
    return json.dumps(coco_content() | content).encode()


COCO = {
    "no JSON": b"<html>",
    "not a number": b'{"images": [], "annotations": [{"id": NaN}]}',
    "no images": b'{"annotations": []}',
    "a photo without a name": changed(images=[{"id": 1}]),
    "numbers and words": changed(images=[{"id": 1, "file_name": "a"}, {"id": "b", "file_name": "b"}]),
    "an annotation without a photo": changed(annotations=[{"id": 1}]),
    "a list": b"[]",
    "nothing": b"",
}


@pytest.mark.parametrize("content", COCO.values(), ids=COCO)
def test_annotations_that_are_not_as_those_of_coco_are_refused(content: bytes) -> None:
    with pytest.raises(FormatError, match=r"a\.json is not as COCO's are") as caught:
        coco.parsed(content, "a.json")

    assert caught.value.found


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_cut_file_of_coco_is_refused(share: float) -> None:
    whole = changed()

    with pytest.raises(FormatError, match=r"a\.json"):
        coco.parsed(whole[: int(len(whole) * share)], "a.json")


@pytest.mark.parametrize("options", [{}, {"captions": True}], ids=["annotations", "captions"])
def test_annotations_of_coco_in_no_known_encoding_are_refused(tmp_path: Path, options: dict[str, bool]) -> None:
    (tmp_path / "a.json").write_bytes(changed().replace(b"N\\u00e9", b"N\xe9"))
    write(tmp_path / "000000000003.jpg", "")

    with pytest.raises(FormatError, match=r"a\.json"):
        readers.read_tree("coco", Folder(tmp_path), {"images": "", "annFile": "a.json", **options})


def test_the_last_of_two_annotations_with_one_number_counts_as_in_pycocotools() -> None:
    twice = [{"id": 1, "image_id": 9, "caption": "old"}, {"id": 1, "image_id": 9, "caption": "new"}]

    found = coco.parsed(changed(annotations=twice), "a.json")

    assert [json.loads(bytes(each))["caption"] for each in found.annotations[1]] == ["new", "new"]


@pytest.mark.parametrize("kind", ["boundaries", "segmentation"])
def test_a_cut_target_of_sbd_is_refused(tmp_path: Path, kind: str) -> None:
    write_sbd(tmp_path)
    whole = (tmp_path / "cls" / "2008_000000.mat").read_bytes()

    for length in range(0, len(whole), 97):
        with pytest.raises(FormatError):
            find(f"sbd_{kind}")(whole[:length], Form())


@pytest.mark.parametrize("kind", ["boundaries", "segmentation"])
@pytest.mark.parametrize("content", [{}, {"GTcls": {"Other": 1}}, {"GTcls": {"Boundaries": 1.5, "Segmentation": 1.5}}])
def test_another_file_of_matlab_is_no_target_of_sbd(kind: str, content: dict[str, object]) -> None:
    stream = io.BytesIO()
    savemat(stream, content)

    with pytest.raises(FormatError, match="target of SBD"):
        find(f"sbd_{kind}")(stream.getvalue(), Form())


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": \xff}', b"[" * 100_000])
def test_damaged_outlines_are_refused(content: bytes) -> None:
    with pytest.raises(FormatError, match="an annotation is damaged"):
        find("json")(content, Form())
