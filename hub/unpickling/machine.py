"""The machine that a pickle is a program for: its input, its stack with marks, and its memo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.unpickling.arrays import Forbidden, Refused

if TYPE_CHECKING:
    import struct
    from collections.abc import Callable, Mapping, Sequence

DEPTH = 32
"""A batch of CIFAR has three levels, tables of arrays in lists five."""
HOLDING = (list, dict, tuple)
STOP = ord(".")

CALLING = {
    b"i": "a call of a class", b"o": "a call of a class", b"\x81": "a call of a class", b"\x92": "a call of a class",
    b"P": "an object from elsewhere", b"Q": "an object from elsewhere", b"\x97": "a buffer from elsewhere",
    b"\x82": "a registered class", b"\x83": "a registered class", b"\x84": "a registered class",
}  # fmt: skip
"""Instructions that run something, in a machine that knows them."""


class Machine:
    """A program and how far it has come; `at` is the place of the next byte."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._stack: list[object] = []
        self._marks: list[int] = [0]
        self._depths: dict[int, int] = {}
        self.at = 0
        self.memo: dict[int, object] = {}

    def run(self, instructions: Mapping[int, Callable[[Machine], None]]) -> object:
        """Return what is on the stack at the end, behind which nothing may stand."""
        data, size = self._data, len(self._data)
        while self.at < size and (code := data[self.at]) != STOP:
            self.at += 1
            if code not in instructions:
                raise _unknown(code)
            instructions[code](self)
        self.take(1)
        if len(self._stack) != 1 or len(self._marks) != 1 or self.at != size:
            raise Refused("more than one value")
        return self._stack[0]

    def take(self, size: int) -> bytes:
        """Return so many bytes of the input."""
        if not 0 <= size <= len(self._data) - self.at:
            raise Refused(f"fewer than {size} bytes")
        self.at += size
        return self._data[self.at - size : self.at]

    def number(self, form: struct.Struct) -> int:
        """Return a number of the input."""
        found: int = form.unpack(self.take(form.size))[0]
        return found

    def line(self, limit: int) -> str:
        """Return what stands before the next line feed of the input."""
        end = self._data.find(b"\n", self.at, self.at + limit)
        if end < 0:
            raise Refused("a line without an end")
        return self.take(end + 1 - self.at)[:-1].decode("utf-8")

    def push(self, value: object) -> None:
        """Put a value on the stack."""
        self._stack.append(value)

    def pop(self) -> object:
        """Take the last value off the stack; none from below the last mark."""
        self.last()
        return self._stack.pop()

    def last(self) -> object:
        """Return the last value on the stack."""
        if len(self._stack) <= self._marks[-1]:
            raise Refused("an empty stack")
        return self._stack[-1]

    def mark(self) -> None:
        """Mark the stack."""
        self._marks.append(len(self._stack))

    def marked(self) -> list[object]:
        """Take what lies above the last mark off the stack, and the mark."""
        if len(self._marks) == 1:
            raise Refused("no mark")
        start = self._marks.pop()
        found = self._stack[start:]
        del self._stack[start:]
        return found

    def hold(self, container: object, values: Sequence[object]) -> None:
        """Note that a container holds values. Raises Refused if that is nested too deep."""
        depth = 1 + max((self._depths.get(id(each), 1) for each in values if isinstance(each, HOLDING)), default=0)
        if depth > DEPTH:
            raise Refused(f"values nested deeper than {DEPTH}")
        self._depths[id(container)] = max(depth, self._depths.get(id(container), 1))


def _unknown(code: int) -> Refused:
    name = CALLING.get(bytes([code]))
    return Forbidden(name) if name else Refused(f"no instruction: {code:#04x}")
