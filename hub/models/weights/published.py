r"""Reading weights as publishers and users save them, without running anything that is in the file.

    zip container      begins with "PK\x03\x04"     torch.save since 1.6; the tensors can be mapped
    legacy container   several pickles in a row     torch.save before 1.6; the tensors are read
    safetensors        8 bytes, then "{"            mapped

PyTorch's restricted unpickler (`weights_only=True`) reads the first two. It builds tensors and plain containers and
refuses every other name.
"""

from __future__ import annotations

import pickle
import pickletools
import zipfile
from typing import IO, TYPE_CHECKING

import torch

from hub.errors import FormatError, UnsafeWeights, in_a_line
from hub.models.quiet import quiet
from hub.models.weights import mapped
from hub.models.weights.mapped import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from torch import Tensor

    MapLocation = str | torch.device | dict[str, str] | Callable[[torch.types.Storage, str], torch.types.Storage] | None

ZIP_MAGIC = b"PK\x03\x04"
HEAD = 32

# What a file of plain tensors names: the unpickler lets these through, so they never are the reason for a refusal.
HARMLESS = ("collections.OrderedDict", "torch._utils._rebuild_", "torch.FloatStorage", "torch.LongStorage")

# Where training scripts put the state dict among other things.
USUAL_KEYS = ("state_dict", "model", "model_state_dict", "net", "weights")

# What DataParallel and torch.compile put before every name.
WRAPPINGS = ("module.", "_orig_mod.")


def read_state(path: Path) -> State:
    """Return the tensors of a weights file, in its own dtypes and names.

    If every name begins with "module." (saved from DataParallel) or "_orig_mod." (from torch.compile), that is taken
    off: no network has all of its tensors in one module of that name.

    Raises UnsafeWeights if reading it would run code, and FormatError if it is damaged or no state dict.
    """
    if is_safetensors(path):
        return _unwrapped(mapped.read(path))
    with path.open("rb") as file:
        head = file.read(len(ZIP_MAGIC))
    return _checked(unpickled(path, mapped=head == ZIP_MAGIC), path)


def is_safetensors(path: Path) -> bool:
    """Tell whether a file begins as safetensors do: eight bytes of length, then a JSON object."""
    with path.open("rb") as file:
        return file.read(9)[8:] == b"{"


def unpickled(path: Path, *, mapped: bool = False, map_location: MapLocation = "cpu") -> object:
    """Return what torch.save wrote, if it is built of tensors, plain values and plain containers.

    Raises UnsafeWeights if reading it would run code, and FormatError if it is damaged.
    """
    try:
        with quiet():  # of what PyTorch says about its own rebuilding of quantised tensors
            return torch.load(path, map_location=map_location, weights_only=True, mmap=mapped)
    except pickle.UnpicklingError as error:
        raise _refusal(path) from error
    except Exception as error:  # a damaged file can make the unpickler fail in any way at all
        raise FormatError(
            f"{path.name} cannot be read as weights",
            path=path,
            expected="a state dict written by torch.save, or a safetensors file",
            found=_kind(path) or in_a_line(error),
        ) from error


def _refusal(path: Path) -> UnsafeWeights | FormatError:
    """Tell a file that wants to run code from one that is no pickle: the first names what it wants to run."""
    wanted = sorted(set(_names(path)))
    if wanted:
        return UnsafeWeights(
            f"{path.name} wants to run code when it is read; it was not read",
            expected="tensors and nothing else",
            found=", ".join(wanted[:4]),
            hint="ask for a file of model.state_dict(), or for safetensors",
        )
    return FormatError(
        f"{path.name} is no weights file",
        path=path,
        expected="a state dict written by torch.save, or a safetensors file",
        found=_kind(path) or "bytes that are no pickle",
    )


# What lies where weights should, by the bytes that it begins with.
KINDS = (
    (b"version https://git-lfs", "a pointer of Git LFS, which `git lfs pull` replaces by the file"),
    (b"<", "a web page or other text"),
    (b"\x89HDF", "an HDF5 file, such as Keras writes"),
    (b"\x1f\x8b", "a gzip file: unpack it"),
)


