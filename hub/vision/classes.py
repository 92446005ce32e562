"""Classes made from cards: torchvision's constructor in front, a dataset of hub behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from torchvision import datasets as upstream
from torchvision.datasets.folder import default_loader

from hub.datasets.choice import choose
from hub.datasets.dataset import Dataset
from hub.datasets.joint_transforms import refuse_both
from hub.datasets.upstream.finding import Request, find
from hub.datasets.upstream.signatures import parsed
from hub.decoders import Form
from hub.errors import MissingFile
from hub.vision.arguments import meaning

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable, Mapping, Sequence

    from hub.datasets.sample import Sample
    from hub.readers import Options
    from hub.registry import DatasetEntry

TRANSFORMS = ("transform", "target_transform", "transforms")


class Made(Dataset):
    """What all classes made from cards have in common."""

    root: Path | str | None
    _arguments: Mapping[str, object]
    _bare: bool

    @property
    def classes(self) -> list[Any]:
        """The names of the classes; tuples of them where torchvision has several for each."""
        synonyms = self._origin.about.get("synonyms")
        return super().classes if synonyms is None else [tuple(names) for names in synonyms]

    def _samples(self, indices: Sequence[int]) -> Sequence[Sample]:
        """Return a batch of samples; bare values where torchvision's class gives no tuples."""
        batch = super()._samples(indices)
        return [sample[0] if len(sample) == 1 else sample for sample in batch] if self._bare else batch

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  an argument of the constructor, or what files told
        try:
            return super().__getattr__(name)
        except AttributeError:
            arguments = vars(self).get("_arguments", {})
            if name not in arguments:
                raise
            return arguments[name]


def make_class(entry: DatasetEntry, module: str) -> type[Made]:
    """Return the class of a card, to be found as an attribute of `module`."""
    card = entry.card
    name = card.upstream.name
    rooted = bool(card.artifacts or card.manual)
    signature = parsed(card.upstream.parameters, "self", *(["root"] if rooted else []))

    def __init__(self: Made, *args: object, **kwargs: object) -> None:  # noqa: N807  it becomes the class's own
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        fill(self, entry, _flat(bound))

    cast("Any", __init__).__signature__ = signature
    base = getattr(upstream, name, upstream.VisionDataset)
    doc = f"{card.summary.en}\n\ntorchvision's {name} on files that hub reads: `hub info {entry.id}` tells more."
    return type(name, (Made, base), {"__init__": __init__, "__module__": module, "__doc__": doc})


def fill(dataset: Made, entry: DatasetEntry, arguments: dict[str, object]) -> None:
    """Make `dataset` what its constructor's arguments ask for.

    Raises what `load_dataset` raises; MissingFile if files are neither under `root` nor in the store, and may not be
    fetched.
    """
    functions = {name: cast("Callable[..., object] | None", arguments.pop(name, None)) for name in TRANSFORMS}
    refuse_both(*functions.values())
    root = cast("Path | str | None", arguments.pop("root", None))
    download = bool(arguments.pop("download", False))
    loader = arguments.get("loader")
    meant = meaning(entry.card, arguments)
    choice = choose(entry, meant.options)
    folder = None if root is None else Path(root).expanduser()
    found = find(Request(choice, meant.split or next(iter(choice.splits)), folder, download))
    vars(dataset).update(vars(found if meant.keep is None else _kept(found, meant.keep, meant.options)))
    dataset.root = root
    dataset._bare = entry.card.upstream.bare  # noqa: SLF001  this is its constructor
    dataset._arguments = _attributes(entry, arguments)  # noqa: SLF001  the same
    if loader not in (None, default_loader):
        dataset._format = Form(loader=cast("Callable[[str], object]", loader))  # noqa: SLF001  the same
    dataset.transform, dataset.target_transform = functions["transform"], functions["target_transform"]
    dataset.transforms = functions["transforms"]


def _kept(dataset: Dataset, keep: Callable[[str], object], options: Options) -> Dataset:
    """Return the samples whose files count. Raises MissingFile if a class is left with none, unless that is allowed."""
    samples = dataset.samples
    rows = [row for row, (path, _) in enumerate(samples) if keep(path)]
    empty = set(range(len(dataset.classes))) - {samples[row][1] for row in rows}
    if empty and not options["allow_empty"]:
        names = ", ".join(dataset.classes[label] for label in sorted(empty))
        raise MissingFile(f"Found no valid file for {names}", expected="one for each class", found="none")
    return dataset.select(rows)


def _flat(bound: inspect.BoundArguments) -> dict[str, object]:
    """Return all arguments by name, those of `**kwargs` too."""
    arguments = dict(bound.arguments)
    del arguments["self"]
    return {**arguments, **cast("dict[str, object]", arguments.pop("kwargs", {}))}


def _attributes(entry: DatasetEntry, arguments: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments as torchvision's classes keep them: types of targets as a list, SBD's mode as it is."""
    kept = dict(arguments)
    target = entry.card.target
    if target is not None and target.option in kept and target.option != "mode":
        asked = kept[target.option]
        names = [asked] if isinstance(asked, str) else list(cast("Sequence[str]", asked))
        kept |= {target.option: names, f"_{target.option}": names}
    return kept
