"""Names that lead out of a folder, or that some system reads as another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def leading_out(outside: Path) -> dict[str, bytes]:
    """Return names of a single member; `outside` is where they shall not write."""
    place = str(outside / "written").encode()
    return {
        "up": b"../written",
        "up later": b"a/../../written",
        "up at the end": b"a/..",
        "only up": b"..",
        "many up": b"../" * 40 + place[1:],
        "root": place,
        "two roots": b"/" + place,
        "up and root": b"..//" + place,
        "backslashes": b"..\\written",
        "backslash root": b"\\written",
        "both slashes": b"..\\/..\\/written",
        "a drive": b"C:\\written",
        "a drive without root": b"C:written",
        "a drive and slashes": b"c:/written",
        "a share": b"\\\\host\\share\\written",
        "a device of Windows": b"\\\\.\\PhysicalDrive0",
        "a home": b"~/written",
        "a stream of Windows": b"a.txt:written",
        "a reserved name": b"NUL",
        "a line feed": b"a\nb",
        "a bell": b"a\x07b",
        "a terminal's title": b"\x1b]0;title\x07",
        "a zero": b"good\0/../../written",
        "ends in a zero": b"../written\0",
        "no name": b"",
        "a dot": b".",
        "dots": b"./././",
        "many slashes": b"a////b//",
        "a long part": b"n" * 300,
        "a long path": b"n/" * 3000 + b"n",
        "deep": b"/".join([b"d"] * 200),
        "no UTF-8": b"\xff\xfe/\x80",
        "overlong": b"..\xc0\xaf..\xc0\xafwritten",
        "a full width dot": "\uff0e\uff0e/written".encode(),
        "right to left": "a\u202etxt.exe".encode(),
        "blank": b" ",
        "blank at the end": b"a /b ",
        "dots at the end": b"a...",
        "an environment": b"$HOME/written",
        "proc": b"/proc/self/cwd/../../written",
        "dev": b"/dev/shm/written",
        "a pipe": b"|touch written",
        "an option": b"-rf",
        "a pattern": b"*",
        "a C1 control": "a\x9bb".encode(),
    }


def colliding() -> dict[str, list[bytes]]:
    """Return names that some file system takes for one, and files in place of folders."""
    return {
        "twice": [b"a", b"a"],
        "case": [b"a/b", b"A/c"],
        "case of files": [b"readme", b"README"],
        "accents": ["é".encode(), "e\u0301".encode()],
        "sharp s": ["straße".encode(), b"STRASSE"],
        "kelvin": [b"K", b"k"],
        "a file and a folder": [b"a", b"a/b"],
        "a folder and a file": [b"a/b", b"a"],
        "a dot between": [b"a/b", b"a/./b"],
        "two slashes": [b"a/b", b"a//b"],
        "deep": [b"a/b/c", b"a/b/c/d/e"],
    }
