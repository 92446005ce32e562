"""What a dataset's card lacks, told by its files: what they are, their digests, splits, columns and counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from hub import readers, registry, settings
from hub.cards.stating import stated
from hub.datasets import file_trees
from hub.datasets.choice import choose
from hub.datasets.file_trees import Workspace
from hub.datasets.obtaining import table_of
from hub.datasets.prepare import Input, Job
from hub.datasets.surveying import surveyed
from hub.errors import CardError
from hub.publish import drafts
from hub.publish.packing import pack
from hub.readers import File
from hub.registry.entries import DatasetEntry
from hub.store.layout import Layout
from hub.trees.archive import is_archive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.cards import DatasetCard, Split
    from hub.datasets.choice import Choice
    from hub.datasets.table import Table
    from hub.publish.drafts import Completed, Draft, Given, Hashed
    from hub.publish.drafts import Table as Stated
    from hub.settings import Settings

OWN = {
    "own": "folder",
    "own_tables": "text_classification",
    "own_lines": "language_modeling",
    "own_pairs": "translation",
    "own_tags": "sequence_tagging",
}
"""Readers that find out what files hold -> hub's own card of the reader."""

# What reads files of which nobody has said how.
BY_SUFFIX = {
    ".csv": "own_tables",
    ".tsv": "own_tables",
    ".jsonl": "own_tables",
    ".txt": "own_lines",
    ".tokens": "own_lines",
    ".conll": "own_tags",
}

MODALITIES = {
    "image": "image",
    "patch": "image",
    "video": "video",
    "audio": "audio",
    "text": "text",
    "sequence": "text",
}
TASKS = {"image": "image-classification", "text": "text-classification", "audio": "audio-classification"}


def complete(draft: Draft, given: Given, work: Path) -> Completed:
    """Return the whole card of a dataset; what must be packed or linked for it goes into the folder `work`.

    Raises CardError with every fault, and what reading the files raises.
    """
    table = drafts.begun(draft)
    table.setdefault("version", "1.0.0")
    artifacts, files = _artifacts(table, draft, given, work)
    if artifacts:
        table["artifacts"] = artifacts
    table = _with_options({"reader": _reader(files), **table})
    # In a store of its own: what is made of a file that is gone soon is of no use to others.
    aside = replace(settings.current(), home=work / "store")
    if files and not table.get("splits") and not table.get("variants"):
        table["artifacts"] = [_unpacked(each, files) for each in artifacts]
        table = _surveyed(table, draft, files, aside)
    table = _described(table)
    found = drafts.completed(draft, table, files)
    return _counted(found, Workspace(Layout(aside.home))) if files else found


def _artifacts(table: Stated, draft: Draft, given: Given, work: Path) -> tuple[list[Stated], list[Hashed]]:
    """Return all artifacts, with what is known of those that are here, and the files of these."""
    named = [each for each in table.get("artifacts", ()) if isinstance(each, dict)]
    names = {each.get("name") for each in named}
    others = [{"name": _published_name(path, draft)} for name, path in given.paths.items() if name not in names]
    if named and len(given.paths) > len(names & given.paths.keys()):
        others = []  # it names its files, so what else there is belongs to another card, or is told of
    found: list[Stated] = []
    files: list[Hashed] = []
    for number, each in enumerate([*named, *others]):
        path = _path(each, draft, given)
        if path is None:
            found.append(each)
            continue
        files.append(_hashed(str(each["name"]), path, given, work))
        found.append(drafts.with_file(each, files[-1], f"artifacts[{number}]", draft))
    return found, files


def _published_name(path: Path, draft: Draft) -> str:
    return f"{draft.id}.tar" if path.is_dir() else path.name


def _path(artifact: Stated, draft: Draft, given: Given) -> Path | None:
    """Return the file of an artifact, or the folder that is packed as one."""
    name = str(artifact.get("name", ""))
    if name in given.paths:
        return given.paths[name]
    folders = (path for path in given.paths.values() if path.is_dir()) if name == f"{draft.id}.tar" else ()
    return next(iter(folders), None) or drafts.beside(artifact, draft)


def _hashed(name: str, path: Path, given: Given, work: Path) -> Hashed:
    if not path.is_dir():
        return given.hashed(name, path)
    given.used.add(path.name)
    work.mkdir(exist_ok=True)
    return given.hashed(name, pack(path, work / f"{len(given.used)}-{name}", given.progress))


