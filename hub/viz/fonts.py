"""Letters on pictures, in any script that this machine has a font for.

Pillow's own font has the letters of English and little else. A text that needs more is written in a font of the system
that has all of it: one that fontconfig names, or, where there is no fontconfig, one of those that systems come with.
Texts that no single font has are written in pieces. Scripts from right to left, and those whose letters change with
their neighbours, need Pillow's Raqm, which its wheels carry.

What cannot be written is not left out or drawn as a box: its characters become their numbers, such as U+4E2D, so that
it can be seen that something is missing, and what. `missing` tells of it beforehand. HTML has no such limits.
"""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import ImageFont, features

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import ImageDraw
    from PIL.ImageFont import FreeTypeFont

    Colour = tuple[int, int, int]

ELSEWHERE = (
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "C:/Windows/Fonts/segoeui.ttf",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simsun.ttc",
    "C:/Windows/Fonts/malgun.ttf",
    "C:/Windows/Fonts/Nirmala.ttc",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)
"""Fonts of macOS, Windows, Debian and Arch, asked in this order where fontconfig is not there."""

CAPITALS = 0.72
"""The height of capitals as a share of the size of a font; on their baseline fonts of several pieces stand together."""

NOBODY = "\uffff"
"""A character that no font has: what is drawn for it is what is drawn for all that are missing."""

RIGHT_TO_LEFT = ("R", "AL")
"""Unicode's classes of letters that are written from right to left: those of Hebrew, and of Arabic."""

FONTCONFIG_SECONDS = 5.0


class Face(NamedTuple):
    """A font: the number within its file, and "" for Pillow's own."""

    path: str = ""
    number: int = 0


OWN = Face()


def length(text: str, size: int) -> float:
    """Return how many pixels a text takes from end to end, as `write` writes it."""
    return sum(font.getlength(piece) for piece, font in _pieces(text, size))


def height(size: int) -> int:
    """Return how many pixels a line of letters of that size takes."""
    return round(size * 1.3)


def write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, fill: Colour, size: int) -> None:
    """Write a line of text whose left end is at x and whose capitals have their middle at y."""
    x, y = at
    for piece, font in _pieces(text, size):
        draw.text((x, y + size * CAPITALS / 2), piece, fill=fill, font=font, anchor="ls")
        x += font.getlength(piece)


def missing(text: str) -> str:
    """Return the characters of a text that cannot be written on a picture, each once.

    >>> missing("cat 3")
    ''
    """
    return "".join(dict.fromkeys(char for char in text if _face(char) is None))


def shortened(text: str, size: int, width: float) -> str:
    """Return a text that takes at most so many pixels, ending in "…" if something is missing."""
    if length(text, size) <= width:
        return text
    low, high = 0, len(text)  # so many letters fit; so many do not
    while high - low > 1:
        middle = (low + high) // 2
        fits = length(text[:middle].rstrip() + "…", size) <= width
        low, high = (middle, high) if fits else (low, middle)
    return text[:low].rstrip() + "…"


def in_lines(text: str, size: int, width: float, most: int) -> list[str]:
    """Return a text in at most so many lines that fit, parted at blanks where there are any; the last may be cut."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most - 1 and length(rest, size) > width:
        fitting = len(shortened(rest, size, width)) - 1
        head = rest[: max(1, fitting)]
        blank = head.rfind(" ")
        if blank > 0 and rest[len(head) : len(head) + 1] != " ":
            head = head[:blank]
        lines.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [*lines, shortened(rest, size, width)] if rest else lines


def _pieces(text: str, size: int) -> list[tuple[str, FreeTypeFont]]:
    """Return a text from left to right in pieces, each with a font that has all of it."""
    clean = _cleaned(text)
    whole = _face(clean)
    if whole is not None:
        return [(clean, _font(whole, size))]
    pieces = [(piece, _font(face, size)) for piece, face in _parted(clean)]
    return pieces[::-1] if _begins_at_right(clean) else pieces


def _parted(text: str) -> Iterator[tuple[str, Face]]:
    for face, chars in groupby(text, _face):
        piece = "".join(chars)
        yield (piece, face) if face is not None else (_numbers(piece), OWN)


def _numbers(text: str) -> str:
    """Return characters as their numbers, of many of them the first two.

    >>> _numbers("abcd")
    'U+0061 U+0062 and 2 more'
    """
    said = " ".join(f"U+{ord(char):04X}" for char in text[:FEW])
    return said if len(text) <= FEW else f"{said} and {len(text) - FEW} more"


FEW = 2


def _cleaned(text: str) -> str:
    """Return a text in one line, without characters that say how to write and not what."""
    joined = " ".join(text.split())
    return "".join(
        char for char in joined if unicodedata.category(char) not in ("Cc", "Cf", "Cs") or char in "\u200c\u200d"
    )


def _begins_at_right(text: str) -> bool:
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind for kind in kinds if kind in ("L", *RIGHT_TO_LEFT)), "L") in RIGHT_TO_LEFT


@lru_cache(maxsize=4096)
def _face(text: str) -> Face | None:
    """Return a font that has all characters of a text, None if there is none."""
    wanted = frozenset(text) - set(" \u200c\u200d")
    if any(map(_needs_shaping, wanted)) and not features.check("raqm"):
        return None
    return next((face for face in _candidates(wanted) if all(_has(face, char) for char in wanted)), None)


def _needs_shaping(char: str) -> bool:
    return unicodedata.bidirectional(char) in RIGHT_TO_LEFT or unicodedata.category(char) in ("Mn", "Mc")


def _candidates(chars: frozenset[str]) -> Iterator[Face]:
    yield OWN
    if all(_has(OWN, char) for char in chars):
        return
    yield from (_of_fontconfig("".join(sorted(chars))[:64]),) if shutil.which("fc-match") else _elsewhere()


@lru_cache(maxsize=1024)
def _of_fontconfig(chars: str) -> Face:
    """Return the font without serifs that fontconfig holds best for some characters."""
    numbers = " ".join(f"{ord(char):x}" for char in chars)
    command = ["fc-match", "--format=%{file}|%{index}", f"sans:charset={numbers}"]
    try:
        done = subprocess.run(  # noqa: S603  our own words
            command, capture_output=True, text=True, timeout=FONTCONFIG_SECONDS, check=False
        )
        path, _, index = done.stdout.partition("|")
        return Face(path, int(index))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return OWN


@cache
def _elsewhere() -> Sequence[Face]:
    return [Face(path) for path in ELSEWHERE if Path(path).is_file()]


@lru_cache(maxsize=16384)
def _has(face: Face, char: str) -> bool:
    """Tell whether a font has a character: then it is drawn otherwise than what no font has."""
    try:
        # Raqm would draw a mark without its letter on a circle of dots.
        font = _font(face, 20, ImageFont.Layout.BASIC)
        return _drawn(font, char) != _drawn(font, NOBODY)
    except OSError:  # colour fonts have no such size
        return False


def _drawn(font: FreeTypeFont, char: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(char)
    return mask.size, bytes(mask)


@lru_cache(maxsize=64)
def _font(face: Face, size: int, layout: ImageFont.Layout | None = None) -> FreeTypeFont:
    if face == OWN:
        font = ImageFont.load_default(size)
        if not isinstance(font, ImageFont.FreeTypeFont):
            raise OSError("Pillow was built without FreeType")
        return font
    return ImageFont.truetype(face.path, size, index=face.number, layout_engine=layout)
