"""`load_dataset`: from a name to a dataset, through card, files and prepared tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, overload

from hub import settings
from hub.datasets import splits, upstream
from hub.datasets.dataset import Dataset, refuse_both
from hub.datasets.origin import Origin, joined
from hub.datasets.prepare import Input, Job, prepare
from hub.datasets.table import Table
from hub.errors import InvalidInput
from hub.fetch import dataset_owner, fetch
from hub.progress import shown
from hub.readers import File
from hub.registry import find_dataset, unknown
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hub.cards import Artifact, DatasetCard, Split
    from hub.datasets.splits import Part
    from hub.datasets.table import Rows
    from hub.progress import Progress
    from hub.readers import Options
    from hub.registry import DatasetEntry
    from hub.settings import Settings

    Transform = Callable[..., object]
    Option = bool | int | str


@dataclass(frozen=True, slots=True)
class Choice:
    """One dataset of a card: the variant's splits and classes, and the reader's options."""

    id: str
    card: DatasetCard
    splits: Mapping[str, Split]
    classes: tuple[str, ...]
    options: Options

    def split(self, name: str) -> Split:
        """Return the split of that name. Raises NotFound with what was probably meant."""
        if name not in self.splits:
            raise unknown(f"split of {self.id}", name, self.splits)
        return self.splits[name]

    def artifacts(self, names: Sequence[str]) -> list[Artifact]:
        """Return the artifacts that the splits of these names are read from, each once."""
        files = (file for name in names for file in self.split(name).files.values())
        needed = {file.partition("#")[0] for file in files}
        return [artifact for artifact in self.card.artifacts if artifact.name in needed]


@overload
def load_dataset(
    name: str,
    *,
    split: str,
    transform: Transform | None = None,
    target_transform: Transform | None = None,
    transforms: Transform | None = None,
    data_dir: str | Path | None = None,
    verify: bool = True,
    streaming: bool = False,
    progress: bool | Progress = True,
    **options: Option,
) -> Dataset: ...


@overload
def load_dataset(
    name: str,
    *,
    split: None = None,
    transform: Transform | None = None,
    target_transform: Transform | None = None,
    transforms: Transform | None = None,
    data_dir: str | Path | None = None,
    verify: bool = True,
    streaming: bool = False,
    progress: bool | Progress = True,
    **options: Option,
) -> dict[str, Dataset]: ...


def load_dataset(  # noqa: PLR0913  the parameters of torchvision's and Hugging Face's loaders together
    name: str,
    *,
    split: str | None = None,
    transform: Transform | None = None,
    target_transform: Transform | None = None,
    transforms: Transform | None = None,
    data_dir: str | Path | None = None,
    verify: bool = True,
    streaming: bool = False,
    progress: bool | Progress = True,
    **options: Option,
) -> Dataset | dict[str, Dataset]:
    """Return a dataset, or a dict of all its splits if none is asked for.

    Files that are not in the store are fetched, verified and prepared once; from then on a dataset is memory-mapped.
    With `data_dir` a copy in torchvision's layout is read instead, without any network, and compared with the
    published digests unless `verify` is False.

    `name` is the id of a card, torchvision's name, or either with a version: "mnist", "MNIST", "mnist@1.0.0".
    `split` may slice and add: "train[:80%]+test". `transform` is given the image, `target_transform` the label,
    `transforms` both. `options` are those of the card, and `variant` where a card has several.

    Raises NotFound for names that do not exist, InvalidInput for arguments without sense, OfflineError and
    TransferError if files cannot be had, and IntegrityError if they are not the published ones.
    """
    refuse_both(transform, target_transform, transforms)
    _refuse_streaming(streaming=streaming)
    choice = choose(find_dataset(name), options)
    parsed = {text: splits.parse(text) for text in (choice.splits if split is None else [split])}
    folder = None if data_dir is None else Path(data_dir).expanduser()
    with shown(progress) as told:
        tables = _tables(choice, _names(parsed), folder, verify=verify, progress=told)
    made = {text: _dataset(choice, text, parts, tables) for text, parts in parsed.items()}
    for dataset in made.values():
        dataset.transform, dataset.target_transform = transform, target_transform
        dataset.transforms = transforms
    return made if split is None else made[split]


def choose(entry: DatasetEntry, options: Mapping[str, Option]) -> Choice:
    """Return what options make of a card. Raises NotFound or InvalidInput if one does not exist or fit."""
    card, identifier = entry.card, entry.id
    known = {**card.options, **({"variant": ""} if card.variants else {})}
    for name, value in options.items():
        if name not in known:
            raise unknown(f"option of {identifier}", name, known)
        if type(value) is not type(known[name]):
            wanted = type(known[name]).__name__
            raise InvalidInput(f"option {name}={value!r} does not fit", expected=wanted, found=type(value).__name__)
    chosen = {name: options.get(name, value) for name, value in card.options.items()}
    classes = next((field.classes for field in card.fields if field.kind == "label"), ())
    if not card.variants:
        return Choice(identifier, card, card.splits, classes, chosen)
    variant = _variant(identifier, card, options.get("variant", card.default_variant))
    found = card.variants[variant]
    return Choice(identifier, card, found.splits, found.classes or classes, {**chosen, **found.options})


def _variant(identifier: str, card: DatasetCard, asked: Option) -> str:
    names = ", ".join(card.variants)
    if not asked:
        hint = f'load_dataset("{identifier}", variant="{next(iter(card.variants))}")'
        raise InvalidInput(f"{identifier} is several datasets", expected=f"variant: {names}", hint=hint)
    if asked not in card.variants:
        raise unknown(f"variant of {identifier}", str(asked), card.variants)
    return str(asked)


def _tables(
    choice: Choice, names: Sequence[str], folder: Path | None, *, verify: bool, progress: Progress
) -> dict[str, Table]:
    """Return split -> prepared table, fetching and preparing what is not there."""
    current = settings.current()
    inputs = (
        _fetched(choice, names, current, progress)
        if folder is None
        else {name: upstream.locate(choice.card, choice.split(name), folder, verify=verify) for name in names}
    )
    layout = Layout(current.home)
    return {
        name: Table(
            _prepared(Job(choice.card, name, choice.split(name), found, choice.options, verify), layout, progress)
        )
        for name, found in inputs.items()
    }


def _fetched(
    choice: Choice, names: Sequence[str], current: Settings, progress: Progress
) -> dict[str, dict[str, Input]]:
    owner = dataset_owner(choice.id, choice.card)
    local = fetch(owner, choice.artifacts(names), settings=current, progress=progress)

    def located(text: str) -> Input:
        artifact, _, member = text.partition("#")
        return Input(File(local[artifact].path, member), local[artifact].sha256)

    return {name: {role: located(text) for role, text in choice.split(name).files.items()} for name in names}


def _prepared(job: Job, layout: Layout, progress: Progress) -> Path:
    target = job.target(layout)
    if not target.exists():
        progress.start(f"preparing {job.card.name} {job.split}", None)
        prepare(job, layout)
        progress.advance(target.stat().st_size)
        progress.finish()
    return target


def _names(parsed: Mapping[str, Sequence[Part]]) -> list[str]:
    return list(dict.fromkeys(part.name for parts in parsed.values() for part in parts))


def _dataset(choice: Choice, text: str, parts: Sequence[Part], tables: Mapping[str, Table]) -> Dataset:
    used = tuple(tables[name] for name in _names({text: parts}))
    origin = Origin(choice.card, text, choice.splits, choice.classes, used)
    return Dataset(origin, rows=_rows(parts, tables))


def _rows(parts: Sequence[Part], tables: Mapping[str, Table]) -> Rows:
    """Return the rows of all parts, counted through the tables that they come from."""
    starts: dict[str, int] = {}
    total = 0
    for part in parts:
        if part.name not in starts:
            starts[part.name] = total
            total += len(tables[part.name])
    picked = [(starts[part.name], part.rows(len(tables[part.name]))) for part in parts]
    return joined([range(start + rows.start, start + rows.stop) for start, rows in picked])


def _refuse_streaming(*, streaming: bool) -> None:
    if streaming:
        raise InvalidInput(
            "there is nothing to stream",
            expected="streaming=False",
            found="streaming=True",
            hint="datasets are memory-mapped: nothing is read before it is asked for, whatever the size",
        )
