"""Videos: when their frames are shown, and the frames and the sound of a part, without decoding what comes before it.

    times     of a whole video: reads its packets and decodes none
    frames    some of its frames: from the key frame before the first of them
    sound     what is heard meanwhile: from a little before, because codecs need some packets to settle

PyAV decodes, and is the extra `video`: its wheels carry FFmpeg, where those of TorchCodec, which torchvision uses, need
one that the system has. Both give the same frames and rates, bit for bit, and the same sound but for MP3: there
TorchCodec settles for too short, so that its first samples differ from those of decoding it all.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hub.errors import FormatError
from hub.extras import require
from hub.trees.bytes import open_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

    from numpy.typing import NDArray

    from hub.trees import Place

# Seconds of sound that are decoded and thrown away after a jump. A frame of sound depends on those before it: one for
# AAC and Vorbis, about four for MP3, which at 8 kHz and 1,024 samples a frame is half a second.
SETTLING = 1.0


# Seconds before a frame to jump to. In an AVI with frames that depend on later ones, and in MPEG streams, FFmpeg lands
# on the key frame behind the one that is needed. Key frames are mostly a second apart or less, and rarely over ten.
BACK = (0, 1, 10)


@dataclass(frozen=True, slots=True)
class Times:
    """When the frames of a video are shown, in ticks of its own clock and in order, and how many a second."""

    ticks: NDArray[np.int64]
    rate: float


def times(place: Place) -> Times:
    """Return when the frames of a video are shown.

    The rate is the number of frames by the time from the first to the end of the last, as TorchCodec has it.
    Raises FormatError if this is no video or it holds no frame, MissingFile if it is gone, and MissingExtra without
    PyAV.
    """
    with _opened(place) as container:
        stream = _video(container)
        packets = [each for each in container.demux(stream) if each.size and not each.is_discard]
        found = [(at, each.duration or 0) for each in packets if (at := _time(each)) is not None]
        if not found:
            raise _damaged("it holds no frames", "a video")
        ticks = np.array(sorted(at for at, _ in found), np.int64)
        begin, end = int(ticks[0]), max(at + lasts for at, lasts in found)
        base = stream.time_base
        # In the order of TorchCodec's operations, whose last bit tells whether one rate is a multiple of another.
        seconds = _seconds(end, base) - _seconds(begin, base)
        return Times(ticks, len(ticks) / seconds if seconds else float(stream.average_rate or 1))


def frames(place: Place, ticks: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the frames that are shown at these times, in ticks and in order, as (frames, height, width, 3).

    Raises what `times` raises; FormatError also if the video ends before.
    """
    for back in (*BACK, None):
        with _opened(place) as container:
            shown = _shown(container, sorted(set(ticks.tolist())), back)
        if shown is not None:
            return np.stack([shown[at] for at in ticks.tolist()])
    raise _located(_damaged("it ends before the frames that it had", f"a frame at {ticks[-1]}"), place)


def sound(place: Place, start: float, stop: float) -> NDArray[np.float32]:
    """Return what is heard from `start` to `stop`, in seconds, as (channels, samples); (1, 0) where there is nothing.

    Raises what `times` raises.
    """
    with _opened(place) as container:
        stream = container.streams.best("audio")
        if stream is None:
            return np.empty((1, 0), np.float32)
        heard = list(_heard(container, stream, start, stop))
        if not heard:
            return np.empty((1, 0), np.float32)
        begin, rate = heard[0][0], stream.rate
        samples = np.concatenate([data for _, data in heard], axis=1)
        first, last = (max(0, _nearest((at - begin) * rate)) for at in (start, stop))
        return samples[:, first:last]


def require_av() -> None:
    """Raise MissingExtra if PyAV is not installed."""
    require("av", "video", "PyAV, which decodes videos,")


# PyAV's objects are Any here, because it is an extra: mypy runs with and without it.
@contextmanager
def _opened(place: Place) -> Iterator[Any]:
    """Open a video; what FFmpeg refuses meanwhile becomes FormatError with the name of the file."""
    require_av()
    import av

    try:
        with open_place(place) as file, av.open(file) as container:
            yield container
    except av.error.FFmpegError as error:
        raise _located(_damaged(error.strerror or str(error), "a video"), place) from error
    except FormatError as error:
        raise (error if error.path else _located(error, place)) from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        # In an MP4 that is empty FFmpeg goes to the byte before the first.
        raise _located(_damaged("it points to where there is nothing", "a video"), place) from error


