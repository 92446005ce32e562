"""Models of timm: a card made of what timm states about one, at the moment it is asked for.

    timm/resnet18              a network; its default weights are those that timm names first
    timm/resnet18.a1_in1k      the network with weights by their tag, as timm writes it
    timm/resnet18@a1_in1k      the same, as names are written here

They are not in the index: timm has more than a thousand, other ones in each version, and importing it takes seconds.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from hub.cards import Artifact, ClassificationPreset, ModelCard, ModelVariant, Paper, Source, Text, TimmPreset, Weights
from hub.cards.models import Interpolation
from hub.digest import digest_in_name
from hub.errors import NotFound
from hub.extras import require
from hub.registry.entries import TIMM, ModelEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from timm.models import PretrainedCfg

    from hub.cards import AnyPreset

HOME = "https://github.com/huggingface/pytorch-image-models"

# timm gives no paper for most of its networks, and asks to be cited itself.
PAPER = Paper(title="PyTorch Image Models", authors=("Ross Wightman",), year=2019, url=HOME)

# timm's default, for weights that state none.
CROP_FRACTION = 0.875

USUAL_FILE = "pytorch_model.bin"
# Others have the pickle's name with another ending.
SAFER = {USUAL_FILE: "model.safetensors", "open_clip_pytorch_model.bin": "open_clip_model.safetensors"}


def find(name: str) -> ModelEntry:
    """Return the model of a name that begins with "timm/".

    Raises MissingExtra if timm is not installed, and NotFound, with what was probably meant, if it has no such model.
    """
    require("timm", "timm")
    from timm import models

    asked, _, tag = name.removeprefix(TIMM).replace("@", ".", 1).partition(".")
    if new := models.get_deprecated_models().get(asked):  # a name that older versions had
        asked, _, own_tag = new.partition(".")
        tag = tag or own_tag
    if not models.is_model(asked):
        raise _unknown(asked)
    function = models.model_entrypoint(asked)
    weights = tuple(_published(asked))
    variant = ModelVariant(name=f"{TIMM}{asked}", params=0, weights=weights)
    family = function.__module__.rpartition(".")[2]
    path = Path(str(sys.modules[function.__module__].__file__))
    return ModelEntry(family, _card(asked, family, variant), variant, tag or None, path)


def _unknown(name: str) -> NotFound:
    import difflib  # only a mistake needs it

    import timm

    close = difflib.get_close_matches(name.lower(), timm.list_models(), n=3)
    return NotFound(
        f"timm {timm.__version__} has no model {name!r}",
        expected=f"one such as {', '.join(close)}" if close else "a name that timm.list_models() knows",
        hint=f"did you mean {TIMM}{close[0]}?" if close else "a newer timm may have it",
    )


def _card(name: str, family: str, variant: ModelVariant) -> ModelCard:
    from timm import __version__
    from timm.models import get_pretrained_cfg

    stated = get_pretrained_cfg(name)
    scores = stated is None or stated.num_classes > 0
    license_name = (stated and stated.license) or "unknown"
    summary = Text(en=f"{name} of timm {__version__}", zh=f"timm {__version__} 的 {name}")
    return ModelCard(
        schema=1,
        name=family,
        summary=summary,
        task=("image-classification" if scores else "image-embedding",),
        license=license_name,
        homepage=(stated and stated.origin_url) or HOME,
        paper=PAPER,
        builder="timm",
        head=classifiers(stated and stated.classifier),
        variants=(variant,),
    )


def classifiers(stated: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the layers whose shapes depend on the number of classes: timm states none, one or several."""
    return (stated,) if isinstance(stated, str) else tuple(stated or ())


def _published(name: str) -> list[Weights]:
    """Return all weights of a network that can be fetched, in timm's order of names."""
    from timm import models

    default = models.get_pretrained_cfg(name)
    stated = [models.get_pretrained_cfg(each) for each in models.list_pretrained(name)]
    return [_weights(each, default=each.tag == default.tag) for each in stated]


def _weights(stated: PretrainedCfg, *, default: bool) -> Weights:
    return Weights(
        tag=stated.tag,
        default=default,
        categories=_categories(stated.num_classes),
        transforms=_preset(stated),
        license=stated.license or "",
        recipe=stated.origin_url or "",
        artifact=_artifact(stated),
    )


def _categories(count: int) -> str:
    """Return the list of names for so many classes: timm too tells the parts of ImageNet apart by their number."""
    from timm.data import infer_imagenet_subset

    subset = infer_imagenet_subset({"num_classes": count})
    return f"{TIMM}{subset}" if subset and subset != "imagenet-1k" else subset or ""


def _preset(stated: PretrainedCfg) -> AnyPreset:
    _, height, width = stated.input_size
    fraction = stated.crop_pct or CROP_FRACTION
    usual = (stated.crop_mode or "center") == "center" and height == width
    if not usual or stated.interpolation not in get_args(Interpolation):
        return TimmPreset(
            input_size=tuple(stated.input_size),
            crop_fraction=fraction,
            crop_mode=stated.crop_mode,
            mean=tuple(stated.mean),
            std=tuple(stated.std),
            interpolation=stated.interpolation,
        )
    return ClassificationPreset(
        resize=math.floor(height / fraction),
        crop=height,
        mean=tuple(stated.mean),
        std=tuple(stated.std),
        interpolation=stated.interpolation,
    )


def _artifact(stated: PretrainedCfg) -> Artifact:
    if not stated.hf_hub_id:
        file = str(stated.url).rpartition("/")[2]
        return Artifact(name=file, sha256_prefix=digest_in_name(file) or None, sources=(Source(url=stated.url),))
    # All repositories call their files alike, but several may be copied to one folder.
    repository = stated.hf_hub_id.partition("@")[0].rpartition("/")[2]
    sources = (Source(url=f"hf://{stated.hf_hub_id}/{file}", checked=False) for file in _files(stated.hf_hub_filename))
    return Artifact(name=f"{repository}.safetensors", sources=tuple(sources))


def _files(stated: str | None) -> list[str]:
    """Return the names that the weights may have in a repository, that of plain tensors before that of a pickle."""
    name = stated or USUAL_FILE
    if not name.endswith(".bin"):
        return [name]
    return [SAFER.get(name, name.removesuffix(".bin") + ".safetensors"), name]
