"""The form in which names are compared, and what a wrong one was probably meant to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hub.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

ELSEWHERE = re.compile(r"(?<!\d)[-_. ]+|[-_. ]+(?!\d)")
ALIKE = 0.6
"""Of 1, as `difflib` counts: what is less like is no misspelling."""

BETWEEN_DIGITS = re.compile(r"[-_. ]+")

SHOWN = 8
"""How many names an error lists."""


def normal(name: str) -> str:
    """Return the form in which names are compared: FashionMNIST, fashion-mnist and fashion_mnist are one.

    Two digits that were apart stay apart: regnet_y_1_6gf is not regnet_y_16gf.

    >>> normal("Fashion-MNIST"), normal("RegNet Y 1.6GF")
    ('fashionmnist', 'regnety1_6gf')
    """
    return BETWEEN_DIGITS.sub("_", ELSEWHERE.sub("", name)).casefold()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question with the known name that is most like `name`, or an empty text if none is.

    >>> did_you_mean("max-param", ["max_params", "min_params"])
    'did you mean max_params?'
    >>> did_you_mean("acc", ["acc@1", "acc@5"])
    'did you mean acc@1?'
    """
    close = _closest(name, known)
    return f"did you mean {close}?" if close else ""


def did_you_mean_quoted(value: str, known: Iterable[str]) -> str:
    """Return the same question for what is written in code, such as the name or the value of an option.

    >>> did_you_mean_quoted("bfloat17", ["float16", "bfloat16"])
    "did you mean 'bfloat16'?"
    """
    close = _closest(value, known)
    return f"did you mean {close!r}?" if close else ""


def _closest(name: str, known: Iterable[str]) -> str | None:
    import difflib  # only a mistake needs it, and every list would pay

    def likeness(each: str) -> float:
        return difflib.SequenceMatcher(None, normal(each), normal(name)).ratio()

    # Of those that are as like, the first: "acc" means acc@1, not acc@5.
    best = max(known, key=likeness, default=None)
    return best if best is not None and likeness(best) >= ALIKE else None


def unknown(what: str, name: str, known: Iterable[str], prefix: str = "") -> NotFound:
    """Return a NotFound that says what was probably meant, or what there is; all names are shown behind `prefix`.

    `what` is "split" or "split of mnist".
    """
    import difflib

    by_normal = {normal(each): prefix + each for each in known}
    close = difflib.get_close_matches(normal(name), by_normal, n=3, cutoff=ALIKE)
    # "coco" is no misspelling, but part of two names.
    close += [each for each in by_normal if normal(name) and normal(name) in each and each not in close][:SHOWN]
    few = len(by_normal) <= SHOWN
    shown = [by_normal[each] for each in close] if close and not few else list(by_normal.values())[:SHOWN]
    hint = f"did you mean {by_normal[close[0]]}?" if close else f"`{_place(what, prefix)}` shows what there is"
    thing, _, owner = what.partition(" of ")
    lacking = f"{owner} has no {thing}" if owner else f"there is no {what}"
    return NotFound(
        f"{lacking} {prefix + name!r}",
        expected=f"one such as {', '.join(shown)}" if shown else "none",
        hint="" if few and not close else hint,
    )


def _place(what: str, prefix: str) -> str:
    """Return the command that shows what there is.

    "split of mnist": what there is of one entry stands in its card, the entries themselves in the list.
    """
    if " of " in what:
        return f"hub info {what.partition(' of ')[2]}"
    return f"hub list --registry {prefix.rstrip('/')}" if prefix else "hub list"
