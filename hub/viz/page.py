"""A preview as HTML: a page of its own that asks nobody for anything, or a piece of a notebook.

Everything that comes from a dataset or a card is escaped, and stands alone (`dir="auto"`), so that a text from right to
left leaves the others as they are. A page may run no script and open no connection, which its head says. Colours are
those of whoever shows it: light or dark as the reader has it, and in a notebook as the notebook is.
"""

from __future__ import annotations

import base64
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from hub.viz.samples.words import plain, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL.Image import Image

    from hub.viz.captions import Entry
    from hub.viz.counting import Counts
    from hub.viz.previews import Preview, Seen

SIDE = 360
"""Pixels of the longer side of a picture."""

LETTERS = 2000
"""Of longer texts the beginning is shown."""

BESIDE = 400
"""Letters of a text below a picture."""

QUALITY = 88
"""Of JPEG, for pictures of many colours: a fifth of the size of a PNG, and nothing of it is seen."""

MANY = 25
"""From so many bars on they stand in several columns, and can be folded away."""

STYLE = Path(__file__).with_name("page.css").read_text("utf-8")

HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0 auto; padding: 24px; max-width: 1500px; background: #ffffff; color: #1f2328; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #0d1117; color: #e6edf3; }} }}
{style}
</style>
</head>
<body>
<main class="hub-view">
{body}
</main>
</body>
</html>
"""


def page_of(preview: Preview) -> str:
    """Return a preview as a whole page."""
    title = f"{preview.title}, {preview.split}"
    return HEAD.format(
        title=escape(plain(title)), style=STYLE, body=body_of(preview, facts=preview.facts, heading="h1")
    )


def piece(body: str) -> str:
    """Return HTML as a piece of a notebook, with what it is styled by."""
    return f'<div class="hub-view"><style>{STYLE}</style>\n{body}\n</div>'


def body_of(
    preview: Preview,
    *,
    facts: Iterable[tuple[str, str]],
    heading: str,
    side: int = SIDE,
    counted: bool = True,
) -> str:
    """Return what is inside a page: facts, samples, and counts unless they are not wanted."""
    counts = (preview.classes, preview.sizes) if counted else ()
    parts = [
        f"<{heading}>{alone(preview.title)}</{heading}>",
        table_of_facts((name, said) for name, said in facts if said),
        _samples(preview, side),
        *(_counts(each) for each in counts if each is not None),
    ]
    return "\n".join(parts)


def link(url: str) -> str:
    """Return a link, or nothing for what is none to a page of the web."""
    if not url.startswith(("https://", "http://")):
        return ""
    return f'<p><a href="{escape(url)}" rel="noopener noreferrer">{escape(url)}</a></p>'


def alone(text: str, letters: int = LETTERS) -> str:
    """Return a text escaped, in a direction of its own.

    >>> alone("<b>")
    '<bdi dir="auto">&lt;b&gt;</bdi>'
    """
    return f'<bdi dir="auto">{escape(shortened(plain(text), letters))}</bdi>'


def table_of_facts(facts: Iterable[tuple[str, str]]) -> str:
    """Return names and what is said of them, one a line."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{alone(said)}</dd>" for name, said in facts)
    return f"<dl>{rows}</dl>"


def grid_of(cells: Iterable[str]) -> str:
    """Return cells side by side, as many in a row as there is room for."""
    return f'<div class="hub-grid">{"".join(cells)}</div>'


def figure(picture: Image, said: str, alt: str) -> str:
    """Return a picture above what is said of it, which is HTML."""
    small = ' class="hub-pixels"' if max(picture.size) <= SIDE // 2 else ""
    shown = (
        f'<img{small} src="{data_of(picture)}" width="{picture.width}" height="{picture.height}" alt="{escape(alt)}">'
    )
    return f"<figure>{shown}<figcaption>{said}</figcaption></figure>"


def data_of(picture: Image) -> str:
    """Return a picture as the address that holds it: PNG where it has few colours, else JPEG."""
    few = picture.convert("RGB").getcolors(256) is not None
    kind = "png" if few else "jpeg"
    written = BytesIO()
    picture.convert("RGB").save(written, kind, **({"optimize": True} if few else {"quality": QUALITY}))
    return f"data:image/{kind};base64,{base64.b64encode(written.getvalue()).decode()}"


def rows_of(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of texts."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{alone(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="hub-wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _samples(preview: Preview, side: int) -> str:
    if preview.pictured:
        return grid_of(_cell(sample, side) for sample in preview.samples)
    names = list(dict.fromkeys(name for sample in preview.samples for name, _ in sample.words))
    rows = []
    for sample in preview.samples:
        words = dict(sample.words)
        rows.append([str(sample.number), *(words.get(name, sample.fault) for name in names)])
    return rows_of(["#", *names], rows)


def _cell(sample: Seen, side: int) -> str:
    picture = sample.picture(side, letters=False)
    number = f'<span class="hub-number">#{sample.number}</span>'
    if sample.fault:
        return f'<figure><figcaption>{number}<p class="hub-fault">{alone(sample.fault)}</p></figcaption></figure>'
    said = number + _legend(sample.legend) + _texts(sample)
    if picture is None:
        return f"<figure><figcaption>{said}</figcaption></figure>"
    return figure(picture, said, plain(sample.caption) or f"sample {sample.number}")


def _legend(entries: Sequence[Entry]) -> str:
    chips = "".join(
        f'<span class="hub-chip"><i style="background:rgb{entry.colour}"></i>{alone(entry.text)}</span>'
        for entry in entries
    )
    return f"<p>{chips}</p>" if chips else ""


def _texts(sample: Seen) -> str:
    """Return labels as they are, and other values behind the names of their fields."""
    kinds = {field.name: field.kind for field in sample.fields}
    things = bool(sample.legend)
    said = []
    for name, text in sample.words:
        if kinds[name] == "label":
            said.append(f"<p>{alone(text)}</p>" if name == "label" else f"<p>{_named(name)} {alone(text)}</p>")
        elif not (things and kinds[name] in ("annotation", "tensors")) and text:
            said.append(f"<p>{_named(name)} {alone(text, BESIDE)}</p>")
    return "".join(said)


def _named(name: str) -> str:
    return f'<span class="hub-quiet">{escape(name.replace("_", " "))}</span>'


def _counts(counts: Counts) -> str:
    bars = "".join(_bar(*each, counts.most) for each in zip(counts.names, counts.counts, strict=True))
    title = escape(counts.title[:1].upper() + counts.title[1:])
    if len(counts) < MANY:
        return f'<h2>{title}</h2><ol class="hub-bars">{bars}</ol>'
    listed = f'<ol class="hub-bars hub-many">{bars}</ol>'
    return f"<details open><summary>{title} ({len(counts):,})</summary>{listed}</details>"


def _bar(name: str, count: int, most: int) -> str:
    share = 100 * count / max(most, 1)
    none = "" if count else ' class="hub-none"'
    bar = f'<span class="hub-track"><b{none} style="width:{share:.2f}%"></b></span>'
    return f"<li>{alone(name)}{bar}<span>{count:,}</span></li>"
