"""`hub verify [NAME]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub import fetch, settings
from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.errors import DigestMismatch
from hub.fetch.plans import EVERY, plan
from hub.progress import human_bytes, shown
from hub.store import blobs
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("name", required=False, shell_complete=complete_names)
@json_option
@quiet_option
def command(name: str | None, as_json: bool, quiet: bool) -> None:
    """Hash what is in the store anew, all of it or what belongs to NAME; needs no network.

    A file that is not what its name says is moved to the store's `quarantine` folder and fetched anew at the next use.
    Records of what was fetched, which may be lost, are made again from the cards.
    """
    verdicts = _verify(name, quiet=quiet)
    if name is None:
        fetch.rebuild_refs(Layout(settings.current().home))
    bad = [verdict for verdict in verdicts if verdict.quarantined]
    if as_json:
        print_json([{"sha256": each.sha256, "bytes": each.size, "good": not each.quarantined} for each in verdicts])
    else:
        amount = human_bytes(sum(verdict.size for verdict in verdicts))
        click.echo(f"{len(verdicts) - len(bad)} of {len(verdicts)} files are as published ({amount})")
    if bad:
        raise DigestMismatch(
            f"{len(bad)} files in the store are not what their names say",
            expected="sha256:" + bad[0].sha256,
            found=f"other bytes, now in {bad[0].quarantined}",
            hint="they are fetched anew at the next use; check the disk if this repeats",
        )


def _verify(name: str | None, *, quiet: bool) -> list[blobs.Verdict]:
    layout = Layout(settings.current().home)
    paths = _paths_of(layout, name) if name else list(blobs.every(layout))
    verdicts = []
    with shown(not quiet) as progress:
        progress.start("verify", sum(path.stat().st_size for path in paths))
        for path in paths:
            verdicts.append(blobs.verify(layout, path))
            progress.advance(verdicts[-1].size)
        progress.finish()
    return verdicts


def _paths_of(layout: Layout, name: str) -> list[Path]:
    wanted = plan(name, variant=EVERY)
    return [local.path for local in fetch.present(layout, wanted.owner, wanted.artifacts).values()]
