"""`hub cache gc|prune|remove`: what goes from the store, and what is said of it."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from hub import fetch, settings
from hub.cli.ages import ago, moment
from hub.cli.options import json_option, print_json
from hub.cli.table import lines
from hub.errors import HubError, InvalidInput, StoreError
from hub.fetch import keeping, stored
from hub.progress import human_bytes
from hub.store import garbage, removing, standing, units
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.store.garbage import Plan, Removal
    from hub.store.removing import Removed
    from hub.store.standing import Standing
    from hub.store.units import Unit

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")

KINDS = {
    units.BLOB: "files",
    units.PREPARED: "prepared data",
    units.WEIGHTS: "converted weights",
    units.INDEX: "index",
    units.BLOCK: "parts of objects",
    units.REGISTRY: "copy of a registry",
    units.PARTIAL: "unfinished transfers",
    units.QUARANTINE: "bad files",
    units.TMP: "temporary files",
}
"""What people call them."""

HEAD = ("name", "what", "number", "size", "last used", "why")


@click.command("gc")
@click.option("--limit", metavar="SIZE", help="How large the store may be, such as 10GB; else HUB_CACHE_LIMIT.")
@dry_run_option
@json_option
def collect(limit: str | None, dry_run: bool, as_json: bool) -> None:
    """Remove what was unused the longest, until the store is within its limit.

    What a lockfile names, a process uses or the last minutes have seen stays, also if the limit is missed then.
    Prepared data and converted weights go before the files they were made of. With HUB_CACHE_LIMIT set, each transfer
    makes room in the same way.
    """
    current = settings.current()
    layout = Layout(current.home)
    most = current.cache_limit if limit is None else _size(limit)
    if most is None:
        click.echo("no limit is set: --limit 50GB, HUB_CACHE_LIMIT or `cache_limit` in hub.toml sets one", err=True)
    found = standing.look(layout, keeping.digests, time.time())
    plan = garbage.plan(found, most)
    _carry_out(layout, found, plan, dry_run=dry_run, as_json=as_json)


@click.command()
@dry_run_option
@json_option
def prune(dry_run: bool, as_json: bool) -> None:
    """Remove what nothing names any more.

    That is what killed processes left, transfers that nobody has finished, bad files that `hub verify` has set aside,
    files that belong to no name and no lockfile, what was made of files that are gone or by an older version, and
    indexes of the registry that nobody has opened for a month.
    """
    layout = Layout(settings.current().home)
    with suppress(StoreError):  # so that no file is taken for nameless only because its record was lost
        fetch.rebuild_refs(layout)
    found = standing.look(layout, keeping.digests, time.time())
    plan = garbage.prune(layout, found, _version_of)
    _carry_out(layout, found, plan, dry_run=dry_run, as_json=as_json)


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--force", is_flag=True, help="Remove also what a lockfile names.")
@dry_run_option
@json_option
def remove(names: tuple[str, ...], force: bool, dry_run: bool, as_json: bool) -> None:
    """Remove what a name stands for, and what was made of it.

    NAME is one that `hub cache list` prints; without a version it means all of them. Files that another name has as
    well stay for that one.
    """
    layout = Layout(settings.current().home)
    owners = [owner for name in names for owner in stored.owners_of(layout, name)]
    found = standing.look(layout, keeping.digests, time.time())
    plan = stored.removal(layout, owners, found, force=force)
    labels = stored.names_of(layout, found)
    shared = stored.in_common(layout, owners, found)
    done = None if dry_run else stored.remove(layout, owners, plan, force=force)
    _tell(labels, plan, done, as_json=as_json)
    if shared and not as_json:
        click.echo(f"{human_bytes(sum(shared.values()))} stay, as other names have them too", err=True)


def _carry_out(layout: Layout, found: Standing, plan: Plan, *, dry_run: bool, as_json: bool) -> None:
    labels = stored.names_of(layout, found)  # before the names go with what they stand for
    done = None if dry_run else removing.apply(plan, layout, held=keeping.digests)
    _tell(labels, plan, done, as_json=as_json)


def _tell(labels: Mapping[str, str], plan: Plan, done: Removed | None, *, as_json: bool) -> None:
    """Say what goes, or what has gone if it is done."""
    gone = plan.removals if done is None else done.gone
    freed = sum(each.unit.size for each in gone)
    if as_json:
        print_json(_table(labels, plan, gone, done))
        return
    if gone:
        click.echo("\n".join(lines([HEAD, *_rows(labels, gone)], right=(2, 3))))
    would = "would free" if done is None else "freed"
    click.echo(f"{would} {human_bytes(freed)} of {human_bytes(plan.size)}" if gone else "nothing to remove", err=True)
    for reason, number in Counter(reason for _, reason in (done.stayed if done else ())).items():
        click.echo(f"{number} of them stay: {reason}", err=True)
    for path in plan.unreadable:
        click.echo(f"{path} cannot be read: as long as that is so, no file goes that it may name", err=True)
    if plan.limit is not None:
        _tell_limit(plan, plan.size - freed)


def _tell_limit(plan: Plan, size: int) -> None:
    over = size - (plan.limit or 0)
    limit = human_bytes(plan.limit or 0)
    said = f"{human_bytes(over)} over its limit of {limit}: {plan.stays}" if over > 0 else f"its limit is {limit}"
    click.echo(f"the store takes {human_bytes(size)}, {said}", err=True)


def _rows(labels: Mapping[str, str], gone: Sequence[Removal]) -> list[tuple[str, ...]]:
    """Return one row a name, kind and reason, in the order in which they go."""
    groups: dict[tuple[str, str, str], list[Unit]] = {}
    for each in gone:
        key = (labels.get(each.unit.name, "") or "-", KINDS[each.unit.kind], each.reason)
        groups.setdefault(key, []).append(each.unit)
    now = time.time()
    return [
        (
            name,
            kind,
            str(len(found)),
            human_bytes(sum(unit.size for unit in found)),
            ago(now - max(unit.used for unit in found)),
            reason,
        )
        for (name, kind, reason), found in groups.items()
    ]


def _table(labels: Mapping[str, str], plan: Plan, gone: Sequence[Removal], done: Removed | None) -> dict[str, object]:
    return {
        "removed": [
            {
                "name": labels.get(each.unit.name, ""),
                "kind": each.unit.kind,
                "path": each.unit.path,
                "bytes": each.unit.size,
                "last_used": moment(each.unit.used),
                "reason": each.reason,
            }
            for each in gone
        ],
        "dry_run": done is None,
        "freed": sum(each.unit.size for each in gone),
        "bytes_before": plan.size,
        "limit": plan.limit,
        "over": plan.excess,
        "kept": plan.kept,
        "stayed": [{"path": each.unit.path, "reason": reason} for each, reason in (done.stayed if done else ())],
        "unreadable": plan.unreadable,
    }


def _size(text: str) -> int:
    try:
        return settings.bytes_in(text)
    except InvalidInput as error:
        raise InvalidInput(f"--limit {text} is no size", expected=error.expected) from error


def _version_of(name: str) -> int | None:
    """Return the version of the code that makes prepared data or weights; None if there is none of that name."""
    if name == "weights":
        from hub.models.weights import CONVERTER

        return CONVERTER
    from hub import readers
    from hub.datasets import indexed, prepare
    from hub.datasets.uniform import parts

    ours = {"prepare": prepare.VERSION, "inflated": prepare.VERSION, "index": indexed.VERSION, "uniform": parts.VERSION}
    if name in ours:
        return ours[name]
    try:
        return readers.find(name).VERSION
    except HubError:
        return None
