r"""What `torch.save` wrote, read without running anything that is in the file.

    zip container      begins with "PK\x03\x04"     torch.save since 1.6; the tensors can be mapped
    legacy container   several pickles in a row     torch.save before 1.6; the tensors are read

PyTorch's restricted unpickler (`weights_only=True`) reads both. It builds tensors and plain containers and refuses
every other name. All files that PyTorch wrote are read here: nothing else in this package calls `torch.load`.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from hub.archives import zips
from hub.archives.kinds import sniffed
from hub.errors import FormatError, HubError, UnsafeWeights, in_a_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import torch

    MapLocation = str | torch.device | dict[str, str] | Callable[[torch.types.Storage, str], torch.types.Storage] | None

ZIP_MAGIC = b"PK\x03\x04"
HEAD = 32
PICKLE = 64 << 20
"""Bytes of a pickle that are looked through for names; that of the largest published weights has 1 MB."""
SHOWN = 4

# What a file of plain tensors names: the unpickler lets these through, so they never are the reason for a refusal.
HARMLESS = ("collections.OrderedDict", "torch._utils._rebuild_", "torch.FloatStorage", "torch.LongStorage")

ASK = "ask for a file of model.state_dict(), or for safetensors"
WANTED = "a state dict written by torch.save, or a safetensors file"


def load(path: Path, *, mapped: bool = False, map_location: MapLocation = "cpu", hint: str = ASK) -> object:
    """Return what torch.save wrote, if it is built of tensors, plain values and plain containers.

    With `mapped` tensors stay in the file, which must be a zip container.

    Raises UnsafeWeights, with the hint, if reading it would run code, and FormatError if it is damaged.
    """
    import torch

    with path.open("rb") as file, _told(file, path, hint):
        return torch.load(path, map_location=map_location, weights_only=True, mmap=mapped)


def load_bytes(data: bytes, path: Path, *, hint: str = ASK) -> object:
    """Return the same of what is in memory, and lies in `path`."""
    import torch

    stream = io.BytesIO(data)
    with _told(stream, path, hint):
        return torch.load(stream, map_location="cpu", weights_only=True)


@contextmanager
def _told(stream: BinaryIO, path: Path, hint: str) -> Iterator[None]:
    if sniffed(stream)[0] == "tar":  # PyTorch would make a temporary folder for it before it refuses it
        found = "a tar, as PyTorch wrote before 0.4"
        raise FormatError(f"{path.name} cannot be read as weights", path=path, expected=WANTED, found=found)
    try:
        yield
    except pickle.UnpicklingError as error:
        raise _refusal(stream, path, hint) from error
    except Exception as error:  # a damaged file can make the unpickler fail in any way at all
        found = _kind(stream, path) or in_a_line(error)
        what = f"{path.name} cannot be read as weights"
        raise FormatError(what, path=path, expected=WANTED, found=found) from error


def _refusal(stream: BinaryIO, path: Path, hint: str) -> UnsafeWeights | FormatError:
    """Tell a file that wants to run code from one that is no pickle: the first names what it wants to run."""
    wanted = sorted(set(_names(stream, path)))
    if wanted:
        return UnsafeWeights(
            f"{path.name} wants to run code when it is read; it was not read",
            expected="tensors and nothing else",
            found=", ".join(wanted[:SHOWN]),
            hint=hint,
        )
    found = _kind(stream, path) or "bytes that are no pickle"
    return FormatError(f"{path.name} is no weights file", path=path, expected=WANTED, found=found)


# What lies where weights should, by the bytes that it begins with.
KINDS = (
    (b"version https://git-lfs", "a pointer of Git LFS, which `git lfs pull` replaces by the file"),
    (b"<", "a web page or other text"),
    (b"\x89HDF", "an HDF5 file, such as Keras writes"),
    (b"\x1f\x8b", "a gzip file: unpack it"),
)


def _kind(stream: BinaryIO, path: Path) -> str:
    """Return what the file is in place of weights, or "": PyTorch's own words speak of its reader."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(HEAD)
    if not head:
        return "an empty file"
    for magic, kind in KINDS:
        if head.startswith(magic):
            return kind
    if not head.startswith(ZIP_MAGIC):
        return ""
    try:
        script = any(name.endswith("/constants.pkl") for name in zips.of_stream(stream, path).namelist())
    except HubError:
        return f"a file that breaks off after {size} bytes"
    return "a TorchScript program: save the state_dict() of what torch.jit.load gives" if script else ""


def _names(stream: BinaryIO, path: Path) -> Iterator[str]:
    """Yield the functions and classes that the file's pickles name, apart from the harmless ones."""
    try:
        data = io.BytesIO(_pickle_of(stream, path))
        while True:  # a legacy container is several pickles in a row; bytes that are none end it
            yield from (name for name in _named(data) if not name.startswith(HARMLESS))
    except (ValueError, EOFError, HubError):
        return


def _named(stream: BinaryIO) -> Iterator[str]:
    strings = ["", ""]
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name in ("GLOBAL", "INST"):
            yield str(argument).replace(" ", ".")
        elif opcode.name == "STACK_GLOBAL":
            yield ".".join(strings[-2:])
        elif isinstance(argument, str):
            strings = [strings[-1], argument]


def _pickle_of(stream: BinaryIO, path: Path) -> bytes:
    """Return the pickle of a zip container, or the beginning of any other file."""
    stream.seek(0)
    if not stream.read(HEAD).startswith(ZIP_MAGIC):
        stream.seek(0)
        return stream.read(PICKLE)
    archive = zips.of_stream(stream, path)
    infos = [info for info in archive.infolist() if info.filename.endswith("data.pkl")]
    return zips.content(archive, infos[0], path).read(PICKLE) if infos else b""
