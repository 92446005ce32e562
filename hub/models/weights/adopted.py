"""Weights that another library has already brought to this machine: used where they lie, if they are the right ones.

    $TORCH_HOME/hub/checkpoints/<artifact's name>       PyTorch since 1.5; `checkpoints` and `models` before
    $HF_HUB_CACHE/models--*/blobs/<sha256>              Hugging Face's libraries
    $HF_HUB_CACHE/models--*/snapshots/*/<artifact's name>
    $HF_HUB_CACHE/models--<owner>--<repository>/refs/main -> snapshots/<commit>/<file>, for hf://<owner>/<repository>/<file>

Those files are only ever read. A digest decides, never a name; what a file hashes to is remembered as for a user's own
file, so that it is hashed once.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from hub.digest import HEX_LENGTH, Digest
from hub.errors import HubError
from hub.models.weights import own_files
from hub.sources import hugging_face
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.cards import Artifact
    from hub.fetch import Local
    from hub.progress import Progress
    from hub.settings import Settings

logger = logging.getLogger("hub")

TORCH_FOLDERS = ("hub/checkpoints", "checkpoints", "models")


def find(artifact: Artifact, settings: Settings, progress: Progress) -> Local | None:
    """Return the artifact as it lies in another library's cache, or None if it lies in none.

    None as well if nothing is known that it must hash to; Hugging Face's cache knows that of its own files. A file of
    its name with other contents is noted.
    """
    digest = next((each for each in artifact.digests if each.algorithm == "sha256"), None)
    candidates = _candidates(artifact, digest, settings) if digest else _of_repositories(artifact, settings)
    for path, digest in candidates:
        found = _identified(path, settings, progress)
        if found is not None and digest.matches(found.sha256):
            logger.info("%s is %s", artifact.name, path)
            return found
        if found is not None:
            progress.note(f"{path} is not the published {artifact.name}; it is left alone (sha256 {found.sha256[:16]})")
    return None


def _candidates(artifact: Artifact, digest: Digest, settings: Settings) -> Iterator[tuple[Path, Digest]]:
    for path in (*_torch(artifact, settings), *_huggingface(artifact, digest, settings)):
        if path.is_file():
            yield path, digest


def _torch(artifact: Artifact, settings: Settings) -> Iterator[Path]:
    if settings.torch_home is not None:
        yield from (settings.torch_home / folder / artifact.name for folder in TORCH_FOLDERS)


def _huggingface(artifact: Artifact, digest: Digest, settings: Settings) -> Iterator[Path]:
    """Yield what is named by the digest first: those need no luck with names."""
    if settings.huggingface_cache is None:
        return
    blobs = settings.huggingface_cache.glob(f"models--*/blobs/{digest.hex}*")
    yield from (path for path in blobs if path.suffix == "")  # ".incomplete" is on its way
    for folder in settings.huggingface_cache.glob("models--*/snapshots/*"):
        yield folder / artifact.name


def _of_repositories(artifact: Artifact, settings: Settings) -> Iterator[tuple[Path, Digest]]:
    """Yield the files that stand in the cache for `hf:` sources, with the digest that names the blobs behind them."""
    for source in artifact.in_order:
        if settings.huggingface_cache is None or not source.url.startswith("hf:"):
            continue
        repository, revision, file = hugging_face.parts(source.url)
        folder = settings.huggingface_cache / f"models--{repository.replace('/', '--')}"
        try:
            commit = (folder / "refs" / revision).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            continue  # another revision than was ever fetched
        path = folder / "snapshots" / commit / file
        # Small files are named by 40 digits, and where links are not allowed the name tells nothing.
        blob = path.resolve().name
        if path.is_file() and len(blob) == HEX_LENGTH["sha256"]:
            yield path, Digest("sha256", blob)


def _identified(path: Path, settings: Settings, progress: Progress) -> Local | None:
    try:
        return own_files.identify(path, Layout(settings.home))
    except HubError as error:  # unreadable, gone, or being written: as if it were not there
        progress.note(f"{path} cannot be used: {error.what}")
        return None
