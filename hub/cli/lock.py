"""`hub lock NAME...`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hub import lockfile, settings
from hub.cli.changes import summary, told
from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.cli.wanted import from_option, lockfile_path, of_file
from hub.errors import InvalidInput
from hub.fetch import locking
from hub.lockfile.differences import differences
from hub.progress import shown
from hub.store import pins
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from hub.lockfile import Lockfile, Requirement


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=complete_names)
@click.option("--split", default="", help="Only the files that these splits need, such as train or train+test.")
@click.option("--variant", default="", help="Only the files of this variant; `all` means all variants.")
@from_option("Pin what a Python script loads, or what a card describes; the script is read, not run.")
@click.option("--remove", metavar="NAME", multiple=True, help="Take a name out again.")
@click.option("--dry-run", is_flag=True, help="Say what would change; fetch and write nothing.")
@json_option
@quiet_option
def command(  # noqa: PLR0913, PLR0917  click passes options one by one
    names: tuple[str, ...],
    split: str,
    variant: str,
    files: tuple[Path, ...],
    remove: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Pin datasets, weights and files of URLs in hub.lock: every file by sha256 and size.

    In the folder of hub.lock and below, hub.load, hub.load_dataset and hub.download then accept these bytes and no
    others. Commit the file, as you commit uv.lock; on other machines `hub sync` brings what it pins.

    A NAME that is pinned already is renewed; without one, everything is. Nothing is fetched but what cards do not know
    in full, such as a URL, of which nobody has stated a digest.
    """
    path = lockfile_path()
    before = lockfile.existing(path)
    wanted = [lockfile.Requirement(name=name, split=split, variant=variant) for name in names]
    wanted += [each for file in files for each in of_file(file, quiet=quiet)]
    _refuse_nothing(before, path, wanted, asked=bool(names or files or remove))
    if files and not wanted and not remove:
        after = before  # a script that loads nothing: not a reason to renew the rest
    else:
        change = locking.chosen(before, wanted, remove)
        after = _preview(before, change) if dry_run else _written(path, change, quiet=quiet)
    found = differences(before, after)
    if as_json:
        print_json([asdict(each) for each in found])
        return
    for line in told(found):
        click.echo(line)
    if not quiet:
        note = " (nothing was written)" if dry_run else "" if found else " (nothing changed)"
        click.echo(f"{path}: {summary(after)}{note}", err=True)


def _refuse_nothing(before: Lockfile, path: Path, wanted: list[Requirement], *, asked: bool) -> None:
    if not wanted and not asked and not before.requires:
        raise InvalidInput(
            f"there is nothing to renew in {path}",
            expected="names of datasets, models or URLs to pin",
            found="none, and no hub.lock that has some",
            hint="hub lock mnist resnet18; hub lock --from train.py",
        )


def _preview(before: Lockfile, change: locking.Change) -> Lockfile:
    layout = Layout(settings.current().home)
    return locking.locked(before, change, map(locking.guessed, change.planned(before, layout)))


def _written(path: Path, change: locking.Change, *, quiet: bool) -> Lockfile:
    current = settings.current()
    layout = Layout(current.home)
    before = lockfile.existing(path)
    with shown(not quiet) as progress:
        entries = [locking.made(each, current, progress) for each in change.planned(before, layout)]
    # What another process has written in between stays, but for the names that this change is about.
    after = lockfile.update(path, lambda now: locking.locked(now, change, entries), layout)
    pins.register(layout, path)
    return after
