"""The form that weights have in the store: a safetensors file laid out for memory mapping.

    offset 0      8 bytes  N, the length of the header, little-endian
    offset 8      N bytes  JSON, filled up with spaces so that 8 + N is a multiple of 64
    offset 8 + N           the tensors, little-endian, row-major, one after the other without a gap

    {"__metadata__": {"format": "pt", "versions": "..."},
     "conv1.weight": {"dtype": "F32", "shape": [64, 3, 7, 7], "data_offsets": [0, 37632]}, ...}

The format is that of https://github.com/huggingface/safetensors (README, "Format"). On top of it, every tensor of
floating-point numbers begins on a 64-byte boundary of the file: kernels choose their path by alignment, so outputs
would otherwise differ in the last bits from those of a network in ordinary memory. The order makes that cheap: first
the tensors whose size is a multiple of 64, then other floating-point ones, then integers; `__pad__<n>` entries of
uint8 fill the gaps that are left.
"""

from __future__ import annotations

import json
import math
import mmap
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
import torch

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from torch import Tensor

    from hub.progress import Progress

ALIGNMENT = 64
PADDING = "__pad__"
METADATA = "__metadata__"
LENGTH_BYTES = 8

# The format itself sets this limit, so that a damaged length is not taken for a header.
LONGEST_HEADER = 100_000_000

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E5M2": torch.float8_e5m2,
    "F8_E4M3": torch.float8_e4m3fn,
    "C64": torch.complex64,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U64": torch.uint64,
    "U32": torch.uint32,
    "U16": torch.uint16,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
CODES = {dtype: code for code, dtype in DTYPES.items()}


@dataclass(frozen=True, slots=True)
class State:
    """What a weights file holds: tensors by name, and the version of each module that wrote them.

    Modules use the versions to read what their older selves have written, so dropping them would change networks.
    Quantised layers have a dtype and a pair (weight, bias) among their tensors, whatever PyTorch's types say.
    """

    tensors: dict[str, Tensor]
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def quantised(self) -> bool:
        """Whether there are 8-bit integers with a scale among the tensors, which the format cannot hold."""
        return any(not isinstance(each, torch.Tensor) or each.is_quantized for each in self.tensors.values())

    def for_module(self) -> OrderedDict[str, Tensor]:
        """Return the tensors in the form that `torch.nn.Module.load_state_dict` takes."""
        state = OrderedDict(self.tensors)
        if self.versions:
            # PyTorch keeps the versions in this attribute of the mapping.
            vars(state)["_metadata"] = {name: {"version": number} for name, number in self.versions.items()}
        return state


