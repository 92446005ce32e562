"""The files that transforms are made from: a path, or a URL that is fetched into the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from hub import fetch
from hub.errors import FormatError, MissingFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike


def local(path_or_url: str | PathLike[str]) -> Path:
    """Return where a file lies here; a URL is fetched into the store, and may carry its digest as "#sha256=<hex>".

    Raises MissingFile if there is no file at that path, and what `hub.download` raises.
    """
    if "://" in str(path_or_url):
        return fetch.download(str(path_or_url))[0]
    path = Path(path_or_url)
    if not path.is_file():
        raise MissingFile(f"{path} is no file", expected="the path of a file, or a URL", found="nothing there")
    return path


def read_text(path_or_url: str | PathLike[str]) -> str:
    """Return a file's text, which is UTF-8, with a line feed alone at the end of a line. Raises FormatError."""
    path = local(path_or_url)
    try:
        return path.read_bytes().decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise FormatError(f"{path} is not UTF-8: {error}", path=path, hint="give a text file") from error


def read_encoder(path_or_url: str | PathLike[str]) -> dict[str, int]:
    """Return token -> index from a JSON object. Raises FormatError for anything else."""
    try:
        encoder = json.loads(read_text(path_or_url))
    except (json.JSONDecodeError, RecursionError) as error:
        raise _no_encoder(path_or_url, str(error)) from error
    if not isinstance(encoder, dict):
        raise _no_encoder(path_or_url, f"a JSON {type(encoder).__name__}")
    return encoder


def _no_encoder(path: object, found: str) -> FormatError:
    expected = "a JSON object of token: index"
    return FormatError(f"{path} is no vocabulary", path=path, expected=expected, found=found, hint="give encoder.json")


def pairs_of(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return the merges that lines such as "t h" spell, best first; of a repeated one the last place counts."""
    ranked = {tuple(line.split()): rank for rank, line in enumerate(lines)}
    return [(pair[0], pair[1]) for pair in sorted(ranked, key=ranked.__getitem__) if len(pair) == 2]  # noqa: PLR2004  # a pair
