"""The index of videos: when the frames of all videos of a table are shown, found out once and kept beside it.

    <store>/prepared/<fingerprint>/videos.arrow     where each video lies, and its label
    <store>/prepared/<fingerprint>/times.arrow      one row a video, in the same order
        file, size, changed   string, int64, int64    what was read, how large it was, and when it last changed
        ticks                 large_list<int64>       when its frames are shown, by its own clock; none if unreadable
        rate                  float64                 frames a second

However the videos are then cut into clips, none is read again. When videos come or go, or the table is made anew for
another reason, only the new and the changed ones are read. A video that is written over in place, so that its folder
does not change, is not noticed.
"""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import pyarrow as pa

from hub.decoders import video
from hub.decoders.video import Times
from hub.errors import FormatError, MissingFile
from hub.store.files import move_into_place, temporary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.datasets.columns import ObjectColumn
    from hub.datasets.table import Table
    from hub.progress import Progress
    from hub.store.layout import Layout
    from hub.trees import Place

logger = logging.getLogger("hub")

# Grows whenever the same videos would give other times.
VERSION = 1

NONE = Times(np.empty(0, np.int64), 1.0)
"""Of a video that cannot be read."""


class File(NamedTuple):
    """A video, and what tells whether it is still the same."""

    name: str
    size: int
    changed: int


class VideoIndex:
    """The times of all videos of a table, memory-mapped."""

    def __init__(self, path: Path) -> None:
        with pa.memory_map(str(path)) as file:
            self._table = pa.ipc.open_file(file).read_all()
        self.made_for: list[int] = json.loads(self._table.schema.metadata[b"hub.made_for"])
        self._ticks = self._table.column("ticks").chunk(0)
        self.rates: NDArray[np.float64] = np.frombuffer(
            self._table.column("rate").chunk(0).buffers()[1], np.float64, count=len(self._ticks)
        )

    @property
    def version(self) -> int:
        """The version of this module that has written it."""
        return self.made_for[0]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many frames each video has."""
        offsets: NDArray[np.int64] = np.frombuffer(self._ticks.buffers()[1], np.int64, count=len(self._ticks) + 1)
        return np.diff(offsets)

    def ticks(self, number: int) -> NDArray[np.int64]:
        """Return when the frames of a video are shown."""
        found: NDArray[np.int64] = self._ticks[number].values.to_numpy()
        return found

    def known(self) -> dict[File, Times]:
        """Return what was found out of which file; not of those that could not be read."""
        names = (self._table.column(name).to_pylist() for name in ("file", "size", "changed"))
        files = (File(*each) for each in zip(*names, strict=True))
        return {
            file: Times(self.ticks(number), float(self.rates[number]))
            for number, (file, count) in enumerate(zip(files, self.counts, strict=True))
            if count
        }


def beside(videos: Path) -> Path:
    """Return where the times of the videos of a table are."""
    return videos.with_name("times.arrow")


def of_videos(table: Table, layout: Layout, *, workers: int, progress: Progress) -> VideoIndex:
    """Return the times of the videos of a table, reading those that nobody has read.

    A video that cannot be read gets none, and the log says so. Raises FormatError if none can be read, MissingFile if
    one is gone, and MissingExtra without PyAV.
    """
    path = beside(table.path)
    made_for = [VERSION, table.path.stat().st_mtime_ns]
    before = VideoIndex(path) if path.exists() else None
    if before is not None and before.made_for == made_for:
        return before
    known = before.known() if before is not None and before.version == VERSION else {}
    files, found = _indexed(table, known, workers, progress)
    with temporary(layout, path.name) as written:
        _write(written, files, found, made_for)
        move_into_place(written, path)
    return VideoIndex(path)


def _indexed(
    table: Table, known: Mapping[File, Times], workers: int, progress: Progress
) -> tuple[list[File], list[Times]]:
    """Return the file of each video and its times."""
    video.require_av()
    places = cast("list[Place]", cast("ObjectColumn", table.columns["video"]).take(np.arange(len(table))))
    files = list(_files(places))
    new = {file: place for file, place in zip(files, places, strict=True) if file not in known}
    found = {**known, **(_read(new, workers, progress) if new else {})}
    if files and all(found[file] is NONE for file in files):
        video.times(places[0])  # raises what is wrong with it
    return files, [found[file] for file in files]


def _read(videos: Mapping[File, Place], workers: int, progress: Progress) -> dict[File, Times]:
    """Return the times of videos, NONE for those that cannot be read: the log names them."""
    found: dict[File, Times] = {}
    progress.start(f"indexing {len(videos)} videos", sum(file.size for file in videos))
    with ThreadPoolExecutor(max(1, workers)) as pool:
        for file, result in zip(videos, pool.map(_times, videos.values()), strict=True):
            if isinstance(result, FormatError):
                logger.warning("%s; it gives no clips", result.what)
            found[file] = NONE if isinstance(result, FormatError) else result
            progress.advance(file.size)
    progress.finish()
    return found


def _times(place: Place) -> Times | FormatError:
    try:
        return video.times(place)
    except FormatError as error:
        return error


def _files(places: Sequence[Place]) -> Iterator[File]:
    archives: dict[Path, tuple[int, int]] = {}
    for place in places:
        if place.offset < 0:
            path = place.container / place.name
            yield File(str(path), *_state(path))
        else:
            if place.container not in archives:
                archives[place.container] = _state(place.container)
            name = f"{place.container}#{place.name}@{place.offset}"
            yield File(name, place.size, archives[place.container][1])


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise MissingFile(f"{path} is gone", expected="the video that was there", found="nothing") from error
    return found.st_size, found.st_mtime_ns


def _write(path: Path, files: Sequence[File], found: Sequence[Times], made_for: object) -> None:
    names, sizes, changed = zip(*files, strict=True) if files else ((), (), ())
    offsets = np.cumsum([0, *(len(each.ticks) for each in found)], dtype=np.int64)
    ticks = np.concatenate([NONE.ticks, *(each.ticks for each in found)])
    columns = {
        "file": pa.array(names, pa.string()),
        "size": pa.array(sizes, pa.int64()),
        "changed": pa.array(changed, pa.int64()),
        "ticks": pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(ticks)),
        "rate": pa.array([each.rate for each in found], pa.float64()),
    }
    batch = pa.record_batch(columns)
    schema = batch.schema.with_metadata({"hub.made_for": json.dumps(made_for)})
    with path.open("wb") as file, pa.ipc.new_file(file, schema) as writer:
        writer.write_batch(batch)
