"""Annotations of VOC: what torchvision makes of the same XML, and XML that nobody should read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from readers.scene_files import ANNOTATION, OBJECT, PART, write_voc
from torchvision.datasets import VOCDetection

from hub import readers
from hub.errors import FormatError, MissingFile
from hub.readers.voc import parsed
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

PARTS = OBJECT.format(name="person", left=3, parts=PART * 2)

XML = {
    "no object": ANNOTATION.format(name="1", objects=""),
    "one object": ANNOTATION.format(name="1", objects=OBJECT.format(name="dog", left=1, parts="")),
    "objects with parts": ANNOTATION.format(name="1", objects=PARTS * 2),
    "nothing at all": "<annotation/>",
    "text alone": "<annotation> cat </annotation>",
    "blanks": "<annotation><name> </name><pose></pose><size>\n</size></annotation>",
    "text around elements": "<annotation>a<name>b</name>c<name>d<!-- e -->f</name></annotation>",
    "attributes and another root": '<a x="1"><b y="2">&lt;&#233;</b></a>',
    "an annotation in another": "<annotation><annotation><object>x</object></annotation></annotation>",
    "an old encoding": '<?xml version="1.0" encoding="iso-8859-1"?><annotation><name>\xe9</name></annotation>',
}


def encoded(xml: str) -> bytes:
    return xml.encode("iso-8859-1" if "iso" in xml else "utf-8")


@pytest.mark.parametrize("xml", XML.values(), ids=XML)
def test_annotations_are_those_of_torchvision(xml: str) -> None:
    theirs = VOCDetection.parse_voc_xml(ET.fromstring(encoded(xml)))  # noqa: S314  written above

    ours = parsed(encoded(xml), "a.xml")

    assert ours == theirs


@pytest.mark.parametrize("length", range(0, 180, 7))
def test_a_cut_annotation_is_refused(length: int) -> None:
    whole = XML["one object"].encode()

    with pytest.raises(FormatError, match=r"a\.xml") as caught:
        parsed(whole[:length], "a.xml")

    assert "line" in str(caught.value.found)


LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><annotation>&c;</annotation>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><annotation>&b;</annotation>'


@pytest.mark.parametrize("xml", [LAUGHS, OUTSIDE, "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><annotation/>"])
def test_a_document_type_is_refused(xml: str) -> None:
    with pytest.raises(FormatError, match="no annotation of VOC") as caught:
        parsed(xml.encode(), "a.xml")

    assert "<!DOCTYPE a>" in str(caught.value.found)


@pytest.mark.parametrize(
    "xml", ["<a>" * 5000 + "</a>" * 5000, '<?xml version="1.0" encoding="nonsense"?><a/>', "<a>&b;</a>", ""]
)
def test_other_xml_that_makes_no_sense_is_refused(xml: str) -> None:
    with pytest.raises(FormatError, match="no annotation of VOC"):
        parsed(xml.encode(), "a.xml")


def test_a_damaged_annotation_is_named(tmp_path: Path) -> None:
    write_voc(tmp_path)
    (damaged,) = tmp_path.rglob("000003.xml")
    damaged.write_bytes(damaged.read_bytes()[:100])
    options = {"folder": "VOCdevkit/VOC2012", "task": "detection", "image_set": "train"}

    with pytest.raises(FormatError, match=r"000003\.xml"):
        readers.read_tree("voc", Folder(tmp_path), options)


def test_a_missing_list_of_names_is_named(tmp_path: Path) -> None:
    options = {"folder": "VOCdevkit/VOC2012", "task": "segmentation", "image_set": "val"}

    with pytest.raises(MissingFile, match=r"ImageSets/Segmentation/val\.txt"):
        readers.read_tree("voc", Folder(tmp_path), options)
