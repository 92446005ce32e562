from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.errors import FormatError
from hub.models.weights import mapped
from hub.models.weights.mapped import State
from hub.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MIXED = {
    "scalar": torch.tensor(7),
    "odd": torch.arange(3, dtype=torch.float32),
    "even": torch.arange(32, dtype=torch.float32).reshape(2, 16),
    "half": torch.arange(5, dtype=torch.float16),
    "brain": torch.arange(5, dtype=torch.bfloat16),
    "flags": torch.tensor([True, False, True]),
    "empty": torch.empty(0, 3),
}


def write(path: Path, tensors: dict[str, torch.Tensor], versions: dict[str, int] | None = None) -> Path:
    mapped.write(path, State(tensors, versions or {}), Silent())
    return path


def header(path: Path) -> tuple[dict[str, dict[str, list[int]]], int]:
    raw = path.read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    return json.loads(raw[8:start]), start


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "mixed", MIXED, {"": 1, "layer": 2})

    state = mapped.read(path)

    assert state.versions == {"": 1, "layer": 2}
    assert state.tensors.keys() == MIXED.keys()
    for name, tensor in MIXED.items():
        assert state.tensors[name].dtype == tensor.dtype
        assert torch.equal(state.tensors[name], tensor)


shapes = st.lists(st.integers(0, 7), max_size=3).map(tuple)
dtypes = st.sampled_from([torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool])


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.tuples(shapes, dtypes), max_size=9))
def test_every_floating_point_tensor_begins_on_a_64_byte_boundary_of_the_file(
    tmp_path: Path, parts: list[tuple[tuple[int, ...], torch.dtype]]
) -> None:
    tensors = {f"t{number}": torch.ones(shape, dtype=dtype) for number, (shape, dtype) in enumerate(parts)}
    path = write(tmp_path / "any", tensors)

    read = mapped.read(path).tensors

    assert all(torch.equal(read[name], tensor) for name, tensor in tensors.items())
    entries, start = header(path)
    for name, tensor in tensors.items():
        if tensor.is_floating_point():
            assert (start + entries[name]["data_offsets"][0]) % 64 == 0


def test_the_places_leave_no_gap_and_do_not_overlap() -> None:
    places = mapped.arrange(MIXED)

    ends = [0, *(place.data_offsets[1] for place in places.values())]
    assert [place.data_offsets[0] for place in places.values()] == ends[:-1]


def test_sizes_that_fit_need_no_padding() -> None:
    tensors = {"count": torch.tensor(1), "a": torch.ones(16), "b": torch.ones(64, 3)}

    places = mapped.arrange(tensors)

    assert list(places) == ["a", "b", "count"]


def test_the_file_is_valid_for_the_safetensors_library(tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    path = write(tmp_path / "mixed", MIXED)

    read = safetensors.load_file(path)

    assert all(torch.equal(read[name], tensor) for name, tensor in MIXED.items())
    assert read.keys() - MIXED.keys() == {name for name in read if name.startswith("__pad__")}


def test_a_file_of_the_safetensors_library_is_read(tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    safetensors.save_file(MIXED, tmp_path / "mixed")

    read = mapped.read(tmp_path / "mixed").tensors

    assert all(torch.equal(read[name], tensor) for name, tensor in MIXED.items())


def test_writing_to_a_tensor_changes_neither_the_file_nor_another_reading(tmp_path: Path) -> None:
    path = write(tmp_path / "mixed", MIXED)
    before = path.read_bytes()
    first, second = mapped.read(path).tensors, mapped.read(path).tensors

    first["even"].fill_(-1)

    assert path.read_bytes() == before
    assert torch.equal(second["even"], MIXED["even"])


def test_a_tensor_is_a_storage_of_its_own_so_saving_it_stays_small(tmp_path: Path) -> None:
    path = write(tmp_path / "two", {"large": torch.ones(100_000), "small": torch.ones(16)})

    small = mapped.read(path).tensors["small"]

    assert small.untyped_storage().nbytes() == 64


def with_header(entries: object) -> Callable[[bytes], bytes]:
    text = json.dumps(entries).encode()
    return lambda _: len(text).to_bytes(8, "little") + text + bytes(64)


def entry(**changed: object) -> dict[str, object]:
    return {"dtype": "F32", "shape": [16], "data_offsets": [0, 64], **changed}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda raw: raw[:5], id="cut in the length"),
        pytest.param(lambda raw: raw[:40], id="cut in the header"),
        pytest.param(lambda raw: raw[:-1], id="cut at the end"),
        pytest.param(lambda raw: raw + b"x", id="too long"),
        pytest.param(lambda raw: b"\xff" * 8 + raw[8:], id="huge header"),
        pytest.param(lambda raw: raw[:8] + b"?" + raw[9:], id="no JSON"),
        pytest.param(with_header([1]), id="a list"),
        pytest.param(with_header({"a": entry(dtype="F31")}), id="unknown dtype"),
        pytest.param(with_header({"a": entry(shape=[17])}), id="shape and place differ"),
        pytest.param(with_header({"a": entry(shape=[-4, -4])}), id="negative sizes"),
        pytest.param(with_header({"a": entry(data_offsets=[-64, 0]), "b": entry()}), id="before the beginning"),
        pytest.param(with_header({"a": {"dtype": "F32"}}), id="missing keys"),
    ],
)
def test_a_damaged_file_is_an_error(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = write(tmp_path / "mixed", MIXED)
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(FormatError, match="no valid safetensors file"):
        mapped.read(path)


def test_a_sparse_tensor_is_refused_by_name(tmp_path: Path) -> None:
    sparse = torch.eye(3).to_sparse()

    with pytest.raises(FormatError, match="'a' cannot be kept"):
        write(tmp_path / "sparse", {"a": sparse})
