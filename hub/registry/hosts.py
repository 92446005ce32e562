"""On which hosts the files of an entry are: what tells whether it would end with one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.cards import Artifact, Source

# Schemes whose URLs name no host, though there is one behind them; HF_ENDPOINT may name another than this.
HOST_OF_SCHEME = {
    "gdrive": "drive.google.com",
    "gs": "storage.googleapis.com",
    "hf": "huggingface.co",
    "s3": "s3.amazonaws.com",
}


def hosts_of(artifacts: Iterable[Artifact]) -> list[str]:
    """Return the hosts that their sources name, sorted, each once; "pypi" is whatever package index pip is set to.

    >>> from hub.cards import Artifact, Source
    >>> urls = "https://example.org/a", "gdrive:1aB", "pypi:a==1/a-1.zip#a", "file:///share/a"
    >>> hosts_of([Artifact(name="a", sources=tuple(Source(url=url) for url in urls))])
    ['drive.google.com', 'example.org', 'file', 'pypi']
    """
    return sorted({_host_of(source) for artifact in artifacts for source in artifact.sources} - {""})


def on_a_single_host(artifacts: Iterable[Artifact]) -> list[Artifact]:
    """Return those of the artifacts that one host has and no other."""
    return [each for each in artifacts if len(found := {*map(_host_of, each.sources)}) == 1 and "" not in found]


def _host_of(source: Source) -> str:
    """Return the host of a source; none of a file that lies beside its card."""
    parts = urlsplit(source.url)
    # First by the scheme: what stands in a host's place in hf://owner/repository is none.
    return HOST_OF_SCHEME.get(parts.scheme) or parts.hostname or parts.scheme
