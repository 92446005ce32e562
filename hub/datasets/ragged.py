"""Ragged batches: values of different lengths, as texts have once they are numbers, become one tensor each."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import default_collate

from hub.datasets.sample import sample_type
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    Collate = Callable[[Sequence[Any]], Any]
    Kind = Literal["numbers", "words", "tensors", "text"] | None

POOL = 100
"""Batches whose samples are sorted together. Of batches of 32 reviews with IMDB's lengths 72 % is padding in plain
order, 31 % with pools of 10, 6 % with 100, and 1 % with 1,000, whose first batch would wait ten times as long."""

NUMBERS = "lists of numbers, or tensors of one dimension"
WAY_OUT = "give a transform that turns each text into a list of numbers, or leave pad out"


@dataclass(frozen=True, slots=True)
class Ragged:
    """Collate samples as torch's default does, but fill up lists of numbers and tensors of one dimension.

    Each field of them becomes a tensor of shape (batch, longest): int64 for whole numbers, torch's default type for
    others, and the type that tensors have. `pad` stands behind what is shorter. Lists of words stay lists of lists, and
    texts are a list.

    With `lengths` each such field is followed by `<name>_length`, int64 of shape (batch,). With `max_length` only so
    many numbers of a value are kept, the first ones.

    >>> Ragged(pad=-1)([([3, 4, 5], 0), ([6], 1)])
    [tensor([[ 3,  4,  5],
            [ 6, -1, -1]]), tensor([0, 1])]
    """

    pad: float = 0
    lengths: bool = False
    max_length: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.pad, Real):
            raise InvalidInput(f"pad={self.pad!r} fills nothing", expected="a number", found=repr(self.pad))
        most = self.max_length
        if most is not None and (not isinstance(most, int) or most < 1):
            wanted = "a whole number from 1 on, or None"
            raise InvalidInput(f"max_length={most!r} makes no sense", expected=wanted, found=repr(most))

    def __call__(self, samples: Sequence[Any]) -> Any:  # noqa: ANN401  a batch has the form of its samples
        """Return the samples as one batch: a named tuple, a dict or a list, as torch's default collate does.

        Raises InvalidInput if something else stands between numbers, or if `pad` is none of their type.
        """
        made: dict[Any, object] = {}
        for name, values in columns(samples):
            column = self._column(name, values)
            _refuse_twice(made.keys() & column.keys())
            made |= column
        return _like(samples[0], made)

    def _column(self, name: object, values: Sequence[Any]) -> dict[Any, object]:
        kind = _kind(values)
        if kind == "text":
            return {name: list(values)}
        if kind is None:
            return {name: default_collate(values)}  # type: ignore[arg-type]  # it is annotated with list, and takes any sequence
        rows = values if self.max_length is None else [value[: self.max_length] for value in values]
        if kind == "words":
            return {name: list(rows)}
        filled = _of_tensors(rows, self.pad) if kind == "tensors" else _of_lists(name, rows, self.pad)
        lengths = {f"{name}_length": torch.tensor([len(row) for row in rows])} if self.lengths else {}
        return {name: filled, **lengths}


def columns(samples: Sequence[Any]) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Yield each field of the samples and its values: by name or by place, or "" where a sample is a single value."""
    first = samples[0]
    if isinstance(first, Mapping):
        for name in first:
            yield name, [sample[name] for sample in samples]
    elif isinstance(first, tuple) or _is_listed(first):
        names = getattr(first, "_fields", map(str, range(len(first))))
        yield from zip(names, zip(*samples, strict=True), strict=True)
    else:
        yield "", samples


def lengths(samples: Sequence[Any]) -> list[int]:
    """Return the length of each sample, which is that of its longest list or tensor of one dimension, or else text.

    Raises InvalidInput if samples hold nothing of that kind.
    """
    kinds = [(_kind(values), values) for _, values in columns(samples)]
    rows = [values for kind, values in kinds if kind not in ("text", None)]
    rows = rows or [values for kind, values in kinds if kind == "text"]
    if not rows:
        raise InvalidInput(
            "nothing in these samples has a length to compare",
            expected=f"{NUMBERS}, or text",
            found=told(samples[0]),
            hint="leave bucket out",
        )
    return [max(map(len, each)) for each in zip(*rows, strict=True)]


