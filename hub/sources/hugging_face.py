"""`hf://OWNER/REPOSITORY[@REVISION]/FILE` sources: a file of a model on Hugging Face.

One question without a body tells where the file is and, for every large one, its sha256; who then serves the bytes
cannot serve others. As in Hugging Face's own library HF_ENDPOINT names another host, such as a mirror, and HF_TOKEN, or
the file that its log-in writes, opens what is behind a log-in or a licence. Nothing is asked but that and the file.

    HEAD https://huggingface.co/timm/resnet18.a1_in1k/resolve/main/model.safetensors
    302, X-Linked-ETag: "<sha256 of the file>", Location: <where its bytes are, for an hour>
    307, Location: /timm/...   the repository has been renamed
    401                        there is no such repository, or one has to log in first
    403                        its licence has to be accepted first
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from hub.digest import HEX_LENGTH, Digest
from hub.errors import BadStatus, InvalidInput
from hub.sources import http
from hub.sources.base import Connection, FileRefused, Location

if TYPE_CHECKING:
    import requests

ENDPOINT = "https://huggingface.co"

FORM = re.compile(r"^hf://(?P<repository>[\w.-]+/[\w.-]+)(@(?P<revision>[^/]+))?/(?P<file>[^#?]+)$")

# A repository is renamed once or twice; more is a loop.
MOST_RENAMINGS = 5
UNKNOWN, FORBIDDEN = 401, 403


def locate(url: str) -> Location:
    """Return where the file is, with its sha256 if that is told. Raises SourceError, and InvalidInput for another form.

    The token is part of it, for the host that was asked alone: it does not follow the file to where its bytes are.
    """
    repository, revision, file = parts(url)
    address = f"{endpoint()}/{repository}/resolve/{revision}/{file}"
    location = Location(address, connection=Connection(token=_token()))
    return _told(_ask(location), location, repository)


def parts(url: str) -> tuple[str, str, str]:
    """Return repository, revision and file of a source. Raises InvalidInput.

    >>> parts("hf://timm/resnet18.a1_in1k/model.safetensors")
    ('timm/resnet18.a1_in1k', 'main', 'model.safetensors')
    """
    match = FORM.match(url)
    if match is None:
        raise InvalidInput(f"{url!r} is no Hugging Face source", expected="hf://OWNER/REPOSITORY[@REVISION]/FILE")
    return match["repository"], match["revision"] or "main", match["file"]


def endpoint() -> str:
    """Return the address that is asked: Hugging Face's own, or what HF_ENDPOINT says."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or ENDPOINT


def _ask(location: Location) -> requests.Response:
    """Ask without following the answer to another host, which would not know the digest."""
    answer = http.head(location)
    for _ in range(MOST_RENAMINGS):
        target = urljoin(answer.url, answer.headers.get("Location", ""))
        if _digests(answer) or not answer.is_redirect or urlsplit(target)[:2] != urlsplit(location.url)[:2]:
            break
        answer = http.head(Location(target, connection=location.connection))
    return answer


def _told(answer: requests.Response, location: Location, repository: str) -> Location:
    status = answer.status_code
    if status in (UNKNOWN, FORBIDDEN):
        raise _refusal(status, repository, location)
    if not answer.ok:
        raise BadStatus(status, url=location.url)
    return Location(answer.url, _digests(answer), location.connection)


def _digests(answer: requests.Response) -> tuple[Digest, ...]:
    """Return the sha256 if one is told: small files have the digest of a Git object in its place."""
    found = answer.headers.get("X-Linked-ETag", "").strip('"').lower()
    return (Digest("sha256", found),) if len(found) == HEX_LENGTH["sha256"] else ()


def _refusal(status: int, repository: str, location: Location) -> FileRefused:
    page = f"https://huggingface.co/{repository}"
    reason = "there is none, or one has to log in" if status == UNKNOWN else "its licence has to be accepted first"
    return FileRefused(
        f"{location.host} does not give out {repository}: {reason}",
        url=location.url,
        expected="the file",
        found=f"status {status}",
        hint=f"look at {page}, accept what it asks for, and set HF_TOKEN to a token of yours",
    )


def _token() -> str:
    """Return the user's token, or "": from the variable, or from the file that their log-in has written."""
    if token := os.environ.get("HF_TOKEN", "").strip():
        return token
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = os.environ.get("HF_HOME") or f"{cache}/huggingface"
    try:
        return Path(os.environ.get("HF_TOKEN_PATH") or f"{folder}/token").expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
