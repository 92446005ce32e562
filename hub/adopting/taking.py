"""What is done with a file that may be a published one: it is taken into the store, or only looked at."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from hub.adopting import placing
from hub.digest import hash_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hub.adopting.forms import Form
    from hub.adopting.placing import How
    from hub.digest import Digest, Hasher
    from hub.store.layout import Layout

    OnBytes = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file turned out to be: the forms that it has, none if it is no published file, and the blob's size."""

    sha256: str
    size: int
    how: How
    forms: tuple[Form, ...]


class Taking(Protocol):
    """What is done with files; both are called from several threads at once."""

    def plain(self, path: Path, forms: Sequence[Form], on_bytes: OnBytes) -> Taken:
        """Take a file that is an artifact itself, if it is."""

    def packed(self, path: Path, form: Form, on_bytes: OnBytes) -> Taken | None:
        """Take the artifact that a file holds, if it does. Raises FormatError and UnsafeArchive."""


@dataclass(frozen=True, slots=True)
class Storing:
    """Takes files into the store; with `copies` nothing there is another name of a file of the user's."""

    layout: Layout
    copies: bool = False

    def plain(self, path: Path, forms: Sequence[Form], on_bytes: OnBytes) -> Taken:
        with placing.staged(path, self.layout, copies=self.copies) as (staged, how):
            hasher = hash_file(staged, _digests(forms), on_bytes=on_bytes)
            fitting = tuple(form for form in forms if fits(form, hasher))
            if fitting:
                placing.publish(staged, how, hasher.sha256, self.layout)
        return Taken(hasher.sha256, hasher.size, how, fitting)

    def packed(self, path: Path, form: Form, on_bytes: OnBytes) -> Taken | None:
        hasher = placing.unpacked(path, form, self.layout, on_bytes)
        return Taken(hasher.sha256, hasher.size, "unpacked", (form,)) if hasher else None


@dataclass(frozen=True, slots=True)
class Looking:
    """Says what `Storing` would do, and writes nothing. Whether blocks can be shared shows only when it is tried."""

    layout: Layout
    copies: bool = False

    def plain(self, path: Path, forms: Sequence[Form], on_bytes: OnBytes) -> Taken:
        hasher = hash_file(path, _digests(forms), on_bytes=on_bytes)
        how: How = "copied" if self.copies or not placing.may_be_linked(path, self.layout) else "linked"
        return Taken(hasher.sha256, hasher.size, how, tuple(form for form in forms if fits(form, hasher)))

    def packed(self, path: Path, form: Form, on_bytes: OnBytes) -> Taken | None:
        hasher = placing.inflated(path, form, on_bytes, write=len)
        return Taken(hasher.sha256, hasher.size, "unpacked", (form,)) if hasher else None


def fits(form: Form, hasher: Hasher) -> bool:
    """Whether what was hashed is of this form: each of its digests agrees, and its size if that is known."""
    return form.size in (None, hasher.size) and hasher.mismatch(form.digests) is None


def _digests(forms: Sequence[Form]) -> tuple[Digest, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(form.digests for form in forms)))
