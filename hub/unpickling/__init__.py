r"""The one restricted loader of pickles: plain values, and arrays as what they are described by. It calls nothing.

A pickle is a program for a machine with a stack. The standard library's machine calls whatever a program can name; this
one knows the instructions that write plain values and numpy's arrays since protocol 2, and for it no names exist but
those in `arrays`, which lead to functions of that module. All else ends it, and so does what costs more than its bytes:

    an array of more or fewer bytes than it says       nesting deeper than `machine.DEPTH`
    text beyond the end of the input                   a number of more than 64 bytes
    a list or dict taken from the memo, by which a few bytes could hold one another a million times

Weights are not read here but by PyTorch's own restricted loader (hub/formats/saved.py). The instructions are specified
by `pickletools.py` of the standard library.
"""

from __future__ import annotations

import struct

from hub.errors import FormatError
from hub.unpickling.arrays import Array, Forbidden, Refused, Type, array, as_bytes
from hub.unpickling.instructions import INSTRUCTIONS
from hub.unpickling.machine import Machine

__all__ = ["Array", "Type", "array", "as_bytes", "load"]


def load(data: bytes, *, what: str, path: object) -> object:
    r"""Return what a pickle describes; bytes of Python 2 become text, one character each, and arrays an `Array`.

    >>> load(b"\x80\x02}U\x01aK\x01s.", what="a.pkl", path="a.pkl")
    {'a': 1}

    Raises FormatError, naming `what` and `path`, if it is no sound pickle, or names anything but arrays; then nothing
    was run.
    """
    machine = Machine(data)
    try:
        return machine.run(INSTRUCTIONS)
    except Forbidden as error:
        raise FormatError(
            f"{what} wants more than to build arrays",
            path=path,
            expected="numpy arrays, lists and text",
            found=str(error),
            hint="nothing was run; do not open this file with pickle",
        ) from error
    except (Refused, ValueError, struct.error) as error:
        raise FormatError(
            f"{what} is no sound pickle",
            path=path,
            expected="plain values and arrays",
            found=f"{error} at byte {machine.at}",
        ) from error
