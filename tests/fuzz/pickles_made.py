"""Hostile pickles: what they can call, written by `pickle` itself; and what costs more than its bytes, by hand."""

from __future__ import annotations

import pickle
import pickletools
import struct
from typing import TYPE_CHECKING

from fuzz.calls_made import CALLS
from fuzz.cases import Input

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = b"\x80\x04"
NEWEST = pickle.HIGHEST_PROTOCOL


def called(module: str, name: str, arguments: tuple[object, ...], protocol: int) -> bytes:
    """Return a pickle that calls a name with arguments, as `pickle` would write it."""
    packed = _body(arguments, protocol)
    head = bytes([0x80, protocol]) if protocol >= 2 else b""
    by_text = _text(module) + _text(name) + b"\x93"
    by_lines = f"c{module}\n{name}\n".encode()
    return head + (by_text if protocol >= 4 else by_lines) + packed + b"R."


def _body(value: object, protocol: int) -> bytes:
    """Return the instructions that put a value on the stack."""
    whole = pickletools.optimize(pickle.dumps(value, protocol))
    start = 2 if protocol >= 2 else 0
    if whole[start : start + 1] == b"\x95":
        start += 9
    return whole[start:-1]


def _text(text: str) -> bytes:
    return b"\x8c" + bytes([len(text.encode())]) + text.encode()


def hostile(outside: Path) -> Iterator[Input]:
    """Yield hostile pickles."""
    yield from calls(outside)
    for name, data in (*_by_hand(outside).items(), *_single().items(), *_arrays().items()):
        yield Input(f"pickle: {name}", data, "batch")
        inside = data.removeprefix(START)
        if data.startswith(START) and inside.endswith(b"."):
            yield Input(f"pickle: {name}, in a batch", START + b"}" + _text("data") + inside[:-1] + b"s.", "batch")


def calls(outside: Path, protocols: tuple[int, ...] = tuple(range(NEWEST + 1))) -> Iterator[Input]:
    """Yield pickles that call something."""
    path = str(outside / "written")
    for (module, name), text in CALLS.items():
        arguments = text.format(
            command=repr(f"touch {path}"), code=repr(f"open({path!r}, 'w')"), path=repr(path), folder=repr(str(outside))
        )
        given = eval(arguments) if "print" not in arguments and "object" not in arguments else ()  # noqa: S307  # the text above
        for protocol in protocols:
            yield Input(f"pickle: {module}.{name}, protocol {protocol}", called(module, name, given, protocol), "batch")


