from __future__ import annotations

import os
import pickle
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest
from readers.cifar_files import numbers, old_array, old_batch, planes, text
from readers.conformance import ReaderConformance

from hub import readers
from hub.errors import FormatError
from hub.readers import File
from hub.readers.cifar import read_batch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray


class TestCifar(ReaderConformance):
    reader = "cifar"

    def files(self) -> dict[str, bytes]:
        # Pixels of one value each: a cut inside them would make thousands of the same test.
        head, tail = old_batch(planes(0), labels=[]), old_batch(planes(0), fine_labels=[])
        return {"batch_1": head, "batch_2": tail}

    def columns(self) -> dict[str, NDArray[np.generic]]:
        return {"image": np.empty((0, 32, 32, 3), np.uint8), "label": np.empty(0, np.int64)}


def write(folder: Path, data: bytes) -> File:
    (folder / "batch").write_bytes(data)
    return File(folder / "batch")


def expected(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return images.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)


def test_batches_follow_each_other_in_the_order_of_their_roles(tmp_path: Path) -> None:
    files = {}
    for seed in (2, 1):
        (tmp_path / f"{seed}").write_bytes(old_batch(planes(3, seed), labels=numbers(3, 10, seed)))
        files[f"batch_{seed}"] = File(tmp_path / f"{seed}")

    found = readers.read("cifar", files, {})

    np.testing.assert_array_equal(found["image"], expected(np.concatenate([planes(3, 1), planes(3, 2)])))
    assert found["label"].tolist() == numbers(3, 10, 1) + numbers(3, 10, 2)
    assert found["image"].flags.c_contiguous


def test_the_first_value_is_the_red_of_the_first_pixel(tmp_path: Path) -> None:
    images = np.zeros((1, 3072), np.uint8)
    images[0, [0, 1, 1024, 2048 + 32]] = [10, 20, 30, 40]

    image = readers.read("cifar", {"batch": write(tmp_path, old_batch(images, labels=[7]))}, {})["image"][0]

    assert image[0, 0].tolist() == [10, 30, 0]
    assert image[0, 1].tolist() == [20, 0, 0]
    assert image[1, 0].tolist() == [0, 0, 40]


@pytest.mark.parametrize(("options", "key"), [({}, "fine_labels"), ({"coarse": True}, "coarse_labels")], ids=str)
def test_superclasses_are_read_if_asked_for(tmp_path: Path, options: dict[str, bool], key: str) -> None:
    labels = {"fine_labels": [55, 99], "coarse_labels": [3, 19]}
    batch = write(tmp_path, old_batch(planes(2), **labels))

    assert readers.read("cifar", {"batch": batch}, options)["label"].tolist() == labels[key]


@pytest.mark.parametrize("protocol", range(3, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("order", ["C", "F"])
def test_what_numpy_of_today_pickles_is_read_too(tmp_path: Path, protocol: int, order: str) -> None:
    images = np.array(planes(4), order=order)  # type: ignore[call-overload]  # one of the two
    batch = write(tmp_path, pickle.dumps({"data": images, "labels": [1, 2, 3, 4]}, protocol))

    found, labels = read_batch(batch)

    np.testing.assert_array_equal(found, images)
    assert labels.tolist() == [1, 2, 3, 4]


def test_a_batch_with_its_pixels_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    data = old_batch(planes(2), labels=[1, 2])

    for length in [*range(0, len(data), 97), len(data) - 1]:
        with pytest.raises(FormatError):
            read_batch(write(tmp_path, data[:length]))


class Malicious:
    """Unpickled, it calls whatever it was made with."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[object, ...]:
        return self.call


CALLS: dict[str, Callable[[Path], Malicious]] = {
    "os.system": lambda mark: Malicious(os.system, f"touch {mark}"),
    "eval": lambda mark: Malicious(eval, f"open({str(mark)!r}, 'w')"),
    "subprocess": lambda mark: Malicious(subprocess.call, ["touch", str(mark)]),
    "numpy.load": lambda mark: Malicious(np.load, str(mark)),
    "getattr": lambda _: Malicious(getattr, np.ndarray, "tofile"),
}


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize("call", CALLS)
def test_a_pickle_that_wants_to_run_something_is_refused_and_runs_nothing(
    tmp_path: Path, call: str, protocol: int
) -> None:
    mark = tmp_path / "mark"
    batch = write(tmp_path, pickle.dumps({"data": CALLS[call](mark), "labels": []}, protocol))

    with pytest.raises(FormatError, match="wants more than to build arrays") as caught:
        read_batch(batch)

    assert not mark.exists()
    assert "nothing was run" in caught.value.hint


NAMES = ["numpy\nndarray", "numpy\ndtype", "numpy.core.multiarray\n_reconstruct", "numpy._core.numeric\n_frombuffer"]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_that_is_known_can_be_changed_by_a_pickle(tmp_path: Path, name: str) -> None:
    # BUILD with a pair sets the attributes in its second half.
    change = b"c" + name.encode() + b"\n" + b"N}" + text(b"__init__") + b"Ns" + b"\x86b"
    with pytest.raises(FormatError):
        read_batch(write(tmp_path, b"\x80\x02" + change + b"."))

    found, _ = read_batch(write(tmp_path, old_batch(planes(1), labels=[0])))

    np.testing.assert_array_equal(found, planes(1))


def batch_of(data: object, labels: object) -> bytes:
    return pickle.dumps({"data": data, "labels": labels}, 3)


def beyond_bytes() -> bytes:
    """Return an array whose content is a character that no byte stands for."""
    return old_array(planes(0)).replace(text(b""), b"X\3\0\0\0\xe2\x82\xac")


WRONG = {
    "no dict": pickle.dumps([1, 2]),
    "no images": pickle.dumps({"labels": [1]}),
    "no labels": pickle.dumps({"data": planes(1)}),
    "no array": batch_of("pixels", [1]),
    "another type": batch_of(planes(1).astype(np.int16), [1]),
    "another size": batch_of(planes(1)[:, :3000], [1]),
    "another shape": batch_of(planes(2).ravel(), [1, 2]),
    "objects": batch_of(np.array([[None] * 3072]), [1]),
    "too few labels": batch_of(planes(2), [1]),
    "labels that are no numbers": batch_of(planes(2), [1, "2"]),
    "labels beyond all numbers": batch_of(planes(1), [1 << 70]),
    "a shape that lies": old_batch(planes(1), labels=[1]).replace(b"(K\x01M\x00\x0c", b"(K\x02M\x00\x0c"),
    "text beyond bytes": b"\x80\x02}(" + text(b"data") + beyond_bytes() + text(b"labels") + b"]u.",
    "a state that is none": b"\x80\x02cnumpy\nndarray\n)\x81K\x01b.",
    "arguments that do not fit": b"\x80\x02cnumpy._core.numeric\n_frombuffer\n)R.",
    "an unfinished array": b"\x80\x02}" + text(b"data") + b"cnumpy\nndarray\n)\x81s.",
    "more than there can be": b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.",
    "nothing at all": b"\x80\x02.",
}  # fmt: skip


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_anything_else_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        read_batch(write(tmp_path, data))

    assert caught.value.path == tmp_path / "batch"


def test_the_writer_of_these_tests_agrees_with_numpy() -> None:
    data = old_batch(planes(2), labels=[3, 300])

    read = pickle.loads(data, encoding="latin1")  # noqa: S301  our own bytes

    np.testing.assert_array_equal(read["data"], planes(2))
    assert read["labels"] == [3, 300]
