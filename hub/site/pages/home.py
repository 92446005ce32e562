"""The first page: what hub is, how to begin, and the way to everything else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from hub.site import networks
from hub.site.activity import of_project
from hub.site.facts import rows
from hub.site.pages.leaderboards import chart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.site.pages.site import Page, Site

NEWEST = 10
WIDTH = 720
"""Of the plot, in pixels: half of the page is its own."""

BOARDS = 8
"""How many of each the page names."""

INSTALL = "pip install . && hub quickstart"
"""As the README says it, in a checkout."""

SOMEWHERE = "https://example.org/"
"""Where a site stands that was not told; a script puts the true address in its place."""

FAMILIAR = {"dataset": "mnist", "model": "resnet50"}
"""What the example loads, where the cards have it."""


def pages(site: Site) -> Iterator[Page]:
    """Yield the one page."""
    collection, own = site.collection, site.namespace is None
    states = Counter(of_project(each, collection.activity).state for each in collection.of_kind("project"))
    categories = Counter(getattr(each.card, "category", "") for each in collection.of_kind("project"))
    yield site.page(
        "home.md.j2",
        "",
        site.labels.home_title if own else site.namespace or site.labels.home_title_of_others,
        site.labels.home_lead,
        wide=True,
        own=own,
        install=INSTALL,
        example=example(site),
        registry=f"{site.base_url or SOMEWHERE}registry/v1/",
        name=site.namespace or site.labels.home_registry_name,
        counts=counts(site),
        newest=collection.newest[:NEWEST],
        states=states,
        boards=[(board, board.rows[0], networks.figure(board.rows[0].metrics[board.metric])) for board in site.boards],
        plot=_plot(site),
        shown=BOARDS,
        categories=[(key, categories[key]) for key in collection.categories if categories[key]],
    )


def _plot(site: Site) -> Markup:
    """Return the plot of the largest leaderboard, one point a network; empty if there is none to draw."""
    if not site.boards:
        return Markup("")
    board = replace(site.boards[0], rows=tuple(row for row in site.boards[0].rows if row.default))
    return chart(site, board, "", "params", width=WIDTH) if len(board.rows) > 1 else Markup("")


def counts(site: Site) -> dict[str, int]:
    """Return kind -> how many rows its list has: of models that is networks."""
    collection = site.collection
    return {kind: len(rows(collection.of_kind(kind), collection, site.references)) for kind in collection.kinds}


def example(site: Site) -> str:
    """Return three lines that load a model and a dataset; the well-known ones if these cards have them."""
    lines = ["import hub", ""]
    model, dataset = (_chosen(site, kind) for kind in ("model", "dataset"))
    if model:
        lines.append(f'model = hub.load("{site.loadable(model)}", pretrained=True)')
    if dataset:
        lines.append(f'train = hub.load_dataset("{site.loadable(dataset)}", split="train")')
    return "\n".join(lines) if model or dataset else ""


def _chosen(site: Site, kind: str) -> str:
    """Return the name that the example loads: the familiar one, or the first that can be loaded as it shows."""
    found = rows(site.collection.of_kind(kind), site.collection, site.references)
    wanted = FAMILIAR[kind]
    fitting = [row.key for row in found if row.facts.get("pretrained") or "train" in _splits(row.facts.get("split"))]
    return wanted if wanted in fitting else next(iter(fitting), "")


def _splits(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()
