"""What the card of a family of models may say: one frozen struct a table, with what each key means."""

from __future__ import annotations

from datetime import date  # noqa: TC003  msgspec reads the annotations
from typing import Annotated, Literal

from msgspec import Meta

from hub.cards.artifacts import Artifact  # noqa: TC001  msgspec reads the annotations
from hub.cards.base import Identifier, Paper, Struct, Text

Interpolation = Literal["nearest", "bilinear", "bicubic"]


class Preset(Struct, frozen=True, tag_field="preset"):
    """The preprocessing that weights were trained with; sizes in pixels."""


class ClassificationPreset(Preset, frozen=True, tag="classification"):
    """Shorter side to `resize`, the middle `crop` x `crop` cut out, scaled to [0, 1], each channel normalised."""

    resize: int
    """The shorter side, in pixels."""
    crop: int
    """The side of the square that is cut out."""
    mean: tuple[float, ...]
    """Of each channel."""
    std: tuple[float, ...]
    """Of each channel."""
    interpolation: Interpolation = "bilinear"
    """How pixels are resampled."""
    antialias: bool = True
    """Whether shrinking smooths first."""


class SegmentationPreset(Preset, frozen=True, tag="segmentation"):
    """Shorter side to `resize`, scaled to [0, 1], each channel normalised."""

    resize: int
    """The shorter side, in pixels."""
    mean: tuple[float, ...]
    """Of each channel."""
    std: tuple[float, ...]
    """Of each channel."""
    interpolation: Interpolation = "bilinear"
    """How pixels are resampled."""
    antialias: bool = True
    """Whether shrinking smooths first."""


class DetectionPreset(Preset, frozen=True, tag="detection"):
    """Scaled to [0, 1]; the network resizes and normalises itself."""


class VideoPreset(Preset, frozen=True, tag="video"):
    """Each frame to `resize` (the shorter side, or height and width), the middle `crop` of height and width cut out."""

    resize: tuple[int, ...]
    """The shorter side, or height and width."""
    crop: tuple[int, int]
    """Height and width that are cut out."""
    mean: tuple[float, ...]
    """Of each channel."""
    std: tuple[float, ...]
    """Of each channel."""
    interpolation: Interpolation = "bilinear"
    """How pixels are resampled."""
    frames: int = 16
    """How many frames a clip had when the accuracy was measured."""


class FlowPreset(Preset, frozen=True, tag="flow"):
    """Two images, both scaled to [-1, 1]."""


class TimmPreset(Preset, frozen=True, tag="timm"):
    """What timm does for weights of its own where that is not classification's: it squeezes pictures, or pads them.

    `input_size` is channels, height and width; the other values are named and meant as in `timm.data`.
    """

    input_size: tuple[int, ...]
    """Channels, height and width."""
    crop_fraction: float
    """Which part of the shorter side is kept."""
    crop_mode: str
    """As timm names it."""
    mean: tuple[float, ...]
    """Of each channel."""
    std: tuple[float, ...]
    """Of each channel."""
    interpolation: str
    """As timm names it."""


AnyPreset = ClassificationPreset | SegmentationPreset | DetectionPreset | VideoPreset | FlowPreset | TimmPreset


class Weights(Struct, frozen=True, kw_only=True):
    """One trained set of parameters."""

    tag: str
    """Its name."""
    enum: str = ""
    """torchvision's name for the enumeration that the tag belongs to."""
    default: bool = False
    """Whether it is what is meant if none is asked for; one of a network's is."""
    categories: str = ""
    """A list of class names that hub carries, such as `imagenet-1k`."""
    classes: tuple[str, ...] = ()
    """The names of the classes in the order of the outputs, where hub carries no list of them; the network is built
    with as many."""
    keypoints: str = ""
    """A list of the names of body parts, in the order of the outputs."""
    metrics: dict[str, dict[str, float]] = {}
    """dataset -> metric -> value, as published."""
    transforms: AnyPreset
    """The preprocessing that it was trained with."""
    license: str = ""
    """Where it is not that of the card."""
    recipe: str = ""
    """Where it is told how they were trained."""
    min_size: tuple[int, ...] = ()
    """Height and width of the smallest input; for video frames, height and width."""
    params: int | None = None
    """Where the network that belongs to these weights has not as many parameters as the variant says."""
    gflops: float | None = None
    """Likewise."""
    mib: float | None = None
    """How large the file is, in 2^20 bytes, where its exact size is not known."""
    quantised_for: Literal["", "fbgemm", "qnnpack"] = ""
    """The engine that computes with these 8-bit integers; empty if they are floating-point numbers."""
    quantised_from: str = ""
    """The weights out of which they were made, as torchvision names them."""
    artifact: Artifact
    """The published file."""

    @property
    def size(self) -> int | None:
        """The bytes of the file, or about as many where only its MiB are known."""
        if self.artifact.size is None and self.mib is not None:
            return round(self.mib * 2**20)
        return self.artifact.size


class ModelVariant(Struct, frozen=True):
    """One network of a family; `gflops` is in 10^9 multiply-adds for one input of the default size.

    `params` is 0 where they have not been counted, which is so for networks of other libraries' lists.
    """

    name: Identifier
    """What `hub.load` takes."""
    params: int
    """How many parameters the network has with its default weights."""
    gflops: float | None = None
    """10^9 multiply-adds for one input of the default size."""
    network: str = ""
    """What its builder calls it, where that is not its name: `resnet18` of a network that has weights of one's own."""
    aliases: tuple[str, ...] = ()
    """Further names."""
    features: tuple[str, ...] = ()
    """The submodules that give its feature maps, from fine to coarse."""
    weights: tuple[Weights, ...] = ()
    """The sets of weights that are published for it."""

    @property
    def built_as(self) -> str:
        """What its builder calls it."""
        return self.network or self.name

    @property
    def default(self) -> Weights | None:
        """The weights that `pretrained=True` means."""
        return next((weights for weights in self.weights if weights.default), None)


class ModelCard(Struct, frozen=True):
    """A family of models: `models/<family>.toml`."""

    schema: Literal[1]
    """The form of the card: 1."""
    name: str
    """What the family is called."""
    summary: Text
    """One sentence of at most 160 characters: what is special, and for what it is good."""
    task: tuple[str, ...]
    """What its networks are for."""
    license: str
    """Of code and weights: an identifier of SPDX."""
    homepage: str
    """Where its makers present it."""
    paper: Paper
    """The paper that introduced it."""
    builder: str
    """A key of the table of builders in code: a card never names code of its own."""
    head: tuple[str, ...]
    """The submodules in which all layers lie whose shapes depend on the number of classes; empty if none does."""
    variants: Annotated[tuple[ModelVariant, ...], Meta(min_length=1)]
    """Its networks."""
    added: date | None = None
    """When the card was written: what is new stands on top of lists of changes."""
    citation: str = ""
    """BibTeX."""
    notes: str = ""
    """What to know before using it."""
