"""`llms.txt`: what the site holds, for language models, as <https://llmstxt.org> says: Markdown, a line a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.site.collection import Collection, Listed

ABOUT = """\
# hub

> Datasets, pretrained weights and a map of the ecosystem for PyTorch. `hub.load_dataset("mnist")`, \
`hub.load("resnet18", pretrained=True)` and `hub download NAME` fetch, verify and cache them.

"""
# What the convention lets readers with little room leave out.
OPTIONAL = ("article", "paper")


def text(collection: Collection, base_url: str, *, documented: bool) -> str:
    """Return the file: the registry's own addresses, then every card with its page and its summary."""
    return ABOUT + "\n".join(_lines(collection, base_url, documented=documented)) + "\n"


def _lines(collection: Collection, base_url: str, *, documented: bool) -> Iterator[str]:
    yield "## Registry\n"
    yield f"- [Index]({base_url}registry/v1/index.json): every card with its kind, id, summary, digest and address"
    yield f"- [Schemas]({base_url}registry/v1/schema/index.schema.json): what index and cards may say"
    if documented:
        yield f"- [Documentation]({base_url}docs/): guides, the Python interface, the command line"
    for kind in collection.kinds:
        if kind not in OPTIONAL:
            yield f"\n## {kind.title()}s\n"
            yield from (_line(entry, base_url) for entry in collection.of_kind(kind))
    if less := [entry for kind in OPTIONAL for entry in collection.of_kind(kind)]:
        yield "\n## Optional\n"
        yield from (_line(entry, base_url) for entry in less)


def _line(entry: Listed, base_url: str) -> str:
    name = entry.card.name.replace("[", "(").replace("]", ")")
    return f"- [{name}]({base_url}{entry.kind}s/{entry.id}/): {entry.card.summary.en}"
