"""`log_embedding`: a dataset as points in space, each where a pretrained network sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hub.errors import InvalidInput
from hub.models.about import About
from hub.progress import shown
from hub.viz import features
from hub.viz.boards import opened
from hub.viz.boards.directions import principal
from hub.viz.previews import labels_of
from hub.viz.samples import names_of
from hub.viz.samples.choosing import spread

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.progress import Progress
    from hub.viz.boards import Board

BODY = "efficientnet_lite0"
"""A small network that knows a thousand kinds of things: 4 ms a picture of 128 pixels on one core."""

POINTS, SIZE = 10_000, 128
"""As many as the projector's t-SNE takes; pixels of a picture for the network."""

DIRECTIONS = 128
"""Of networks' 1,280 or 2,048 these keep nine tenths of the variance or more, in a tenth of what a browser has to load.
From 200 on the projector's PCA sees points along directions drawn at random."""

LARGEST, WIDEST = 48, 8192
"""Pixels of a small picture's side, and of the sheet of all of them (see `hub.viz.boards.projector`)."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """Points: what a network's body makes of samples.

    `vectors` are float32 of shape (points, features), `numbers` those of the samples in their split, `labels` their
    labels if they have any. `kept` is the share of the variance that is left in the directions that are shown.
    """

    tag: str
    vectors: Tensor
    numbers: NDArray[np.int64]
    labels: NDArray[np.int64] | None
    kept: float


def log_embedding(  # noqa: PLR0913  what a projector is told, each a keyword of its own
    dataset: str | Dataset,
    board: Board | str | os.PathLike[str],
    model: str | nn.Module = BODY,
    *,
    n: int = POINTS,
    size: int | None = SIZE,
    split: str | None = None,
    directions: int | None = DIRECTIONS,
    tag: str = "",
    step: int = 0,
    progress: bool | Progress = True,
) -> Embedding:
    """Show pictures of a dataset as points in space, each where a pretrained network sees it; return all it sees.

    `dataset` is what `hub.load_dataset` returns for one split, or a name, which is loaded with `split`, "test" without
    one. `board` is a `Board`, a folder for TensorBoard, or "visdom". `model` is a network of `hub.load` or its name: of
    the middles of pictures, `size` pixels wide, it gives what its head would be given. Any other module is taken as it
    is, and gives a vector for each picture from 0 to 1; with `size=None` these come in their own size. Points are `n`
    samples from all over the split, with their classes and small pictures. They are shown along the principal
    `directions`, which a browser is quicker with; None shows all features. Transforms of the dataset are not applied.

        seen = hub.viz.log_embedding("mnist", "runs/mnist")
        probe.fit(seen.vectors, seen.labels)

    The tag is "<split> through <model>" unless there is a `tag`. Raises InvalidInput if samples are no pictures, if the
    network is for something else, or if it does not take pictures of this size.
    """
    with shown(progress, "pictures") as reported:
        found = _split(dataset, split, reported)
        network = _network(model, reported)
        field = picture_field(found)
        chosen = found.select(spread(len(found), n))
        name = tag or f"{found.split} through {_name(network)}"
        body = features.prepared(network, size)
        pictures = features.pictures_of(chosen, field, size, _side(len(chosen)))
        vectors, small = features.features(pictures, body, name, reported)
    places, kept = principal(vectors, directions) if directions else (vectors, 1.0)
    labels, columns = _labels(chosen, spread(len(found), n))
    with opened(board) as there:
        there.embedding(name, places, step, labels=columns, pictures=small)
    return Embedding(name, vectors, np.asarray(columns["sample"]), labels, kept)


def has_pictures(dataset: Dataset) -> bool:
    """Tell whether there is something to embed."""
    return len(dataset) > 0 and any(field.kind == "image" for field in dataset.fields)


def picture_field(dataset: Dataset) -> Field:
    """Return the first field of a dataset that holds a picture; InvalidInput if there is none, or no sample."""
    for field in dataset.fields if len(dataset) else ():
        if field.kind == "image":
            return field
    raise InvalidInput(
        f"{dataset.card.name} has nothing to embed",
        expected="samples that are pictures",
        found=", ".join(field.kind for field in dataset.fields) if len(dataset) else "no sample",
    )


def _split(dataset: str | Dataset, split: str | None, progress: Progress) -> Dataset:
    from hub.datasets.loading import load_dataset

    found: Dataset = (
        load_dataset(dataset, split=split or "test", progress=progress) if isinstance(dataset, str) else dataset
    )
    return found


def _network(model: str | nn.Module, progress: Progress) -> nn.Module:
    if not isinstance(model, str):
        return model
    from hub.models.loading import load

    return load(model, pretrained=True, progress=progress)


def _name(network: nn.Module) -> str:
    about = getattr(network, "hub", None)
    return about.name if isinstance(about, About) else type(network).__name__


def _side(count: int) -> int:
    """Return the side of small pictures so that a sheet has room for all."""
    return max(1, min(LARGEST, WIDEST // int(np.ceil(np.sqrt(count)))))


def _labels(chosen: Dataset, numbers: list[int]) -> tuple[NDArray[np.int64] | None, dict[str, list[object]]]:
    """Return the labels of samples, and columns of the table beside the points: the first is what points are called."""
    found = labels_of(chosen) or _made_labels(chosen)
    if found is None:
        return None, {"sample": list(numbers)}
    field, labels = found
    names = names_of(chosen)
    known = {number: names.of(field, number) for number in np.unique(labels).tolist()}
    columns: dict[str, list[object]] = {"class": [known[number] for number in labels.tolist()]}
    if any(name != str(number) for number, name in known.items()):
        columns["label"] = labels.tolist()
    return labels.astype(np.int64), {**columns, "sample": list(numbers)}


def _made_labels(chosen: Dataset) -> tuple[Field, NDArray[np.int64]] | None:
    """Return labels that are made when they are asked for, which `labels_of` leaves alone."""
    for field in chosen.fields:
        if field.kind == "label":
            values = list(chosen[field.name])
            if all(isinstance(value, int) for value in values):
                return field, np.asarray(values, np.int64)
    return None
