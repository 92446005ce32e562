"""From a choice to prepared tables: the files in a folder or in the store, then what is made of them.

It needs neither torch nor torchvision, so that what only wants numbers and words starts fast.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from hub import readers
from hub.datasets import file_trees, local_copy
from hub.datasets.file_trees import Workspace
from hub.datasets.prepare import Input, Job, prepare
from hub.fetch import fetch
from hub.fetch.guarding import guarded
from hub.fetch.plans import dataset_owner, got_by_hand
from hub.readers import File
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from hub.datasets.choice import Choice
    from hub.datasets.prepare import TreeInput
    from hub.datasets.table import Table
    from hub.progress import Progress
    from hub.settings import Settings

    Inputs = Mapping[str, Mapping[str, Input] | TreeInput]


def jobs(
    choice: Choice,
    names: Sequence[str],
    folder: Path | None,
    workspace: Workspace,
    *,
    current: Settings,
    verify: bool = True,
) -> dict[str, Job]:
    """Return split -> what is to be prepared, once its files are there; raises what `load_dataset` does."""
    if folder is None:
        inputs = _fetched(choice, names, current, workspace.progress)
    else:
        inputs = _found(_guarded(choice, names, current) if verify else choice, names, folder, workspace, verify=verify)
    return {
        name: Job(choice.card, name, choice.split(name), each, choice.options, verify) for name, each in inputs.items()
    }


def table_of(job: Job, workspace: Workspace) -> Table:
    """Return the prepared table of a job, making it if need be; raises what `prepare` does."""
    if "frames_per_clip" not in job.card.options:  # samples are clips of videos
        return prepare(job, workspace.layout, workspace.progress)
    from hub.datasets.videos import clips  # imports torchvision

    return clips.of_job(job, workspace.layout, workspace.progress)


def _found(choice: Choice, names: Sequence[str], folder: Path, workspace: Workspace, *, verify: bool) -> Inputs:
    """Return split -> what a copy in a folder offers; touches no network."""
    card = choice.card
    if readers.reads_trees(card.reader):
        if folder.is_file() and not card.artifacts:
            return dict.fromkeys(names, file_trees.in_file(card, folder, workspace))
        return {
            name: file_trees.in_folder(card, choice.split(name), folder, workspace, verify=verify) for name in names
        }
    return {name: local_copy.locate(card, choice.split(name), folder, verify=verify) for name in names}


def _guarded(choice: Choice, names: Sequence[str], current: Settings) -> Choice:
    """Return the choice with the digests that the project's lockfile pins."""
    pinned = guarded(dataset_owner(choice.id, choice.card), choice.artifacts(names), current)
    by_name = {artifact.name: artifact for artifact in pinned}
    artifacts = tuple(by_name.get(each.name, each) for each in choice.card.artifacts)
    return replace(choice, card=msgspec.structs.replace(choice.card, artifacts=artifacts))


def refuse_manual(choice: Choice, names: Sequence[str]) -> None:
    """Raise MissingFile, with the card's own instructions, for what nobody may or can hand on."""
    needed = choice.artifacts(names)
    if choice.card.manual and not (needed and all(artifact.sources for artifact in needed)):
        raise got_by_hand(dataset_owner(choice.id, choice.card), choice.card.manual)


def _fetched(choice: Choice, names: Sequence[str], current: Settings, progress: Progress) -> Inputs:
    """Return split -> what the store has, once all of it is there."""
    refuse_manual(choice, names)
    owner = dataset_owner(choice.id, choice.card)
    local = fetch(owner, choice.artifacts(names), settings=current, progress=progress)

    def located(text: str) -> Input:
        artifact, _, member = text.partition("#")
        return Input(File(local[artifact].path, member), local[artifact].sha256)

    found = {name: {role: located(text) for role, text in choice.split(name).files.items()} for name in names}
    if not readers.reads_trees(choice.card.reader):
        return dict(found)
    workspace = Workspace(Layout(current.home), progress)
    return {name: file_trees.in_store(choice.card, choice.split(name), found[name], workspace) for name in names}
