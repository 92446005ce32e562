"""The instructions that write plain values and arrays, by their codes: names and codes as in `pickletools.py`.

Those of protocols 0 and 1 that write numbers and text in digits and quotes are not among them: nobody publishes such.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hub.unpickling.arrays import Name, Refused, build
from hub.unpickling.machine import HOLDING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.unpickling.machine import Machine

    Instruction = Callable[[Machine], None]

NEWEST = 5
LONGEST_NUMBER = 64
LONGEST_NAME = 1_000

BYTE, SHORT, INT, SIZE, LONG_SIZE = map(struct.Struct, ("<B", "<H", "<i", "<I", "<Q"))
FLOAT = struct.Struct(">d")


def _proto(machine: Machine) -> None:
    if machine.number(BYTE) > NEWEST:
        raise Refused("a protocol that is not known")


def _frame(machine: Machine) -> None:
    size = machine.number(LONG_SIZE)
    machine.take(size)
    machine.at -= size


def _number(form: struct.Struct) -> Instruction:
    return lambda machine: machine.push(machine.number(form))


def _long(form: struct.Struct) -> Instruction:
    def push(machine: Machine) -> None:
        size = machine.number(form)
        if size > LONGEST_NUMBER:
            raise Refused(f"a number of {size} bytes")
        machine.push(int.from_bytes(machine.take(size), "little", signed=True))

    return push


def _float(machine: Machine) -> None:
    machine.push(FLOAT.unpack(machine.take(FLOAT.size))[0])


def _text(form: struct.Struct, encoding: str) -> Instruction:
    def push(machine: Machine) -> None:
        machine.push(machine.take(machine.number(form)).decode(encoding))

    return push


def _bytes(form: struct.Struct) -> Instruction:
    return lambda machine: machine.push(machine.take(machine.number(form)))


def _constant(value: object) -> Instruction:
    return lambda machine: machine.push(value)


def _tuple(machine: Machine, values: list[object]) -> None:
    made = tuple(values)
    machine.hold(made, made)
    machine.push(made)


def _tuple_of(count: int) -> Instruction:
    return lambda machine: _tuple(machine, [machine.pop() for _ in range(count)][::-1])


def _extend(machine: Machine, values: list[object]) -> None:
    target = machine.last()
    if not isinstance(target, list):
        raise Refused("no list to append to")
    machine.hold(target, values)
    target.extend(values)


def _update(machine: Machine, values: list[object]) -> None:
    target, keys = machine.last(), values[::2]
    # The digest of a tuple is made of those of all that it holds, each time anew.
    if not isinstance(target, dict) or len(values) % 2 or not all(isinstance(key, str | bytes | int) for key in keys):
        raise Refused("no dict with plain keys")
    machine.hold(target, values)
    target.update(zip(keys, values[1::2], strict=True))


def _put(machine: Machine, place: int) -> None:
    machine.memo[place] = machine.last()


def _get(machine: Machine, place: int) -> None:
    if place not in machine.memo:
        raise Refused("nothing in this place of the memo")
    value = machine.memo[place]
    # What can still grow would hold itself, or have more levels than were counted.
    if isinstance(value, list | dict) or (
        isinstance(value, tuple) and any(isinstance(each, HOLDING) for each in value)
    ):
        raise Refused("a list or dict that is used again")
    machine.push(value)


def _stack_global(machine: Machine) -> None:
    name, module = machine.pop(), machine.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        raise Refused("a name that is no text")
    machine.push(Name(f"{module}.{name}"))


def _reduce(machine: Machine) -> None:
    arguments, name = machine.pop(), machine.pop()
    if not isinstance(name, Name) or not isinstance(arguments, tuple):
        raise Refused("a call of something else")
    machine.push(name.call(arguments))


def _build(machine: Machine) -> None:
    state = machine.pop()
    build(machine.last(), state)


INSTRUCTIONS: dict[int, Instruction] = {
    ord("("): lambda machine: machine.mark(),
    0x80: _proto,
    0x95: _frame,
    ord("J"): _number(INT),
    ord("K"): _number(BYTE),
    ord("M"): _number(SHORT),
    0x8A: _long(BYTE),
    0x8B: _long(INT),
    ord("G"): _float,
    ord("T"): _text(INT, "latin1"),
    ord("U"): _text(BYTE, "latin1"),
    ord("X"): _text(SIZE, "utf-8"),
    0x8C: _text(BYTE, "utf-8"),
    0x8D: _text(LONG_SIZE, "utf-8"),
    ord("B"): _bytes(SIZE),
    ord("C"): _bytes(BYTE),
    0x8E: _bytes(LONG_SIZE),
    0x96: _bytes(LONG_SIZE),
    ord("N"): _constant(None),
    0x88: _constant(value=True),
    0x89: _constant(value=False),
    ord(")"): _constant(()),
    ord("]"): lambda machine: machine.push([]),
    ord("}"): lambda machine: machine.push({}),
    ord("t"): lambda machine: _tuple(machine, machine.marked()),
    0x85: _tuple_of(1),
    0x86: _tuple_of(2),
    0x87: _tuple_of(3),
    ord("a"): lambda machine: _extend(machine, [machine.pop()]),
    ord("e"): lambda machine: _extend(machine, machine.marked()),
    ord("s"): lambda machine: _update(machine, [machine.pop(), machine.pop()][::-1]),
    ord("u"): lambda machine: _update(machine, machine.marked()),
    ord("q"): lambda machine: _put(machine, machine.number(BYTE)),
    ord("r"): lambda machine: _put(machine, machine.number(SIZE)),
    0x94: lambda machine: _put(machine, len(machine.memo)),
    ord("h"): lambda machine: _get(machine, machine.number(BYTE)),
    ord("j"): lambda machine: _get(machine, machine.number(SIZE)),
    ord("c"): lambda machine: machine.push(Name(f"{machine.line(LONGEST_NAME)}.{machine.line(LONGEST_NAME)}")),
    0x93: _stack_global,
    ord("R"): _reduce,
    ord("b"): _build,
}
