"""torchtext's `extract_archive`, on the extractor of `hub.archives`."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path
from typing import BinaryIO

from hub import archives
from hub.errors import MissingFile, UnknownArchive
from hub.store.files import disk_errors

ENDINGS = (
    ".tar.gz", ".tgz", ".tar", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst", ".zip", ".7z", ".rar"
)  # fmt: skip
ALONE = (".gz", ".bz2", ".xz", ".zst")
"""What packs one file."""
MEND = "unpack to a folder that can be written and has room"


def extract_archive(
    from_path: str | os.PathLike[str],
    to_path: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
) -> list[str]:
    """Return the paths of an archive's files, in its order, unpacked into `to_path` or beside it.

    Reads tar (also .tar.gz, .tgz, .tar.xz, .tar.bz2, .tar.zst), zip and gz (also .bz2, .xz, .zst), and with the extra
    "archives" 7z and rar. Files that are there are left as they are, unless `overwrite`. What is packed alone is always
    written anew, and beside it. Nothing is unpacked of an archive that is refused.

    Raises UnknownArchive (also a NotImplementedError) for other names, MissingFile, FormatError if it is damaged and
    UnsafeArchive if a member would land outside the folder or too much would come out.
    """
    name = os.fspath(from_path)
    folder = os.path.dirname(name) if to_path is None else os.fspath(to_path)  # noqa: PTH120  "" and not "."
    if not name.endswith((*ENDINGS, *ALONE)):
        raise UnknownArchive(f"{name} is no archive", expected=", ".join((*ENDINGS, *ALONE)))
    if not Path(name).is_file():
        raise MissingFile("there is no archive to unpack", expected=name, found="no file of that name")
    if not name.endswith(ENDINGS):
        return [_inflated(name)]
    with disk_errors(Path(folder), MEND):
        found = archives.unpack(Path(name), Path(folder), overwrite=overwrite)
    return [os.path.join(folder, each) for each in found]  # noqa: PTH118  Path would drop a leading "./"


def write_whole(stream: BinaryIO, target: Path) -> None:
    """Write a file beside its target, then rename it: whoever sees it sees all of it."""
    with disk_errors(target.parent, MEND):
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f".{uuid.uuid4().hex}")
        try:
            with new.open("xb") as file:
                shutil.copyfileobj(stream, file, 1 << 20)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)


def _inflated(name: str) -> str:
    """Write what is packed in one file beside it, under its name without the ending; return that."""
    how = Path(name).suffix.removeprefix(".")
    target = name.removesuffix(f".{how}")
    with archives.open_wrapped(Path(name), "", how) as stream:
        write_whole(stream, Path(target))
    return target
