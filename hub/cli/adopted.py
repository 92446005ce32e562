"""What `hub import` does with folders and loose files, and says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub import settings
from hub.cli.told import Told, files
from hub.errors import InvalidInput
from hub.progress import human_bytes
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from hub.adopting.report import Adopted, Report, Share
    from hub.progress import Progress

DONE = {
    "cloned": ("cloned", "they share their blocks on the disk"),
    "linked": ("linked", "folder and store share them, so they are read-only now (--copy keeps them apart)"),
    "copied": ("copied", ""),
    "unpacked": ("unpacked", ""),
    "there": ("in the store already", ""),
}
WOULD = {
    "linked": ("to link", "folder and store will share them; they become read-only where blocks cannot be shared"),
    "copied": ("to copy", ""),
    "unpacked": ("to unpack", ""),
    "there": ("in the store already", ""),
}
NOTHING = """\
none of them is a published file of a dataset or model. A copy that was unpacked can be read where it lies:
hub.load_dataset(NAME, data_dir=...)"""


def run(places: Sequence[Path], names: Sequence[str], progress: Progress, *, copies: bool, dry_run: bool) -> Told:
    """Take what is published into the store, or say what would be taken; raises what `adopt` does."""
    from hub import adopting
    from hub.adopting.taking import Looking, Storing
    from hub.fetch.plans import EVERY, every_plan, plan

    layout = Layout(settings.current().home)
    plans = [plan(name, variant=EVERY) for name in names] if names else every_plan()
    for place in places:
        progress.note(f"looking through {place}")
    taking = Looking(layout, copies) if dry_run else Storing(layout, copies)
    report = adopting.adopt(places, plans, layout, taking=taking, record=not dry_run, progress=progress)
    if not report.adopted and not any(place.is_dir() for place in places):
        raise _not_published(places[0])
    rows = [_row(share) for share in report.shares]
    return Told(rows, list(_notes(report, WOULD if dry_run else DONE)), _table(report))


def _not_published(place: Path) -> InvalidInput:
    packed = place.suffix in (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar")
    return InvalidInput(
        f"{place} is no bundle, and none of the files that cards name",
        expected="a folder, a bundle that `hub export` made, or a published file",
        found="an archive of other things" if packed else "another file",
        hint="unpack it and import the folder" if packed else "hub info NAME lists the files of NAME",
    )


def _row(share: Share) -> tuple[str, ...]:
    rest = "" if share.whole else f"hub download {share.name} gets the rest"
    return (share.name, f"{share.files} of {files(share.of)}", human_bytes(share.size), rest)


def _notes(report: Report, words: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    for how, (verb, meaning) in words.items():
        found = list(report.of(how))
        if found:
            counted = f"{verb}: {files(len(found))}, {human_bytes(report.size(how))}"
            yield f"{counted}; {meaning}" if meaning else counted
    yield f"seen: {files(report.looked_at)}; not read, as no published one has their size or name: {report.skipped:,}"
    if report.differing:
        few = ", ".join(map(_printable, report.differing[:3])) + ", ..." * (len(report.differing) > 3)  # noqa: PLR2004
        yield f"left alone: {files(len(report.differing))} called like published ones, with other bytes: {few}"
    if not report.adopted:
        yield NOTHING


def _printable(path: Path) -> str:
    return "".join(char if char.isprintable() else "?" for char in path.name)


def _table(report: Report) -> dict[str, object]:
    shares = [{"name": each.name, "files": each.files, "of": each.of, "bytes": each.size} for each in report.shares]
    return {
        "names": shares,
        "files": [_file(each) for each in report.adopted],
        "differing": report.differing,
        "seen": report.looked_at,
        "skipped": report.skipped,
    }


def _file(each: Adopted) -> dict[str, object]:
    artifacts = [{"owner": owner, "file": name} for owner, name in each.artifacts]
    return {"path": each.path, "bytes": each.size, "sha256": each.sha256, "how": each.how, "is": artifacts}
