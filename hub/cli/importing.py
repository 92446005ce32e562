"""`hub import PATH...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli import adopted, unbundled
from hub.cli.options import json_option, print_json, quiet_option
from hub.cli.table import lines
from hub.errors import HubError
from hub.progress import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

STDIN = Path("-")


@click.command()
@click.argument("words", metavar="PATH... [NAME...]", nargs=-1, required=True)
@click.option("--copy", "copies", is_flag=True, help="Copy files out of folders; never link them.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@json_option
@quiet_option
def command(words: tuple[str, ...], copies: bool, dry_run: bool, as_json: bool, quiet: bool) -> None:
    """Take files into the store that are on this machine already: of a folder, or of a bundle.

    PATH may be a folder, such as ./data of a program written for torchvision, or ~/.cache/torch. Files in it that
    datasets and models publish are recognised by their digests, whatever they are called, and take no room twice: the
    store's file shares their blocks where the file system can, and is otherwise a hard link, which makes the file
    read-only. Packed ones (.gz, members of archives) are unpacked.

    PATH may be a bundle that `hub export` made, or `-` for one on standard input. Each file is verified; what is here
    already is passed over, so that an interrupted import goes on where it was.

    NAME... takes what belongs to these names alone.
    """
    places, names = _sorted_out(words)
    bundles = [place for place in places if _is_bundle(place)]
    folders = [place for place in places if place not in bundles]
    told = []
    with shown(not quiet) as progress:
        told += [unbundled.run(place, names, progress, dry_run=dry_run) for place in bundles]
        if folders:
            told.append(adopted.run(folders, names, progress, copies=copies, dry_run=dry_run))
    if as_json:
        print_json(told[0].table if len(told) == 1 else [each.table for each in told])
    for each in told:
        if not as_json and each.rows:
            click.echo("\n".join(lines(each.rows, right=[1, 2])))
        if not quiet and each.notes:
            click.echo("\n".join(each.notes), err=True)
    for each in told:
        each.require_all()


def _is_bundle(place: Path) -> bool:
    from hub.bundles.reading import is_bundle

    return place == STDIN or (place.is_file() and is_bundle(place))


def _sorted_out(words: Sequence[str]) -> tuple[list[Path], list[str]]:
    """Return which words are paths and which are names; the first is a path."""
    are_paths = [number == 0 or _is_path(word) for number, word in enumerate(words)]
    places = [Path(word).expanduser() for word, is_path in zip(words, are_paths, strict=True) if is_path]
    return places, [word for word, is_path in zip(words, are_paths, strict=True) if not is_path]


def _is_path(word: str) -> bool:
    if word == "-" or word.startswith((".", "/", "~")):
        return True
    return Path(word).exists() and not _is_name(word)


def _is_name(word: str) -> bool:
    from hub import registry

    try:
        registry.find(word)
    except HubError:
        return False
    return True
