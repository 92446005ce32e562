"""Leaderboards: plots, table and CSV carry the same figures, which are those of the cards."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, cast

import pytest
import site_cards
from documents import Document, rendered

from hub.registry.comparison import less_is_better
from hub.site import results
from hub.site.pages import leaderboards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.cards import ModelCard
    from hub.site.collection import Collection
    from hub.site.results import Board


@pytest.fixture(scope="module")
def boards(own: Collection) -> list[Board]:
    return results.boards(own)


@pytest.fixture(scope="module", params=["en", "zh"])
def own_pages(own: Collection, request: pytest.FixtureRequest) -> dict[str, Document]:
    """Path -> page, of all leaderboards in one language."""
    return {page.path: rendered(page.body) for page in leaderboards.pages(site_cards.site(own, request.param))}


def measured(own: Collection, benchmark: str, metric: str) -> dict[tuple[str, str], float]:
    """Return (network, tag) -> value, straight from the cards."""
    return {
        (variant.name, weights.tag): weights.metrics[benchmark][metric]
        for entry in own.of_kind("model")
        for variant in cast("ModelCard", entry.card).variants
        for weights in variant.weights
        if metric in weights.metrics.get(benchmark, {})
    }


def test_every_figure_of_a_card_is_on_a_leaderboard(own: Collection, boards: list[Board]) -> None:
    shown = {(board.benchmark, metric) for board in boards for metric in (board.metric, *board.beside)}

    for entry in own.of_kind("model"):
        for variant in cast("ModelCard", entry.card).variants:
            for weights in variant.weights:
                told = {(benchmark, metric) for benchmark, table in weights.metrics.items() for metric in table}
                assert told <= shown


def test_rows_are_those_of_the_cards_best_first(own: Collection, boards: list[Board]) -> None:
    for board in boards:
        rows = {(row.model, row.tag): row.metrics[board.metric] for row in board.rows}

        assert rows == measured(own, board.benchmark, board.metric)
        assert list(rows.values()) == sorted(rows.values(), reverse=not less_is_better(board.metric))


def test_a_place_counts_those_that_are_better(boards: list[Board]) -> None:
    for board in boards:
        sign = 1 if less_is_better(board.metric) else -1
        for row in board.rows:
            better = [
                each for each in board.rows if sign * each.metrics[board.metric] < sign * row.metrics[board.metric]
            ]
            assert board.place(row) == len(better) + 1


def test_plots_and_table_have_a_point_and_a_row_for_each(
    boards: list[Board], own_pages: Mapping[str, Document]
) -> None:
    for board in boards:
        page = own_pages[f"leaderboards/{board.id}"]
        points = {size: sum(bool(row.value(size)) for row in board.rows) for size in leaderboards.SIZES}
        rows = page.all("th", scope="row")

        assert len(rows) == len(board.rows)
        assert len(page.all("circle")) == sum(count for count in points.values() if count > 1)
        assert len(page.all("title")) == len(page.all("circle"))
        assert not page.unbalanced
        assert all(row.model in page.text and page.has_number(row.metrics[board.metric]) for row in board.rows)


def test_every_link_of_a_leaderboard_leads_to_a_network(own: Collection, own_pages: Mapping[str, Document]) -> None:
    known = {
        f"../../models/{entry.id}/#{variant.name}"
        for entry in own.of_kind("model")
        for variant in cast("ModelCard", entry.card).variants
    }

    for path, page in own_pages.items():
        links = {link["href"] for link in page.all("a") if "/models/" in link["href"]}
        assert links <= known
        assert links or path == "leaderboards"


def test_csv_says_the_same_as_the_leaderboard(boards: list[Board]) -> None:
    for board in boards:
        rows = list(csv.DictReader(StringIO(leaderboards.as_csv(board))))

        assert [row["weights"] for row in rows] == [row.name for row in board.rows]
        assert [float(row[board.metric]) for row in rows] == [row.metrics[board.metric] for row in board.rows]
        assert [row["params"] for row in rows] == [str(row.params or "") for row in board.rows]


def test_benchmarks_are_parts_of_datasets_that_exist(own: Collection) -> None:
    known = results.known()

    named = {about.dataset for about in known.benchmarks.values()}
    named |= {
        each for table in (known.trained_on.categories, known.trained_on.tags) for ids in table.values() for each in ids
    }
    assert {f"dataset/{each}" for each in named if each} <= own.entries.keys()
    assert all(about.name.zh and about.note.zh for about in known.benchmarks.values())


def test_every_benchmark_of_a_card_is_described(boards: list[Board]) -> None:
    assert {board.benchmark for board in boards} == results.known().benchmarks.keys()


def test_a_benchmark_that_nobody_described_has_its_bare_name(small: Collection) -> None:
    entry = small.entries["model/small"]
    variants = (site_cards.remeasured(entry, {"my-set": {"my metric": 4.0}}),)

    made = site_cards.changed(small, entry, variants=variants)

    page = rendered(site_cards.every_page(made)["leaderboards/my-set-my-metric"].body)
    assert page.text.startswith("my-set: my metric")
    assert "small1" in page.text


def test_default_weights_are_told_from_others(small: Collection) -> None:
    page = rendered(site_cards.every_page(small)["leaderboards/imagenet-1k-acc-1"].body)

    assert len(page.all("tr", class_="hub-other")) == 1
    assert len(page.all("g", class_="hub-other")) == 2


def test_what_has_no_known_size_is_in_the_table_alone(small: Collection) -> None:
    entry = small.entries["model/small"]
    unknown = site_cards.remeasured(entry, {"imagenet-1k": {"acc@1": 71.5}}, params=0, gflops=None)

    made = site_cards.changed(small, entry, variants=(unknown,))

    page = rendered(site_cards.every_page(made)["leaderboards/imagenet-1k-acc-1"].body)
    assert "small1" in page.text
    assert len(page.all("circle")) == 6


def test_there_are_no_leaderboards_without_figures(small: Collection) -> None:
    entries = {key: entry for key, entry in small.entries.items() if entry.kind == "dataset"}

    assert not list(leaderboards.pages(site_cards.site(site_cards.of_entries(small, entries))))


@pytest.mark.parametrize(("language", "joined"), [("en", "fewer parameters. Filled"), ("zh", "更少者。实心点")])
def test_sentences_are_joined_as_the_language_does(small: Collection, language: str, joined: str) -> None:
    page = next(page for page in leaderboards.pages(site_cards.site(small, language)) if page.path.count("/"))

    assert joined in rendered(page.body).text
