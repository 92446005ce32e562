"""Files written aside and renamed when they are whole: nothing half-written stays, whatever goes wrong."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import InvalidInput
from hub.store.files import disk_errors, flush, require_space

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BytesIO

ELSEWHERE = "--out names another place"


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
    require_space(target.parent, needed, ELSEWHERE)


@contextmanager
def aside(target: Path) -> Iterator[Path]:
    """Give a path of the target's name in a folder of its own beside it; what is written there replaces the target.

    Files beside that path, such as the tensors of a large ONNX file, go with it under their own names. If the block
    raises, all are removed. Raises StoreError for what the file system refuses.
    """
    with disk_errors(target.parent, ELSEWHERE):
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
