"""One page a dataset, and the pictures on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from markupsafe import Markup

from hub.progress import human_bytes
from hub.registry.hosts import hosts_of, on_a_single_host
from hub.site import citations, evaluations, holdings, references, results, snippets
from hub.site.pages.site import File, place
from hub.site.samples import Excerpt, Sheet
from hub.site.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.cards import DatasetCard
    from hub.site.collection import Listed
    from hub.site.pages.site import Page, Site

INLINE = 5_000
"""Letters of JSON-LD that a page has room for; of a longer one it has the link."""


def pages(site: Site) -> Iterator[Page]:
    """Yield the page of each dataset."""
    for entry in site.collection.of_kind("dataset"):
        yield _page(site, entry)


def files(site: Site) -> Iterator[File]:
    """Yield the pictures of samples."""
    for found in site.samples.values():
        if isinstance(found, Sheet):
            yield File(found.path, found.png)


def _page(site: Site, entry: Listed) -> Page:
    card = cast("DatasetCard", entry.card)
    sample = site.samples.get(entry.id)
    table = site.croissant(entry) if site.croissant else None
    return site.page(
        "dataset.md.j2",
        place(entry),
        site.name(entry),
        site.summary(entry),
        entry=entry,
        card=card,
        words=Words(site),
        human_bytes=human_bytes,
        snippets=snippets.of_dataset(site.loadable(entry.id), card),
        sizes=holdings.sizes(card),
        own=holdings.is_own(card),
        hosts=hosts_of(card.artifacts),
        alone=_alone(card),
        sheet=sample if isinstance(sample, Sheet) else None,
        excerpt=sample if isinstance(sample, Excerpt) else None,
        splits=holdings.splits(card, site.labels("dataset", "uncounted" if card.artifacts else "as_many")),
        fields=holdings.fields(card),
        classes=holdings.classes(card),
        options=holdings.options(card),
        files=card.artifacts[: holdings.SEVERAL],
        more_files=max(0, len(card.artifacts) - holdings.SEVERAL),
        cited=citations.of_card(entry),
        paper=references.paper_of(entry, site.collection),
        trained=_trained(site, entry),
        measured=evaluations.of_dataset(entry, site),
        boards=[board for board in site.boards if board.about.dataset == entry.id],
        croissant="" if site.croissant and table is None else _croissant(entry),
        described=_json_ld(table) if table else "",
    )


def _alone(card: DatasetCard) -> str:
    """Return the names of files that would be lost with one host; empty if there are none."""
    names = [artifact.name for artifact in on_a_single_host(card.artifacts)]
    return ", ".join(names[:3]) + (f" + {len(names) - 3}" if len(names) > 3 else "")  # noqa: PLR2004  a line


def _trained(site: Site, entry: Listed) -> list[tuple[Listed, list[str]]]:
    """Return the families of networks that learned from a dataset, each with the networks themselves."""
    found: dict[str, tuple[Listed, list[str]]] = {}
    for variant, family in results.trained_on(entry.id, site.collection).items():
        found.setdefault(family.id, (family, []))[1].append(variant)
    return list(found.values())


def _croissant(entry: Listed) -> str:
    """Return where the registry has a dataset as Croissant, which wants a digest of every file."""
    card = cast("DatasetCard", entry.card)
    known = all(artifact.sha256 or artifact.md5 for artifact in card.artifacts)
    return f"registry/v1/croissant/{entry.id}.json" if card.artifacts and known else ""


def _json_ld(table: Mapping[str, object]) -> Markup:
    """Return JSON-LD for search engines; nothing in it can end the script."""
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    if len(text) > INLINE:
        return Markup("")
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704  `<` was escaped
