"""Control and three-month outcome of hypertension and diabetes, by the thresholds we ship."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data.reference_files import read_list
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import (
    DIABETES,
    HYPERTENSION,
    Course,
    Reading,
    first_of_window,
    latest_pressure,
    months_between,
    outcome,
)
from ces_desktop.domain.thresholds import Threshold, Thresholds

SHIPPED = Thresholds(
    Threshold(str(r["code"]), int(str(r["value"])), str(r["unit"]), str(r["programme"]), str(r["norm"]),
              str(r["valid_from"]))
    for r in read_list("threshold")
)  # fmt: skip
END = date(2026, 4, 30)


def course(
    *readings: tuple[str, str, int], visits: tuple[str, ...] = (), enrolled: str = "hypertension", conditions: str = ""
) -> Course:
    """Somebody with these readings (code, day, value), in any order, and visits."""
    by_code: dict[str, list[Reading]] = {}
    for code, day, value in sorted(readings, key=lambda r: r[1], reverse=True):
        by_code.setdefault(code, []).append(Reading(code, day, value))
    days = sorted(set(visits) | {r[1] for r in readings}, reverse=True)
    return Course(by_code, days, {enrolled: "2020-01-01"}, frozenset(conditions.split()))


def pressure(day: str, systolic: int, diastolic: int) -> tuple[tuple[str, str, int], ...]:
    return ("systolic", day, systolic), ("diastolic", day, diastolic)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected"),
    [(139, 89, "controlled"), (140, 80, "uncontrolled"), (120, 90, "uncontrolled"), (200, 120, "uncontrolled")],
)
def test_both_pressures_must_be_below(systolic: int, diastolic: int, expected: str) -> None:
    assert outcome(HYPERTENSION, course(*pressure("2026-03-10", systolic, diastolic)), END, SHIPPED) == expected


@pytest.mark.parametrize("conditions", ["E119", "N183"])
def test_the_goal_is_lower_with_diabetes_or_kidney_disease(conditions: str) -> None:
    assert outcome(HYPERTENSION, course(*pressure("2026-04-02", 134, 78)), END, SHIPPED) == "controlled"
    with_it = course(*pressure("2026-04-02", 134, 78), conditions=conditions)
    assert outcome(HYPERTENSION, with_it, END, SHIPPED) == "uncontrolled"


def test_three_calendar_months_without_a_visit_is_missed_whatever_the_last_reading() -> None:
    assert outcome(HYPERTENSION, course(*pressure("2026-02-01", 120, 70)), END, SHIPPED) == "controlled"
    assert outcome(HYPERTENSION, course(*pressure("2026-01-31", 120, 70)), END, SHIPPED) == "missed"
    assert outcome(HYPERTENSION, course(), END, SHIPPED) == "missed"


def test_a_visit_without_a_reading_is_told_apart() -> None:
    came = course(*pressure("2026-01-31", 120, 70), visits=("2026-04-20",))
    assert outcome(HYPERTENSION, came, END, SHIPPED) == "no_reading"


def test_what_came_after_the_month_is_not_seen() -> None:
    later = course(*pressure("2026-03-10", 150, 80), *pressure("2026-05-01", 110, 70))
    assert outcome(HYPERTENSION, later, END, SHIPPED) == "uncontrolled"


def test_an_hba1c_of_six_months_comes_before_any_glucose() -> None:
    both = course(("hba1c", "2025-11-01", 69), ("glucose_fasting", "2026-04-20", 240), enrolled="diabetes")
    assert outcome(DIABETES, both, END, SHIPPED) == "controlled"
    old = course(("hba1c", "2025-10-31", 69), ("glucose_fasting", "2026-04-20", 240), enrolled="diabetes")
    assert outcome(DIABETES, old, END, SHIPPED) == "uncontrolled"


@pytest.mark.parametrize(
    ("value", "expected"), [(69, "uncontrolled"), (70, "controlled"), (130, "controlled"), (131, "uncontrolled")]
)
def test_a_fasting_glucose_counts_within_its_limits(value: int, expected: str) -> None:
    assert outcome(DIABETES, course(("glucose_fasting", "2026-04-02", value)), END, SHIPPED) == expected


def test_a_glucose_that_was_not_fasting_says_nothing_about_control() -> None:
    assert outcome(DIABETES, course(("glucose_random", "2026-04-02", 110)), END, SHIPPED) == "no_reading"


def test_half_a_pressure_is_no_pressure() -> None:
    half = course(("systolic", "2026-04-02", 120), *pressure("2026-03-02", 150, 95))
    assert latest_pressure(half, END) == (150, 95, "2026-03-02")


def test_halves_of_two_consults_of_one_day_are_no_pressure() -> None:
    nurse, physician = Id(b"nurse".ljust(16)), Id(b"physician".ljust(16))
    older = Reading("systolic", "2026-03-02", 150), Reading("diastolic", "2026-03-02", 95)
    high = [Reading("systolic", "2026-04-02", 120, encounter=physician), older[0]]
    low = [Reading("diastolic", "2026-04-02", 70, encounter=nurse), older[1]]
    two = Course({"systolic": high, "diastolic": low})
    assert latest_pressure(two, END) == (150, 95, "2026-03-02")
    high.insert(1, Reading("systolic", "2026-04-02", 135, encounter=nurse))
    assert latest_pressure(two, END) == (135, 70, "2026-04-02"), "whole, though a half was taken after it"


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 24))
def test_a_day_is_in_the_window_just_when_fewer_months_lie_between(day: date, on: date, months: int) -> None:
    inside = first_of_window(on, months) <= day.isoformat() and day <= on
    assert inside == (day <= on and months_between(day.isoformat(), on) < months)
