"""CIFAR: pickled batches of 32 x 32 colour images, as CIFAR-10 and CIFAR-100 publish them in Python's version.

    80 PP ... 2E      one pickle of protocol PP (02 in the published files), strings are bytes of Python 2
      data            numpy array of uint8, (rows, 3072): 1024 red values, 1024 green, 1024 blue, each row by row
      labels          list of ints (CIFAR-10)
      fine_labels     list of ints (CIFAR-100: 100 classes)
      coarse_labels   list of ints (CIFAR-100: their 20 superclasses)

and other keys, which are not read. Specified in "The CIFAR-10 dataset", section "Dataset layout",
https://www.cs.toronto.edu/~kriz/cifar.html.

A pickle is a program that may call anything it can name. Here the names with which numpy's arrays are pickled, in
their old and new spellings, lead to classes of this module that only keep what they are given; no other name leads
anywhere. Not even numpy's own code sees a byte before the type and size of the array are checked.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from typing import TYPE_CHECKING, BinaryIO, NoReturn, cast

import numpy as np

from hub.errors import FormatError, HubError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hub.readers import Columns, File, Options

VERSION = 1

SIDE = 32
PIXELS = 3 * SIDE * SIDE

PROTOCOL = b"\x80"
"""The first byte of every pickle since protocol 2."""

# Values that a pickle may refer to again; each image of the published ones has two at most, and CIFAR-100 has 50,000.
MEMO = 1_000_000

# What the unpickler raises on bytes that are no pickle, or one that does not fit the classes below.
DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
)


class _Type:
    """Stands for numpy.dtype: keeps the name of the type."""

    def __init__(self, name: object = None, *_: object) -> None:
        self.name = name

    def __setstate__(self, state: object) -> None:
        """Ignore byte order and alignment: bytes have neither."""


class _Array:
    """Stands for numpy.ndarray and for the function that begins to rebuild one; the state holds the array itself."""

    kind: object = None
    shape: object = None
    columns_first: object = False
    content: object = None

    def __init__(self, *_: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        _, self.shape, self.kind, self.columns_first, self.content = cast("tuple[object, ...]", state)


class _Buffered(_Array):
    """Stands for the function with which pickles of protocol 5 make arrays of bytes."""

    def __init__(self, content: object, kind: object, shape: object, order: object) -> None:
        self.content, self.kind, self.shape = content, kind, shape
        self.columns_first = order == "F"


# Only classes with a __setstate__ of their own: a pickle could change attributes of a function.
NAMES: dict[tuple[str, str], type] = {
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Type,
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy.core.numeric", "_frombuffer"): _Buffered,
    ("numpy._core.numeric", "_frombuffer"): _Buffered,
}


class _Unpickler(pickle.Unpickler):
    """An unpickler for which only the names in `NAMES` exist."""

    def __init__(self, stream: BinaryIO, file: File) -> None:
        super().__init__(stream, encoding="latin1")  # Python 2's bytes become text, one character each
        self._file = file

    def find_class(self, module: str, name: str) -> type:
        """Return what stands for a name of numpy's; FormatError for any other."""
        if (module, name) not in NAMES:
            raise FormatError(
                f"{self._file} wants more than to build arrays",
                path=self._file.path,
                expected="numpy arrays, lists and text",
                found=f"a call of {module}.{name}",
                hint="nothing was run; do not open this file with pickle",
            )
        return NAMES[module, name]


def read(files: Mapping[str, File], options: Options) -> Columns:
    """Return `image`, uint8 of shape (rows, 32, 32, 3), and `label`, int64, of all files in the order of their roles.

    Labels are the fine ones where there are two kinds; the option `coarse` asks for the superclasses.
    """
    batches = [read_batch(files[role], coarse=bool(options.get("coarse"))) for role in sorted(files)]
    images = np.concatenate([images for images, _ in batches])
    labels = np.concatenate([labels for _, labels in batches])
    planes = images.reshape(-1, 3, SIDE, SIDE)
    return {"image": np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), "label": labels}


def read_batch(file: File, *, coarse: bool = False) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the pixels of one file, (rows, 3072), and its labels, (rows,).

    Raises FormatError if it is no pickle, names anything but arrays, or holds something else than a batch.
    """
    table = _unpickled(file)
    images = _pixels(table.get("data"), file)
    wanted = ("coarse_labels",) if coarse else ("labels", "fine_labels")
    labels = next((table[key] for key in wanted if key in table), None)
    if not isinstance(labels, list) or any(type(each) is not int for each in labels) or len(labels) != len(images):
        _refuse(file, f"{' or '.join(wanted)}: {len(images)} whole numbers", _outline(labels))
    try:
        return images, np.array(labels, np.int64)
    except OverflowError as error:
        raise FormatError(f"{file} has labels beyond all numbers", path=file.path) from error


def _unpickled(file: File) -> dict[object, object]:
    with file.open() as opened:
        stream = io.BytesIO(opened.read())
    head = stream.read(4)
    if not head.startswith(PROTOCOL):
        expected = "80 and a protocol, as pickles begin"
        _refuse(file, expected, head.hex(" ") or "an empty file")
    stream.seek(0)
    table = _loaded(stream, file)
    if stream.read(1):
        _refuse(file, "nothing behind the pickle's end", "more bytes")
    if not isinstance(table, dict):
        _refuse(file, "a dict", _outline(table))
    return cast("dict[object, object]", table)


def _loaded(stream: BinaryIO, file: File) -> object:
    try:
        # A damaged number here makes the unpickler fill up to 64 GB with zeros before it sees anything else.
        if any(
            code.name == "LONG_BINPUT" and cast("int", place) > MEMO for code, place, _ in pickletools.genops(stream)
        ):
            raise pickle.UnpicklingError("more values than a batch has")
        stream.seek(0)
        return _Unpickler(stream, file).load()
    except HubError:
        raise
    except DAMAGE as error:
        raise FormatError(
            f"{file} is no sound pickle",
            path=file.path,
            expected="a pickled batch",
            found=f"{type(error).__name__}: {error}",
        ) from error


def _pixels(found: object, file: File) -> NDArray[np.uint8]:
    """Return the array that a pickle describes, as uint8 of shape (rows, 3072), if that is what it is."""
    if not isinstance(found, _Array) or not isinstance(found.kind, _Type) or found.kind.name not in ("u1", "|u1"):
        _refuse(file, "data: a numpy array of uint8", _outline(found))
    content = found.content
    if isinstance(content, str):
        try:
            content = content.encode("latin1")
        except UnicodeEncodeError as error:
            raise FormatError(f"{file} has text for pixels", path=file.path) from error
    if not isinstance(content, bytes | bytearray) or len(content) % PIXELS:
        _refuse(file, f"data: rows of {PIXELS} bytes", _outline(content))
    rows = len(content) // PIXELS
    if found.shape != (rows, PIXELS):
        _refuse(file, f"data: an array of shape {(rows, PIXELS)}", str(found.shape))
    array = np.frombuffer(content, np.uint8)
    return array.reshape((rows, PIXELS), order="F" if found.columns_first else "C")


def _outline(value: object) -> str:
    """Return what a value is in few words, whatever it is."""
    if isinstance(value, list | str | bytes | bytearray):
        return f"{type(value).__name__} of {len(value)}"
    return "nothing" if value is None else type(value).__name__.lstrip("_").lower()


def _refuse(file: File, expected: str, found: str) -> NoReturn:
    raise FormatError(f"{file} is no batch of CIFAR", path=file.path, expected=expected, found=found)
