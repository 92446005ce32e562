"""Files written aside and renamed when they are whole: nothing half-written stays, whatever goes wrong."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import InvalidInput, StoreError
from hub.progress import human_bytes
from hub.store.files import REASONS, RESERVE, flush

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BytesIO


def target_path(path: Path | None, model: str, suffix: str) -> Path:
    """Return where the file goes: `path`, or a file named like the model in it, if it is a folder, or in this one."""
    chosen = (path or Path()).expanduser().absolute()
    return chosen / f"{model.rpartition('/')[2]}{suffix}" if chosen.is_dir() else chosen


def require_free(target: Path, *, force: bool) -> None:
    """Refuse a target whose folder is missing, or that is there already."""
    folder = target.parent
    if not folder.is_dir():
        raise InvalidInput(f"there is no folder {folder}", expected="an existing folder", hint=f"mkdir -p {folder}")
    if target.exists() and not force:
        raise InvalidInput(f"{target} is there already", expected="a new name", hint="--force overwrites it")


def require_room(target: Path, needed: int) -> None:
    """Refuse a target whose folder has not `needed` bytes free."""
    folder = target.parent
    free = shutil.disk_usage(folder).free
    if free < needed + RESERVE:
        raise StoreError(
            f"there is not enough room in {folder}",
            expected=f"{human_bytes(needed + RESERVE)} free",
            found=f"{human_bytes(free)} free",
            hint="--out names another place",
        )


@contextmanager
def aside(target: Path) -> Iterator[Path]:
    """Give a path of the target's name in a folder of its own beside it; what is written there replaces the target.

    Files beside that path, such as the tensors of a large ONNX file, go with it under their own names. If the block
    raises, all are removed. Raises StoreError for what the file system refuses.
    """
    with _disk_errors(target):
        # Beside the target, because only there a rename is sure to be one and not a copy.
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name[:80]}.", dir=target.parent))
        try:
            yield folder / target.name
            for path in sorted(folder.iterdir(), key=lambda path: path.name == target.name):  # the target last
                flush(path)
                path.replace(target.parent / path.name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def put(path: Path, made: BytesIO) -> None:
    """Write what PyTorch has written to memory: its own writer ends the process where a disk is full."""
    with path.open("wb") as file:
        file.write(made.getbuffer())


@contextmanager
def _disk_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in REASONS:
            raise
        raise StoreError(
            f"{target} cannot be written: {REASONS[error.errno][0]}",
            expected="a folder with room that can be written",
            found=error.strerror,
            hint="--out names another place",
        ) from error
