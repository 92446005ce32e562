"""Hostile weights: PyTorch's containers and safetensors that lie about their tensors, or want to run something."""

from __future__ import annotations

import io
import json
import pickle
import struct
import tarfile
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import torch
from fuzz import pickles_made, safetensors_made
from fuzz.cases import Input

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

BAD = (
    "os.system",
    "builtins.eval",
    "builtins.getattr",
    "subprocess.Popen",
    "numpy.load",
    "torch.load",
    "torch.hub.load",
    "collections.namedtuple",
    "torch.storage._load_from_bytes",
    "builtins.bytearray",
    "types.FunctionType",
)
MB = 1 << 20


def saved(value: object, *, old: bool = False) -> bytes:
    stream = io.BytesIO()
    torch.save(value, stream, _use_new_zipfile_serialization=not old)
    return stream.getvalue()


def container(data: bytes, records: Mapping[str, bytes], *, method: int = zipfile.ZIP_STORED) -> bytes:
    """Return a container of PyTorch with a pickle and records."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("archive/data.pkl", data)
        for name, content in records.items():
            archive.writestr(f"archive/{name}", content)
    return stream.getvalue()


def hostile(outside: Path) -> Iterator[Input]:
    """Yield hostile weights."""
    for each in pickles_made.calls(outside, (2, 4)):
        if any(f" {name}," in each.name for name in BAD):
            yield Input(f"weights: {each.name}", container(each.data, {"version": b"3\n"}), "weights.pth")
            yield Input(f"legacy weights: {each.name}", each.data, "weights.pth")
    for name, data in (*_tensors().items(), *_containers(outside).items(), *_legacy(outside).items()):
        yield Input(f"weights: {name}", data, "weights.pth")
    for name, data in safetensors_made.tables().items():
        yield Input(f"safetensors: {name}", data, "weights.safetensors")


def tensor(  # noqa: PLR0913  # the arguments of a call
    size: bytes = b"K\x04",
    offset: bytes = b"K\x00",
    shape: bytes = b"K\x04\x85",
    strides: bytes = b"K\x01\x85",
    *,
    kind: bytes = b"FloatStorage",
    key: bytes = b"X\x01\x00\x00\x000",
    place: bytes = b"X\x03\x00\x00\x00cpu",
    function: bytes = b"_rebuild_tensor_v2",
    more: bytes = b"\x89}",
) -> bytes:
    """Return the pickle of {"w": a tensor}, written opcode by opcode, which says these things of it."""
    storage = b"(X\x07\x00\x00\x00storagectorch\n" + kind + b"\n" + key + place + size + b"tQ"
    call = b"ctorch._utils\n" + function + b"\n(" + storage + offset + shape + strides + more + b"tR"
    return b"\x80\x02}X\x01\x00\x00\x00w" + call + b"s."


def long(value: int) -> bytes:
    size = (value.bit_length() + 8) // 8
    return b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True)


def _tensors() -> dict[str, bytes]:
    huge, far = long(10**11), long(2**62)
    told = {
        "a storage of 400 GB": tensor(huge),
        "a storage of 2**64": tensor(far),
        "a storage below zero": tensor(long(-4)),
        "a storage of nothing": tensor(b"N"),
        "a storage larger than its bytes": tensor(b"M\x00\x10", shape=b"M\x00\x10\x85"),
        "a tensor larger than its storage": tensor(shape=b"M\x00\x10\x85"),
        "a tensor of 400 GB": tensor(shape=huge + b"\x85"),
        "a tensor of 2**62": tensor(shape=far + b"\x85"),
        "a shape that overflows": tensor(shape=far + far + b"\x86", strides=b"K\x01K\x01\x86"),
        "a shape below zero": tensor(shape=long(-4) + b"\x85"),
        "an offset beyond": tensor(offset=b"M\x00\x10"),
        "an offset below zero": tensor(offset=long(-4)),
        "an offset of 2**62": tensor(offset=far),
        "strides beyond": tensor(strides=b"M\x00\x10\x85"),
        "strides below zero": tensor(strides=long(-1) + b"\x85"),
        "strides of 2**62": tensor(strides=far + b"\x85"),
        "strides of nothing": tensor(shape=huge + b"\x85", strides=b"K\x00\x85"),
        "too few strides": tensor(strides=b")"),
        "a shape of text": tensor(shape=b"X\x01\x00\x00\x00a\x85"),
        "another key": tensor(key=b"X\x09\x00\x00\x00../../etc"),
        "a key that is a number": tensor(key=b"K\x00"),
        "a key that is a list": tensor(key=b"]"),
        "another place": tensor(place=b"X\x04\x00\x00\x00cuda"),
        "a place that is none": tensor(place=b"X\x05\x00\x00\x00a b c"),
        "a place that is a number": tensor(place=b"K\x05"),
        "another type of storage": tensor(kind=b"QInt8Storage"),
        "a type that is no storage": tensor(kind=b"Tensor"),
        "bits": tensor(kind=b"BFloat16Storage"),
        "a quantised tensor": tensor(
            function=b"_rebuild_qtensor", more=b"(ctorch\nper_tensor_affine\nG" + bytes(8) + b"K\x00t\x89}"
        ),
        "a quantised tensor of channels": tensor(
            function=b"_rebuild_qtensor", more=b"(ctorch\nper_channel_affine\nNNK\x63t\x89}"
        ),
        "a sparse tensor": tensor(function=b"_rebuild_sparse_tensor", more=b""),
        "a device of another": tensor(function=b"_rebuild_device_tensor_from_numpy"),
        "a meta tensor": tensor(function=b"_rebuild_meta_tensor_no_storage"),
        "a wrapper": tensor(function=b"_rebuild_wrapper_subclass"),
        "a tensor with attributes": tensor(
            function=b"_rebuild_tensor_v3", more=b"\x89}ctorch\nfloat32\n}X\x01\x00\x00\x00aNs"
        ),
        "hooks that are a call": tensor(more=b"\x89cos\nsystem\nX\x02\x00\x00\x00id\x85R"),
        "metadata": tensor(more=b"\x89}}X\x08\x00\x00\x00__dict__Ns"),
    }
    return {
        name: container(data, {"data/0": struct.pack("<4f", 1, 2, 3, 4), "version": b"3\n"})
        for name, data in told.items()
    }


def _containers(outside: Path) -> dict[str, bytes]:
    sound, bytes_ = tensor(), struct.pack("<4f", 1, 2, 3, 4)
    whole = container(sound, {"data/0": bytes_, "version": b"3\n", "byteorder": b"little"})
    return {
        "no record": container(sound, {"version": b"3\n"}),
        "no version": container(sound, {"data/0": bytes_}),
        "a record too short": container(sound, {"data/0": b"ab", "version": b"3\n"}),
        "an empty record": container(sound, {"data/0": b"", "version": b"3\n"}),
        "no pickle": container(b"", {}),
        "another byte order": container(sound, {"data/0": bytes_, "version": b"3\n", "byteorder": b"middle"}),
        "big bytes": container(sound, {"data/0": bytes_, "version": b"3\n", "byteorder": b"big"}),
        "a version of letters": container(sound, {"data/0": bytes_, "version": b"abc"}),
        "a version of 2**70": container(sound, {"data/0": bytes_, "version": b"9" * 22}),
        "an alignment of letters": container(
            sound, {"data/0": bytes_, ".format_version": b"1", ".storage_alignment": b"abc", "version": b"3\n"}
        ),
        "an alignment of zero": container(
            sound, {"data/0": bytes_, ".format_version": b"1", ".storage_alignment": b"0", "version": b"3\n"}
        ),
        "a deflated record": container(sound, {"data/0": bytes_, "version": b"3\n"}, method=zipfile.ZIP_DEFLATED),
        "a deflated bomb": container(
            b"\x80\x02" + b"N0" * 300_000 + b"N.",
            {"data/0": bytes(40 * MB), "version": b"3\n"},
            method=zipfile.ZIP_DEFLATED,
        ),
        "a program": container(
            sound,
            {
                "data/0": bytes_,
                "constants.pkl": b"\x80\x02).",
                "code/__torch__.py": b"op_version_set = 1\n",
                "version": b"3\n",
            },
        ),
        "another top folder": whole.replace(b"archive/", b"../../x/"),
        "twice": whole + whole,
        "cut": whole[: len(whole) // 2],
        "cut at its end": whole[:-5],
        "a directory alone": whole[whole.index(b"PK\x01\x02") :],
        "only what begins it": b"PK\x03\x04",
        "zeros behind": whole + bytes(70_000),
        "an end far away": whole[:-6] + b"\xff\xff\xff\x7f\x00\x00",
        "many files": whole[:-12] + b"\xff\xff\xff\xff" + whole[-8:],
        "a zip of one file": _zip_of(whole, "../../written.pth"),
        "a zip of one pickle": _zip_of(pickle.dumps(open, 2), str(outside / "written")),
        "another pickle's name": whole.replace(b"data.pkl", b"data.pkx"),
        "a name without end": whole.replace(b"archive/data/0", b"archive/data/\0"),
    }


def _zip_of(data: bytes, name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def _legacy(outside: Path) -> dict[str, bytes]:
    whole = saved({"w": torch.ones(4)}, old=True)
    size = struct.pack("<q", 4)
    place = whole.rindex(size)
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for name, data in (
            ("storages", pickle.dumps(9)),
            ("tensors", pickle.dumps(9)),
            ("pickle", pickle.dumps(open, 2)),
            (str(outside / "written"), b"x"),
            ("../written", b"x"),
        ):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return {
        "legacy, 2**62 values": whole[:place] + struct.pack("<q", 2**62) + whole[place + 8 :],
        "legacy, values below zero": whole[:place] + struct.pack("<q", -4) + whole[place + 8 :],
        "legacy, more than there are": whole[:place] + struct.pack("<q", 10**9) + whole[place + 8 :],
        "legacy, a storage of 400 GB": whole.replace(b"K\x04N", long(10**11) + b"N"),
        "legacy, another magic": whole.replace(whole[4:12], bytes(8)),
        "legacy, cut": whole[: len(whole) // 2],
        "legacy, cut at its end": whole[:-3],
        "legacy, more behind": whole + b"\xff" * 99,
        "legacy, another key": whole[:place].replace(b"X\x01\x00\x00\x00", b"X\xff\xff\xff\x7f") + whole[place:],
        "legacy of tars": tar.getvalue(),
        "no weights but a list": saved([1, 2, 3]),
        "no weights but numbers": saved({"a": 1, "b": "x"}),
        "keys that are numbers": saved({1: torch.ones(1)}),
        "nested deep": saved(_nested(200)),
        "a set": saved({"a": {1, 2}}),
        "a numpy array": saved({"a": np.ones(3)}),
        "a module": _module(),
        "text": b"<html>moved</html>",
        "nothing": b"",
        "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(99),
    }


def _nested(depth: int) -> object:
    value: object = torch.ones(1)
    for _ in range(depth):
        value = {"a": value}
    return value


def _module() -> bytes:
    return saved(torch.nn.Linear(2, 2))


def sound(outside: Path) -> Iterator[Input]:
    """Yield weights that are read."""
    state = {"w": torch.ones(2, 3), "n": torch.tensor(3), "h": torch.ones(2, dtype=torch.float16)}
    yield Input("weights: sound", saved(state), "weights.pth")
    yield Input("weights: sound and legacy", saved(state, old=True), "weights.pth")
    yield Input(
        "weights: sound, by hand",
        container(tensor(), {"data/0": struct.pack("<4f", 1, 2, 3, 4), "version": b"3\n"}),
        "weights.pth",
    )
    header = json.dumps({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    yield Input("safetensors: sound", struct.pack("<Q", len(header)) + header + bytes(16), "weights.safetensors")