def _video(container: Any) -> Any:  # noqa: ANN401  see above
    stream = container.streams.best("video")
    if stream is None:
        raise _damaged("it has no picture", "a video")
    # A DataLoader's workers are the threads; more of them would only get into each other's way.
    stream.codec_context.thread_count = 1
    return stream


def _shown(container: Any, wanted: list[int], back: int | None) -> dict[int, NDArray[np.uint8]] | None:  # noqa: ANN401
    """Return time -> the frame that is shown then, or None if a jump to `back` seconds before misses one of them.

    With None there is no jump.
    """
    stream = _video(container)
    start = 0 if back is None else wanted[0] - round(back / stream.time_base)
    if start > (stream.start_time or 0):  # an AVI refuses to go anywhere before
        container.seek(start, stream=stream)
    shown: dict[int, NDArray[np.uint8]] = {}
    pixels = _in_colour()
    before = None
    at = -1
    for frame in container.decode(stream):
        # The last frames of some codecs come without a time.
        at = at + 1 if (time := _time(frame)) is None else time
        while len(shown) < len(wanted) and wanted[len(shown)] < at:
            if before is None:
                return None
            shown[wanted[len(shown)]] = pixels(before)
        if len(shown) < len(wanted) and wanted[len(shown)] == at:
            shown[at] = pixels(frame)
        if len(shown) == len(wanted):
            return shown
        before = frame
    return None


def _in_colour() -> Callable[[Any], NDArray[np.uint8]]:
    """Return what makes (height, width, 3) of a frame; perf: what it sets up is kept for the next frame."""
    from av.video.reformatter import VideoReformatter

    reformatter: Any = VideoReformatter()

    def pixels(frame: Any) -> NDArray[np.uint8]:  # noqa: ANN401  see above
        made: NDArray[np.uint8] = reformatter.reformat(frame, format="rgb24", threads=1).to_ndarray()
        return made

    return pixels


def _heard(container: Any, stream: Any, start: float, stop: float) -> Iterator[tuple[float, NDArray[np.float32]]]:  # noqa: ANN401
    """Yield (time in seconds, samples) of each frame of sound that lies between the two times, even in part."""
    import av

    base = stream.time_base
    first, last = (_nearest(at * base.denominator / base.numerator) for at in (start, stop))
    if start > SETTLING:
        container.seek(_nearest((start - SETTLING) * base.denominator / base.numerator), stream=stream)
    as_floats: Any = av.AudioResampler(format="fltp")
    for frame in _decoded(container, stream, first):
        at = _time(frame)
        if at is not None and at >= last:
            return
        if at is not None and at + frame.duration > first:
            for each in as_floats.resample(frame):
                yield _seconds(at, base), each.to_ndarray()


def _decoded(container: Any, stream: Any, first: int) -> Iterator[Any]:  # noqa: ANN401  see above
    """Yield frames of sound. A packet before `first` may fail: after a jump it can lack what came before it."""
    import av

    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            if packet.pts is None or packet.pts >= first:
                raise


def _time(each: Any) -> int | None:  # noqa: ANN401  see above
    """Return when a packet or frame is shown; in an AVI only the order of decoding may be known."""
    time: int | None = each.dts if each.pts is None else each.pts
    return time


def _seconds(ticks: int, base: Fraction) -> float:
    return float(ticks) * base.numerator / base.denominator


def _nearest(number: float) -> int:
    """Round halves up, as TorchCodec does, and not to even numbers."""
    return int(np.floor(number + 0.5))


def _damaged(what: str, expected: str) -> FormatError:
    return FormatError(what, path="", expected=expected, found="none")


def _located(error: FormatError, place: Place) -> FormatError:
    where = f" at byte {place.offset} of {place.container}" if place.offset >= 0 else f" in {place.container}"
    return FormatError(
        f"{place.name}{where} is no video that can be read: {error.what}",
        path=place.container / place.name if place.offset < 0 else place.container,
        expected=error.expected,
        found=error.found,
        hint="get the file anew",
    )
