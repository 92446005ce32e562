"""`load_dataset`: a dataset that is memory-mapped once its files are there, or one that streams while they arrive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from hub import settings
from hub.datasets import loading, splits
from hub.datasets.choice import choose
from hub.datasets.joint_transforms import refuse_both
from hub.datasets.obtaining import refuse_manual
from hub.datasets.surveying import surveyed
from hub.registry import find_dataset
from hub.streaming.dataset import StreamingDataset
from hub.streaming.stock import Stock

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.datasets.choice import Choice
    from hub.datasets.dataset import Dataset
    from hub.progress import Progress
    from hub.readers import Option

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
    streaming: Literal[False] = False,
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
    streaming: Literal[False] = False,
    progress: bool | Progress = True,
    **options: Option,
) -> dict[str, Dataset]: ...


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
    streaming: Literal[True],
    progress: bool | Progress = True,
    **options: Option,
) -> StreamingDataset: ...


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
    streaming: Literal[True],
    progress: bool | Progress = True,
    **options: Option,
) -> dict[str, StreamingDataset]: ...


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
) -> Dataset | dict[str, Dataset] | StreamingDataset | dict[str, StreamingDataset]:
    """Return a dataset, or a dict of all its splits if none is asked for.

    Files that are not in the store are fetched, verified and prepared once; from then on a dataset is memory-mapped.
    With `data_dir` a copy in torchvision's layout is read instead, without any network, and compared with the
    published digests unless `verify` is False.

    With `streaming` nothing is fetched before a loop asks for samples, and these come while files arrive. It shows no
    bar; a Progress of one's own is told.

    `name` is the id of a card, torchvision's name, or either with a version: "mnist", "MNIST", "mnist@1.0.0".
    `split` may slice and add: "train[:80%]+test". `transform` is given the image, `target_transform` the label,
    `transforms` both. `options` are those of the card, and `variant` where a card has several.

    Raises NotFound for names that do not exist, InvalidInput for arguments without sense, OfflineError and
    TransferError if files cannot be had, and IntegrityError if they are not the published ones.
    """
    if not streaming:
        return loading.load_dataset(
            name,
            split=split,
            transform=transform,
            target_transform=target_transform,
            transforms=transforms,
            data_dir=data_dir,
            verify=verify,
            progress=progress,
            **options,
        )
    refuse_both(transform, target_transform, transforms)
    folder = None if data_dir is None else Path(data_dir).expanduser()
    choice = surveyed(choose(find_dataset(name), options), folder, settings.current())
    expressions = list(choice.splits) if split is None else [split]
    told = None if isinstance(progress, bool) else progress
    made = {text: StreamingDataset(_stock(choice, text, folder, verify=verify), told) for text in expressions}
    for dataset in made.values():
        dataset.transform, dataset.target_transform = transform, target_transform
        dataset.transforms = transforms
    return made if split is None else made[split]


def _stock(choice: Choice, text: str, folder: Path | None, *, verify: bool) -> Stock:
    """Return what is streamed; of a folder, where nothing has to arrive, the tables that are made of it."""
    current = settings.current()
    parts = splits.parse(text)
    names = list(dict.fromkeys(part.name for part in parts))
    for name in names:
        choice.split(name)
    if folder is None:
        refuse_manual(choice, names)
        return Stock(choice, text, parts, current)
    opened = loading.opened(choice, names, folder, current=current, verify=verify, progress=False)
    tables = {name: dataset.tables[0] for name, dataset in opened.items()}
    return Stock(choice, text, parts, current, tables)
