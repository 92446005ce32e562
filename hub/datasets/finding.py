"""Finding prepared tables on object storage (HUB_SHARED=s3://...), without a file of what they were made of.

What a table is called follows from the digests of the files and the reader's options, which the card says. Where a card
has no whole sha256 of a file, that which somebody recorded at his first transfer stands for it: in the store here, or
in the one that is looked into.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from hub import readers
from hub.datasets import file_trees
from hub.datasets.file_trees import Workspace
from hub.datasets.prepare import Input, Job, ready
from hub.errors import BadStatus, IntegrityError, SourceError
from hub.fetch import recorded_digest
from hub.fetch.guarding import guarded
from hub.fetch.plans import dataset_owner
from hub.places import is_object
from hub.readers import File
from hub.store import refs
from hub.store.refs import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.cards import Artifact
    from hub.datasets.choice import Choice
    from hub.datasets.table import Table
    from hub.settings import Settings
    from hub.store.layout import Layout

logger = logging.getLogger("hub")

MISSING = 404


def distant_tables(choice: Choice, names: Sequence[str], layout: Layout, current: Settings) -> dict[str, Table]:
    """Return split -> its table in a store on object storage, of those that lie there and are not prepared here.

    A store there that cannot be asked is passed by with a warning. Raises NotLocked as `fetch` does.
    """
    stores = [each for each in current.shared if is_object(each)]
    # Clips are cut by another table beside the one of videos.
    if not stores or current.offline or "frames_per_clip" in choice.card.options:
        return {}
    owner = dataset_owner(choice.id, choice.card)
    artifacts = guarded(owner, choice.artifacts(names), current)
    found: dict[str, Table] = {}
    for store in stores:
        try:
            digests = _digests(owner, artifacts, layout, store)
            found |= _in_store(choice, [each for each in names if each not in found], digests, layout, store)
        except (SourceError, IntegrityError) as error:
            logger.warning("%s is passed by: %s", store, error.what)
    return found


def _in_store(
    choice: Choice, names: Sequence[str], digests: Mapping[str, str], layout: Layout, store: str
) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for name in names:
        job = _job(choice, name, digests, layout)
        if job is not None and ready(job, layout) is None:
            table = _opened(f"{store}/v1/prepared/{job.fingerprint}/{name}.arrow", layout)
            found |= {} if table is None else {name: table}
    return found


def _opened(url: str, layout: Layout) -> Table | None:
    from hub.datasets.distant import DistantTable  # needs what only those have who read from object storage
    from hub.objects import ObjectPath

    try:
        return DistantTable(ObjectPath(url, layout.home))
    except BadStatus as error:
        if error.status == MISSING:
            return None
        raise


def _job(choice: Choice, name: str, digests: Mapping[str, str], layout: Layout) -> Job | None:
    """Return what would be prepared if the files were here; None if it is not known which they are."""
    split = choice.split(name)
    if not all(text.partition("#")[0] in digests for text in split.files.values()):
        return None

    def located(text: str) -> Input:
        artifact, _, member = text.partition("#")
        return Input(File(layout.blob(digests[artifact]), member), digests[artifact])

    inputs = {role: located(text) for role, text in split.files.items()}
    if not readers.reads_trees(choice.card.reader):
        return Job(choice.card, name, split, inputs, choice.options)
    tree = file_trees.in_store(choice.card, split, inputs, Workspace(layout))
    return Job(choice.card, name, split, tree, choice.options)


def _digests(owner: str, artifacts: Sequence[Artifact], layout: Layout, store: str) -> dict[str, str]:
    """Return artifact -> sha256, of those where it is known."""
    known = {each.name: each.sha256 for each in artifacts if each.sha256}
    if len(known) < len(artifacts):
        for recorded in (_recorded_there(owner, store, layout), refs.read(layout, owner)):
            found = {each.name: recorded_digest(each, recorded.get(each.name)) for each in artifacts}
            known |= {name: sha256 for name, sha256 in found.items() if sha256}
    return known


def _recorded_there(owner: str, store: str, layout: Layout) -> dict[str, Entry]:
    from hub.objects.reading import ObjectFile

    try:
        with ObjectFile(f"{store}/v1/refs/{owner}", home=layout.home) as file:
            table = json.loads(file.readall())
        return {name: Entry(**entry) for name, entry in table["artifacts"].items()}
    except BadStatus as error:
        if error.status == MISSING:
            return {}
        raise
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
