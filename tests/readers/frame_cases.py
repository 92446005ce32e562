"""What the tests of optical flow and stereo share: cases, torchvision's own datasets, copies that are packed."""

from __future__ import annotations

import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torchvision
from readers.packing import sevened

from hub.datasets.loading import load_dataset
from hub.registry import find_dataset

if TYPE_CHECKING:
    from hub.cards import Artifact
    from hub.datasets.dataset import Dataset


@dataclass(frozen=True)
class Case:
    """A dataset and the arguments of torchvision's class, which are split and options here."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)

    def theirs(self, root: Path, **functions: Any) -> Any:
        upstream = find_dataset(self.name).card.upstream.name
        return getattr(torchvision.datasets, upstream)(root, **self.arguments, **functions)

    def ours(self, root: Path, **functions: Any) -> Dataset:
        options = {name: value for name, value in self.arguments.items() if value is not None}
        split = options.pop("split", "train")
        given = options | functions
        found: Dataset = load_dataset(self.name, split=split, data_dir=root, verify=False, progress=False, **given)
        return found

    def __str__(self) -> str:
        return "-".join([self.name, *map(str, self.arguments.values())])


# ruff: noqa: S106  a pass of a renderer is no password


def case(name: str, **arguments: Any) -> Case:
    return Case(name, arguments)


FLOW = [
    case("kitti_flow"),
    case("kitti_flow", split="test"),
    case("sintel"),
    case("sintel", pass_name="both"),
    case("sintel", split="test", pass_name="final"),
    case("flying_chairs"),
    case("flying_chairs", split="val"),
    case("flying_things3d"),
    case("flying_things3d", pass_name="both", camera="both"),
    case("flying_things3d", split="test", camera="right"),
    case("hd1k"),
    case("hd1k", split="test"),
]
STEREO = [
    case("kitti2012_stereo"),
    case("kitti2012_stereo", split="test"),
    case("kitti2015_stereo"),
    case("kitti2015_stereo", split="test"),
    case("carla_stereo"),
    case("middlebury2014_stereo"),
    case("middlebury2014_stereo", split="additional", calibration="both"),
    case("middlebury2014_stereo", split="test", calibration=None),
    case("cre_stereo"),
    case("falling_things_stereo"),
    case("falling_things_stereo", variant="mixed"),
    case("falling_things_stereo", variant="both"),
    case("scene_flow_stereo"),
    case("scene_flow_stereo", variant="Monkaa", pass_name="both"),
    case("scene_flow_stereo", variant="Driving", pass_name="final"),
    case("sintel_stereo"),
    case("sintel_stereo", pass_name="both"),
    case("instereo2k"),
    case("instereo2k", split="test"),
    case("eth3d_stereo"),
    case("eth3d_stereo", split="test"),
]
ALL = FLOW + STEREO
WHOLE = ("FlyingChairs", "MPI-Sintel", "MiddEval3", "data_")
"""Archives of all there is, as their names begin."""
PACKED = [each for each in ALL if find_dataset(each.name).card.artifacts]


def pack(name: str, root: Path, target: Path) -> None:
    """Put a copy below `root` into the archives of its card, below `target`."""
    card = find_dataset(name).card
    source, below = root / card.upstream.folder, target / card.upstream.folder
    below.mkdir(parents=True)
    for artifact in card.artifacts:
        if artifact.unpack_to is None:
            (below / artifact.name).write_bytes((source / artifact.name).read_bytes())
            continue
        top = source / artifact.unpack_to
        files = {path.relative_to(top): path for path in sorted(top.rglob("*")) if path.is_file()}
        kept = {Path(artifact.unpack_strip) / name: path for name, path in files.items() if belongs(name, artifact)}
        write_archive(below / artifact.name, kept)


def belongs(name: Path, artifact: Artifact) -> bool:
    """Whether a publisher puts this file into this archive: many have one folder each."""
    if artifact.name.endswith(".7z"):  # of a folder as it is
        return True
    if artifact.name.startswith(WHOLE):
        return name.suffix != ".txt"
    return name.parts[0] == artifact.name.partition(".")[0].rpartition("__")[2]


def write_archive(path: Path, files: dict[Path, Path]) -> None:
    if path.suffix == ".7z":
        path.write_bytes(sevened({name.as_posix(): file.read_bytes() for name, file in files.items()}))
        return
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, file in files.items():
                zipped.write(file, name.as_posix())
        return
    with tarfile.open(path, "w:bz2" if path.suffix == ".bz2" else "w") as tarred:
        for name, file in files.items():
            tarred.add(file, name.as_posix())
