"""An error says what failed, what was expected and found, and what to do; in processes of its own too."""

from __future__ import annotations

import pickle
import re

import pytest

from hub import errors
from hub.errors import BadStatus, CardError, DigestMismatch, FormatError, HubError, TransferError

SAMPLES: list[HubError] = [
    HubError("it failed", expected="a", found="b", hint="do this"),
    BadStatus(503, url="https://example.org/a", retry_after=2.0),
    CardError("datasets/a.toml", [("name", "missing"), ("splits", "missing")]),
    FormatError("bad file", path="a.bin", expected="magic 2051", found="magic 0"),
    TransferError("nothing came", causes=[BadStatus(404, url="https://example.org/a")]),
]


def test_a_message_has_three_lines() -> None:
    error = DigestMismatch("a.bin is not it", expected="sha256:aa", found="sha256:bb", hint="try again")

    assert str(error).splitlines() == ["a.bin is not it", "  expected sha256:aa; found sha256:bb", "  try again"]


def test_what_a_host_said_does_not_steer_the_terminal() -> None:
    error = BadStatus(404, url="https://example.org/\x1b]0;owned\x07\x9b2J")

    assert str(error) == r"https://example.org/\x1b]0;owned\x07\x9b2J answered 404"


def test_a_card_error_has_a_line_a_fault() -> None:
    error = CardError("datasets/a.toml", [("name", "missing"), ("splits.train", "missing")])

    assert str(error).splitlines()[1:3] == ["  name: missing", "  splits.train: missing"]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_the_way_between_processes(error: HubError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes

    assert type(again) is type(error)
    assert str(again) == str(error)


def test_every_error_stands_in_the_drawing_with_its_exit_code() -> None:
    drawn = dict(re.findall(r"(\w+) +(\d) ", errors.__doc__ or ""))

    classes = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, HubError)]
    assert drawn == {each.__name__: str(each.exit_code) for each in classes}


def test_every_error_has_one_root() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type)]

    assert all(issubclass(each, HubError) for each in classes)
