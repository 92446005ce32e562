"""`log_dataset`: what there is to see of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from hub.viz import media
from hub.viz.boards import Board, opened
from hub.viz.grids import grid
from hub.viz.parts import OF_DATASETS, require_known
from hub.viz.previews import preview

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from torch import nn

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.viz.counting import Counts
    from hub.viz.previews import Preview

Seen = TypeVar("Seen", media.Film, media.Sound, media.Mesh)

SIDE = 128
"""Pixels of the longer side of a picture on a sheet."""

NAMED = 40
"""Of more classes the table has the largest and the smallest."""

FEW = 4
"""Videos, sounds and things in space that are shown of a split: each is some megabytes."""

READABLE = ("text", "sequence", "annotation")
"""Kinds of fields that are worth a table of their own; labels and numbers stand in it beside them."""


def log_dataset(
    dataset: str | Dataset | Mapping[str, Dataset],
    board: Board | str | os.PathLike[str],
    *,
    split: str | None = None,
    samples: int | None = None,
    step: int = 0,
    only: Collection[str] = OF_DATASETS,
    embedding: str | nn.Module | None = None,
) -> dict[str, Preview]:
    """Show a dataset: how many samples each class has, samples themselves, and how large they are; of each split.

    `dataset` is a name, which is loaded with `split`, all splits without one; or what `hub.load_dataset` returns.
    `board` is a `Board`, a folder for TensorBoard, or "visdom". Pictures come on a sheet with their boxes, masks and
    classes, texts as a table; videos, sounds and what lies in space one by one. `only` names the parts that are wanted:
    see `hub.viz.parts`. So many `samples` of each split are shown, of as many classes as there is room for, and no
    others are read. `embedding` is a network, or its name, through which the pictures of each split are shown as points
    in space, ten thousand of them at most (see `hub.viz.log_embedding`). Returns what was shown by the names of the
    splits.

        hub.viz.log_dataset("mnist", "runs/mnist")

    Raises InvalidInput for an unknown part, and what `log_embedding` raises.
    """
    require_known(only, OF_DATASETS, "a dataset")
    splits = _splits(dataset, split)
    previews = {name: preview(each, samples) for name, each in splits.items()}
    with opened(board) as shown:
        for name, each in previews.items():
            for part in OF_DATASETS:
                if part in only:
                    SHOWN[part](_Split(shown, name, each, step))
        if embedding is not None:
            _embed(splits.values(), shown, embedding, step)
    return previews


def _embed(splits: Iterable[Dataset], board: Board, model: str | nn.Module, step: int) -> None:
    from hub.models.loading import load
    from hub.viz.embeddings import log_embedding

    network = load(model, pretrained=True) if isinstance(model, str) else model
    for each in splits:
        log_embedding(each, board, network, step=step)


def _splits(dataset: str | Dataset | Mapping[str, Dataset], split: str | None) -> Mapping[str, Dataset]:
    from hub.datasets.loading import load_dataset

    found = dataset
    if isinstance(found, str):
        found = load_dataset(found) if split is None else load_dataset(found, split=split)
    return found if isinstance(found, Mapping) else {found.split: found}


@dataclass(frozen=True, slots=True)
class _Split:
    """A split on its way to a board."""

    board: Board
    name: str
    preview: Preview
    step: int

    def few(
        self, find: Callable[[Mapping[str, object], Sequence[Field]], Iterable[Seen]]
    ) -> Iterator[tuple[str, Seen]]:
        """Yield what is found in the samples, the first few of it, with the number of its sample."""
        sound = (sample for sample in self.preview.samples if not sample.fault)
        found = ((sample.number, each) for sample in sound for each in find(sample.values, sample.fields))
        for number, each in islice(found, FEW):
            yield f"{self.name}/{number}", each


def _about(split: _Split) -> None:
    facts = [("dataset", split.preview.title), *split.preview.facts]
    split.board.text(f"about/{split.name}", as_table(("of this split", ""), facts), split.step)


def _classes(split: _Split) -> None:
    counts = split.preview.classes
    if counts is None:
        return
    split.board.bars(f"classes/{split.name}", _by_name(counts), split.step)
    split.board.text(f"classes in numbers/{split.name}", _in_numbers(counts), split.step)
    for number, count in enumerate(counts.counts):  # a curve over the numbers of the classes
        split.board.scalar(f"{counts.title}/{split.name}", count, number)


def _sizes(split: _Split) -> None:
    counts = split.preview.sizes
    if counts is not None:
        split.board.bars(f"sizes/{split.name}, {counts.title}", _by_name(counts), split.step)


def _samples(split: _Split) -> None:
    pictures = [(sample.picture(SIDE), sample.caption) for sample in split.preview.samples]
    seen = [(picture, caption) for picture, caption in pictures if picture is not None]
    if seen:
        sheet = grid([picture for picture, _ in seen], [caption for _, caption in seen])
        split.board.image(f"samples/{split.name}", sheet, split.step)


def _texts(split: _Split) -> None:
    readable = {field.name for field in split.preview.fields if field.kind in READABLE}
    rows = [(str(sample.number), dict(sample.words)) for sample in split.preview.samples]
    names = list(dict.fromkeys(name for _, words in rows for name in words))
    if readable & set(names):
        table = as_table(
            ("sample", *names), [(number, *(words.get(name, "") for name in names)) for number, words in rows]
        )
        split.board.text(f"texts/{split.name}", table, split.step)


def _videos(split: _Split) -> None:
    for name, film in split.few(media.films):
        split.board.video(f"videos/{name}", film.frames, split.step, fps=film.fps)


def _sounds(split: _Split) -> None:
    for name, sound in split.few(media.sounds):
        split.board.audio(f"sounds/{name}", sound.samples, split.step, rate=sound.rate)


def _points(split: _Split) -> None:
    for name, mesh in split.few(media.meshes):
        split.board.mesh(f"points/{name}", mesh.points, split.step, colours=mesh.colours, faces=mesh.faces)


SHOWN: Mapping[str, Callable[[_Split], None]] = {
    "about": _about,
    "classes": _classes,
    "sizes": _sizes,
    "samples": _samples,
    "texts": _texts,
    "videos": _videos,
    "sounds": _sounds,
    "points": _points,
}


def _in_numbers(counts: Counts) -> str:
    """Return how balanced the classes are, and a table of them: of many, the largest and the smallest."""
    ranked = counts.frequent()
    total, least = sum(counts.counts), min(counts.counts)
    ratio = f"{counts.most / least:,.1f} times the smallest" if least else "the smallest has none"
    head = f"{len(counts):,} classes, {total:,} in all; the largest has {counts.most:,}, {ratio}."
    pairs = zip(ranked.names, ranked.counts, strict=True)
    rows = [(name, f"{count:,}", f"{count / max(total, 1):.2%}") for name, count in pairs]
    if len(rows) > NAMED:
        half = NAMED // 2
        rows = [*rows[:half], (f"… {len(rows) - NAMED:,} more", "", ""), *rows[-half:]]
    return f"{head}\n\n{as_table(('class', counts.title, 'share'), rows)}"


def _by_name(counts: Counts) -> dict[str, int]:
    """Return counts by name; of two classes of one name, as in ImageNet, the second has its number too."""
    found: dict[str, int] = {}
    for number, (name, count) in enumerate(zip(counts.names, counts.counts, strict=True)):
        found[f"{name} ({number})" if name in found else name] = count
    return found


def as_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Return a table in Markdown; a bar in a cell does not end it.

    >>> print(as_table(["a", "b"], [["1", "x|y"]]))
    | a | b |
    | :-- | :-- |
    | 1 | x\|y |
    """
    lines = [head, [":--"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
