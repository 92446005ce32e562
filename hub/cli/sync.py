"""`hub sync`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hub import lockfile, settings
from hub.cli.changes import told
from hub.cli.options import json_option, print_json, quiet_option
from hub.cli.table import lines
from hub.cli.wanted import from_option, lockfile_path, of_file
from hub.errors import HubError, IntegrityError, OfflineError, TransferError
from hub.fetch import syncing
from hub.lockfile.differences import Difference
from hub.progress import human_bytes, shown
from hub.sources.base import shown as without_credentials
from hub.store import pins, shared
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from hub.fetch.syncing import Need


@click.command()
@click.option(
    "--check", is_flag=True, help="Fetch nothing; exit with 1 if `hub lock` would change hub.lock, and say how."
)
@from_option("With --check: also if this script loads what hub.lock does not pin.")
@click.option("--dry-run", is_flag=True, help="Say what would be fetched, and fetch nothing.")
@json_option
@quiet_option
def command(check: bool, files: tuple[Path, ...], dry_run: bool, as_json: bool, quiet: bool) -> None:
    """Bring everything that hub.lock pins to this machine, verified; what is here already is not fetched again.

    With --check nothing is fetched and no connection opened. It says in what way hub.lock is out of date, as a card has
    moved on, a name is gone or a script loads more, and exits with 1 if it is: a check for every pull request.
    """
    if files and not check:
        raise click.UsageError("--from belongs to --check; `hub lock --from FILE` pins what a script loads")
    path = lockfile_path()
    if check:
        _check(path, files, as_json=as_json, quiet=quiet)
        return
    current = settings.current()
    layout = Layout(current.home)
    needs = syncing.needs(lockfile.read(path), layout, shared.stores(current.shared))
    if dry_run:
        _print_plan(needs, as_json=as_json)
        return
    pins.register(layout, path)
    failed = _bring(needs, quiet=quiet)
    _print_result(needs, failed, as_json=as_json)
    if failed:
        raise next(iter(failed.values()))


def _check(path: Path, files: tuple[Path, ...], *, as_json: bool, quiet: bool) -> None:
    with settings.without_network():
        found = syncing.changes(lockfile.read(path))
        wanted = [each for file in files for each in of_file(file, quiet=quiet)]
        found += [
            Difference("added", str(each), "required") for each, _ in syncing.unlocked(wanted, settings.current())
        ]
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        click.echo("\n".join(told(found)) or f"{path} is up to date")
    if found:
        raise HubError(
            f"{path} is out of date",
            expected="no change by `hub lock`",
            found=f"{len(found)} change{'s' * (len(found) != 1)}",
            hint=f"run `{' '.join(['hub lock', *(f'--from {file}' for file in files)])}` and commit the file",
        )


def _bring(needs: list[Need], *, quiet: bool) -> dict[str, HubError]:
    """Fetch what is missing; return name -> why it could not be had: one dead host does not keep the others waiting."""
    current = settings.current()
    failed: dict[str, HubError] = {}
    with shown(not quiet) as progress:
        for need in needs:
            try:
                syncing.bring(need, current, progress)
            except (TransferError, IntegrityError, OfflineError) as error:  # a full disk stops it at once
                failed[str(need.entry)] = error
    return failed


def _print_result(needs: list[Need], failed: dict[str, HubError], *, as_json: bool) -> None:
    rows = [_row(need, failed) for need in needs]
    if as_json:
        print_json(rows)
        return
    for name, error in failed.items():
        click.echo(f"{name}: {error.what}", err=True)
    for need in needs:
        for pin in need.by_hand:
            click.echo(
                f"{need.entry}: {pin.name} is to be got by hand; `hub info {need.entry.name}` says where", err=True
            )
    fetched = [pin for need in needs if str(need.entry) not in failed for pin in need.missing if pin.sources]
    there = sum(len(need.entry.artifacts) - len(need.missing) for need in needs)
    brought = (
        f"{len(fetched)} file{'s' * (len(fetched) != 1)} fetched ({human_bytes(sum(pin.size for pin in fetched))})"
    )
    lost = f", {len(failed)} name{'s' * (len(failed) != 1)} failed" if failed else ""
    click.echo(f"{brought}, {there} already here{lost}")


def _row(need: Need, failed: dict[str, HubError]) -> dict[str, object]:
    fetched = [pin for pin in need.missing if pin.sources]
    error = failed.get(str(need.entry))
    return {
        "name": need.entry.name,
        "version": need.entry.version,
        "here": len(need.entry.artifacts) - len(need.missing),
        "fetched": 0 if error else len(fetched),
        "bytes": 0 if error else sum(pin.size for pin in fetched),
        "by_hand": [pin.name for pin in need.by_hand],
        "error": error.what if error else None,
    }


def _print_plan(needs: list[Need], *, as_json: bool) -> None:
    rows = [
        {
            "name": str(need.entry),
            "file": pin.name,
            "bytes": pin.size,
            "action": "fetch" if pin.sources else "by hand",
            "source": without_credentials(pin.sources[0].url) if pin.sources else "",
        }
        for need in needs
        for pin in need.missing
    ]
    if as_json:
        print_json(rows)
        return
    table = [
        (str(row["action"]), str(row["name"]), human_bytes(pin_size), str(row["file"]), str(row["source"]))
        for row in rows
        if isinstance(pin_size := row["bytes"], int)
    ]
    total = sum(pin.size for need in needs for pin in need.missing)
    click.echo("\n".join(lines(table)) if table else "everything is here")
    if table:
        click.echo(f"{len(table)} files, {human_bytes(total)}", err=True)
