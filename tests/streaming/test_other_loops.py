"""Streams in other people's hands: torchdata's loader, other formats, real data, and the page that shows it all."""

from __future__ import annotations

import io
import json
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stream_world import TEXT_FIELDS

import hub
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from stream_world import World

PAGE = Path(__file__).parent.parent.parent / "site/docs/streaming.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.mark.filterwarnings("ignore:'set_vital'")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("workers", [0, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("stop", [0, 3, 17])
def test_torchdata_goes_on_behind_any_batch(world: World, workers: int, stop: int) -> None:
    stateful = pytest.importorskip("torchdata.stateful_dataloader").StatefulDataLoader
    dataset = world.stream("news").shuffle(seed=1, buffer=60)

    def loader() -> Any:
        return stateful(dataset.copy(), batch_size=16, num_workers=workers)

    whole = [list(batch.text) for batch in loader()]
    begun = loader()
    before = [list(batch.text) for batch in islice(begun, stop)] if stop else []
    resumed = loader()
    resumed.load_state_dict(begun.state_dict())

    assert before + [list(batch.text) for batch in resumed] == whole


def test_json_lines_and_parquet_give_the_same_rows(world: World) -> None:
    rows = [{"label": number % 3, "text": f"text {number}"} for number in range(300)]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out, row_group_size=100)
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    for name, reader, data in (("lines", "json_lines", lines), ("columns", "parquet", out.getvalue())):
        options = {"files": [f"{name}-a"], "columns": ["label", "text"]}
        world.add(name, reader, TEXT_FIELDS, {"a": data}, samples=300, options=options)

        found = [{"label": sample.label, "text": sample.text} for sample in world.stream(name)]

        assert found == rows == [{"label": each.label, "text": each.text} for each in world.load(name)]


def test_stored_columns_are_compared_before_anything_is_made(world: World) -> None:
    dataset = world.stream("pets").filter(label="dog")

    assert {sample.label for sample in dataset} == {1}
    assert len(list(dataset)) == sum(sample.label == 1 for sample in world.load("pets"))


def test_functions_change_samples_and_pick_them(world: World) -> None:
    dataset = world.stream("news").map(lambda sample: sample.label).filter(lambda label: label == 2)

    assert list(dataset) == [2] * 166


@pytest.mark.parametrize(
    "wrong",
    [
        lambda dataset: dataset.shuffle(seed=-1),
        lambda dataset: dataset.shuffle(buffer=0),
        lambda dataset: dataset.filter(label=1).take(3),
        lambda dataset: dataset.shuffle().take(3).shuffle(),
        lambda dataset: dataset.shard(2, 2),
        lambda dataset: dataset.shard(1),
        lambda dataset: dataset.shard(uneven="often"),
        lambda dataset: dataset.batch(0),
        lambda dataset: dataset.set_epoch(-1),
        lambda dataset: dataset.shuffle(2).load_state_dict(dataset.state_dict()),
    ],
)
def test_what_makes_no_sense_is_refused(world: World, wrong: Any) -> None:
    with pytest.raises(InvalidInput):
        wrong(world.stream("news"))


def test_skip_and_take_count_in_the_order_that_there_is(world: World) -> None:
    dataset = world.stream("news").shuffle(seed=1, buffer=60)
    whole = [sample.text for sample in dataset]

    assert [sample.text for sample in dataset.skip(20).take(30)] == whole[20:50]
    assert len(dataset.skip(20).take(30)) == 30
    assert [sample.text for sample in world.stream("news").take(3).shuffle(1)] != []


@pytest.mark.network
def test_the_page_runs_on_real_data(home: Path) -> None:
    for block in BLOCKS:
        exec(compile(block, str(PAGE), "exec"), {})  # noqa: S102  our own page


@pytest.mark.network
def test_mnist_streams_as_it_is(home: Path) -> None:
    streamed = hub.load_dataset("mnist", split="test", streaming=True).with_format("torch").loader(500)
    found = [(images.sum().item(), labels.tolist()) for images, labels in streamed]

    loaded = hub.load_dataset("mnist", split="test", progress=False).with_format("torch").loader(500)
    assert found == [(images.sum().item(), labels.tolist()) for images, labels in loaded]
