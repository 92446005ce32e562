"""PASCAL VOC: photos, and for each an XML file of the objects in it or a PNG of its pixels' classes.

    <folder>/ImageSets/Main/<image_set>.txt             names of photos with an XML file, one a line
    <folder>/ImageSets/Segmentation/<image_set>.txt     names of those with a PNG
    <folder>/JPEGImages/<name>.jpg
    <folder>/Annotations/<name>.xml
    <folder>/SegmentationClass/<name>.png

    <annotation>
        <filename>000005.jpg</filename>
        <size><width>500</width><height>375</height><depth>3</depth></size>
        <object>
            <name>chair</name>
            <difficult>0</difficult>
            <bndbox><xmin>263</xmin><ymin>211</ymin><xmax>324</xmax><ymax>339</ymax></bndbox>
        </object>
    </annotation>

Described in "The PASCAL Visual Object Classes Challenge 2012 (VOC2012) Development Kit", sections 6 and 9.

Options: `folder`; `task`, which is "detection" or "segmentation"; `image_set`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

from hub.errors import FormatError
from hub.formats import texts
from hub.readers import Read

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

SETS = {"detection": "Main", "segmentation": "Segmentation"}

# The files of VOC are four levels deep (the parts of a person); what is read is later written as JSON, which recurses.
DEEPEST = 50


@dataclass(slots=True)
class Element:
    """An element that is not closed yet; `text` is None where it has none at all."""

    tag: str
    text: str | None = None
    nested: bool = False
    inside: dict[str, list[object]] = field(default_factory=dict)

    def value(self) -> object:
        """Return what torchvision makes of it: text, or a dict of what is inside, in lists where a tag repeats."""
        if not self.nested:
            return None if self.text is None else self.text.strip()
        if self.tag == "annotation":
            # A single object is in a list too, and where there is none the list is empty.
            self.inside["object"] = [self.inside.get("object", [])]
        return {tag: values[0] if len(values) == 1 else values for tag, values in self.inside.items()}


class Builder:
    """Nested dicts out of what a parser tells."""

    def __init__(self, name: str) -> None:
        self.made: dict[str, object] = {}
        self._name = name
        self._open: list[Element] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element; nothing in VOC has attributes."""
        del attributes
        if len(self._open) == DEEPEST:
            raise _wrong(self._name, f"elements in {DEEPEST} others at most", f"<{tag}> in more")
        if self._open:
            self._open[-1].nested = True
        self._open.append(Element(tag))

    def characters(self, text: str) -> None:
        """Add text to the open element."""
        self._open[-1].text = (self._open[-1].text or "") + text

    def end(self, tag: str) -> None:
        """Close an element; one without any text is left out, as torchvision does."""
        value = self._open.pop().value()
        if value is not None:
            inside = self._open[-1].inside if self._open else {}
            inside.setdefault(tag, []).append(value)
            self.made = {tag: value}


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image`, and `annotation` or `mask`, in the order of the list of names.

    Raises FormatError, naming file and line, if an annotation is no XML.
    """
    folder, task = str(options["folder"]), str(options["task"])
    names = texts.names(tree, f"{folder}/ImageSets/{SETS[task]}/{options['image_set']}.txt")
    images = tree.media(f"{folder}/JPEGImages/{name}.jpg" for name in names)
    if task == "segmentation":
        return Read({"image": images, "mask": tree.media(f"{folder}/SegmentationClass/{name}.png" for name in names)})
    files = (f"{folder}/Annotations/{name}.xml" for name in names)
    return Read({"image": images, "annotation": [parsed(tree.read(file), f"{file} in {tree}") for file in files]})


def parsed(xml: bytes, name: str) -> dict[str, object]:
    """Return an annotation as nested dicts of text: {"annotation": {"object": [{"name": ...}, ...], ...}}.

    Raises FormatError if it is no XML, or has a document type: that could make a few lines grow without bounds.
    """
    builder = Builder(name)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters

    def refuse(doctype: str, *_: object) -> NoReturn:
        raise _wrong(name, "an annotation without a document type", f"<!DOCTYPE {doctype}>")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that nobody knows
        raise _wrong(name, "XML", str(error)) from error
    return builder.made


def _wrong(name: str, expected: str, found: str) -> FormatError:
    return FormatError(f"{name} is no annotation of VOC", path=name, expected=expected, found=found)
