"""What the installed torchvision says about its networks and weights, in the form of our cards.

    python -m hub.models.builders.torchvision_facts models/resnet.toml [BUILDER...]

writes the variants of a card anew, and adds those of further builders. What torchvision does not know (a whole digest,
a size in bytes, more sources) stays as the card has it; the part above the variants is left alone.
"""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from torchvision import models

from hub.cards import (
    Artifact,
    ClassificationPreset,
    DetectionPreset,
    FlowPreset,
    ModelVariant,
    SegmentationPreset,
    Source,
    VideoPreset,
    Weights,
    read_model,
)
from hub.cards.writing import variants_as_toml
from hub.models import categories
from hub.models.builders.feature_maps import feature_maps
from hub.models.deferred_init import deferred_init

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torchvision.models import WeightsEnum

    from hub.cards import AnyPreset

FIRST_VARIANT = "[[variants]]"
MARK = '# From here on written by a program: see CONTRIBUTING.md, "Add a model".\n\n'

# Licences that torchvision names by URL -> how SPDX calls them.
LICENSES = {"https://github.com/facebookresearch/SWAG/blob/main/LICENSE": "CC-BY-NC-4.0"}

# torch.hub checks what stands between the last dash and the ending of a file's name.
PREFIX = re.compile(r"-([0-9a-f]{8,})\.\w+$")

CLIP_LENGTH = re.compile(r"clip_len=(\d+)")


def variant_of(name: str, known: ModelVariant | None = None) -> ModelVariant:
    """Return what torchvision says about one of its builders; what only `known` can tell is taken from there."""
    members = list(models.get_model_weights(name))
    before = {weights.tag: weights for weights in known.weights} if known else {}
    with deferred_init():  # the meta device alone cannot build RegNets
        network = models.get_model(name, weights=None, **_no_backbone(name)).to("meta")
    default = type(members[0])["DEFAULT"].meta
    variant = ModelVariant(
        name=name,
        params=default["num_params"],
        gflops=default["_ops"],
        aliases=known.aliases if known else (),
        features=feature_maps(network),
    )
    weights = tuple(_weights(member, variant, before.get(member.name)) for member in members)
    return msgspec.structs.replace(variant, weights=weights)


def _no_backbone(name: str) -> dict[str, None]:
    takes_one = "weights_backbone" in models.get_model_builder(name).__annotations__
    return {"weights_backbone": None} if takes_one else {}


def _weights(member: WeightsEnum, variant: ModelVariant, known: Weights | None) -> Weights:
    meta = member.meta
    whole_size = known.artifact.size if known else None
    return Weights(
        tag=member.name,
        enum=type(member).__name__,
        default=member is type(member).DEFAULT,
        categories=_list_of(meta.get("categories")),
        keypoints=_list_of(meta.get("keypoint_names")),
        metrics=_metrics(meta["_metrics"], of_people="keypoint_names" in meta),
        transforms=preset_of(member),
        license=LICENSES.get(meta.get("license", ""), meta.get("license", "")),
        recipe=meta["recipe"],
        min_size=tuple(meta.get("min_size", ())),
        params=meta["num_params"] if meta["num_params"] != variant.params else None,
        gflops=meta["_ops"] if meta["_ops"] != variant.gflops else None,
        mib=None if whole_size else meta["_file_size"],
        quantised_for=meta.get("backend", ""),
        quantised_from=str(meta["unquantized"]) if "unquantized" in meta else "",
        artifact=_artifact(member.url, known.artifact if known else None),
    )


def _list_of(names: list[str] | None) -> str:
    """Return the list of class names that has exactly these."""
    if names is None:
        return ""
    return next(each for each in categories.lists() if categories.names(each) == tuple(names))


def _metrics(theirs: dict[str, dict[str, float]], *, of_people: bool) -> dict[str, dict[str, float]]:
    """Return them with our spelling of datasets, and without those that were never measured.

    Networks that find keypoints were measured on the people alone, which is another benchmark.
    """
    finite = {
        f"{data.lower()}-person" if of_people else data.lower(): {
            name: value for name, value in values.items() if math.isfinite(value)
        }
        for data, values in theirs.items()
    }
    return {data: values for data, values in finite.items() if values}


def preset_of(member: WeightsEnum) -> AnyPreset:
    """Return the preprocessing of torchvision's weights as a card says it."""
    preset = member.transforms()
    common: dict[str, Any] = {name: tuple(values) for name in ("mean", "std") if (values := vars(preset).get(name))}
    if hasattr(preset, "interpolation"):
        common["interpolation"] = preset.interpolation.value
    if hasattr(preset, "antialias"):
        common["antialias"] = preset.antialias
    match type(preset).__name__:
        case "ImageClassification":
            return ClassificationPreset(resize=preset.resize_size[0], crop=preset.crop_size[0], **common)
        case "SemanticSegmentation":
            return SegmentationPreset(resize=preset.resize_size[0], **common)
        case "VideoClassification":
            frames = _frames(member.meta["_docs"])
            return VideoPreset(resize=tuple(preset.resize_size), crop=tuple(preset.crop_size), frames=frames, **common)
        case "ObjectDetection":
            return DetectionPreset()
        case "OpticalFlow":
            return FlowPreset()
        case other:
            raise NotImplementedError(f"{member}: no preset of ours is torchvision's {other}")


def _frames(told: str) -> int:
    """Return the length of the clips that the weights were measured with; torchvision only says it in prose."""
    found = CLIP_LENGTH.search(told)
    if found is None:
        raise NotImplementedError(f"torchvision no longer says how long clips are: {told}")
    return int(found[1])


def _artifact(url: str, known: Artifact | None) -> Artifact:
    """Return the published file; what the card knows of the same file is kept."""
    if known and known.sources and known.sources[0].url == url:
        return known
    name = url.rpartition("/")[2]
    found = PREFIX.search(name)
    source = Source(url=url, checked=False)
    return Artifact(name=name, sources=(source,), sha256_prefix=found[1] if found else None)


def rewritten(path: Path, further: Iterable[str] = ()) -> str:
    """Return the text of a card with its variants as the installed torchvision has them, and those of `further`."""
    text = path.read_text("utf-8")
    head, mark, _ = text.partition(FIRST_VARIANT)
    known = {variant.name: variant for variant in read_model(path).variants} if mark else {}
    names = list(dict.fromkeys([*known, *further]))
    variants = [variant_of(name, known.get(name)) for name in names]
    return head.removesuffix(MARK).rstrip("\n") + "\n\n" + MARK + variants_as_toml(variants)


def main() -> None:
    """Rewrite the card that the first argument names."""
    path = Path(sys.argv[1])
    path.write_text(rewritten(path, sys.argv[2:]), "utf-8")


if __name__ == "__main__":
    main()
