"""Names of classes: the key `names` of a YAML file, in the few ways in which people write it.

    names: [cat, dog]      names:         names:          names: {0: cat, 1: dog}
                             - cat          0: cat
                             - dog          1: dog

Nothing else of such a file is looked at, and nothing in it is run.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Entry = tuple[str | None, str]
    """The number of a class, if it is written, and its name."""

KEY = re.compile(r"^names[ \t]*:[ \t]*(?P<first>.*)$", re.MULTILINE)
QUOTED = r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\""""
BLOCK = re.compile(rf"\s*(?:-|(?P<number>\d+)\s*:)\s+(?P<name>{QUOTED}|[^'\"].*?)\s*(?:\s#.*)?")
FLOW = re.compile(rf"\s*(?:(?P<number>\d+)\s*:\s*)?(?P<name>{QUOTED}|[^,\]}}]*?)\s*(?P<end>[,\]}}])")


def yaml_names(text: str, where: str) -> Sequence[str]:
    """Return the names in the order of their numbers; none if there is no such key.

    Raises FormatError if they are written in another way, or numbers are left out.
    """
    key = KEY.search(text)
    if key is None:
        return ()
    first = key["first"].partition("#")[0].strip()
    if first and first[0] not in "[{":
        raise _wrong(where, first)
    found = list(_flow(text[key.start("first") + 1 :], where) if first else _block(text[key.end() :]))
    if all(number is None for number, _ in found):
        return [_plain(name) for _, name in found]
    by_number = {int(number or -1): _plain(name) for number, name in found}
    if sorted(by_number) != list(range(len(found))):
        raise _wrong(where, ", ".join(map(str, by_number)))
    return [by_number[number] for number in range(len(found))]


def _flow(text: str, where: str) -> Iterator[Entry]:
    """Yield what stands in brackets, on one line or several."""
    end, place = ",", 0
    while end == ",":
        entry = FLOW.match(text, place)
        if entry is None:
            raise _wrong(where, "brackets that are not closed")
        end, place = entry["end"], entry.end()
        if entry["name"]:
            yield entry["number"], entry["name"]


def _block(text: str) -> Iterator[Entry]:
    """Yield what stands on lines of its own, up to the next key."""
    for line in text.split("\n"):
        entry = BLOCK.fullmatch(line)
        if entry is not None:
            yield entry["number"], entry["name"]
        elif line.partition("#")[0].strip():
            return


def _plain(name: str) -> str:
    if name.startswith("'"):
        return name[1:-1].replace("''", "'")
    if not name.startswith('"'):
        return name
    try:
        return str(json.loads(name))
    except json.JSONDecodeError:  # an escape that only YAML has
        return name[1:-1]


def _wrong(where: str, found: str) -> FormatError:
    return FormatError(
        f"the names of classes in {where} cannot be read",
        path=where,
        expected="a list, or a name for each number from 0 on",
        found=found,
        hint="write them one a line into classes.txt instead",
    )
