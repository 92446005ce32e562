"""`hub import PATH...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub import settings
from hub.cli.options import json_option, print_json, quiet_option
from hub.cli.table import lines
from hub.errors import HubError, InvalidInput
from hub.progress import human_bytes, shown
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.adopting.report import Adopted, Report, Share
    from hub.progress import Progress

STDIN = Path("-")


@click.command()
@click.argument("words", metavar="PATH... [NAME...]", nargs=-1, required=True)
@click.option("--copy", "copies", is_flag=True, help="Copy files out of folders: never make the store's file a link.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@json_option
@quiet_option
def command(words: tuple[str, ...], copies: bool, dry_run: bool, as_json: bool, quiet: bool) -> None:
    """Take files into the store that are on this machine already: of a folder, or of a bundle.

    Of a folder (./data, ~/.cache/torch, downloads) the files are taken that are published ones of datasets and models,
    whatever they are called: told by size, or name, and then by digest. They take no room twice: where the file
    system can, the store's file shares their blocks; else it is a second name of the same file, which is then
    read-only. Packed files (.gz, members of archives) are unpacked.

    A bundle is what `hub export` made; `-` reads one from standard input. What is there already is passed over, so an
    interrupted import goes on where it was. NAME... takes a part.
    """
    places, names = _sorted_out(words)
    with shown(not quiet) as progress:
        report = _adopted(places, names, progress, copies=copies, dry_run=dry_run)
    if as_json:
        print_json(_table(report, names))
        return
    _print(report, dry_run=dry_run, quiet=quiet)


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


def _adopted(
    places: Sequence[Path], names: Sequence[str], progress: Progress, *, copies: bool, dry_run: bool
) -> Report:
    from hub import adopting
    from hub.adopting.taking import Looking, Storing
    from hub.fetch.plans import EVERY, every_plan, plan

    layout = Layout(settings.current().home)
    plans = [plan(name, variant=EVERY) for name in names] if names else every_plan()
    taking = Looking(layout, copies) if dry_run else Storing(layout, copies)
    report = adopting.adopt(places, plans, layout, taking=taking, record=not dry_run, progress=progress)
    if not report.adopted and not any(place.is_dir() for place in places):
        raise _not_published(places)
    return report


def _not_published(places: Sequence[Path]) -> InvalidInput:
    is_archive = places[0].suffix in (".zip", ".tar", ".tgz", ".gz")
    return InvalidInput(
        f"{places[0]} is none of the files that cards name, and no bundle",
        expected="a folder, a file that `hub export` made, or a published file of a dataset or model",
        found="another file" if places[0].suffix != ".zip" else "a zip file of other things",
        hint="unpack it and import the folder" if is_archive else "hub info NAME lists the files of NAME",
    )


DONE = {
    "cloned": "share their blocks with the store",
    "linked": "are files of the store now, too, and were made read-only: they and the store are one (--copy parts them)",
    "copied": "were copied",
    "unpacked": "were unpacked",
    "there": "were in the store before",
}
WOULD = {
    "cloned": "would share their blocks with the store",
    "linked": "would be files of the store too, taking no room twice, and read-only if the disk cannot share blocks",
    "copied": "would be copied",
    "unpacked": "would be unpacked",
    "there": "are in the store already",
}


def _print(report: Report, *, dry_run: bool, quiet: bool) -> None:
    if report.shares:
        click.echo("\n".join(lines(map(_row, report.shares), right=[1, 2])))
    if quiet:
        return
    for how, words in (WOULD if dry_run else DONE).items():
        found = list(report.of(how))
        if found:
            click.echo(f"{_files(len(found))} ({human_bytes(report.size(how))}) {words}", err=True)
    click.echo(_rest(report), err=True)


def _row(share: Share) -> tuple[str, ...]:
    todo = "" if share.whole else f"hub download {share.name} fetches the rest"
    return (share.name, f"{share.files} of {_files(share.of)}", human_bytes(share.size), todo)


def _rest(report: Report) -> str:
    told = f"{_files(report.looked_at)} seen; {report.skipped:,} have neither size nor name of a published one"
    if report.differing:
        few = ", ".join(path.name for path in report.differing[:3]) + ", ..." * (len(report.differing) > 3)
        told += f"; {len(report.differing):,} have, and are not ({few})"
    return told


def _files(count: int) -> str:
    return f"{count:,} file{'s' * (count != 1)}"


def _table(report: Report, names: Sequence[str]) -> dict[str, object]:
    return {
        "names": [
            {"name": each.name, "files": each.files, "of": each.of, "bytes": each.size} for each in report.shares
        ],
        "files": [_file(each) for each in report.adopted],
        "differing": report.differing,
        "seen": report.looked_at,
        "skipped": report.skipped,
    }


def _file(each: Adopted) -> dict[str, object]:
    artifacts = [{"owner": owner, "file": name} for owner, name in each.artifacts]
    return {"path": each.path, "bytes": each.size, "sha256": each.sha256, "how": each.how, "is": artifacts}
