"""`load_dataset`: from a name to a dataset, through card, files and prepared tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, overload

from hub import settings
from hub.datasets import splits
from hub.datasets.choice import choose
from hub.datasets.dataset import Dataset
from hub.datasets.file_trees import Workspace
from hub.datasets.finding import distant_tables
from hub.datasets.joint_transforms import refuse_both
from hub.datasets.obtaining import jobs, table_of
from hub.datasets.origin import Origin, joined
from hub.datasets.surveying import surveyed
from hub.errors import InvalidInput
from hub.progress import shown
from hub.registry import find_dataset
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hub.datasets.choice import Choice
    from hub.datasets.splits import Part
    from hub.datasets.table import Rows, Table
    from hub.progress import Progress
    from hub.readers import Option
    from hub.settings import Settings

    Transform = Callable[..., object]


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
    current = settings.current()
    folder = None if data_dir is None else Path(data_dir).expanduser()
    choice = surveyed(choose(find_dataset(name), options), folder, current)
    expressions = list(choice.splits) if split is None else [split]
    made = opened(choice, expressions, folder, current=current, verify=verify, progress=progress)
    for dataset in made.values():
        dataset.transform, dataset.target_transform = transform, target_transform
        dataset.transforms = transforms
    return made if split is None else made[split]


def opened(
    choice: Choice,
    expressions: Sequence[str],
    folder: Path | None,
    *,
    current: Settings,
    verify: bool = True,
    progress: bool | Progress = True,
) -> dict[str, Dataset]:
    """Return split expression -> dataset, from a folder or from the store; raises what `load_dataset` does."""
    parsed = {text: splits.parse(text) for text in expressions}
    with shown(progress) as told:
        workspace = Workspace(Layout(current.home), told)
        names = _names(parsed)
        tables = distant_tables(choice, names, workspace.layout, current) if folder is None else {}
        here = [name for name in names if name not in tables]
        found = jobs(choice, here, folder, workspace, current=current, verify=verify) if here else {}
        tables |= {name: table_of(job, workspace) for name, job in found.items()}
    return {text: _dataset(choice, text, parts, tables) for text, parts in parsed.items()}


def _names(parsed: Mapping[str, Sequence[Part]]) -> list[str]:
    return list(dict.fromkeys(part.name for parts in parsed.values() for part in parts))


def _dataset(choice: Choice, text: str, parts: Sequence[Part], tables: Mapping[str, Table]) -> Dataset:
    named = {name: tables[name] for name in _names({text: parts})}
    _refuse_mixture(text, named)
    used = tuple(named.values())
    classes = choice.classes or used[0].classes
    origin = Origin(choice.card, text, choice.splits, classes, used, choice.target)
    return Dataset(origin, rows=_rows(parts, tables))


def _refuse_mixture(text: str, tables: Mapping[str, Table]) -> None:
    """Raise InvalidInput for splits of different columns, such as one with labels and one without."""
    columns = {name: ", ".join(table.columns) for name, table in tables.items()}
    if len(set(columns.values())) > 1:
        raise InvalidInput(
            f"the splits of {text!r} cannot be added",
            expected="the same columns in each",
            found="; ".join(f"{name}: {found}" for name, found in columns.items()),
        )


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
