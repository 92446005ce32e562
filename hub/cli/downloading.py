"""`hub download NAME...`."""

from __future__ import annotations

from pathlib import Path

import click

from hub import fetch, settings
from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.cli.table import lines
from hub.fetch import plans
from hub.fetch.guarding import guarded
from hub.progress import human_bytes
from hub.sources.base import shown
from hub.sources.mirrors import widened
from hub.store import shared
from hub.store.layout import Layout


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=complete_names)
@click.option("--split", help="Only the files that these splits need, such as train or train+test.")
@click.option("--variant", help="Only the files of this variant, such as 6B.50d of glove; else of the default one.")
@click.option("--to", type=click.Path(path_type=Path), help="Copy the files to this folder, under their own names.")
@click.option("--force", is_flag=True, help="Fetch everything anew, also what is there.")
@click.option("--dry-run", is_flag=True, help="Say what would be fetched, and fetch nothing.")
@json_option
@quiet_option
def command(  # noqa: PLR0913, PLR0917  click passes options one by one
    names: tuple[str, ...],
    split: str | None,
    variant: str | None,
    to: Path | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Fetch and verify the files of datasets, of models' weights or of URLs, and print their paths.

    A URL may carry its digest: https://example.org/a.zip#sha256=<hex>.
    """
    if dry_run:
        _print_plan([row for name in names for row in _planned(name, split, variant, force=force)], as_json=as_json)
        return
    paths = [
        path
        for name in names
        for path in fetch.download(name, split=split, variant=variant, to=to, force=force, progress=not quiet)
    ]
    if as_json:
        print_json([str(path) for path in paths])
    else:
        click.echo("\n".join(map(str, paths)))


def _planned(name: str, split: str | None, variant: str | None, *, force: bool) -> list[dict[str, object]]:
    plan = plans.plan(name, split, variant)
    plan.require_sources()
    current = settings.current()
    pinned = guarded(plan.owner, plan.artifacts, current)
    found = {} if force else fetch.present(Layout(current.home), plan.owner, pinned, shared.stores(current.shared))
    artifacts = [widened(artifact, current) for artifact in pinned]
    return [
        {
            "name": shown(name),
            "file": artifact.name,
            "bytes": artifact.size,
            "action": "have" if artifact.name in found else "fetch",
            "source": shown(artifact.in_order[0].url) if artifact.sources else "",
        }
        for artifact in artifacts
    ]


def _print_plan(rows: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    table = [
        (str(row["action"]), str(row["name"]), _size(row["bytes"]), str(row["file"]), str(row["source"]))
        for row in rows
    ]
    click.echo("\n".join(lines(table)))


def _size(count: object) -> str:
    return human_bytes(count) if isinstance(count, int) else "?"
