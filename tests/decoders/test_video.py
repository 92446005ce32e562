"""Frames and sound of a part of a video are those of decoding all of it."""

from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from readers.packing import write_tar, write_zip
from videos import SIDE, SOUND_RATE, pictures, tones, write_video

from hub.decoders import video
from hub.errors import FormatError, MissingExtra, MissingFile
from hub.trees import Place
from hub.trees.archive import Archive

if TYPE_CHECKING:
    from pathlib import Path

av = pytest.importorskip("av", reason="PyAV, the extra `video`, is not installed")

LOSSY = {
    "avi": ("mpeg4", "yuv420p", 0),
    "avi-between": ("mpeg4", "yuv420p", 2),
    "avi-h264": ("libx264", "yuv420p", 2),
    "mp4": ("libx264", "yuv420p", 3),
    "mkv": ("mpeg4", "yuv420p", 2),
    "mov": ("mjpeg", "yuvj420p", 0),
    "ts": ("libx264", "yuv420p", 2),
    "webm": ("libvpx-vp9", "yuv420p", 0),
}


def place(path: Path) -> Place:
    return Place(path.parent, path.name)


def decoded(path: Path) -> np.ndarray:
    """Return all frames, decoded from the first to the last."""
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def heard(path: Path) -> np.ndarray:
    """Return all samples, decoded from the first to the last."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp")
        frames = [each for frame in container.decode(audio=0) for each in resampler.resample(frame)]
        return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


@pytest.fixture
def lossless(tmp_path: Path) -> Path:
    return write_video(tmp_path / "lossless.avi", pictures(12), sound="pcm_s16le")


def test_times_count_the_frames_and_tell_their_rate(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", pictures(30), rate=30, codec="libx264", pixels="yuv420p")

    times = video.times(place(path))

    assert len(times.ticks) == 30
    assert (np.diff(times.ticks) > 0).all()
    assert times.rate == 30.0


def test_frames_are_those_that_were_encoded(lossless: Path) -> None:
    ticks = video.times(place(lossless)).ticks

    frames = video.frames(place(lossless), ticks[4:9])

    assert frames.dtype == np.uint8
    np.testing.assert_array_equal(frames, pictures(12)[4:9])


def test_a_frame_may_be_asked_for_twice(lossless: Path) -> None:
    ticks = video.times(place(lossless)).ticks

    frames = video.frames(place(lossless), ticks[[3, 3, 5]])

    np.testing.assert_array_equal(frames, pictures(12)[[3, 3, 5]])


@pytest.mark.parametrize("kind", LOSSY)
def test_frames_after_a_jump_are_those_of_decoding_from_the_start(kind: str, tmp_path: Path) -> None:
    codec, pixels, between = LOSSY[kind]
    path = tmp_path / f"a.{kind.partition('-')[0]}"
    write_video(path, pictures(40), codec=codec, pixels=pixels, between=between, g="9")
    ticks, whole = video.times(place(path)).ticks, decoded(path)

    parts = {first: video.frames(place(path), ticks[first : first + 3]) for first in range(0, 38, 2)}

    assert len(ticks) == len(whole) == 40
    for first, frames in parts.items():
        np.testing.assert_array_equal(frames, whole[first : first + 3], err_msg=f"from {first}")


def test_sound_is_what_was_recorded(lossless: Path) -> None:
    samples = video.sound(place(lossless), 0.04, 0.2)

    assert samples.dtype == np.float32
    np.testing.assert_array_equal(samples, tones(SOUND_RATE)[:, 640:3200].astype(np.float32) / 32_768)


@pytest.mark.parametrize(("suffix", "codec"), [("mp4", "aac"), ("mp4", "mp3"), ("avi", "pcm_s16le")])
def test_sound_after_a_jump_is_that_of_decoding_from_the_start(suffix: str, codec: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    write_video(path, pictures(100), codec="mpeg4", pixels="yuv420p", sound=codec)
    whole = heard(path)

    parts = {first: video.sound(place(path), first / 25, (first + 8) / 25) for first in range(0, 90, 7)}

    for first, samples in parts.items():
        start = first * SOUND_RATE // 25
        np.testing.assert_array_equal(samples, whole[:, start : start + samples.shape[1]], err_msg=f"from {first}")
        assert samples.shape[1] == 8 * SOUND_RATE // 25


def test_there_is_no_sound_in_a_silent_video_and_behind_the_end(lossless: Path, tmp_path: Path) -> None:
    silent = write_video(tmp_path / "silent.avi", pictures(2))

    assert video.sound(place(silent), 0.0, 0.04).shape == (1, 0)
    assert video.sound(place(lossless), 7.0, 8.0).shape == (1, 0)


@pytest.mark.parametrize("form", ["a.tar", "stored.zip", "deflated.zip"])
def test_a_video_is_read_inside_of_an_archive(form: str, lossless: Path, tmp_path: Path) -> None:
    files = {"before.txt": b"x" * 700, "in/a.avi": lossless.read_bytes(), "behind.txt": b"y" * 700}
    method = zipfile.ZIP_DEFLATED if form == "deflated.zip" else zipfile.ZIP_STORED
    path = tmp_path / form
    write_tar(path, files) if form == "a.tar" else write_zip(path, files, method)
    inside = Archive(path).place("in/a.avi")

    times = video.times(inside)

    np.testing.assert_array_equal(video.frames(inside, times.ticks[7:]), pictures(12)[7:])
    np.testing.assert_array_equal(video.sound(inside, 0.0, 0.2), video.sound(place(lossless), 0.0, 0.2))


@pytest.mark.parametrize("content", [b"", b"no video", b"RIFF" + bytes(2000)], ids=["empty", "words", "zeros"])
def test_what_is_no_video_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.avi").write_bytes(content)

    with pytest.raises(FormatError, match=r"a\.avi in .* is no video") as caught:
        video.times(place(tmp_path / "a.avi"))

    assert caught.value.path == tmp_path / "a.avi"


def test_a_file_of_sound_alone_has_no_picture(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        stream: Any = container.add_stream("pcm_s16le", rate=SOUND_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(tones(100), format="s16", layout="mono")
        frame.sample_rate = SOUND_RATE
        container.mux(stream.encode(frame))

    with pytest.raises(FormatError, match="no picture"):
        video.times(place(tmp_path / "a.wav"))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_video_that_was_cut_after_it_was_indexed_is_refused(share: float, lossless: Path) -> None:
    ticks = video.times(place(lossless)).ticks
    data = lossless.read_bytes()
    lossless.write_bytes(data[: int(len(data) * share)])

    with pytest.raises(FormatError, match=r"lossless\.avi"):
        video.frames(place(lossless), ticks[-2:])


def test_an_mp4_without_its_end_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", pictures(9), codec="libx264", pixels="yuv420p")
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(FormatError, match=r"a\.mp4"):
        video.times(place(path))


def test_a_video_that_is_gone_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"a\.avi"):
        video.times(Place(tmp_path, "a.avi"))


def test_without_pyav_the_extra_is_named(lossless: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)

    with pytest.raises(MissingExtra, match=r"hub-zoo\[video\]"):
        video.times(place(lossless))


def test_torchcodec_gives_the_same_frames_and_rate(tmp_path: Path) -> None:
    decoders = pytest.importorskip("torchcodec.decoders", reason="TorchCodec is not installed")
    path = write_video(tmp_path / "a.mp4", pictures(50), rate=24, codec="libx264", pixels="yuv420p", between=2)
    try:
        theirs = decoders.VideoDecoder(str(path), dimension_order="NHWC")
    except RuntimeError:
        pytest.skip("TorchCodec finds no FFmpeg")

    times = video.times(place(path))

    assert (len(times.ticks), times.rate) == (theirs.metadata.num_frames, theirs.metadata.average_fps)
    frames = theirs.get_frames_at(list(range(30, 40))).data.numpy()
    np.testing.assert_array_equal(video.frames(place(path), times.ticks[30:40]), frames)
    assert frames.shape == (10, SIDE, SIDE, 3)
