"""Hostile safetensors: headers that lie."""

from __future__ import annotations

import json
import struct


def tables() -> dict[str, bytes]:
    def whole(header: object, data: bytes = bytes(16), *, size: int | None = None) -> bytes:
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        return struct.pack("<Q", len(text) if size is None else size) + text + data

    def one(**about: object) -> dict[str, object]:
        return {"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]} | about}

    return {
        "a header of 2**63": whole(one(), size=2**63),
        "a header of 100 GB": whole(one(), size=10**11),
        "a header too short": whole(one(), size=5),
        "a header of nothing": whole({}, size=0),
        "no tensors": whole({}),
        "a list": whole([]),
        "no JSON": whole(b"{" + b"\xff" * 20),
        "nested deep": whole(b'{"a":' + b"[" * 100_000),
        "nested deep and closed": whole(b'{"a":' + b"[" * 9000 + b"]" * 9000 + b"}"),
        "offsets beyond": whole(one(data_offsets=[0, 10**12])),
        "offsets backwards": whole(one(data_offsets=[16, 0])),
        "offsets below zero": whole(one(data_offsets=[-16, 0])),
        "offsets of text": whole(one(data_offsets=["0", "16"])),
        "one offset": whole(one(data_offsets=[0])),
        "offsets that are floats": whole(one(data_offsets=[0.0, 16.0])),
        "offsets of 2**70": whole(one(data_offsets=[0, 2**70])),
        "no offsets": whole({"w": {"dtype": "F32", "shape": [4]}}),
        "a shape of 2**62": whole(one(shape=[2**62])),
        "a shape that overflows": whole(one(shape=[2**32, 2**32])),
        "a shape below zero": whole(one(shape=[-4])),
        "two lengths below zero": whole(one(shape=[-2, -2])),
        "a shape of text": whole(one(shape="4")),
        "a shape of floats": whole(one(shape=[4.0])),
        "a shape of truth": whole(one(shape=[True])),
        "a thousand dimensions": whole(one(shape=[1] * 1000 + [4])),
        "another shape": whole(one(shape=[5])),
        "an unknown type": whole(one(dtype="F99")),
        "a type that is a number": whole(one(dtype=4)),
        "a type that is a list": whole(one(dtype=["F32"])),
        "overlapping": whole(one() | {"v": {"dtype": "F32", "shape": [4], "data_offsets": [8, 24]}}),
        "a tensor that is a number": whole({"w": 4}),
        "metadata that is a list": whole(one() | {"__metadata__": []}),
        "metadata of numbers": whole(one() | {"__metadata__": {"a": 1}}),
        "a name without end": whole({"n" * 100_000: one()["w"]}),
        "a name of dots": whole({"../../a": one()["w"]}),
        "the same name twice": whole(b'{"w":1,"w":2}'),
        "an empty name": whole({"": one()["w"]}),
        "a NaN": whole(b'{"w":{"dtype":"F32","shape":[NaN],"data_offsets":[0,16]}}'),
        "cut": whole(one())[:20],
        "no data": whole(one(), b""),
        "a hole": whole(one(data_offsets=[100, 116]), bytes(200)),
        "not aligned": whole(one(data_offsets=[1, 17]), bytes(20)),
        "many tensors": whole({f"{n}": {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]} for n in range(5000)}),
    }
