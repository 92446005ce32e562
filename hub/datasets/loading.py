"""`load_dataset`: from a name to a dataset, through card, files and prepared tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, overload

from hub import readers, settings
from hub.datasets import growing, splits, upstream
from hub.datasets.dataset import Dataset, refuse_both
from hub.datasets.origin import Origin, joined
from hub.datasets.prepare import Input, Job, prepare, ready
from hub.errors import InvalidInput
from hub.fetch import dataset_owner, fetch, got_by_hand
from hub.progress import shown
from hub.readers import File
from hub.registry import find_dataset, unknown
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hub.cards import Artifact, DatasetCard, Split
    from hub.datasets.prepare import Growth
    from hub.datasets.splits import Part
    from hub.datasets.table import Rows, Table
    from hub.progress import Progress
    from hub.readers import Option, Options
    from hub.registry import DatasetEntry
    from hub.settings import Settings

    Transform = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Choice:
    """One dataset of a card: the variant's splits and classes, and the reader's options."""

    id: str
    card: DatasetCard
    splits: Mapping[str, Split]
    classes: tuple[str, ...]
    options: Options
    target: tuple[str, ...] | None = None
    """The columns that are chosen to accompany the image, where the card leaves a choice."""

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
    given = {name: value for name, value in options.items() if card.target is None or name != card.target.option}
    for name, value in given.items():
        if name not in known:
            raise unknown(f"option of {identifier}", name, [*known, *([card.target.option] if card.target else [])])
        _refuse_misfit(name, value, known[name])
    chosen = {name: _frozen(given.get(name, value)) for name, value in card.options.items()}
    classes = next((field.classes for field in card.fields if field.kind == "label"), ())
    target = _target(identifier, card, options)
    if not card.variants:
        return Choice(identifier, card, card.splits, classes, chosen, target)
    variant = _variant(identifier, card, given.get("variant", card.default_variant))
    found = card.variants[variant]
    return Choice(identifier, card, found.splits, found.classes or classes, {**chosen, **found.options}, target)


def _refuse_misfit(name: str, value: Option, default: Option) -> None:
    """An option has the type of its default; several names may also come as a list, a path as a Path."""
    wanted = type(default)
    fits = isinstance(value, list | tuple) if wanted is tuple else type(value) is wanted
    if not fits and not (wanted is float and type(value) is int) and not (wanted is str and isinstance(value, Path)):
        raise InvalidInput(
            f"option {name}={value!r} does not fit", expected=wanted.__name__, found=type(value).__name__
        )


def _frozen(value: Option) -> Option:
    if isinstance(value, Path):
        return str(value)
    return tuple(value) if isinstance(value, list) else value


def _target(identifier: str, card: DatasetCard, options: Mapping[str, Option]) -> tuple[str, ...] | None:
    """Return the columns that the target is made of, or None if the card leaves no choice."""
    if card.target is None:
        return None
    asked = options.get(card.target.option, card.target.default)
    names = [asked] if isinstance(asked, str) else list(asked) if isinstance(asked, list | tuple) else [str(asked)]
    for name in names:
        if name not in card.target.choices:
            raise unknown(f"{card.target.option} of {identifier}", str(name), card.target.choices)
    return tuple(card.target.choices[name] for name in names)


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
    layout = Layout(current.home)
    inputs: Mapping[str, Mapping[str, Input] | Growth]
    if folder is None:
        _refuse_manual(choice, names)
        inputs = _fetched(choice, names, current, progress)
    elif readers.reads_trees(choice.card.reader):
        split = choice.split
        inputs = {name: growing.in_folder(choice.card, split(name), folder, layout, verify=verify) for name in names}
    else:
        inputs = {name: upstream.locate(choice.card, choice.split(name), folder, verify=verify) for name in names}
    return {
        name: _prepared(Job(choice.card, name, choice.split(name), found, choice.options, verify), layout, progress)
        for name, found in inputs.items()
    }


def _refuse_manual(choice: Choice, names: Sequence[str]) -> None:
    """Raise MissingFile, with the card's own instructions, for what nobody may or can hand on."""
    needed = choice.artifacts(names)
    if choice.card.manual and not (needed and all(artifact.sources for artifact in needed)):
        raise got_by_hand(dataset_owner(choice.id, choice.card), choice.card.manual)


def _fetched(
    choice: Choice, names: Sequence[str], current: Settings, progress: Progress
) -> dict[str, Mapping[str, Input] | Growth]:
    owner = dataset_owner(choice.id, choice.card)
    local = fetch(owner, choice.artifacts(names), settings=current, progress=progress)

    def located(text: str) -> Input:
        artifact, _, member = text.partition("#")
        return Input(File(local[artifact].path, member), local[artifact].sha256)

    found = {name: {role: located(text) for role, text in choice.split(name).files.items()} for name in names}
    if not readers.reads_trees(choice.card.reader):
        return dict(found)
    layout = Layout(current.home)
    return {name: growing.of_files(choice.card, choice.split(name), found[name], layout) for name in names}


def _prepared(job: Job, layout: Layout, progress: Progress) -> Table:
    table = ready(job, layout)
    if table is None:
        progress.start(f"preparing {job.card.name} {job.split}", None)
        table = prepare(job, layout)
        progress.advance(table.path.stat().st_size)
        progress.finish()
    return table


def _names(parsed: Mapping[str, Sequence[Part]]) -> list[str]:
    return list(dict.fromkeys(part.name for parts in parsed.values() for part in parts))


def _dataset(choice: Choice, text: str, parts: Sequence[Part], tables: Mapping[str, Table]) -> Dataset:
    used = tuple(tables[name] for name in _names({text: parts}))
    classes = choice.classes or used[0].classes
    origin = Origin(choice.card, text, choice.splits, classes, used, choice.target)
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