def in_buckets(samples: Sequence[Any], size: int, random: np.random.Generator) -> Iterator[list[Any]]:
    """Yield batches of samples of like length in random order, the longest sample of each first.

    Every sample is in one of them; the batch of the shortest may be smaller than `size`.
    """
    order = np.argsort([-length for length in lengths(samples)], kind="stable")
    for number in random.permutation(-(-len(samples) // size)):
        yield [samples[place] for place in order[number * size : (number + 1) * size]]


class Padded(Ragged):
    """Ragged for a loop that was told what to pad with, so that there must be something to pad."""

    __slots__ = ()

    def __call__(self, samples: Sequence[Any]) -> Any:  # noqa: ANN401  a batch has the form of its samples
        """Return the samples as one batch. Raises InvalidInput too if nothing in them could be padded."""
        if not any(_kind(values) in ("numbers", "tensors") for _, values in columns(samples)):
            found = told(samples[0])
            raise InvalidInput("nothing in these samples can be padded", expected=NUMBERS, found=found, hint=WAY_OUT)
        return Ragged.__call__(self, samples)


def collation(pad: float | None, collate: Collate | None, *, lengths: bool) -> Collate | None:
    """Return what makes batches in a loop that was given these; None is torch's default."""
    if collate is not None and (pad is not None or lengths):
        hint = "collate=Ragged(pad=0, lengths=True) is the same as pad=0, lengths=True"
        raise InvalidInput("collate and pad, or lengths, exclude each other", expected="one of them", hint=hint)
    if lengths and pad is None:
        raise InvalidInput("lengths are those of what is padded", expected="a pad", found="none", hint="give pad=0 too")
    return collate if pad is None else Padded(pad, lengths=lengths)


def told(sample: object) -> str:
    """Return what a sample is made of, in words for a message."""
    return ", ".join(f"{name or 'a sample'}: {_type(values[0])}" for name, values in columns([sample]))


def _type(value: object) -> str:
    words = isinstance(value, list) and value and isinstance(value[0], str)
    return "list of str" if words else type(value).__name__


def refusal(samples: Sequence[Any]) -> InvalidInput | None:
    """Return the error to raise where torch's default collate has failed, if it was for values of unequal length."""
    for name, values in columns(samples):
        kind = _kind(values)
        if kind not in ("text", None) and len(set(map(len, values))) > 1:
            shortest, longest = min(map(len, values)), max(map(len, values))
            what = f"the values of {name or 'a sample'} differ in length, so they cannot be stacked to a batch"
            pad = "give pad=0, or another number, to fill up the shorter ones"
            hint = "make numbers of words with a transform, or give collate=list" if kind == "words" else pad
            return InvalidInput(what, expected="one length", found=f"{shortest} to {longest}", hint=hint)
    return None


def _is_listed(sample: object) -> bool:
    """Tell whether a list is a sample with fields, as torchtext gives those of CoNLL 2000, and not a single value."""
    return isinstance(sample, list) and bool(sample) and isinstance(sample[0], list | Tensor | np.ndarray)


def _kind(values: Sequence[Any]) -> Kind:
    """Tell what all values of a field are; None is anything else."""
    if all(isinstance(value, Tensor | np.ndarray) and value.ndim == 1 for value in values):
        return "tensors"
    if not all(isinstance(value, list) for value in values):
        return "text" if all(isinstance(value, str) for value in values) else None
    inner = next((value[0] for value in values if value), 0)  # all of them are empty: texts without a word
    return "words" if isinstance(inner, str) else "numbers" if isinstance(inner, Real) else None


def _of_lists(name: object, rows: Sequence[list[Any]], pad: float) -> Tensor:
    # perf: arrays refuse what is no number of their type, and are made in a third of the time that torch.tensor takes.
    for code, kind in (("q", torch.int64), ("d", torch.get_default_dtype())):
        try:
            packed = [array(code, row) for row in rows]
        except TypeError:
            continue
        except OverflowError as error:
            raise InvalidInput(f"{name}: {error}", expected="numbers of at most 64 bits") from error
        _require_fit(pad, kind)
        filled = np.full((len(rows), max(map(len, rows))), pad, code)
        for place, row in enumerate(packed):
            filled[place, : len(row)] = row
        return torch.from_numpy(filled).to(kind)
    others = {type(value).__name__ for row in rows for value in row if not isinstance(value, Real)}
    raise InvalidInput(f"{name} holds more than numbers", expected="numbers only", found=", ".join(sorted(others)))


def _of_tensors(rows: Sequence[Any], pad: float) -> Tensor:
    tensors = [torch.as_tensor(row) for row in rows]
    # torch.tensor([]) of a text without words is float32, whatever the others are.
    kinds = {each.dtype for each in tensors if len(each)} or {tensors[0].dtype}
    kind = reduce(torch.promote_types, kinds)
    _require_fit(pad, kind)
    return pad_sequence([each.to(kind) for each in tensors], batch_first=True, padding_value=pad)


def _require_fit(pad: float, kind: torch.dtype) -> None:
    if kind.is_floating_point or kind.is_complex:
        return
    least, most = (0, 1) if kind == torch.bool else (torch.iinfo(kind).min, torch.iinfo(kind).max)
    if not float(pad).is_integer() or not least <= pad <= most:
        wanted = f"a whole number from {least} to {most}"
        raise InvalidInput(f"pad={pad!r} does not fit among {kind}", expected=wanted, found=repr(pad))


def _refuse_twice(names: Collection[object]) -> None:
    for name in names:
        raise InvalidInput(
            f"two fields of a batch would be {name!r}", expected="a field each", hint="leave lengths out"
        )


def _like(first: object, made: dict[Any, object]) -> object:
    """Return the columns in the form of a sample; with more columns than it has, a named tuple is another one."""
    if isinstance(first, Mapping):
        return made
    if hasattr(first, "_fields"):
        same = tuple(made) == first._fields
        return cast("Any", first)._make(made.values()) if same else sample_type(tuple(made))(*made.values())
    return made[""] if tuple(made) == ("",) else list(made.values())