def _reader(files: Sequence[Hashed]) -> str:
    """Return what reads the files, if they are of a kind that tells."""
    suffixes = {Path(each.name).suffix.lower() for each in files}
    return BY_SUFFIX.get(suffixes.pop(), "own") if len(suffixes) == 1 else "own"


def _together(files: Sequence[Hashed], folder: Path) -> Path:
    """Return where a survey finds the files: the only one, or a folder of them all."""
    if len(files) == 1:
        return files[0].path
    folder.mkdir(parents=True)
    for each in files:
        (folder / each.name).symlink_to(each.path)
    return folder


def _surveyed(table: Stated, draft: Draft, files: Sequence[Hashed], aside: Settings) -> Stated:
    """Return the table with the splits and columns that the files turn out to have."""
    reader = str(table["reader"])
    if reader not in OWN:
        missing = "missing; only of a folder of classes, tables, lines and the like the files tell the splits"
        raise CardError(draft.path, [("splits", missing)])
    card = msgspec.structs.replace(registry.find_dataset(OWN[reader]).card, options=table["options"])
    entry = DatasetEntry(draft.id, card, draft.path)
    found = surveyed(choose(entry, {}), _together(files, aside.home / "together"), aside)
    named = {f"file{number}": each.name for number, each in enumerate(files)}
    splits = {name: {**stated(split), "files": named} for name, split in found.splits.items()}
    fields = [stated(each) for each in found.card.fields]
    return {**table, "fields": table.get("fields", fields), "splits": splits}


def _with_options(table: Stated) -> Stated:
    """Return the table with all options that a reader of people's own files asks for, at their defaults."""
    reader = str(table["reader"])
    if reader not in OWN:
        return table
    return {**table, "options": {**registry.find_dataset(OWN[reader]).card.options, **table.get("options", {})}}


def _unpacked(artifact: Stated, files: Sequence[Hashed]) -> Stated:
    """Return an artifact that, if it is an archive, is read as what it holds."""
    archives = {each.name for each in files if is_archive(each.path)}
    return {"unpack_to": "", **artifact} if artifact.get("name") in archives else artifact


def _described(table: Stated) -> Stated:
    """Return the table with modality and task, where the columns tell them."""
    kinds = [each.get("kind") for each in table.get("fields", ()) if isinstance(each, dict)]
    modality = list(dict.fromkeys(MODALITIES[kind] for kind in kinds if kind in MODALITIES))
    said: dict[str, Any] = {"modality": modality} if modality else {}
    if "label" in kinds and modality[:1] and modality[0] in TASKS:
        said["task"] = [TASKS[modality[0]]]
    return said | table


def _counted(found: Completed, workspace: Workspace) -> Completed:
    """Return the card with samples and classes as the files have them, where it does not say: which reads them all."""
    card = cast("DatasetCard", found.card)
    here = {each.name: Input(File(each.path), each.sha256) for each in found.files}
    choice = choose(DatasetEntry(found.draft.id, card, found.draft.path), {})
    lacking = [name for name, split in card.splits.items() if split.samples is None]
    tables = {name: made for name in lacking if (made := _table(name, choice, here, workspace))}
    splits = {name: _with_samples(split, tables.get(name)) for name, split in card.splits.items()}
    classes = next((table.classes for table in tables.values()), ())
    fields = tuple(
        msgspec.structs.replace(each, classes=classes) if each.kind == "label" and not each.classes else each
        for each in card.fields
    )
    return replace(found, card=msgspec.structs.replace(card, splits=splits, fields=fields))


def _with_samples(split: Split, table: Table | None) -> Split:
    return split if table is None else msgspec.structs.replace(split, samples=len(table))


def _table(name: str, choice: Choice, here: Mapping[str, Input], workspace: Workspace) -> Table | None:
    """Return a split as it is read out of a store, if its files are here."""
    needed = {role: file.partition("#") for role, file in choice.split(name).files.items()}
    if not all(artifact in here for artifact, _, _ in needed.values()):
        return None
    inputs = {
        role: replace(here[artifact], file=File(here[artifact].file.path, member))
        for role, (artifact, _, member) in needed.items()
    }
    trees = readers.reads_trees(choice.card.reader)
    made = file_trees.in_store(choice.card, choice.split(name), inputs, workspace) if trees else inputs
    return table_of(Job(choice.card, name, choice.split(name), made, choice.options), workspace)
