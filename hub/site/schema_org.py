"""What entries are in the words of schema.org, for search engines: JSON-LD that stands in their pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from markupsafe import Markup

from hub.cards.catalog import Article, Book, Course, Learning, Tutorial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.site.collection import Listed

# In JSON these may as well be written as escapes, and then end no script.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def script(said: Mapping[str, object]) -> Markup:
    r"""Return JSON-LD as a part of a page; what is empty is left out.

    >>> print(script({"name": "</script>", "url": ""}))
    <script type="application/ld+json">{"@context": "https://schema.org", "name": "\u003c/script\u003e"}</script>
    """
    known = {key: value for key, value in said.items() if value not in (None, "", [], ())}
    text = json.dumps({"@context": "https://schema.org", **known}, ensure_ascii=False).translate(ESCAPES)
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))  # noqa: S704  escaped above


def of_learning(entry: Listed, card: Learning) -> dict[str, object]:
    """Return a tutorial, article, book or course in the words of schema.org."""
    people = [{"@type": "Person", "name": name} for name in card.authors]
    said: dict[str, object] = {
        "@type": {"tutorial": "LearningResource", "article": "TechArticle", "book": "Book", "course": "Course"}[
            entry.kind
        ],
        "name": card.name,
        "description": card.summary.en,
        "url": card.url,
        "inLanguage": card.language,
        "educationalLevel": card.level,
        "keywords": list(card.tags),
    }
    return said | ({"instructor": people} if isinstance(card, Course) else {"author": people}) | _own(card)


def _own(card: Learning) -> dict[str, object]:
    match card:
        case Tutorial():
            return {"learningResourceType": card.format, "timeRequired": f"PT{card.minutes}M" if card.minutes else ""}
        case Article():
            return {"publisher": _organization(card.publisher), "datePublished": str(card.year or "")}
        case Book():
            return _of_book(card)
        case Course():
            return {"provider": _organization(card.provider), "isAccessibleForFree": card.free}
    return {}


def _of_book(card: Book) -> dict[str, object]:
    return {
        "publisher": _organization(card.publisher),
        "datePublished": str(card.year),
        "isbn": card.isbn,
        "bookEdition": str(card.edition or ""),
        "isAccessibleForFree": True if card.online else None,
    }


def _organization(name: str) -> dict[str, str] | None:
    return {"@type": "Organization", "name": name} if name else None