def _kind(path: Path) -> str:
    """Return what the file is in place of weights, or "": PyTorch's own words speak of its reader."""
    size = path.stat().st_size
    if not size:
        return "an empty file"
    with path.open("rb") as file:
        head = file.read(HEAD)
    for magic, kind in KINDS:
        if head.startswith(magic):
            return kind
    if not head.startswith(ZIP_MAGIC):
        return ""
    if not zipfile.is_zipfile(path):
        return f"a file that breaks off after {size} bytes"
    with zipfile.ZipFile(path) as archive:
        script = any(name.endswith("/constants.pkl") for name in archive.namelist())
    return "a TorchScript program: save the state_dict() of what torch.jit.load gives" if script else ""


def _names(path: Path) -> Iterator[str]:
    """Yield the functions and classes that the file's pickles name, apart from the harmless ones."""
    try:
        with _pickle_of(path) as stream:
            while True:  # a legacy container is several pickles in a row; bytes that are none end it
                yield from (name for name in _named(stream) if not name.startswith(HARMLESS))
    except (ValueError, EOFError, zipfile.BadZipFile, StopIteration):
        return


def _named(stream: IO[bytes]) -> Iterator[str]:
    strings = ["", ""]
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name in ("GLOBAL", "INST"):
            yield str(argument).replace(" ", ".")
        elif opcode.name == "STACK_GLOBAL":
            yield ".".join(strings[-2:])
        elif isinstance(argument, str):
            strings.append(argument)


def _pickle_of(path: Path) -> IO[bytes]:
    if not zipfile.is_zipfile(path):
        return path.open("rb")
    archive = zipfile.ZipFile(path)
    return archive.open(next(name for name in archive.namelist() if name.endswith("data.pkl")))


def _checked(loaded: object, path: Path) -> State:
    if not isinstance(loaded, dict) or not loaded or not all(isinstance(key, str) for key in loaded):
        raise _no_state_dict(path, f"a {type(loaded).__name__}", "save model.state_dict()")
    other = {key: value for key, value in loaded.items() if not _belongs(value)}
    if other:
        inner = next((key for key in USUAL_KEYS if isinstance(other.get(key), dict)), None)
        hint = _save_alone(path, inner) if inner else "save model.state_dict() alone"
        raise _no_state_dict(path, f"{_some(other)} beside {len(loaded) - len(other)} tensors", hint)
    state = State({name: _detached(value) for name, value in loaded.items()}, mapped.versions_in(loaded))
    return _unwrapped(state)


def _save_alone(path: Path, inner: str) -> str:
    return (
        f"the state dict lies under {inner!r}; save it alone: "
        f'torch.save(torch.load("{path.name}", weights_only=True)["{inner}"], "weights.pth")'
    )


def _unwrapped(state: State) -> State:
    """Return the tensors with the names that they had before the network was wrapped in another module."""
    for prefix in WRAPPINGS:
        if state.tensors and all(name.startswith(prefix) for name in state.tensors):
            tensors = {name.removeprefix(prefix): tensor for name, tensor in state.tensors.items()}
            within = {
                f"{name}.".removeprefix(prefix).rstrip("."): each for name, each in state.versions.items() if name
            }
            return _unwrapped(State(tensors, within))
    return state


def _belongs(value: object) -> bool:
    """Tell whether it can stand in a state dict: quantised layers keep a dtype and a pair (weight, bias) there too."""
    if isinstance(value, tuple):
        return all(each is None or isinstance(each, torch.Tensor) for each in value)
    return isinstance(value, torch.Tensor | torch.dtype)


def _detached(value: Tensor) -> Tensor:
    return value.detach() if isinstance(value, torch.Tensor) else value


def _some(entries: Mapping[str, object]) -> str:
    return ", ".join(f"{key!r} ({type(value).__name__})" for key, value in list(entries.items())[:3])


def _no_state_dict(path: Path, found: str, hint: str) -> FormatError:
    return FormatError(
        f"{path.name} holds no state dict",
        path=path,
        expected="a mapping from names to tensors",
        found=found,
        hint=hint,
    )
