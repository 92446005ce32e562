"""Files by name, written into a folder or packed into an archive."""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Files = Mapping[str, bytes] | Mapping[str, str] | Mapping[str, bytes | str]


def write_folder(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(content))
    return folder


def write_zip(path: Path, files: Files, method: int = zipfile.ZIP_DEFLATED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, as_bytes(content))
    return path


def write_tar(path: Path, files: Files) -> Path:
    """Write a tar, compressed as the suffix says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    suffix = path.suffix.lstrip(".")
    path.write_bytes(tarred(files, {"tar": "", "tgz": "gz"}.get(suffix, suffix)))
    return path


def tarred(files: Files, packing: str = "") -> bytes:
    """Return a tar of files in their order, compressed as "gz", "bz2" or "xz", or not at all."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=f"w:{packing}") as archive:  # type: ignore[call-overload]  # the mode is put together here
        for name, content in files.items():
            data = as_bytes(content)
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


def sevened(files: Files) -> bytes:
    """Return a 7z of files in their order."""
    import libarchive

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.7z"
        with libarchive.file_writer(str(path), "7zip") as made:
            for name, content in files.items():
                data = as_bytes(content)
                made.add_file_from_memory(name, len(data), data)
        return path.read_bytes()


def as_bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content
