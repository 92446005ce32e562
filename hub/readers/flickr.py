"""Flickr8k and Flickr30k: photos, and several sentences on each in one file of either kind.

A file of tokens, a sentence a line:

    <name>.jpg#0<TAB>A child in a pink dress is climbing up a set of stairs .

or the page of the web that shows them:

    <table>
    <tr><td><a href="http://www.flickr.com/photos/sixsigma/1000268201/">http://.../sixsigma/1000268201/</a></td></tr>
    <tr><td><ul><li>A child in a pink dress is climbing up a set of stairs .
                <li>A little girl climbing into a wooden playhouse . </ul></td></tr>
    </table>

where a photo is <number>_<more>.jpg, and "Image Not Found" instead of the address is a photo that is not there.

Option: `ann_file`, the file with the sentences: in the tree, beside the photos, or as an absolute path.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hub.errors import FormatError, InvalidInput
from hub.formats import texts
from hub.readers import Read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

NOT_FOUND = "Image Not Found"


class Page(HTMLParser):
    """The sentences on a page by number of the photo; only what stands right in a link or list of a table counts."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.captions: dict[str, list[str]] = {}
        self._name = name
        self._in_table = False
        self._tag = ""
        self._current: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where the text that follows stands."""
        del attrs
        self._tag = tag
        self._in_table |= tag == "table"

    def handle_endtag(self, tag: str) -> None:
        """Forget where text stands: nothing counts between elements."""
        self._tag = ""
        self._in_table &= tag != "table"

    def handle_data(self, data: str) -> None:
        """Keep a sentence, or find out which photo the next ones are on."""
        if not self._in_table:
            return
        if data == NOT_FOUND:
            self._current = None
        elif self._tag == "a":
            self._current = self.captions[self._number(data)] = []
        elif self._tag == "li" and self._current is not None:
            self._current.append(data.strip())

    def _number(self, address: str) -> str:
        parts = address.split("/")
        if len(parts) < 2:  # noqa: PLR2004  the number, and nothing behind the last slash
            raise FormatError(
                f"line {self.getpos()[0]} of {self._name} links to no photo",
                path=self._name,
                expected="http://www.flickr.com/photos/<user>/<number>/",
                found=repr(address[:80]),
            )
        return parts[-2]


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `captions`, a list of texts, by name of the photo.

    Raises FormatError, naming file and line, if sentences belong to no photo, and MissingFile if one is not there.
    """
    name = str(options["ann_file"])
    if not name:
        raise InvalidInput("no file with sentences is named", expected='ann_file="captions.token"', found="nothing")
    text = tree.text(name)
    found = _from_page(tree, name, text) if text.lstrip().startswith("<") else _from_tokens(tree, name)
    photos = sorted(found)
    return Read({"image": tree.media(photos), "captions": [found[photo] for photo in photos]}, about={"ids": photos})


def _from_tokens(tree: Tree, name: str) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, line in enumerate(texts.lines(tree, name), 1):
        words = line.strip().split("\t")
        photo, sign, _ = words[0].rpartition("#")
        if line.strip() and (len(words) != 2 or not sign):  # noqa: PLR2004  a name and a sentence
            raise texts.wrong_line(tree, name, number, "<name>.jpg#<number>, a tab, and a sentence", line)
        if line.strip():
            found.setdefault(photo, []).append(words[1])
    return found


def _from_page(tree: Tree, name: str, text: str) -> Mapping[str, list[str]]:
    page = Page(f"{name} in {tree}")
    page.feed(text)
    files: dict[str, str] = {}
    for file in tree.files():
        if file.endswith(".jpg"):
            files.setdefault(file.partition("_")[0], file)
    for number in page.captions:
        if number not in files:
            raise tree.missing(f"{number}_*.jpg")
    return {files[number]: captions for number, captions in page.captions.items()}