def _by_hand(outside: Path) -> dict[str, bytes]:
    command = _text(f"touch {outside / 'written'}")
    system = _text("os") + _text("system") + b"\x93"
    nothing = b"cnumpy\nndarray\n"
    text = b"U\x01a"
    return {
        "INST": b"(S'touch written'\nios\nsystem\n.",
        "OBJ": START + b"(" + system + command + b"o.",
        "NEWOBJ": START + system + command + b"\x85\x81.",
        "NEWOBJ_EX": START + system + command + b"\x85}\x92.",
        "NEWOBJ of an array": START + nothing + b")\x81.",
        "BUILD of a name": START + nothing + b"}" + text + b"Nsb.",
        "BUILD with attributes": START + nothing + b"N}" + text + b"Ns\x86b.",
        "REDUCE of text": START + text + b")R.",
        "REDUCE of an array": START + b"cnumpy.core.multiarray\n_reconstruct\n)R)R.",
        "REDUCE of a type": START + nothing + b")R.",
        "REDUCE with a list": START + b"cnumpy\ndtype\n]R.",
        "PERSID": b"Pos.system\n.",
        "BINPERSID": START + command + b"Q.",
        "EXT1": START + b"\x82\x01.",
        "EXT2": START + b"\x83\x01\x00.",
        "EXT4": START + b"\x84\x01\x00\x00\x00.",
        "EXT4 below zero": START + b"\x84\xff\xff\xff\xff.",
        "NEXT_BUFFER": b"\x80\x05\x97.",
        "READONLY_BUFFER": b"\x80\x05N\x98.",
        "STACK_GLOBAL of numbers": START + b"K\x01K\x02\x93.",
        "STACK_GLOBAL of nothing": START + b"\x93.",
        "a name of two lines": START + b"cos\nsystem.",
        "a name without end": START + b"c" + b"n" * 5000,
        "a name that is no text": START + b"c\xff\xfe\n\xff\n.",
        "a dotted name": START + _text("numpy") + _text("ndarray.__class__") + b"\x93.",
        "a memo of 4 billion": START + b"Nr\xff\xff\xff\xff.",
        "a memo of 4 billion in digits": b"Np4294967295\n.",
        "a memo below zero": b"Np-1\n.",
        "a memo that is empty": START + b"j\xff\xff\xff\xff.",
        "a memo of a mark": START + b"(q\x00.",
        "bytes of 2**63": START + b"\x8e" + b"\xff" * 7 + b"\x7f.",
        "text of 2**63": START + b"\x8d" + b"\xff" * 7 + b"\x7f.",
        "a bytearray of 100 GB": b"\x80\x05\x96" + struct.pack("<Q", 10**11) + b".",
        "bytes of 4 GB": START + b"B\xff\xff\xff\xff.",
        "text of 4 GB": START + b"X\xff\xff\xff\xff.",
        "old text below zero": START + b"T\xff\xff\xff\xff.",
        "a number of 2 GB": START + b"\x8b\xff\xff\xff\x7f.",
        "a number below zero bytes": START + b"\x8b\xff\xff\xff\xff.",
        "a number of 200 KB": START + b"\x8b" + struct.pack("<i", 200_000) + b"\x7f" * 200_000 + b".",
        "a number in 100,000 digits": b"L" + b"9" * 100_000 + b"L\n.",
        "a number in letters": b"Iabc\n.",
        "a frame of 2**63": START + b"\x95" + b"\xff" * 7 + b"\x7fN.",
        "frames in frames": START + (b"\x95" + bytes(8)) * 9000 + b"N.",
        "a list of itself": START + b"]q\x00h\x00a.",
        "a dict of itself": START + b"}q\x00" + text + b"h\x00s.",
        "a tuple doubled": START + b")" + b"q\x00h\x00\x86" * 60 + b".",
        "a doubled tuple as a key": START + b"})" + b"q\x00h\x00\x86" * 60 + b"Ns.",
        "a list doubled": START + b"]" + b"q\x00](h\x00h\x00e" * 60 + b".",
        "a list in lists": START + b"]" * 100_000 + b"a" * 99_999 + b".",
        "tuples in tuples": START + b")" + b"\x85" * 300_000 + b".",
        "dicts in dicts": START + b"}K\x00" * 50_000 + b"N" + b"s" * 50_000 + b".",
        "marks": START + b"(" * 300_000 + b".",
        "marks and a tuple": START + b"(" * 1000 + b"t" * 1000 + b".",
        "pops": START + b"N0" * 100_000 + b"N.",
        "doubled by DUP": START + b"]" + b"2" * 200_000 + b".",
        "sets": START + b"\x8f(" + b"K\x01" * 1000 + b"\x90.",
        "a frozen set": START + b"(K\x01\x91.",
        "a list as a key": START + b"}]Ns.",
        "an array as a key": START + b"}cnumpy\ndtype\n" + text + b"\x85RNs.",
        "odd pairs": START + b"}(NNNu.",
        "an append to a tuple": START + b")Na.",
        "a pair for a list": START + b"]NNs.",
        "below the mark": START + b"](Na.",
        "no end": START + b"N",
        "nothing": b"",
        "only an end": b".",
        "two values": START + b"NN.",
        "more behind": START + b"N.N.",
        "protocol 99": b"\x80\x63N.",
        "a protocol in the midst": START + b"N\x80\x02.",
        "many values": START + b"N" * 500_000 + b".",
        "many lists": START + b"](" + b"]" * 300_000 + b"e.",
        "old quotes": b"S'\\x41\\ud800'\n.",
        "quotes without end": b"S'abc\n.",
        "old text that escapes": b"V\\ud800\\u\n.",
        "a float of letters": b"Fabc\n.",
        "no number": START + b"G\x7f\xf8" + bytes(6) + b".",
        "surrogates": START + b"X\x03\x00\x00\x00\xed\xa0\x80.",
        "no UTF-8": START + b"\x8c\x01\xff.",
    }


def _single() -> dict[str, bytes]:
    """Every instruction alone, on an empty stack, and on one with three values."""
    found = {}
    for each in pickletools.opcodes:
        code = each.code.encode("latin1")
        found[f"{each.name} alone"] = START + code + b"."
        found[f"{each.name} on values"] = START + b"N(]N" + code + b"\x00" * 9 + b"."
    return found


