"""How pictures look: colours that colour-blind people can tell apart, on light pages and on dark ones."""

from __future__ import annotations

from itertools import cycle, islice, product
from typing import Any

# Light page -> dark page. Each is used for nothing else, since a dark page replaces it wherever it stands.
PAPER = ("#ffffff", "#0d1117")
INK = ("#1f2328", "#e6edf3")
FAINT = ("#d1d9e0", "#30363d")
QUIET = ("#59636e", "#9198a1")

# Okabe and Ito's colours for all kinds of colour vision (Color Universal Design, 2008), but black and yellow, each of
# which is lost on one of the pages. Shapes tell apart those that share a colour.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
SHAPES = ("o", "s", "^", "D", "v", "P", "X", "p")

SETTINGS: dict[str, Any] = {
    "axes.edgecolor": QUIET[0],
    "axes.facecolor": PAPER[0],
    "axes.labelcolor": INK[0],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": PAPER[0],
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that pictures are alike on all machines
    "font.size": 9,
    "grid.color": FAINT[0],
    "savefig.facecolor": PAPER[0],
    "svg.fonttype": "path",  # other fonts are wider, and names would overlap
    "svg.hashsalt": "hub",  # the same picture has the same bytes
    "text.color": INK[0],
    "text.parse_math": False,  # names are no formulas
    "xtick.color": QUIET[0],
    "ytick.color": QUIET[0],
}


def looks(count: int) -> list[tuple[str, str]]:
    """Return so many pairs of colour and shape; the first 48 are different."""
    return list(islice(cycle((colour, shape) for shape, colour in product(SHAPES, COLOURS)), count))


def for_both_pages(svg: str, title: str) -> str:
    """Return an SVG that turns dark where the page is dark, with a title for those who cannot see it."""
    from xml.sax.saxutils import escape

    rules = "".join(
        f'[style*="{kind}: {light}"] {{ {kind}: {dark} !important }} '
        for light, dark in (PAPER, INK, FAINT, QUIET)
        for kind in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme: dark) {{ {rules}}}</style>"
    head, opening, rest = svg.partition("<svg ")
    attributes, closing, inside = rest.partition(">")
    return f'{head}{opening}role="img" {attributes}{closing}\n <title>{escape(title)}</title>\n {style}{inside}'
