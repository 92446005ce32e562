"""`gs://BUCKET/KEY` sources: objects of Google Cloud Storage.

They are read over https like any other file, with ranges and a strong ETag, since Google serves them so
(https://cloud.google.com/storage/docs/xml-api/get-object-download). google-auth finds the credentials that Google's own
tools use: a key file, a log-in, the machine's service account. Where there are none, and with HUB_ANONYMOUS, objects
are read without, as those that are public can be. STORAGE_EMULATOR_HOST names another server, which asks for none.
"""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hub import settings
from hub.errors import BadStatus, InvalidInput, Unreachable
from hub.sources import http
from hub.sources.base import Connection, FileRefused, Location

if TYPE_CHECKING:
    from hub.sources.http import HttpStream

ADDRESS = "https://storage.googleapis.com"
FORM = re.compile(r"^gs://(?P<bucket>[a-z0-9][\w.-]*)/(?P<key>[^?#]+)$")
SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"

UNKNOWN, FORBIDDEN = 401, 403
EXTRA = 'pip install "hub-zoo[gs]" finds the credentials of this machine'


def locate(url: str) -> Location:
    """Return where Google has an object; nobody is asked for it. Raises InvalidInput, and Unreachable for a log-in."""
    emulator = endpoint()
    return _location(url, emulator, "") if emulator else locate_at(url, ADDRESS)


def endpoint() -> str:
    """Return the server that is set in place of Google's, or ""."""
    named = os.environ.get("STORAGE_EMULATOR_HOST", "").rstrip("/")
    return f"http://{named}" if named and "://" not in named else named


def locate_at(url: str, address: str) -> Location:
    """Return where the server at `address` has an object, with what opens it."""
    return _location(url, address, "" if settings.current().anonymous else _token(url))


def open_at(location: Location, offset: int, validator: str, end: int | None = None) -> HttpStream:
    """Open an object as `http.open_at` does; FileRefused if it is kept back from whoever asks."""
    try:
        return http.open_at(location, offset, validator, end)
    except BadStatus as error:
        if error.status in (UNKNOWN, FORBIDDEN):
            raise _refusal(location, error) from error
        raise


def _location(url: str, address: str, token: str) -> Location:
    match = FORM.match(url)
    if match is None:
        raise InvalidInput(f"{url!r} is no object of Google Storage", expected="gs://BUCKET/KEY")
    path = f"{match['bucket']}/{quote(match['key'], safe='/')}"
    return Location(f"{address}/{path}", connection=Connection(token=token), scheme="gs")


def _refusal(location: Location, error: BadStatus) -> FileRefused:
    is_known = bool(location.connection.token)
    who = "the credentials of this machine do not open it" if is_known else "one has to log in"
    log_in = "set GOOGLE_APPLICATION_CREDENTIALS, or run gcloud auth application-default login"
    return FileRefused(
        f"{error.url} is not given out: {who}",
        url=error.url,
        expected="the object",
        found=f"status {error.status}",
        hint=log_in if _can_log_in() else f"{EXTRA}; then {log_in}",
    )


def _can_log_in() -> bool:
    return find_spec("google") is not None and find_spec("google.auth") is not None


def _token(url: str) -> str:
    """Return what opens objects, "" if this machine has no credentials."""
    if not _can_log_in():
        return ""
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import Request

    try:
        found = _credentials()
        if found is not None and not found.valid:
            found.refresh(Request())
    except GoogleAuthError as error:
        raise Unreachable(f"the log-in at Google failed ({' '.join(str(error).split())[:200]})", url=url) from error
    return str(found.token) if found is not None else ""


@cache  # once a process: off Google's machines the search for a machine's own account takes seconds
def _credentials() -> Any:  # noqa: ANN401  google-auth's types come and go
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    try:
        return google.auth.default(scopes=[SCOPE])[0]
    except DefaultCredentialsError:
        return None
