"""`hub preview DATASET`: what is in it, seen in the terminal, as a picture or as a page."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub import fetch, registry, settings
from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.cli.previewed import lines_of, usual_count
from hub.cli.told import files
from hub.datasets import splits
from hub.errors import HubError, InvalidInput, MissingFile, NotFound
from hub.fetch.plans import dataset_owner
from hub.progress import human_bytes
from hub.store import shared
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hub.cards import Artifact
    from hub.datasets.choice import Choice
    from hub.datasets.dataset import Dataset
    from hub.readers import Option
    from hub.viz.counting import Counts
    from hub.viz.previews import Preview, Seen

OWN = "folder"
"""The dataset that a path means: pictures of one's own."""

FEW = 20
"""Characters that are named."""

MOST = 1000
"""Samples at most: more are no preview."""


@click.command()
@click.argument("dataset", shell_complete=complete_names)
@click.option("--split", help="A split, such as train or train[:100]; default: one that is here, or the smallest.")
@click.option("--variant", help="A variant, where a dataset has several.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where your own copy, or your own data, is.")
@click.option("-n", "--n", "count", type=click.IntRange(1, MOST), help="How many samples (default: some rows).")
@click.option("--class", "only", help="Only samples of this class: its name or number.")
@click.option("--seed", type=click.IntRange(0), help="Draw samples at random, the same ones for the same number.")
@click.option("--png", type=click.Path(path_type=Path, dir_okay=False), help="Write a picture to this file.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a page to this file.")
@click.option("--offline", is_flag=True, help="Open no connection: what is not in the store is an error.")
@json_option
@quiet_option
def command(  # noqa: PLR0913, PLR0917  click passes options one by one
    dataset: str,
    split: str | None,
    variant: str | None,
    data_dir: Path | None,
    count: int | None,
    only: str | None,
    seed: int | None,
    png: Path | None,
    html: Path | None,
    offline: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show samples of DATASET with what is known of them, and how many there are of each class and size.

    DATASET is a name, or the path of pictures of your own. Without --png or --html it is shown in the terminal. Of a
    dataset that is not in the store it is said what is fetched, and how much that is.
    """
    for path in filter(None, (png, html)):
        _require_folder(path)
    if data_dir is None and _is_path(dataset):
        dataset, data_dir = OWN, Path(dataset)
    with settings.without_network() if offline else nullcontext():
        opened = _opened(dataset, split, {"variant": variant} if variant else {}, data_dir, quiet=quiet)

    from hub.viz.previews import preview

    title = data_dir.resolve().name if data_dir is not None and not opened.card.artifacts else ""
    if not (count or png or html or as_json):
        count = usual_count(opened.fields)
    shown = preview(opened, count, only=only, seed=seed, title=title)
    files = _written(shown, png, html)
    if as_json:
        print_json({**_as_table(shown), "files": [str(path) for path in files]})
    elif files:
        click.echo("\n".join(map(str, files)))
    else:
        click.echo("\n".join(lines_of(shown)))


def _is_path(name: str) -> bool:
    """Tell whether a name is a path; a folder that is called like a dataset is meant with `./` before it."""
    return name.startswith((".", "/", "~")) or (Path(name).exists() and not _is_known(name))


def _is_known(name: str) -> bool:
    try:
        registry.find_dataset(name)
    except NotFound:
        return False
    return True


def _opened(
    name: str, split: str | None, options: Mapping[str, Option], folder: Path | None, *, quiet: bool
) -> Dataset:
    from hub.datasets.choice import choose

    entry = registry.find_dataset(name)
    choice = choose(entry, options)
    if folder is None and choice.splits:
        split = split or _nearest(choice)
        _tell(choice, split, quiet=quiet)

    from hub.datasets.loading import load_dataset  # imports torch

    # The digests of a copy would take reading all of it.
    given: dict[str, Any] = {"data_dir": folder, "verify": False, "progress": not quiet, **options}
    if folder is None or split is not None:
        opened: Dataset = load_dataset(name, split=split or "", **given)
        return opened
    if choice.splits:
        return _first(name, choice, given)
    found: dict[str, Dataset] = load_dataset(name, **given)
    return found.get("train") or next(iter(found.values()))


def _first(name: str, choice: Choice, given: dict[str, Any]) -> Dataset:
    """Return the first split that a copy has."""
    from hub.datasets.loading import load_dataset

    *others, last = choice.splits
    for split in others:
        with suppress(MissingFile):
            return load_dataset(name, split=split, **given)
    return load_dataset(name, split=last, **given)


def _nearest(choice: Choice) -> str:
    """Return the split of which least is to be fetched, the first one where several are alike."""
    costs = {name: sum(artifact.size or 0 for artifact in _missing(choice, name)) for name in choice.splits}
    return min(costs, key=lambda name: costs[name])


def _missing(choice: Choice, split: str) -> list[Artifact]:
    """Return the files of a split, which may be an expression, that neither this store nor a shared one has."""
    current = settings.current()
    names = list(dict.fromkeys(part.name for part in splits.parse(split)))
    needed = choice.artifacts(names)
    owner = dataset_owner(choice.id, choice.card)
    found = fetch.present(Layout(current.home), owner, needed, shared.stores(current.shared))
    return [artifact for artifact in needed if artifact.name not in found]


def _tell(choice: Choice, split: str, *, quiet: bool) -> None:
    """Say what is to be fetched, if anything is."""
    missing = [artifact for artifact in _missing(choice, split) if artifact.sources]
    if not missing or quiet or settings.current().offline:
        return
    size = human_bytes(sum(artifact.size or 0 for artifact in missing))
    least = "at least " if any(artifact.size is None for artifact in missing) else ""
    click.echo(f"{choice.id} is not here: {files(len(missing))} of {split}, {least}{size}, to be fetched", err=True)


def _require_folder(path: Path) -> None:
    if not path.absolute().parent.is_dir():
        raise InvalidInput(f"cannot write {path}", expected="a file in a folder that is there", found="no such folder")


def _written(shown: Preview, png: Path | None, html: Path | None) -> list[Path]:
    made: list[tuple[Path, Callable[[], bytes]]] = []
    if png is not None:
        made.append((png, lambda: as_png(shown)))
    if html is not None:
        made.append((html, lambda: as_page(shown)))
    for path, content in made:
        try:
            path.write_bytes(content())
        except OSError as error:
            raise HubError(
                f"cannot write {path}", found=error.strerror, hint="name a file in a folder of yours"
            ) from error
    return [path for path, _ in made]


def as_png(shown: Preview) -> bytes:
    """Return a preview as a PNG; what no font here can write is said on standard error."""
    from io import BytesIO

    from hub.viz import fonts
    from hub.viz.previews import sheet_of

    written = BytesIO()
    sheet_of(shown).save(written, "PNG", optimize=True)
    names = shown.classes.names if shown.classes else ()
    lacking = fonts.missing("".join([*names, *(sample.said for sample in shown.samples)]))
    if lacking:
        click.echo(f"no font here has {' '.join(lacking[:FEW])}: --html shows all of it", err=True)
    return written.getvalue()


def as_page(shown: Preview) -> bytes:
    """Return a preview as a page."""
    from hub.viz.page import page_of

    return page_of(shown).encode()


def _as_table(shown: Preview) -> dict[str, object]:
    return {
        "dataset": shown.title,
        "split": shown.split,
        "count": shown.count,
        **{name: said for name, said in shown.facts if name not in ("split", "samples", "splits")},
        "samples": [_row(sample) for sample in shown.samples],
        "classes": _counts(shown.classes),
        "sizes": _counts(shown.sizes),
    }


def _row(sample: Seen) -> dict[str, object]:
    fault = {"fault": sample.fault} if sample.fault else {}
    return {"number": sample.number, "caption": sample.caption, **fault, "values": dict(sample.words)}


def _counts(counts: Counts | None) -> dict[str, object] | None:
    if counts is None:
        return None
    return {"of": counts.title, "counts": dict(zip(counts.names, counts.counts, strict=True))}