class Place(msgspec.Struct, frozen=True):
    """Where one tensor lies; `data_offsets` count from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]

    @property
    def count(self) -> int:
        return math.prod(self.shape)


_place_decoder = msgspec.json.Decoder(Place)


def arrange(tensors: Mapping[str, Tensor]) -> dict[str, Place]:
    """Return where each tensor goes, and the padding, in the order of the file."""
    places: dict[str, Place] = {}
    end = 0
    for name, tensor in sorted(tensors.items(), key=lambda pair: _rank(pair[1])):
        if gap := -end % _boundary(tensor):
            places[f"{PADDING}{len(places)}"] = Place("U8", (gap,), (end, end + gap))
            end += gap
        begin, end = end, end + tensor.nbytes
        places[name] = Place(CODES[tensor.dtype], tuple(tensor.shape), (begin, end))
    return places


def _rank(tensor: Tensor) -> tuple[int, int]:
    if not _is_float(tensor):
        return 2, -tensor.itemsize
    return (0 if tensor.nbytes % ALIGNMENT == 0 else 1), 0


def _boundary(tensor: Tensor) -> int:
    return ALIGNMENT if _is_float(tensor) else tensor.itemsize


def _is_float(tensor: Tensor) -> bool:
    return tensor.is_floating_point() or tensor.is_complex()


def write(path: Path, state: State, progress: Progress) -> None:
    """Write `state` to `path`; FormatError if a tensor is of a kind that the format cannot hold."""
    for name, tensor in state.tensors.items():
        if tensor.dtype not in CODES or tensor.layout is not torch.strided:
            raise FormatError(
                f"{name!r} cannot be kept in the store",
                path=path,
                expected="a dense tensor of numbers",
                found=f"{tensor.dtype}, {tensor.layout}",
                hint="sparse weights are not supported",
            )
    places = arrange(state.tensors)
    with path.open("wb") as file:
        file.write(header(places, described(state.versions)))
        for name, place in places.items():
            begin, end = place.data_offsets
            file.write(bytes_of(state.tensors[name]) if name in state.tensors else bytes(end - begin))
            progress.advance(end - begin)


def described(versions: Mapping[str, int]) -> dict[str, str]:
    """Return what the metadata of a file must say, so that `read` gives the versions back."""
    return {"format": "pt", "versions": json.dumps(versions)}


def versions_in(state: Mapping[str, object]) -> dict[str, int]:
    """Return the versions of the modules that PyTorch notes beside a state dict, as far as they are numbers."""
    noted = getattr(state, "_metadata", None) or {}
    return {name: entry["version"] for name, entry in noted.items() if isinstance(entry.get("version"), int)}


def header(places: Mapping[str, Place], metadata: Mapping[str, str]) -> bytes:
    """Return all that stands before the tensors, so long that these begin on a 64-byte boundary."""
    text = msgspec.json.encode({METADATA: metadata, **places})
    text += b" " * (-(LENGTH_BYTES + len(text)) % ALIGNMENT)
    return len(text).to_bytes(LENGTH_BYTES, "little") + text


def bytes_of(tensor: Tensor) -> memoryview:
    """Return the bytes of a dense tensor, row-major; those of one on another device are copied."""
    # Through uint8, because numpy has no bfloat16.
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return memoryview(flat.view(torch.uint8).numpy().data)


def read(path: Path) -> State:
    """Map a safetensors file; pages are read on first use, and writing to a tensor never changes the file.

    Each call makes a mapping of its own, so two networks never share memory; each tensor is a storage of its own, so
    saving or copying one does not drag the others along. Raises FormatError if the file is damaged.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size < LENGTH_BYTES:
            raise _damaged(path, f"at least {LENGTH_BYTES} bytes", f"{size} bytes")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    places, versions, start = _parse(mapped, path)
    tensors = {name: _tensor(mapped, place, start) for name, place in places.items()}
    return State(tensors, versions)


def _tensor(mapped: mmap.mmap, place: Place, start: int) -> Tensor:
    dtype, count = DTYPES[place.dtype], place.count
    if not count:
        return torch.empty(place.shape, dtype=dtype)
    flat = torch.frombuffer(mapped, dtype=dtype, count=count, offset=start + place.data_offsets[0])
    return flat.view(place.shape)


def _parse(mapped: mmap.mmap, path: Path) -> tuple[dict[str, Place], dict[str, int], int]:
    """Return (places without the padding, versions, where the data begin)."""
    length = int.from_bytes(mapped[:LENGTH_BYTES], "little")
    start = LENGTH_BYTES + length
    if length > LONGEST_HEADER or start > len(mapped):
        raise _damaged(path, f"a header within {len(mapped)} bytes", f"{length} bytes of it")
    try:
        entries = msgspec.json.decode(mapped[LENGTH_BYTES:start], type=dict[str, msgspec.Raw])
        metadata = msgspec.json.decode(entries.pop(METADATA, b"{}"), type=dict[str, str])
        versions = msgspec.json.decode(metadata.get("versions", "{}"), type=dict[str, int])
        places = {name: _place_decoder.decode(raw) for name, raw in entries.items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _damaged(path, "a header in JSON", str(error)) from error
    _check(places, len(mapped) - start, path)
    return {name: place for name, place in places.items() if not name.startswith(PADDING)}, versions, start


def _check(places: Mapping[str, Place], size: int, path: Path) -> None:
    expected_end = max((place.data_offsets[1] for place in places.values()), default=0)
    if expected_end != size:
        raise _damaged(path, f"{expected_end} bytes of tensors", f"{size} bytes")
    for fault in _faults(places):
        raise _damaged(path, "tensors that fit their places", fault)


def _faults(places: Mapping[str, Place]) -> Iterator[str]:
    for name, place in places.items():
        begin, end = place.data_offsets
        dtype = DTYPES.get(place.dtype)
        if dtype is None:
            yield f"{name!r} of the unknown dtype {place.dtype!r}"
        elif begin < 0 or min(place.shape, default=0) < 0 or end - begin != place.count * dtype.itemsize:
            yield f"{name!r} of shape {list(place.shape)} in bytes {begin} to {end}"


def _damaged(path: Path, expected: str, found: str) -> FormatError:
    return FormatError(f"{path.name} is no valid safetensors file", path=path, expected=expected, found=found)
