"""Archives of the store, looked through several at a time: each is one part, and a set may have thousands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub import readers, settings
from hub.datasets.file_trees import Workspace, index_of
from hub.datasets.obtaining import jobs
from hub.datasets.prepare import Input, ready
from hub.fetch import fetch
from hub.fetch.plans import dataset_owner
from hub.progress import Silent
from hub.readers import File
from hub.store.layout import Layout

if TYPE_CHECKING:
    from hub.datasets.indexed import Index
    from hub.datasets.uniform.making import Engine
    from hub.preparing.requests import Request
    from hub.progress import Progress

# One archive is looked through just as well where its table is made.
WORTHWHILE = 2


def make(request: Request, layout: Layout, progress: Progress, engine: Engine) -> None:
    """Have the archives indexed that a dataset's tables still need; raises what `load_dataset` does."""
    current = settings.current()
    choice = request.choice(current)
    if request.folder is not None or not readers.reads_trees(choice.card.reader):
        return
    found = jobs(choice, request.splits(choice), None, Workspace(layout, progress), current=current)
    if all(ready(job, layout) is not None for job in found.values()):
        return
    missing = [each for each in indexes(request, layout, progress) if not each.target.exists()]
    if len(missing) < WORTHWHILE:
        return
    progress.start(f"indexing {len(missing)} archives of {choice.card.name}", None)
    for size in engine(missing):
        progress.advance(size)
    progress.finish()


def indexes(request: Request, layout: Layout, progress: Progress) -> list[Index]:
    """Return the indexes of all archives of a dataset that are read in place, once these are in the store."""
    current = settings.current()
    choice = request.choice(current)
    names = request.splits(choice)
    artifacts = {each.name: each for each in choice.artifacts(names)}
    local = fetch(dataset_owner(choice.id, choice.card), list(artifacts.values()), settings=current, progress=progress)
    texts = dict.fromkeys(text for name in names for text in choice.split(name).files.values())
    found = []
    for name, _, member in (text.partition("#") for text in texts):
        file = Input(File(local[name].path, member), local[name].sha256)
        found.append(index_of(artifacts[name], file, layout))
    return [each for each in found if each is not None]


@dataclass(frozen=True, slots=True)
class IndexElsewhere:
    """An index that is made by a machine with a store of its own, which fetches the archive."""

    request: Request
    fingerprint: str

    def __call__(self) -> bytes:
        """Return the index."""
        layout = Layout(settings.current().home)
        found = {each.fingerprint: each for each in indexes(self.request, layout, Silent())}
        return found[self.fingerprint].content()
