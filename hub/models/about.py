"""What `hub.load` notes about a model, as `model.hub`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from weakref import ref

from torch import nn

from hub import displays
from hub.cards import Weights
from hub.errors import InvalidInput
from hub.models import categories, preprocessing
from hub.models.selection import OwnFile

if TYPE_CHECKING:
    from hub.models.preprocessing import Preprocessing
    from hub.models.selection import Chosen
    from hub.registry import ModelEntry


EMBEDDING = ("image-embedding",)
"""The task of a network without a head, whatever it was trained for."""

# What spreads a model over devices, and cannot run where there is only one of them.
SPREADING = (nn.DataParallel, nn.parallel.DistributedDataParallel)


@dataclass(frozen=True, slots=True)
class About:
    """Where a model comes from and how it is to be used.

    `weights` is a tag, the path or URL of the user's own file, or None; `sha256` is the digest of the published file.
    `task` is what it was trained for, as in the card. `categories` are the classes in the order of the outputs, empty
    if their names are not known; `keypoints` likewise for the parts of a body. `transforms` is the preprocessing of the
    weights, and of the card's default ones for a file of one's own. `metrics` are those published for the weights.
    """

    name: str
    family: str
    weights: str | None
    sha256: str | None
    task: tuple[str, ...]
    categories: tuple[str, ...] = field(repr=False)  # a thousand of them, most often
    keypoints: tuple[str, ...]
    license: str
    transforms: Preprocessing | None
    metrics: dict[str, dict[str, float]]

    def _repr_html_(self) -> str | None:
        return displays.html("about", self)


class Display:
    """What a notebook calls as `model._repr_html_`.

    It keeps no model alive: with a ring of references the memory of one that is deleted would stay until Python looks
    for rings. Of a model that is copied it goes with the copy; of one that was pickled there is only its usual text.
    """

    def __init__(self, model: nn.Module | None = None) -> None:
        self._model = None if model is None else ref(model)

    def __call__(self) -> str | None:
        model = None if self._model is None else self._model()
        return None if model is None else displays.html("model", model)

    def __deepcopy__(self, memo: dict[int, object]) -> Display:
        model = None if self._model is None else self._model()
        copied = memo.get(id(model))
        return Display(copied if isinstance(copied, nn.Module) else None)

    def __reduce__(self) -> tuple[object, ...]:
        return Display, ()


def describe(entry: ModelEntry, chosen: Chosen | None, sha256: str | None, num_classes: int | None) -> About:
    """Return what there is to say about a model of these weights."""
    published = chosen if isinstance(chosen, Weights) else None
    known = published or (entry.variant.default if chosen is not None else None)
    classes = classes_of(published) if published else ()
    return About(
        name=entry.variant.name,
        family=entry.family,
        weights=_weights_name(chosen),
        sha256=sha256 or (published.artifact.sha256 if published else None),
        task=EMBEDDING if num_classes == 0 else entry.card.task,
        categories=classes if num_classes in (None, len(classes)) else (),
        keypoints=categories.names(published.keypoints) if published and published.keypoints else (),
        license=(published.license if published else "") or entry.card.license,
        transforms=preprocessing.of_card(known.transforms) if known else None,
        metrics=published.metrics if published and num_classes in (None, len(classes)) else {},
    )


def classes_of(weights: Weights) -> tuple[str, ...]:
    """Return the names of the classes that weights tell apart, in the order of the outputs; none if nobody says."""
    return weights.classes or (categories.names(weights.categories) if weights.categories else ())


def _weights_name(chosen: Chosen | None) -> str | None:
    if isinstance(chosen, Weights):
        return chosen.tag
    if isinstance(chosen, OwnFile):
        return str(chosen.path)
    return chosen.url if chosen else None


def unwrapped(model: nn.Module) -> nn.Module:
    """Return the model itself of one that is spread over devices, also where that was compiled; others as they are."""
    inner = getattr(model, "_orig_mod", model)  # what torch.compile wraps
    return unwrapped(cast("nn.Module", inner.module)) if isinstance(inner, SPREADING) else model


def about_model(model: nn.Module) -> About:
    """Return what `hub.load` has noted about a model; InvalidInput if another function made it."""
    about = getattr(model, "hub", None)
    if not isinstance(about, About):
        raise InvalidInput(
            "this model does not tell its classes and preprocessing",
            expected="a name, or a model of hub.load",
            found=type(model).__name__,
        )
    return about
