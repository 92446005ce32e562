"""`hub verify [NAME]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub import fetch, settings
from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.errors import DigestMismatch
from hub.fetch.plans import EVERY, plan
from hub.progress import human_bytes, shown
from hub.store import verifying
from hub.store.layout import Layout
from hub.store.units import BLOB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.store.verifying import Verdict


@click.command()
@click.argument("name", required=False, shell_complete=complete_names)
@json_option
@quiet_option
def command(name: str | None, as_json: bool, quiet: bool) -> None:
    """Read everything in the store anew, or what belongs to NAME, and compare it; needs no network.

    Files are hashed; prepared data and converted weights are compared with what was noted when they were made. A file
    that is not what it should be is moved to the store's `quarantine` folder, and fetched or made anew at the next use.
    Records of what was fetched, which may be lost, are made again from the cards.
    """
    layout = Layout(settings.current().home)
    wanted = verifying.pieces(layout, None if name is None else _digests_of(layout, name))
    with shown(not quiet) as progress:
        progress.start("verify", sum(piece.size for piece in wanted))
        verdicts = verifying.verify(layout, wanted, advance=progress.advance)
        progress.finish()
    if name is None:
        fetch.rebuild_refs(layout)
    if as_json:
        print_json([_table(verdict) for verdict in verdicts])
    else:
        click.echo(_told("files are as published", [each for each in verdicts if each.piece.kind == BLOB]))
        made = [each for each in verdicts if each.piece.kind != BLOB]
        if made:
            click.echo(_told("prepared files are as they were made", made))
    _refuse(verdicts)


def _digests_of(layout: Layout, name: str) -> set[str]:
    wanted = plan(name, variant=EVERY)
    return {local.sha256 for local in fetch.present(layout, wanted.owner, wanted.artifacts).values()}


def _told(what: str, verdicts: Sequence[Verdict]) -> str:
    good = sum(not each.wrong for each in verdicts)
    return f"{good} of {len(verdicts)} {what} ({human_bytes(sum(each.piece.size for each in verdicts))})"


def _table(verdict: Verdict) -> dict[str, object]:
    piece = verdict.piece
    return {
        "kind": piece.kind,
        "sha256" if piece.kind == BLOB else "fingerprint": piece.name,
        "path": verdict.quarantined or piece.path,
        "bytes": piece.size,
        "good": not verdict.wrong,
        "found": verdict.wrong or None,
    }


def _refuse(verdicts: Sequence[Verdict]) -> None:
    bad = [each for each in verdicts if each.wrong]
    if bad:
        first = bad[0]
        where = f"now in {first.quarantined}" if first.quarantined else f"still in {first.piece.path}"
        few = (
            "1 file in the store is not what it"
            if len(bad) == 1
            else f"{len(bad)} files in the store are not what they"
        )
        raise DigestMismatch(
            f"{few} should be",
            expected=f"sha256:{first.piece.name}"
            if first.piece.kind == BLOB
            else f"{first.piece.path.name} as it was made",
            found=f"{first.wrong}, {where}",
            hint="the next use gets them anew; check the disk if this repeats",
        )
