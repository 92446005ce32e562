"""Models are compared by figures of one benchmark, within limits, and the best one is first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hub import registry
from hub.errors import InvalidInput
from hub.registry.comparison import compare
from hub.registry.quantities import amount

if TYPE_CHECKING:
    from hub.registry.index import WeightsRow

Metrics = dict[str, dict[str, float]]


def weights(model: str, tag: str, params: int, metrics: Metrics, **other: Any) -> WeightsRow:
    task = "video-classification" if "kinetics-400" in metrics else "image-classification"
    facets = {"task": [task], "family": [other.get("family", "Net")], "license": ["BSD-3-Clause"]}
    terms = other.get("terms", "BSD-3-Clause")
    return (
        model,
        facets,
        tag,
        other.get("default", True),
        terms,
        params,
        other.get("gflops"),
        other.get("size"),
        metrics,
    )


def imagenet(first: float, fifth: float = 99.0) -> Metrics:
    return {"imagenet-1k": {"acc@1": first, "acc@5": fifth}}


FOUND = [
    weights("big", "V1", 90_000_000, imagenet(80.0), default=False, gflops=15.0, size=360_000_000),
    weights("big", "V2", 90_000_000, imagenet(83.5), gflops=15.0, size=360_000_000),
    weights(
        "big", "V3", 90_000_000, imagenet(86.0), default=False, gflops=55.0, size=361_000_000, terms="CC-BY-NC-4.0"
    ),
    weights("small", "V1", 5_000_000, imagenet(70.0), gflops=0.3, size=20_000_000, family="Mini Net"),
    weights("untrained", "", 3_000_000, {}, gflops=0.2),
    weights("video", "V1", 30_000_000, {"kinetics-400": {"acc@1": 90.0, "acc@5": 99.5}}, gflops=40.0),
    weights("flow", "FAST", 1_000_000, {"train": {"epe": 2.0}, "test": {"epe": 3.5}}),
    weights("flow", "ROUGH", 1_000_000, {"train": {"epe": 2.4}}, default=False),
    weights("flow_large", "BEST", 5_000_000, {"test": {"epe": 3.0}}),
    weights("flow_large", "BASE", 5_000_000, {"train": {"epe": 1.6}}, default=False),
    weights("flow_large", "OLD", 5_000_000, {"train": {"epe": 1.9}}, default=False),
]


def named(**filters: Any) -> list[str]:
    return [row.name for row in compare(FOUND, filters).rows]


class TestOrder:
    def test_the_highest_accuracy_is_first(self) -> None:
        assert named(sort="acc1") == ["big", "small"]

    def test_the_smallest_error_is_first(self) -> None:
        assert named(sort="epe", benchmark="test") == ["flow_large", "flow"]

    def test_the_smallest_network_is_first(self) -> None:
        assert named(sort="params", task="image-classification") == ["flow", "untrained", "flow_large", "small", "big"]

    def test_reverse_turns_it_around(self) -> None:
        assert named(sort="acc1", reverse=True) == ["small", "big"]

    def test_without_a_key_it_is_that_of_names(self) -> None:
        assert named(max_params="5M") == ["flow", "flow_large", "small", "untrained"]

    @pytest.mark.parametrize("spelling", ["acc1", "acc@1", "ACC@1"])
    def test_a_key_is_found_however_it_is_spelt(self, spelling: str) -> None:
        assert compare(FOUND, {"sort": spelling}).key == "acc@1"


class TestBenchmarks:
    def test_accuracies_of_different_ones_are_never_side_by_side(self) -> None:
        found = compare(FOUND, {"sort": "acc1"})

        assert {row.benchmark for row in found.rows} == {"imagenet-1k"}
        assert (found.benchmark, found.others) == ("imagenet-1k", ("kinetics-400",))

    def test_another_one_can_be_named(self) -> None:
        assert named(sort="acc1", benchmark="Kinetics-400") == ["video"]

    def test_the_task_decides_too(self) -> None:
        assert named(sort="acc1", task="video-classification") == ["video"]

    def test_what_no_figure_decides_shows_each_model_on_its_own(self) -> None:
        found = compare(FOUND, {"sort": "params"})

        assert found.benchmark == ""
        assert {row.benchmark for row in found.rows} == {"imagenet-1k", "kinetics-400", "train", "test", ""}

    def test_a_model_whose_default_weights_were_not_measured_is_shown_with_the_best_others(self) -> None:
        assert named(sort="epe", benchmark="train") == ["flow_large@BASE", "flow"]


class TestWeights:
    def test_a_model_is_one_row_which_is_what_pretrained_loads(self) -> None:
        (row,) = compare(FOUND, {"sort": "acc1", "min_acc1": 75}).rows

        assert (row.tag, row.default, row.metrics["acc@1"]) == ("V2", True, 83.5)

    def test_all_of_them_are_rows_whose_names_load_them(self) -> None:
        assert named(sort="acc1", all_weights=True, min_acc1=75) == ["big@V3", "big", "big@V1"]

    def test_a_licence_is_that_of_the_weights(self) -> None:
        assert named(license="cc-by-nc-4.0", sort="acc1") == ["big@V3"]

    def test_what_was_never_trained_has_a_size_but_no_rank(self) -> None:
        assert named(pretrained="no", sort="params") == ["untrained"]
        assert "untrained" not in named(sort="acc1")


class TestLimits:
    @pytest.mark.parametrize("limit", [10_000_000, 1e7, "10M", "10_000k", "0.01B"])
    def test_an_amount_is_a_number_or_a_text(self, limit: object) -> None:
        assert named(sort="acc1", max_params=limit) == ["small"]

    @pytest.mark.parametrize("limit", ["100MB", "100 MB", "95MiB", 100_000_000])
    def test_a_file_whose_size_is_unknown_is_within_none(self, limit: object) -> None:
        assert named(max_size=limit) == ["small"]

    def test_any_metric_and_any_size_can_be_one(self) -> None:
        assert named(max_epe=1.7) == ["flow_large@BASE"]
        assert named(min_gflops=30, min_acc5=99.2, task="video-classification") == ["video"]

    def test_nothing_within_them_is_no_mistake(self) -> None:
        assert named(sort="acc1", max_params=5) == []


MISTAKES = {
    "filter": ({"maxparams": 5}, "no filter 'maxparams'", "did you mean max_params?"),
    "limit of a name": ({"max_name": 5}, "no filter 'max_name'", ""),
    "key": ({"sort": "parms"}, "sorted by 'parms'", "did you mean params?"),
    "benchmark": ({"benchmark": "imagnet"}, "no benchmark 'imagnet'", "did you mean imagenet-1k?"),
    "unit": ({"max_params": "10X"}, "'10X' is no amount of params", ""),
    "negative": ({"max_params": -5}, "'-5' is no amount of params", ""),
    "unit of another amount": ({"max_gflops": "4MB"}, "'4MB' is no amount of gflops", ""),
    "metric of another task": ({"sort": "epe", "family": "Mini Net"}, "none of these models was measured by epe", ""),
    "metric of another benchmark": ({"sort": "epe", "benchmark": "imagenet-1k"}, "imagenet-1k has no figures", ""),
}


@pytest.mark.parametrize(("filters", "said", "hint"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_says_what_there_is(filters: dict[str, Any], said: str, hint: str) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        compare(FOUND, filters)

    assert caught.value.expected
    assert hint in caught.value.hint


@pytest.mark.parametrize("size", ["1GB", "1000 mb", "1_000_000k", "0.931322574615478515625GiB", 1e9])
def test_bytes_have_decimal_and_binary_units(size: object) -> None:
    assert amount(size, "size") == 1e9


class TestCards:
    def test_names_are_compared_by_what_cards_state(self) -> None:
        found = registry.comparison("models", sort="acc1", max_params="30M", benchmark="imagenet-1k").rows

        figures = [row.metrics["acc@1"] for row in found]
        assert figures == sorted(figures, reverse=True)
        assert all(row.params <= 30_000_000 for row in found)
        assert registry.names(sort="acc1", max_params="30M") == [row.name for row in found]

    def test_every_set_of_weights_is_there_once(self) -> None:
        rows = registry.comparison(all_weights=True, sort="params").rows

        assert len({(row.model, row.tag) for row in rows}) == len(rows)
        assert {row.model for row in rows} == set(registry.names("model"))

    def test_datasets_have_no_figures(self) -> None:
        with pytest.raises(InvalidInput, match="no filter 'sort'"):
            registry.names("dataset", sort="acc1")

    def test_a_filter_that_is_none_is_none(self) -> None:
        assert registry.names("model", max_params=None) == registry.names("model")

    def test_a_facet_is_found_however_it_is_spelt(self) -> None:
        assert registry.names("model", family="alex-net") == ["alexnet"]
