"""Drafts: cards that say what only their author knows, and the files that they are about.

A draft has the form of a card (TOML) in which all may be left out that files and hub's own cards tell. What is wrong
with it, or lacks after all, is told by file and key, as of any card.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hub import cards, toml
from hub.cards.artifacts import FILES
from hub.digest import hash_file
from hub.errors import CardError, InvalidInput, MissingFile
from hub.models.weights.own_files import Stamp, require_unchanged
from hub.registry.folder import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hub.cards import Card
    from hub.progress import Progress

    Table = dict[str, Any]

WEIGHTS = (".pth", ".pt", ".bin", ".safetensors", ".ckpt")


@dataclass(frozen=True, slots=True)
class Hashed:
    """A file to publish, under the name that its artifact has."""

    name: str
    path: Path
    sha256: str
    size: int

    @property
    def published(self) -> str:
        """Where it lies below the folder of the index: `files/sha256/ab/ab12...`."""
        return f"files/sha256/{self.sha256[:2]}/{self.sha256}"

    @property
    def stated(self) -> Table:
        """What an artifact says of it."""
        return {"name": self.name, "size": self.size, "sha256": self.sha256, "sources": [{"url": self.published}]}


@dataclass(frozen=True, slots=True)
class Draft:
    """A card as it was written: its kind, what it will be called, and its table, which may lack much."""

    kind: str
    id: str
    path: Path
    table: Table


@dataclass(frozen=True, slots=True)
class Completed:
    """A card with nothing lacking, and the files of it that are here."""

    draft: Draft
    card: Card
    files: tuple[Hashed, ...]


@dataclass(slots=True)
class Given:
    """The files and folders that are to be published, by name; each is hashed once, when a card asks for it."""

    paths: dict[str, Path]
    progress: Progress
    used: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, paths: Iterable[Path], progress: Progress) -> Given:
        """Return them by name. Raises MissingFile, and InvalidInput for two of one name."""
        found: dict[str, Path] = {}
        for path in (each.expanduser().absolute() for each in paths):
            if not path.exists():
                raise MissingFile(f"{path} is not there", expected="a file or a folder to publish")
            if path.name in found:
                raise InvalidInput(f"two files are called {path.name}", found=f"{found[path.name]} and {path}")
            found[path.name] = path
        return cls(found, progress)

    def hashed(self, name: str, path: Path) -> Hashed:
        """Return a file with its digest, by which it will be called."""
        self.used.add(path.name)
        stamp = Stamp.of(path)
        self.progress.start(f"hashing {name}", stamp.size)
        sha256 = hash_file(path, on_bytes=self.progress.advance).sha256
        self.progress.finish()
        require_unchanged(path, stamp)
        return Hashed(name, path, sha256, stamp.size)

    def require_all_used(self, drafts: Sequence[Draft]) -> None:
        """Raise InvalidInput for what no card is about: it would not be published, and nobody would see it."""
        if left := sorted(self.paths.keys() - self.used):
            raise InvalidInput(
                f"no card is about {', '.join(left)}",
                expected="files that an artifact of a card names",
                found=", ".join(str(draft.path) for draft in drafts),
                hint="name it as an artifact: [[artifacts]] of a dataset, [variants.weights.artifact] of a model",
            )


def read(paths: Sequence[Path], given: Given) -> list[Draft]:
    """Return the drafts of cards, and of all cards of folders. Raises CardError, and MissingFile if there is none."""
    found = [draft for path in paths for draft in (_of_folder(path) if path.is_dir() else [_of_file(path, given)])]
    if not found:
        raise MissingFile(f"{paths[0]} holds no cards", expected=f"one of {', '.join(FOLDERS.values())} with cards")
    return found


def _of_folder(folder: Path) -> list[Draft]:
    places = ((kind, path) for kind, place in FOLDERS.items() for path in sorted((folder / place).glob("*.toml")))
    return [Draft(kind, path.stem, path, _table(path)) for kind, path in places]


def _of_file(path: Path, given: Given) -> Draft:
    table = _table(path)
    return Draft(kind_of(table, path, given.paths.values()), path.stem, path, table)


def kind_of(table: Table, path: Path | None, files: Iterable[Path]) -> str:
    """Return what a card is of: what its keys say, or the folder that it lies in, or else the files it comes with."""
    stated = {"reader": "dataset", "modality": "dataset", "builder": "model", "head": "model"}
    by_key = next((kind for key, kind in stated.items() if key in table), None)
    by_folder = {place.rpartition("/")[2]: kind for kind, place in FOLDERS.items()}.get(
        path.parent.name if path else ""
    )
    by_file = "model" if any(each.suffix.lower() in WEIGHTS for each in files) else "dataset"
    return by_key or by_folder or by_file


def _table(path: Path) -> Table:
    """Return a card as it was written."""
    try:
        return dict(toml.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise MissingFile(
            f"there is no card {path}",
            expected="a TOML file",
            hint="`hub publish FILE --new-card PATH` writes a first one",
        ) from error
    except (OSError, ValueError) as error:
        raise CardError(path, [("", str(error))]) from error


def begun(draft: Draft) -> Table:
    """Return the table with what every card says alike."""
    table: Table = {"schema": 1, "homepage": "", **draft.table}
    if isinstance(table.get("summary"), str):
        table["summary"] = {"en": table["summary"]}
    return table


def completed(draft: Draft, table: Table, files: Iterable[Hashed]) -> Completed:
    """Return the card that a table has become. Raises CardError with every fault that it still has."""
    card = cards.from_table(draft.kind, table, draft.path)
    return Completed(draft, card, tuple(files))


def beside(artifact: Table, draft: Draft) -> Path | None:
    """Return the file that an artifact names as `files/...`, where such a folder lies beside that of the card."""
    for source in artifact.get("sources", ()):
        url = source.get("url", "") if isinstance(source, dict) else ""
        if isinstance(url, str) and FILES.fullmatch(url) and "#" not in url:
            path = draft.path.absolute().parent.parent / url
            return path if path.is_file() else None
    return None


def with_file(artifact: Table, found: Hashed, key: str, draft: Draft) -> Table:
    """Return an artifact with size, digest and source of its file; other sources stay behind the registry's own.

    Raises CardError if the card says that it is another file.
    """
    for name, value in (("sha256", found.sha256), ("size", found.size)):
        if artifact.get(name, value) != value:
            raise CardError(draft.path, [(f"{key}.{name}", f"{found.path} has {value}, not {artifact[name]}")])
    others = [each for each in artifact.get("sources", ()) if not FILES.fullmatch(str(each.get("url", "")))]
    return {**artifact, **found.stated, "sources": [*found.stated["sources"], *others]}
