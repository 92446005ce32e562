"""Whatever a hostile input holds, nothing is written outside, nothing runs, and what is raised is an error of ours."""

from __future__ import annotations

import pytest
from fuzz.groups import GROUPS
from fuzz.running import Report, attacked

SOME, MANY = 16, 100
"""Inputs of each group in the plain tests, and mutated inputs of each where there is time."""
MEMORY_MB = 400
"""What a process takes while it reads inputs, beyond what it has taken for sound ones."""


def assert_harmless(found: Report, least: int) -> None:
    assert found.writes == []
    assert found.runs == []
    assert found.crashes == []
    assert found.inputs >= least
    assert found.peak_mb < MEMORY_MB


@pytest.mark.parametrize("group", GROUPS)
def test_some_hostile_inputs_do_no_harm(group: str) -> None:
    assert_harmless(attacked(group, SOME, most=SOME), SOME)


@pytest.mark.thorough
@pytest.mark.parametrize("group", GROUPS)
def test_hostile_inputs_do_no_harm(group: str) -> None:
    assert_harmless(attacked(group, MANY), MANY)
