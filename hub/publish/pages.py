"""A page a card, and the page that lists them, for browsers; `hub site build` makes a whole site of the same cards.

The page of a card lies beside it, under its digest, and never changes. The page that lists them is the same for every
registry: it reads the index when it is opened, so it cannot say anything else than the index does.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from hub.cards import DatasetCard, ModelCard
from hub.cards.artifacts import FILES
from hub.progress import human_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hub.cards import Artifact, Card
    from hub.publish.places import Place

FRONT = "index.html"
OURS = b"<!-- made by hub publish -->"

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<p><a href="../../../../index.html">Registry</a></p>
{body}
</main>
</body>
</html>
"""


def write_front(place: Place) -> None:
    """Write the page that lists the registry, unless one lies there that somebody else has made."""
    there = place.read(FRONT)
    if there is None or (OURS in there and there != front()):
        place.put(FRONT, front())


@cache
def front() -> bytes:
    """Return the page that lists a registry."""
    return _file("front.html").replace("{style}", _file("style.css")).encode()


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def of_card(kind: str, name: str, card: Card) -> bytes:
    """Return the page of a card."""
    parts = [f"<h1>{escape(card.name)}</h1>", f"<p>{escape(card.summary.en)}</p>"]
    if card.summary.zh:
        parts.append(f'<p lang="zh">{escape(card.summary.zh)}</p>')
    if isinstance(card, DatasetCard):
        parts += _of_dataset(name, card)
    elif isinstance(card, ModelCard):
        parts += _of_model(card)
    parts.append(f'<p class="quiet"><a href="{escape(name)}.json">the {kind}\'s card as JSON</a></p>')
    page = PAGE.format(title=escape(card.name), style=_file("style.css"), body="\n".join(parts))
    return page.encode()


def _of_dataset(name: str, card: DatasetCard) -> Iterator[str]:
    splits = dict(card.splits) or next((each.splits for each in card.variants.values()), {})
    given = f", split={next(iter(splits))!r}" if splits else ""
    yield _code(f'hub.load_dataset("NAME/{name}@{card.version}"{given})')
    yield _facts(
        ("version", card.version),
        ("task", ", ".join(card.task)),
        ("license", card.license),
        ("homepage", card.homepage),
        ("columns", ", ".join(f"{field.name} ({field.kind})" for field in card.fields if field.shown)),
        ("classes", next((", ".join(field.classes) for field in card.fields if field.classes), "")),
    )
    yield _table("Splits", ("split", "samples"), [(split, _count(each.samples)) for split, each in splits.items()])
    yield _files(card.artifacts)
    yield _notes(card.notes)


def _of_model(card: ModelCard) -> Iterator[str]:
    rows = []
    for variant in card.variants:
        for each in variant.weights:
            figures = (
                f"{metric} {value:g} ({data})" for data, told in each.metrics.items() for metric, value in told.items()
            )
            params = variant.params if each.params is None else each.params
            rows.append((f"{variant.name}@{each.tag}", _count(params), ", ".join(figures)))
    first = rows[0][0] if rows else card.variants[0].name
    yield _code(f'hub.load("NAME/{first}"{", pretrained=True" if rows else ""})')
    yield _facts(("task", ", ".join(card.task)), ("license", card.license), ("homepage", card.homepage))
    yield _table("Weights", ("name", "parameters", "metrics"), rows)
    yield _files([each.artifact for variant in card.variants for each in variant.weights])
    yield _notes(card.notes)


def _code(text: str) -> str:
    return f"<pre><code>{escape(text)}</code></pre>"


def _facts(*facts: tuple[str, str]) -> str:
    rows = "".join(f"<dt>{name}</dt><dd>{_linked(value)}</dd>" for name, value in facts if value)
    return f"<dl>{rows}</dl>"


def _linked(value: str) -> str:
    """Return a text, as a link if it is an address of the web: none of a script's."""
    shown = escape(value)
    return f'<a href="{shown}" rel="noreferrer">{shown}</a>' if re.match(r"https?://\S+$", value) else shown


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return f"<h2>{title}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: str) -> str:
    number = ' class="number"' if value and value.replace(",", "").isdigit() else ""
    return f"<td{number}>{escape(value)}</td>"


def _files(artifacts: Iterable[Artifact]) -> str:
    rows = "".join(
        f"<tr><td>{_offered(each)}</td><td>{human_bytes(each.size) if each.size is not None else ''}</td>"
        f"<td><code>{each.sha256 or ''}</code></td></tr>"
        for each in artifacts
    )
    head = '<thead><tr><th scope="col">file</th><th scope="col">size</th><th scope="col">sha256</th></tr></thead>'
    return f"<h2>Files</h2><table>{head}<tbody>{rows}</tbody></table>" if rows else ""


def _offered(artifact: Artifact) -> str:
    name = escape(artifact.name)
    own = next((each.url for each in artifact.sources if FILES.fullmatch(each.url) and not each.wrapped), "")
    return f'<a href="../../{own}" download="{name}">{name}</a>' if own else name


def _notes(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.strip().split("\n\n") if part)


def _count(number: int | None) -> str:
    return f"{number:,}" if number else ""
