"""Files by URL, under the paths where torchtext put them: fetched into the store once, and copied from there."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import parse_qs, urlsplit

from hub import fetch
from hub.digest import CHUNK, HEX_LENGTH, Digest, hash_file
from hub.errors import DigestMismatch, InvalidInput, MissingFile
from hub.text.unpacking import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

DRIVE_HOSTS = ("drive.google.com", "docs.google.com")
DRIVE_PATH = re.compile(r"/d/(?P<id>[A-Za-z0-9_-]+)")


def download_from_url(
    url: str,
    path: str | os.PathLike[str] | None = None,
    root: str | os.PathLike[str] = ".data",
    overwrite: bool = False,
    hash_value: str | None = None,
    hash_type: str = "sha256",
) -> str:
    """Return the absolute path of a file got by its URL: `path`, or else its name in the folder `root`.

    A file that is there already is taken as it is, or got anew with `overwrite`. `hash_value` is its digest in hex, of
    the type "sha256" or "md5". The bytes come out of the store if it has them. A page of Google Drive that shares a
    file is as good as a URL.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "words.txt").write_text("hello")
    >>> got = download_from_url((folder / "words.txt").as_uri(), root=folder / "got")
    >>> Path(got).name, Path(got).read_text()
    ('words.txt', 'hello')

    Raises DigestMismatch, and leaves what was there before, if the digest differs, and what `hub.download` raises.
    """
    target = Path(os.path.abspath(path or Path(root) / _name(url)))  # noqa: PTH100  resolve() would follow links
    digest = _digest(hash_value, hash_type)
    if target.exists() and not overwrite:
        _require_digest(target, digest)
        return str(target)
    # What has the right digest is right, however often it is asked for; otherwise `overwrite` asks the network.
    blob = _fetched(url, digest, force=overwrite and digest is None)
    with blob.open("rb") as stream:
        write_whole(stream, target)
    return str(target)


def get_asset_local_path(asset_path: str | os.PathLike[str], overwrite: bool = False) -> str:
    """Return the path of a file that is here, or of the store's own, read-only copy of what a URL leads to.

    Raises MissingFile for what is neither a file nor a URL, and what `hub.download` raises.
    """
    name = os.fspath(asset_path)
    if Path(name).exists():
        return name
    if not _is_url(name):
        raise MissingFile(f"{name!r} is neither a file nor a URL", expected=Path(name).absolute(), found="nothing")
    return str(_fetched(name, None, force=overwrite))


def _fetched(url: str, digest: Digest | None, *, force: bool) -> Path:
    if not _is_url(url):
        raise InvalidInput(f"{url!r} is no URL", expected="https://... or the like")
    stated = f"#{digest.algorithm}={digest.hex}" if digest else ""
    return fetch.download(_source(url) + stated, force=force)[0]


def _is_url(text: str) -> bool:
    return "://" in text or text.startswith("gdrive:")


def _source(url: str) -> str:
    """The URL, or, if it is of a page of Google Drive, the source that gets the file and not the page."""
    parts = urlsplit(url)
    if parts.hostname not in DRIVE_HOSTS:
        return url
    in_path = DRIVE_PATH.search(parts.path)
    ids = [in_path["id"]] if in_path else parse_qs(parts.query).get("id", [])
    return f"gdrive:{ids[0]}" if ids else url


def _name(url: str) -> str:
    name = url.partition("#")[0].rpartition("/")[2]
    if not name:
        raise InvalidInput(f"{url!r} names no file", expected="a URL with a name at its end, or path=")
    return name


def _digest(value: str | None, algorithm: str) -> Digest | None:
    _require_known(algorithm)
    if not value:
        return None
    digest = Digest.parse(f"{algorithm}:{value}")
    if not digest.whole:
        raise InvalidInput(
            f"{value!r} is no whole digest", expected=f"{HEX_LENGTH[algorithm]} hex digits", found=len(value)
        )
    return digest


def _require_known(algorithm: str) -> None:
    if algorithm not in HEX_LENGTH:
        raise InvalidInput(f"there is no hash_type {algorithm!r}", expected=" or ".join(HEX_LENGTH))


def _require_digest(path: Path, digest: Digest | None) -> None:
    wrong = hash_file(path, [digest]).mismatch() if digest else None
    if wrong:
        raise DigestMismatch(
            f"{path} is not the published file",
            expected=wrong[0],
            found=wrong[1],
            hint="it was there already: delete it, or give overwrite=True",
        )


def validate_file(file_obj: BinaryIO, hash_value: str, hash_type: str = "sha256") -> bool:
    """Tell whether what is left to read of an open file has a digest; `hash_type` is "sha256" or "md5".

    >>> import io
    >>> validate_file(io.BytesIO(b"hello"), "5d41402abc4b2a76b9719d911017c592", "md5")
    True
    """
    _require_known(hash_type)
    state = hashlib.new(hash_type, usedforsecurity=False)
    while chunk := file_obj.read(CHUNK):
        state.update(chunk)
    return state.hexdigest() == hash_value.lower()


def reporthook(t: object) -> Callable[..., None]:
    """Return what `urllib.request.urlretrieve` calls to report its progress to `t`, a bar of tqdm."""
    reported = 0

    def report(b: int = 1, bsize: int = 1, tsize: int | None = None) -> None:
        nonlocal reported
        if tsize is not None:
            t.total = tsize  # type: ignore[attr-defined]  # tqdm is not among our dependencies
        t.update((b - reported) * bsize)  # type: ignore[attr-defined]  # as above
        reported = b

    return report
