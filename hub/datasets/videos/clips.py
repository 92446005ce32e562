"""Clips: videos cut into pieces of equally many frames, each a sample. Nothing but numbers is made for them.

A clip is found from its number by the clips of the videos before it; only labels are written out, 8 bytes a clip.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
import torch
from torchvision.datasets import video_utils

from hub.datasets.prepare import prepare
from hub.datasets.table import Table
from hub.datasets.videos import cutting, index
from hub.datasets.videos.cutting import Clip
from hub.datasets.videos.index import VideoIndex
from hub.errors import MissingFile

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from numpy.typing import NDArray
    from torch import Tensor

    from hub.datasets.columns import ObjectColumn
    from hub.datasets.prepare import Job
    from hub.datasets.videos.cutting import Cut
    from hub.progress import Progress
    from hub.store.layout import Layout
    from hub.trees import Place


def of_job(job: Job, layout: Layout, progress: Progress) -> ClipTable:
    """Return the clips that a job asks for, preparing and indexing the videos where nobody has.

    Raises what `prepare` raises, MissingFile also if the list of videos is not there, and InvalidInput for options
    without sense.
    """
    cut = cutting.asked(job.told)
    videos = prepare(whole(job), layout)
    index.of_videos(videos, layout, workers=cast("int", job.told["num_workers"]), progress=progress)
    return ClipTable(videos.path, cut)


def whole(job: Job) -> Job:
    """Return the job that prepares the videos, the same one however they are cut."""
    kept = {name: value for name, value in job.told.items() if name not in cutting.OPTIONS}
    if kept.get("annotation_path"):
        kept["annotation_path"] = str(Path(str(kept["annotation_path"])).expanduser().absolute())
    content = msgspec.structs.replace(job.content, options={}, samples=None)
    return replace(job, split="videos", content=content, options=kept)


class Clips:
    """A column of clips."""

    def __init__(self, table: ClipTable) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the clips at these rows."""
        return [self._table.clip(int(row)) for row in rows]


class ClipTable(Table):
    """The clips of the videos of a table. It pickles as paths and the cut."""

    def __init__(self, path: Path, cut: Cut) -> None:
        super().__init__(path)
        self.cut = cut
        self.index = VideoIndex(index.beside(path))
        self._videos = cast("ObjectColumn", self.columns["video"])
        self.chosen = self._chosen()
        counts = cut.clips(self.index.counts[self.chosen], self.index.rates[self.chosen])
        self._counts = counts
        self._ends = np.cumsum(counts)
        self._labels = cast("NDArray[np.int64]", self.columns["label"])
        self.columns = {
            name: np.repeat(column[self.chosen], counts) if isinstance(column, np.ndarray) else Clips(self)
            for name, column in self.columns.items()
        }

    def clip(self, row: int) -> Clip:
        """Return the clip at a row."""
        place = int(np.searchsorted(self._ends, row, side="right"))
        number = int(self.chosen[place])
        rate = float(self.index.rates[number])
        ticks = self.index.ticks(number)
        frames = self.cut.frames(row - int(self._ends[place] - self._counts[place]), len(ticks), rate)
        (where,) = self._videos.take(np.array([number]))
        return Clip(cast("Place", where), ticks[frames], frames, rate, self.cut.output_format)

    @property
    def arrow(self) -> pa.Table:
        """One row a clip, which names its video."""
        return super().arrow.take(np.repeat(self.chosen, self._counts))

    @property
    def fingerprint(self) -> str:
        """64 hex digits that differ whenever videos, or how they are cut, do."""
        return hashlib.sha256(f"{super().fingerprint} {self.cut}".encode()).hexdigest()

    @cached_property
    def about(self) -> Mapping[str, object]:
        """What torchvision's classes tell besides samples; made when it is asked for."""
        return Lazy(
            {
                "indices": self.chosen.tolist,
                "metadata": lambda: self.metadata(self._all),
                "samples": self._samples,
                "video_clips": lambda: self.video_clips,
            }
        )

    @cached_property
    def video_clips(self) -> VideoClips:
        """The same clips in torchvision's class."""
        return VideoClips(self)

    def _chosen(self) -> NDArray[np.int64]:
        """Return the numbers of the videos that the cut is about."""
        if not self.cut.chosen:
            return self._all
        about: Mapping[str, Mapping[str, list[int]]] = self._noted("about", default={})
        lists = about["lists"]
        found = lists.get(self.cut.chosen)
        if not found:
            raise MissingFile(
                f"nothing says which videos of {self._paths(self._all[:1])[0]} are {self.cut.chosen}",
                expected="a list that names some of the videos",
                found="no such list" if found is None else "a list of others",
                hint="annotation_path is the folder of the lists; lists were found for "
                + (", ".join(lists) or "nothing"),
            )
        return np.array(found, np.int64)

    def metadata(self, numbers: NDArray[np.int64]) -> dict[str, Any]:
        """Return what torchvision's VideoClips are made from, for the videos of these numbers."""
        counts, rates = self.index.counts[numbers].tolist(), self.index.rates[numbers].tolist()
        pts = [torch.arange(count) for count in counts]
        return {"video_paths": self._paths(numbers), "video_pts": pts, "video_fps": rates}

    def _samples(self) -> list[tuple[str, int]]:
        return list(zip(self._paths(self._all), self._labels.tolist(), strict=True))

    def _paths(self, numbers: NDArray[np.int64]) -> list[str]:
        """Return where videos are; in an archive, what they would be called if that were a folder."""
        places = cast("list[Place]", self._videos.take(numbers))
        return [str(place.container / place.name) for place in places]

    @property
    def _all(self) -> NDArray[np.int64]:
        return np.arange(super().__len__())

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def __reduce__(self) -> tuple[object, ...]:
        return ClipTable, (self.path, self.cut)


class Lazy(Mapping[str, object]):
    """Values that are made when they are asked for."""

    def __init__(self, functions: Mapping[str, Callable[[], object]]) -> None:
        self._functions = functions

    def __getitem__(self, name: str) -> object:
        return self._functions[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)


class VideoClips(video_utils.VideoClips):  # type: ignore[misc]  # torchvision publishes no types
    """torchvision's class over the same clips, which its samplers ask for; it decodes as the table does."""

    def __init__(self, table: ClipTable) -> None:
        cut = table.cut
        known = table.metadata(table.chosen)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one for each video that is too short
            super().__init__(
                known["video_paths"],
                cut.frames_per_clip,
                cut.step,
                cut.frame_rate or None,
                known,
                output_format=cut.output_format,
            )
        self._table = table

    def get_clip(self, idx: int) -> tuple[Tensor, Tensor, dict[str, Any], int]:
        """Return frames, sound, {"video_fps": rate} and the number of the video."""
        clip = self._table.clip(idx)
        return clip.frames(), clip.sound(), {"video_fps": self.frame_rate or clip.rate}, self.get_clip_location(idx)[0]
