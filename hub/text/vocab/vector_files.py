"""Where word vectors come from: a file of the user's own, a folder that torchtext has filled, or a card.

Text is prepared once into the store and mapped from then on, whoever's it is:

    <store>/prepared/<fingerprint>/all.arrow        token: string, vector: fixed_shape_tensor<float>[dim]

What lies in a folder is only read. Beside the text itself that may be the archive it came in, or what torchtext made of
it: `<name>.pt`, a pickle of (tokens, token -> row, vectors, dimension), of which only plain values are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch

from hub import settings
from hub.archives import is_zip, open_member
from hub.cards import DatasetCard, Field, Split
from hub.cards.base import Text
from hub.datasets import obtaining
from hub.datasets.choice import choose
from hub.datasets.file_trees import Workspace
from hub.datasets.prepare import Job, TreeInput, prepare, ready
from hub.errors import FormatError, NotFound, in_a_line
from hub.formats import saved
from hub.progress import shown
from hub.registry import find_dataset, unknown
from hub.store.layout import Layout
from hub.trees import Place, Tree, base
from hub.trees.folder import state
from hub.trees.names import Names
from hub.trees.packed import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import BinaryIO

    from numpy.typing import NDArray
    from torch import Tensor

    from hub.datasets.columns import Strings
    from hub.datasets.table import Table
    from hub.trees.folder import Witnesses

USUAL_CACHE = ".vector_cache"
"""Where torchtext keeps vectors if it is not told of another folder."""

SPLIT = "all"
INSTEAD = "remove the file; the text that it was made of is read in its place"


@dataclass(frozen=True, slots=True)
class Found:
    """Vectors, float32 of shape (rows, dimension), and who tells the tokens of the first rows."""

    vectors: Tensor
    tokens: Callable[[], list[str]]


class _One(Names):
    """A file, or a member of an archive, that is to be read under one name."""

    def __init__(self, path: Path, member: str, name: str) -> None:
        super().__init__([name])
        self._path, self._member = path, member

    def place(self, name: str) -> Place:
        """Return where the file is."""
        raise self.missing(name)  # it may be packed, and is only ever streamed

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open it for reading, inflated where it is packed."""
        if not self.has(name):
            raise self.missing(name)
        return open_member(self._path, self._member)

    def __str__(self) -> str:
        return str(self._path) if self._member else str(self._path.parent)


def in_folder(name: str | Path, cache: str | Path | None, url: str | None, most: int) -> Found | None:
    """Return the vectors that a path names or a folder holds, as text, in an archive or as torchtext saved them."""
    folder = Path(cache or USUAL_CACHE).expanduser()
    for path in (Path(name).expanduser(), folder / name):
        if path.is_file():
            return own_file(path, "", most)
    archive = folder / base(url or "")
    if archive.is_file() and _is_archive(archive, str(url)):
        return own_file(archive, str(name), most)
    saved = folder / f"{Path(name).name if Path(name).is_absolute() else name}{f'_{most}' if most else ''}.pt"
    return _saved(saved) if saved.is_file() else None


def own_file(path: Path, member: str, most: int, url: str = "") -> Found:
    """Return the vectors of a file of the user's own, or of a member of it; `url` is where it comes from.

    Raises FormatError, naming the line, if it holds something else, and StoreError if it cannot be prepared.
    """
    inside = member if not url or _is_archive(path, url) else ""
    layout = Layout(settings.current().home)

    def job(count: int) -> Job:
        return _own_job(path.absolute(), inside, count)

    with shown(wanted=True) as told:
        table = _limited(job, most, layout) or prepare(job(most), layout, told)
    return _of_table(table, most)


def published(identifier: str, variant: str, most: int) -> Found:
    """Return the vectors of a card, fetched and prepared if they are not yet; raises what `load_dataset` does."""
    entry, current = find_dataset(identifier), settings.current()
    named = {"variant": variant} if variant else {}
    if variant not in entry.card.variants and variant:
        wrong = unknown(f"variant of {identifier}", variant, entry.card.variants)
        raise NotFound(wrong.what, expected=wrong.expected, hint=f"{wrong.hint}\n{entry.card.manual}".strip())
    with shown(wanted=True) as told:
        workspace = Workspace(Layout(current.home), told)

        def job(count: int) -> Job:
            choice = choose(entry, {**named, "max_vectors": count})
            return obtaining.jobs(choice, [SPLIT], None, workspace, current=current)[SPLIT]

        table = _limited(job, most, workspace.layout) or prepare(job(most), workspace.layout, told)
    return _of_table(table, most)


def _limited(job: Callable[[int], Job], most: int, layout: Layout) -> Table | None:
    """Return all vectors if they are prepared already: the first of them need no file of their own."""
    return ready(job(0), layout) if most else None


def _own_job(path: Path, member: str, most: int) -> Job:
    name = base(member) or path.name

    def make() -> tuple[Tree, Callable[[], Witnesses]]:
        seen = {str(path): state(path)}
        return _One(path, member, name), lambda: seen

    inputs = TreeInput(make, ["vectors", str(path), member])
    split = Split(options={"file": name})
    return Job(_card(name), SPLIT, split, inputs, {"max_vectors": most}, trusted=False)


def _card(name: str) -> DatasetCard:
    fields = (Field(name="token", kind="text"), Field(name="vector", kind="tensor", dtype="float32"))
    return DatasetCard(
        schema=1, name=name, summary=Text(en=name), version="1.0.0", task=(), modality=("text",), license="",
        homepage="", reader="word_vectors", fields=fields, options={"max_vectors": 0},
    )  # fmt: skip


def _of_table(table: Table, most: int) -> Found:
    count = min(len(table), most) if most else len(table)
    mapped = torch.from_numpy(cast("NDArray[np.float32]", table.columns["vector"]))[:count]
    strings = cast("Strings", table.columns["token"])
    # torchtext leaves a row of zeros behind the others for each line that it passed over.
    lines = count + cast("int", table.about.get("passed_over", 0))
    more = (min(lines, most) if most else lines) - count
    vectors = torch.cat([mapped, mapped.new_zeros(more, mapped.shape[1])]) if more else mapped
    return Found(vectors, partial(_listed, strings, count))


def _listed(strings: Strings, count: int) -> list[str]:
    return cast("list[str]", strings.take(np.arange(count)))


def _saved(path: Path) -> Found:
    """Return what torchtext has saved. FormatError if it is something else, UnsafeWeights if it would run code."""
    try:
        tokens, _, vectors, _ = cast("tuple[Any, ...]", saved.load(path, mapped=is_zip(path), hint=INSTEAD))
    except (FormatError, TypeError, ValueError) as error:
        raise _not_saved(path, in_a_line(error)) from error
    if not isinstance(tokens, list) or not isinstance(vectors, torch.Tensor) or len(tokens) > len(vectors):
        raise _not_saved(path, f"{type(tokens).__name__}, {type(vectors).__name__}")
    return Found(vectors, partial(list, tokens))


def _not_saved(path: Path, found: str) -> FormatError:
    expected = "(tokens, token -> row, vectors, dimension)"
    return FormatError(f"{path} holds no vectors", path=path, expected=expected, found=found, hint=INSTEAD)


def _is_archive(path: Path, url: str) -> bool:
    return is_zip(path) or url.endswith(SUFFIXES)
