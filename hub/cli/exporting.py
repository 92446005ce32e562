"""`hub export FILE NAME...`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub import settings
from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.cli.table import lines
from hub.errors import InvalidInput
from hub.progress import human_bytes, shown

if TYPE_CHECKING:
    from hub.lockfile import Lockfile
    from hub.progress import Progress
    from hub.settings import Settings

STDOUT = "-"


@click.command()
@click.argument("file", metavar="FILE")
@click.argument("names", metavar="[NAME...]", nargs=-1, shell_complete=complete_names)
@click.option("--split", default="", help="Only the files that these splits need, such as train or train+test.")
@click.option(
    "--variant", default="", help="Only the files of this variant, not the default one; `all` means all variants."
)
@click.option("--offline", is_flag=True, help="Open no connection: what is not in the store is an error.")
@click.option("--dry-run", is_flag=True, help="Say what the bundle would hold, as far as cards tell; write nothing.")
@json_option
@quiet_option
def command(  # noqa: PLR0913, PLR0917  click passes options one by one
    file: str,
    names: tuple[str, ...],
    split: str,
    variant: str,
    offline: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write datasets, weights and files into one bundle, which `hub import` reads on a machine without a network.

    NAME is a dataset, a model (its default weights, or NAME@TAG) or a URL. Without a NAME the bundle holds all that
    the project's hub.lock pins. What is missing here is fetched first.

    FILE is a plain tar, which says itself how to read it without hub. The same names make the same bytes. `-` is
    standard output:

        hub export - mnist resnet18 | ssh cluster hub import -
    """
    current = settings.current()
    if offline:
        from dataclasses import replace

        current = replace(current, offline=True)
    if file == STDOUT and sys.stdout.isatty():
        raise InvalidInput("a bundle is not for the screen", expected="hub export FILE NAME..., or a pipe behind `-`")
    with shown(not quiet) as progress:
        lock = _contents(names, split, variant, current, progress, dry_run=dry_run)
        if not dry_run:
            _write(file, lock, current, progress)
    _print(file, lock, as_json=as_json, quiet=quiet, dry_run=dry_run)


def _contents(
    names: tuple[str, ...], split: str, variant: str, current: Settings, progress: Progress, *, dry_run: bool
) -> Lockfile:
    from hub import lockfile
    from hub.bundles import contents

    asked = [lockfile.Requirement(name=name, split=split, variant=variant) for name in names]
    if dry_run:
        return contents.expected(asked, current)
    return contents.of_names(asked, current, progress) if asked else contents.of_project(current, progress)


def _write(file: str, lock: Lockfile, current: Settings, progress: Progress) -> None:
    from hub.bundles import contents, registries, writing

    said, paths = registries.said(lock, current, progress), contents.located(lock, current)
    if file == STDOUT:
        writing.write(sys.stdout.buffer, lock, said, paths, progress)
        sys.stdout.buffer.flush()
        return
    with writing.replaced(Path(file).expanduser(), writing.size_of(lock, said)) as out:
        writing.write(out, lock, said, paths, progress)


def _print(file: str, lock: Lockfile, *, as_json: bool, quiet: bool, dry_run: bool) -> None:
    from hub.bundles.importing import title
    from hub.bundles.reading import sizes

    to_stdout = file == STDOUT and not dry_run
    if as_json and not to_stdout:
        entries = [{"name": title(each), "files": len(each.artifacts), "bytes": each.size} for each in lock.entries]
        print_json({"file": file, "bytes": sum(sizes(lock).values()), "entries": entries})
        return
    rows = [(title(each), _files(len(each.artifacts)), human_bytes(each.size)) for each in lock.entries]
    if not quiet or dry_run:
        click.echo("\n".join(lines(rows, right=[1])), err=not dry_run)
    if not to_stdout and not dry_run:
        click.echo(file)


def _files(count: int) -> str:
    return f"{count:,} file{'s' * (count != 1)}"