def _arrays() -> dict[str, bytes]:
    """Arrays that are not what they say."""

    def array(shape: bytes, kind: bytes, content: bytes, *, order: bytes = b"|", state: bytes | None = None) -> bytes:
        dtype = (
            b"cnumpy\ndtype\nU" + bytes([len(kind)]) + kind + b"K\x00K\x01\x87R(K\x03U" + bytes([len(order)]) + order
        )
        dtype += b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        start = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        return START + start + (state or b"(K\x01" + shape + dtype + b"\x89" + content + b"t") + b"b."

    four = b"U\x04abcd"
    large = b"\x8a\x05" + (10**11).to_bytes(5, "little")
    kinds = (
        b"O8",
        b"|O",
        b"V4",
        b"V1000000000",
        b"S4",
        b"U1",
        b"M8[ns]",
        b"f3",
        b"c99",
        b"u1,u1",
        b"4u1",
        b"(1000,1000)u1",
        b"u1\0",
        b"",
        b"i" * 200,
    )
    found = {f"an array of type {kind[:20]!r}": array(b"K\x04\x85", kind, four) for kind in kinds}
    return found | {
        "an array of 100 GB": array(large + b"\x85", b"u1", four),
        "an array of 10**25": array(large + large + b"\x86", b"u1", four),
        "an array below zero": array(b"J\xfc\xff\xff\xff\x85", b"u1", four),
        "two lengths below zero": array(b"J\xfe\xff\xff\xffJ\xfe\xff\xff\xff\x86", b"u1", four),
        "a shape of text": array(b"U\x014\x85", b"u1", four),
        "a shape that is a list": array(b"]", b"u1", four),
        "no shape": array(b"N", b"u1", four),
        "a shape of floats": array(b"G" + struct.pack(">d", 4) + b"\x85", b"u1", four),
        "a shape of truth": array(b"\x88\x85", b"u1", four),
        "a thousand dimensions": array(b"(" + b"K\x01" * 1000 + b"t", b"u1", four),
        "none left of 10**11": array(large + b"K\x00\x86", b"u1", b"U\x00"),
        "content that is a list": array(b"K\x01\x85", b"O8", b"]cos\nsystem\na"),
        "content that is a number": array(b"K\x04\x85", b"u1", b"K\x04"),
        "content that is nothing": array(b"K\x04\x85", b"u1", b"N"),
        "content beyond bytes": array(b"K\x01\x85", b"u1", b"X\x03\x00\x00\x00\xe2\x82\xac"),
        "an order of text": array(b"K\x04\x85", b"u1", four, order=b"abc"),
        "an order of nothing": array(b"K\x04\x85", b"u2", four, order=b""),
        "a state too short": array(b"", b"u1", b"", state=b"K\x01\x85"),
        "a state too long": array(b"", b"u1", b"", state=b"(" + b"N" * 9 + b"t"),
        "a state that is a dict": array(b"", b"u1", b"", state=b"}"),
        "a state of itself": array(b"", b"u1", b"", state=b"(NNNNNt"),
        "an array that is not filled": START + b"cnumpy.core.multiarray\n_reconstruct\n)R.",
        "a buffer of nothing": START + b"cnumpy._core.numeric\n_frombuffer\n)R.",
        "a buffer of objects": b"\x80\x05cnumpy._core.numeric\n_frombuffer\n(\x8e"
        + struct.pack("<Q", 8)
        + bytes(8)
        + b"cnumpy\ndtype\nU\x02O8\x85RK\x01\x85U\x01CtR.",
        "a type of a type": START + b"cnumpy\ndtype\ncnumpy\ndtype\n)R\x85R.",
        "a type with fields": START + b"cnumpy\ndtype\nU\x02V8\x85R(K\x03U\x01|N(U\x01atN" + b"N" * 4 + b"tb.",
        "another encoding": START + b"c_codecs\nencode\nX\x01\x00\x00\x00aX\x05\x00\x00\x00rot13\x86R.",
    }


def sound(outside: Path) -> Iterator[Input]:
    """Yield pickles that are read."""
    import numpy as np

    for protocol in range(2, NEWEST + 1):
        table = {"data": np.zeros((2, 3072), np.uint8), "labels": [1, 2], "filenames": ["a", "b"], b"batch": 1.5}
        yield Input(f"pickle: sound, protocol {protocol}", pickle.dumps(table, protocol), "batch")
