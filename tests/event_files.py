"""Event files as TensorBoard's own reader reads them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

EVERYTHING = dict.fromkeys(("compressedHistograms", "images", "audio", "scalars", "histograms", "tensors"), 0)


class Logged:
    """All that the event files of one folder hold."""

    def __init__(self, folder: Path) -> None:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        self._read = EventAccumulator(str(folder), size_guidance=EVERYTHING).Reload()

    @property
    def tags(self) -> dict[str, list[str]]:
        """Kind -> tags: "scalars", "images", "histograms", "audio", "tensors"."""
        found: dict[str, Any] = self._read.Tags()
        return {kind: sorted(tags) for kind, tags in found.items() if isinstance(tags, list)}

    def of_plugin(self, name: str) -> list[str]:
        """The tags that a plugin shows; none if there are none."""
        try:
            return sorted(self._read.PluginTagToContent(name))
        except KeyError:
            return []

    def scalars(self, tag: str) -> list[tuple[int, float]]:
        return [(event.step, event.value) for event in self._read.Scalars(tag)]

    def pictures(self, tag: str) -> list[NDArray[np.uint8]]:
        return [np.asarray(Image.open(BytesIO(event.encoded_image_string))) for event in self._read.Images(tag)]

    def files(self, tag: str) -> list[bytes]:
        return [event.encoded_image_string for event in self._read.Images(tag)]

    def sounds(self, tag: str) -> list[Any]:
        found: list[Any] = self._read.Audio(tag)
        return found

    def histogram(self, tag: str) -> Any:
        (event,) = self._read.Histograms(tag)
        return event.histogram_value

    def texts(self, tag: str) -> list[str]:
        return [text.decode() for event in self._read.Tensors(tag) for text in event.tensor_proto.string_val]

    def tensors(self, tag: str) -> list[NDArray[np.generic]]:
        from tensorboard.util import tensor_util

        return [tensor_util.make_ndarray(event.tensor_proto) for event in self._read.Tensors(tag)]

    def graph(self) -> Any:
        return self._read.Graph()

    def plugin(self, name: str, tag: str) -> bytes:
        content: bytes = self._read.PluginTagToContent(name)[tag]
        return content
