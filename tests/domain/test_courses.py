"""Dated facts of a member, looked at from any day: enrolment in force, status, conditions, lost to follow-up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_programs import SHIPPED

from ces_desktop.domain.courses import Member, is_lost, whole_day
from ces_desktop.domain.ids import Id

ONE, PROBLEM = Id(bytes(16)), Id(bytes(15) + b"\1")


def test_the_enrolment_in_force_is_the_first_day_since_the_last_time_they_left() -> None:
    lines = (("2024-01-10", "enrolled"), ("2024-03-01", "enrolled"), ("2025-01-01", "left"), ("2025-06-01", "enrolled"))
    who = Member(ONE, enrolments={"diabetes": lines})
    days = ("2024-01-09", "2024-01-10", "2024-12-31", "2025-01-01", "2025-07-01")
    assert [who.since("diabetes", day) for day in days] == [None, "2024-01-10", "2024-01-10", None, "2025-06-01"]
    assert who.since("hypertension", "2025-07-01") is None


def test_who_died_has_gone_from_that_day_and_who_came_back_has_not() -> None:
    who = Member(ONE, statuses=(("2024-01-01", "active"), ("2025-02-01", "moved"), ("2025-08-01", "active")))
    assert [who.gone(day) for day in ("2025-01-31", "2025-02-01", "2025-08-01")] == [False, True, False]
    assert not Member(ONE).gone("2025-01-01")


def test_a_condition_stands_until_the_problem_list_resolves_it() -> None:
    who = Member(
        ONE,
        problems={
            PROBLEM: (("2024-05-01", "E119", "active"), ("2025-05-01", "E119", "resolved")),
            ONE: (("2024-06-01", "N183", "active"),),
        },
    )
    assert who.conditions("2024-04-01") == frozenset()
    assert who.conditions("2024-06-01") == {"E119", "N183"}
    assert who.conditions("2025-05-01") == {"N183"}


@pytest.mark.parametrize(
    ("visit", "enrolled", "lost"),
    [("2025-05-01", "2020-01-01", False), ("2025-04-30", "2020-01-01", True), (None, "2025-05-31", False),
     (None, "2025-04-30", True)],
)  # fmt: skip
def test_lost_is_twelve_calendar_months_without_visit_or_enrolment(
    visit: str | None, enrolled: str, lost: bool
) -> None:
    assert is_lost(visit, enrolled, date(2026, 4, 30), SHIPPED) is lost


@given(st.dates(), st.sampled_from((4, 7, 10)))
def test_a_partial_day_is_never_taken_for_later_than_it_may_be(day: date, known: int) -> None:
    whole = whole_day(day.isoformat()[:known])
    assert date.fromisoformat(whole) <= day and whole.startswith(day.isoformat()[:known])
