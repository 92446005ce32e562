"""What is new, as Atom (RFC 4287): one feed of everything, and one for each kind.

An entry is dated by its card's `added`, and known by the address of its page, so that no reader shows it twice. Cards
without a date are in none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from hub.cards.catalog import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.site.collection import Collection, Listed

NAMESPACE = "http://www.w3.org/2005/Atom"
# A reader that asks daily misses nothing; whoever comes late finds all in the index.
NEWEST = 200
# The day before any card was written: a feed must have a date, also one without entries.
EMPTY = "2026-01-01"


def files(collection: Collection, base_url: str) -> dict[str, bytes]:
    """Return file name -> feed."""
    dated = collection.newest
    of_kinds = {
        f"feed/{kind}.xml": _feed([entry for entry in dated if entry.kind == kind], f"feed/{kind}.xml", base_url)
        for kind in ("dataset", "model", *KINDS)
    }
    return {"feed.xml": _feed(dated, "feed.xml", base_url), **of_kinds}


def _feed(entries: Sequence[Listed], place: str, base_url: str) -> bytes:
    kind = place.removeprefix("feed").strip("/").removesuffix(".xml")
    feed = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    _add(feed, "title", f"hub: new {kind}s" if kind else "hub: what is new")
    _add(feed, "id", base_url + place)
    _add(feed, "link", "", rel="self", type="application/atom+xml", href=base_url + place)
    _add(feed, "link", "", rel="alternate", type="text/html", href=f"{base_url}{kind}s/" if kind else base_url)
    _add(feed, "updated", _time(entries[0] if entries else None))
    _add(_add(feed, "author", ""), "name", "hub")
    for entry in entries[:NEWEST]:
        _entry(feed, entry, base_url)
    ET.indent(feed)
    text = ET.tostring(feed, "unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _entry(feed: ET.Element, entry: Listed, base_url: str) -> None:
    made = _add(feed, "entry", "")
    page = f"{base_url}{entry.kind}s/{entry.id}/"
    _add(made, "title", entry.card.name)
    _add(made, "id", page)
    _add(made, "link", "", rel="alternate", type="text/html", href=page)
    _add(made, "updated", _time(entry))
    _add(made, "category", "", term=entry.kind)
    _add(made, "summary", entry.card.summary.en)


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    made.text = text or None
    return made


def _time(entry: Listed | None) -> str:
    day = entry.card.added if entry else None
    return f"{day.isoformat() if day else EMPTY}T00:00:00Z"
