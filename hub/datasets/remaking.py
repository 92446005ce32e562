"""The same rows in another form: images of one size, texts as numbers, and blocks for Ray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, cast

from hub import settings
from hub.datasets.attributes import Attributes
from hub.progress import shown
from hub.store.layout import Layout

if TYPE_CHECKING:
    from hub.datasets.dataset import Dataset
    from hub.datasets.uniform.forms import Encodes, Size, Uniform
    from hub.progress import Progress


class Remade(Attributes):
    """What makes other forms of a dataset."""

    def resized(self, size: Size, *, crop: Size | None = None, progress: bool | Progress = True) -> Self:
        """Return this dataset with all images of one size, decoded and resized once and memory-mapped ever after.

            train = hub.load_dataset("imagenet", split="train").resized(256, crop=224)

        The pixels are those of torchvision's `Resize(size)` and `CenterCrop(crop)` on a Pillow image: a number is the
        length of the shorter side, (height, width) both; without `crop` a square of the shorter side is cut out. Made
        once for all rows of the split, by `hub prepare imagenet --resize 256 --crop 224` or else here.

        Raises InvalidInput if there are no images, or values such as boxes that would no longer fit them.
        """
        from hub.datasets.uniform.forms import Pictures, Uniform

        return self._remade(Uniform(Pictures(size, crop)), progress)

    def tokenized(self, encodes: Encodes, *, progress: bool | Progress = True) -> Self:
        """Return this dataset with all texts as lists of int32, tokenized once and memory-mapped ever after.

            train = hub.load_dataset("imdb", split="train").tokenized(hub.text.encoder("tokenizer.json"))

        Raises InvalidInput if there are no texts.
        """
        from hub.datasets.uniform.forms import Uniform

        return self._remade(Uniform(encodes=encodes), progress)

    def to_ray(self) -> Any:  # noqa: ANN401  Ray publishes no types that are of use here
        """Return the samples as a `ray.data.Dataset`, read in pieces by Ray's own tasks wherever those run.

        Columns have the names of a sample's values: images as uint8 (H, W, C), labels as int64, texts as str.
        Transforms and functions of `map` are applied in the tasks, which is where images are decoded too. Workers on
        other machines must see the store under the same path. Blocks come in the order in which they are ready, unless
        Ray is told otherwise (`execution_options.preserve_order`).

        Raises MissingExtra if Ray is not installed.
        """
        from hub.clusters.blocks import dataset
        from hub.datasets.ray_rows import Rows

        given = cast("Dataset", self)
        return dataset(Rows(given, 0, len(given)), given.card.name)

    def _remade(self, form: Uniform, progress: bool | Progress) -> Self:
        from hub.datasets.uniform.datasets import uniform

        with shown(progress) as told:
            made = uniform(self._origin, form, Layout(settings.current().home), told)
        return self._with(_origin=made)

    def _with(self, **changes: object) -> Self:
        raise NotImplementedError
