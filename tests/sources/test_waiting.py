"""For how long a busy host asks to be left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.sources.waiting import LONGEST, retry_after

NOON = "Fri, 20 Nov 2026 12:00:00 GMT"
A_MINUTE_LATER = "Fri, 20 Nov 2026 12:01:00 GMT"
NOON_SECONDS = 1795176000.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 7 ", 7.0),
        ("2.5", 2.0),
        ("-1", None),
        ("²", None),
        ("soon", None),
        ("", None),
        ("99999999", LONGEST),
        ("9" * 5000, None),
    ],
)
def test_seconds_are_read_and_nonsense_is_nothing(text: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": text}) == seconds


def test_a_date_is_compared_with_that_of_the_answer_whatever_our_clock_says() -> None:
    headers = {"Retry-After": A_MINUTE_LATER, "Date": NOON}

    assert [retry_after(headers, lambda now=now: now) for now in (0.0, NOON_SECONDS, 4e9)] == [60.0] * 3  # type: ignore[misc]


def test_without_a_date_of_the_answer_our_clock_counts() -> None:
    assert retry_after({"Retry-After": A_MINUTE_LATER}, lambda: NOON_SECONDS + 15) == 45.0


def test_what_has_passed_is_no_wait_and_a_clock_that_jumped_is_no_year() -> None:
    assert retry_after({"Retry-After": NOON, "Date": A_MINUTE_LATER}) == 0.0
    assert retry_after({"Retry-After": NOON}, lambda: 0.0) == LONGEST


@given(st.text(), st.text())
def test_no_header_is_an_error(text: str, date: str) -> None:
    found = retry_after({"Retry-After": text, "Date": date})

    assert found is None or 0 <= found <= LONGEST
