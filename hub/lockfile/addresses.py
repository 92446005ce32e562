"""Addresses as a lockfile may show them: it is committed, and read by people who may not know what the writer knew."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

# What signed links carry (Amazon, Google, Azure) and what people call passwords. Others may tell one file from another.
SECRET = re.compile(
    r"(x-amz-|x-goog-|awsaccesskeyid|googleaccessid|key-pair-id|signature|policy|expires)", re.IGNORECASE
)
SECRETS = (
    "sig",
    "se",
    "sp",
    "sv",
    "sr",
    "spr",
    "skoid",
    "sktid",
    "token",
    "access_token",
    "auth",
    "password",
    "api_key",
)


def public(url: str) -> str:
    """Return a URL without user, password, and the parts of its query that let somebody in.

    >>> public("https://me:secret@example.org/a.zip?id=3&token=1#inner.csv")
    'https://example.org/a.zip?id=3#inner.csv'
    >>> public("hf://owner/repository@main/a.safetensors")
    'hf://owner/repository@main/a.safetensors'
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return url
    query = "&".join(word for word in parts.query.split("&") if not _is_secret(word.partition("=")[0]))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, parts.fragment))


def _is_secret(key: str) -> bool:
    return key.lower() in SECRETS or SECRET.match(key) is not None
