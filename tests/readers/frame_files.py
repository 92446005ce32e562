"""Tiny copies of datasets of optical flow and stereo, as torchvision wants them to lie below its root."""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

HEIGHT, WIDTH = 5, 7


class Scribe:
    """Writes frames that all differ, the same ones every time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._random = np.random.default_rng(len(folder.name))

    def path(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def image(self, name: str, *, grey: bool = False) -> None:
        Image.fromarray(self.numbers(256, () if grey else (3,)).astype(np.uint8)).save(self.path(name))

    def numbers(self, limit: int, channels: tuple[int, ...] = ()) -> NDArray[np.int64]:
        found = self._random.integers(0, limit, (HEIGHT, WIDTH, *channels))
        found[0, 0] = 0  # not measured, too near, unknown: every encoding has its own special value
        return found

    def deep(self, name: str) -> None:
        """A PNG of 16 bits and one channel."""
        Image.fromarray(self.numbers(1 << 16).astype(np.uint16)).save(self.path(name))

    def mask(self, name: str) -> None:
        Image.fromarray((self.numbers(2) * 255).astype(np.uint8)).save(self.path(name))

    def kitti_flow(self, name: str) -> None:
        channels = self.numbers(1 << 16, (3,))
        channels[..., 2] = self.numbers(2)
        self.path(name).write_bytes(deep_colour_png(channels.astype(np.uint16)))

    def flo(self, name: str) -> None:
        self.path(name).write_bytes(flo_bytes(self._floats(2)))

    def pfm(self, name: str, channels: int = 1, order: str = "<") -> None:
        values = self._floats(channels)
        values[1, 1] = np.inf
        self.path(name).write_bytes(pfm_bytes(values, order))

    def _floats(self, channels: int) -> NDArray[np.float32]:
        return self._random.normal(0, 20, (HEIGHT, WIDTH, channels)).astype(np.float32)


def flo_bytes(values: NDArray[np.float32]) -> bytes:
    height, width, _ = values.shape
    return b"PIEH" + struct.pack("<2i", width, height) + values.astype("<f4").tobytes()


def pfm_bytes(values: NDArray[np.float32], order: str = "<") -> bytes:
    height, width, channels = values.shape
    magic, scale = ("PF" if channels == 3 else "Pf"), ("-1.0" if order == "<" else "1.0")
    return f"{magic}\n{width} {height}\n{scale}\n".encode() + values[::-1].astype(order + "f4").tobytes()


def deep_colour_png(pixels: NDArray[np.uint16]) -> bytes:
    """A PNG of 16 bits and three channels, which Pillow cannot write."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)  # each begins with its filter: none
    header = struct.pack(">2I5B", width, height, 16, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def write_kitti_flow(root: Path) -> None:
    scribe = Scribe(root / "KittiFlow")
    for folder, number in [("training", 0), ("training", 1), ("testing", 0)]:
        for frame in (10, 11):
            scribe.image(f"{folder}/image_2/{number:06}_{frame}.png")
    for number in range(2):
        scribe.kitti_flow(f"training/flow_occ/{number:06}_10.png")


def write_sintel(root: Path) -> None:
    scribe = Scribe(root / "Sintel")
    for scene, count in (("alley_1", 3), ("cave_2", 2)):
        for frame in range(1, count + 1):
            for each in ("clean", "final"):
                scribe.image(f"training/{each}/{scene}/frame_{frame:04}.png")
                scribe.image(f"test/{each}/{scene}/frame_{frame:04}.png")
            if frame < count:
                scribe.flo(f"training/flow/{scene}/frame_{frame:04}.flo")


def write_flying_chairs(root: Path) -> None:
    scribe = Scribe(root / "FlyingChairs")
    splits = (1, 2, 1, 1)
    for number in range(1, len(splits) + 1):
        scribe.image(f"data/{number:05}_img1.ppm")
        scribe.image(f"data/{number:05}_img2.ppm")
        scribe.flo(f"data/{number:05}_flow.flo")
    scribe.path("FlyingChairs_train_val.txt").write_text("".join(f"{split}\n" for split in splits))


def write_flying_things3d(root: Path) -> None:
    scribe = Scribe(root / "FlyingThings3D")
    for scene, camera, frame in _frames_of_things():
        for each in ("clean", "final"):
            scribe.image(f"frames_{each}pass/{scene}/{camera}/{frame:04}.png")
        for direction, letter in (("into_future", "F"), ("into_past", "P")):
            scribe.pfm(f"optical_flow/{scene}/{direction}/{camera}/OpticalFlowInto{letter}_{frame:04}.pfm", 3)


def _frames_of_things() -> Iterator[tuple[str, str, int]]:
    for scene in ("TRAIN/A/0000", "TRAIN/A/0001", "TRAIN/B/0000", "TEST/A/0000"):
        for camera in ("left", "right"):
            for frame in (6, 7, 8):
                yield scene, camera, frame


def write_hd1k(root: Path) -> None:
    scribe = Scribe(root / "hd1k")
    for sequence, count in ((0, 3), (5, 2)):
        for frame in range(count):
            scribe.image(f"hd1k_input/image_2/{sequence:06}_{frame:04}.png")
            scribe.kitti_flow(f"hd1k_flow_gt/flow_occ/{sequence:06}_{frame:04}.png")
        for frame in (10, 11):
            scribe.image(f"hd1k_challenge/image_2/{sequence:06}_{frame:04}.png")


def write_kitti2012_stereo(root: Path) -> None:
    scribe = Scribe(root / "Kitti2012")
    for folder, number in [("training", 0), ("training", 1), ("testing", 0)]:
        for frame in (10, 11):
            scribe.image(f"{folder}/colored_0/{number:06}_{frame}.png")
            scribe.image(f"{folder}/colored_1/{number:06}_{frame}.png")
    for number in range(2):
        scribe.deep(f"training/disp_noc/{number:06}_10.png")


def write_kitti2015_stereo(root: Path) -> None:
    scribe = Scribe(root / "Kitti2015")
    for folder, number in [("training", 0), ("training", 1), ("testing", 0)]:
        scribe.image(f"{folder}/image_2/{number:06}_10.png")
        scribe.image(f"{folder}/image_3/{number:06}_10.png")
    for number in range(2):
        scribe.deep(f"training/disp_occ_0/{number:06}_10.png")
        scribe.deep(f"training/disp_occ_1/{number:06}_10.png")


def write_carla_stereo(root: Path) -> None:
    scribe = Scribe(root / "carla-highres")
    for scene in ("town_1", "town_2"):
        for side in (0, 1):
            scribe.image(f"trainingF/{scene}/im{side}.png")
            scribe.pfm(f"trainingF/{scene}/disp{side}GT.pfm", order="><"[side])


def write_middlebury2014_stereo(root: Path) -> None:
    scribe = Scribe(root / "Middlebury2014")
    for scene in ("train/Adirondack", "train/Piano", "additional/Cable"):
        for calibration in ("perfect", "imperfect"):
            folder = f"{scene}-{calibration}"
            for name in ("im0", "im1", "im1E", "im1L"):
                scribe.image(f"{folder}/{name}.png")
            for side in (0, 1):
                scribe.pfm(f"{folder}/disp{side}.pfm")
    for side in (0, 1):
        scribe.image(f"test/Plants/im{side}.png")


def write_cre_stereo(root: Path) -> None:
    scribe = Scribe(root / "CREStereo")
    for number, group in enumerate(("hole", "reflective", "shapenet", "tree"), 1):
        for frame in range(number):
            for side in ("left", "right"):
                scribe.image(f"{group}/{frame:08}_{side}.jpg")
                scribe.deep(f"{group}/{frame:08}_{side}.disp.png")


def write_falling_things_stereo(root: Path) -> None:
    scribe = Scribe(root / "FallingThings")
    scenes = ("single/002_can/kitchen_0", "single/002_can/kitchen_1", "single/003_box/temple_0", "mixed/temple_0")
    for number, scene in enumerate(scenes):
        for frame in range(2):
            for side in ("left", "right"):
                scribe.image(f"{scene}/{frame:06}.{side}.jpg")
                scribe.deep(f"{scene}/{frame:06}.{side}.depth.png")
        camera = {"intrinsic_settings": {"fx": 768.16058349609375 + number}}
        scribe.path(f"{scene}/_camera_settings.json").write_text(json.dumps({"camera_settings": [camera, camera]}))


def write_scene_flow_stereo(root: Path) -> None:
    scribe = Scribe(root / "SceneFlow")
    scenes = {"FlyingThings3D": ("TRAIN/A/0000", "TEST/B/0001"), "Monkaa": ("ape", "lion"), "Driving": ("15mm/f/fast",)}
    for collection, names in scenes.items():
        for name in names:
            for side in ("left", "right"):
                for frame in (6, 7):
                    for each in ("clean", "final"):
                        scribe.image(f"{collection}/frames_{each}pass/{name}/{side}/{frame:04}.png")
                    scribe.pfm(f"{collection}/disparity/{name}/{side}/{frame:04}.pfm")


def write_sintel_stereo(root: Path) -> None:
    scribe = Scribe(root / "Sintel")
    for scene, count in (("alley_1", 2), ("cave_2", 1)):
        for frame in range(1, count + 1):
            for folder in ("clean_left", "clean_right", "final_left", "final_right", "disparities"):
                scribe.image(f"training/{folder}/{scene}/frame_{frame:04}.png")
            for folder in ("occlusions", "outofframe"):
                scribe.mask(f"training/{folder}/{scene}/frame_{frame:04}.png")


def write_instereo2k(root: Path) -> None:
    scribe = Scribe(root / "InStereo2k")
    for scene in ("train/000001", "train/000002", "test/000001"):
        for side in ("left", "right"):
            scribe.image(f"{scene}/{side}.png")
            scribe.deep(f"{scene}/{side}_disp.png")


def write_eth3d_stereo(root: Path) -> None:
    scribe = Scribe(root / "ETH3D")
    for scene in ("two_view_training/delivery", "two_view_training/forest", "two_view_test/lakeside"):
        for side in (0, 1):
            scribe.image(f"{scene}/im{side}.png", grey=True)
    for scene in ("delivery", "forest"):
        scribe.pfm(f"two_view_training_gt/{scene}/disp0GT.pfm")
        scribe.mask(f"two_view_training_gt/{scene}/mask0nocc.png")


WRITERS: dict[str, Callable[[Path], None]] = {
    "carla_stereo": write_carla_stereo,
    "cre_stereo": write_cre_stereo,
    "eth3d_stereo": write_eth3d_stereo,
    "falling_things_stereo": write_falling_things_stereo,
    "flying_chairs": write_flying_chairs,
    "flying_things3d": write_flying_things3d,
    "hd1k": write_hd1k,
    "instereo2k": write_instereo2k,
    "kitti2012_stereo": write_kitti2012_stereo,
    "kitti2015_stereo": write_kitti2015_stereo,
    "kitti_flow": write_kitti_flow,
    "middlebury2014_stereo": write_middlebury2014_stereo,
    "scene_flow_stereo": write_scene_flow_stereo,
    "sintel": write_sintel,
    "sintel_stereo": write_sintel_stereo,
}
