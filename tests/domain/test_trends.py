"""Charts of a person: what is joined, what is a gap, which goal is drawn, and the months without medicine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from test_programs import SHIPPED, course

from ces_desktop.domain.dosing import Prescribed, Stopped
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import Course, Reading
from ces_desktop.domain.trends import Trend, Without, limits, months, recent, ticks, trend
from ces_desktop.domain.visits import Dose, Line

TODAY = date(2026, 4, 30)
NURSE, PHYSICIAN = Id(b"nurse".ljust(16)), Id(b"physician".ljust(16))


def line(number: int, day: str, days: int = 30, drug: str = "Losartán 50 mg") -> Prescribed:
    key = Id(bytes([number]) * 16)
    item = Id(drug.encode()[:16].ljust(16))
    return Prescribed(Line(key, item, drug, Dose(4), "oral", days, days), None, day)


def shown(found: Trend) -> list[tuple[str, int, int | None]]:
    return [(p.day, p.value, p.second) for p in found.main]


def test_a_pressure_is_a_pair_of_one_consult_and_half_of_one_is_no_point() -> None:
    high = [
        Reading("systolic", "2026-04-02", 120, encounter=PHYSICIAN),
        Reading("systolic", "2026-03-02", 150, encounter=NURSE),
    ]
    low = [
        Reading("diastolic", "2026-04-02", 70, encounter=NURSE),
        Reading("diastolic", "2026-03-02", 95, encounter=NURSE),
    ]
    found = trend(Course({"systolic": high, "diastolic": low}), "pressure", TODAY, SHIPPED)
    assert shown(found) == [("2026-03-02", 150, 95)]


def test_the_goal_of_a_pressure_is_stricter_with_diabetes() -> None:
    plain = course(("systolic", "2026-04-02", 120), ("diastolic", "2026-04-02", 70))
    strict = replace(plain, enrolled={**plain.enrolled, "diabetes": "2025-01-10"})
    goals = [trend(each, "pressure", TODAY, SHIPPED).goal for each in (plain, strict)]
    assert goals == [(140, 90), (130, 80)]
    assert trend(Course(), "pressure", TODAY, SHIPPED).goal is None, "nothing measured, nothing drawn"


def test_what_was_not_fasting_stands_alone_and_the_last_value_of_a_day_counts() -> None:
    found = trend(
        course(
            ("glucose_fasting", "2026-02-02", 150), ("glucose_random", "2026-03-02", 210),
            ("glucose_unknown", "2026-01-05", 180), ("glucose_fasting", "2026-05-30", 100), enrolled="diabetes",
        ),
        "glucose", TODAY, SHIPPED,
    )  # fmt: skip
    assert shown(found) == [("2026-02-02", 150, None)], "the future is not drawn"
    assert [(p.day, p.value) for p in found.loose] == [("2026-01-05", 180), ("2026-03-02", 210)]
    assert found.goal == (70, 130)
    twice = Course({"weight": [Reading("weight", "2026-04-02", 71_000), Reading("weight", "2026-04-02", 69_000)]})
    assert shown(trend(twice, "weight", TODAY, SHIPPED)) == [("2026-04-02", 71_000, None)]


def test_points_more_than_three_months_apart_are_not_joined() -> None:
    days = ("2025-01-01", "2025-04-01", "2025-07-01", "2025-09-29")
    found = trend(course(*(("weight", day, 70_000) for day in days)), "weight", TODAY, SHIPPED)
    assert [[p.day for p in run] for run in found.runs()] == [list(days[:2]), list(days[2:])]
    assert list(Trend("weight", "weight").runs()) == []


@pytest.mark.parametrize(("gap", "expected"), [(6, []), (7, [7]), (40, [40])])
def test_days_without_a_medicine_are_told_from_a_week_on(gap: int, expected: list[int]) -> None:
    again = (date(2026, 1, 31) + timedelta(days=gap)).isoformat()
    found = trend(Course(), "pressure", TODAY, SHIPPED, [line(1, "2026-01-01"), line(2, again)])
    assert [w.days for w in found.without] == expected


def test_what_was_stopped_is_not_missed_nor_a_medicine_of_something_else() -> None:
    held = [line(1, "2025-06-01"), line(2, "2026-01-01")]
    stops = [Stopped(held[0].line.id, "2025-06-20")]
    assert trend(Course(), "pressure", TODAY, SHIPPED, held, stops).without == ()
    assert trend(Course(), "hba1c", TODAY, SHIPPED, held).without == ()
    metformin = [line(3, "2025-06-01", drug="Metformina 850 mg"), line(4, "2026-01-01", drug="Metformina 850 mg")]
    assert trend(Course(), "hba1c", TODAY, SHIPPED, metformin).without == (
        Without("Metformina 850 mg", date(2025, 7, 1), 184),
    )
    short = [line(5, "2025-06-01", 7), line(6, "2026-01-01", 7)]
    assert trend(Course(), "pressure", TODAY, SHIPPED, short).without == (), "a short course ends by itself"


def test_the_last_year_is_shown_unless_it_holds_less_than_two_values() -> None:
    days = ("2024-01-10", "2025-06-10", "2026-03-10")
    whole = trend(course(*(("weight", day, 70_000) for day in days)), "weight", TODAY, SHIPPED)
    assert [p.day for p in recent(whole, TODAY).main] == list(days[1:])
    assert recent(whole, date(2026, 8, 1)).main == whole.main


def test_scales_hold_every_value_and_the_goal() -> None:
    found = trend(course(("systolic", "2026-04-02", 182), ("diastolic", "2026-04-02", 61)), "pressure", TODAY, SHIPPED)
    low, high = limits(found)
    assert low <= 61 and high >= 182
    marks = ticks(low, high)
    assert marks[0] <= low and marks[-1] >= high and len(marks) <= 7
    assert len({b - a for a, b in pairwise(marks)}) == 1
    flat = trend(course(("weight", "2026-04-02", 70_000)), "weight", TODAY, SHIPPED)
    assert limits(flat) == (68_000, 72_000), "a straight line is not blown up"
    marked = months(date(2024, 1, 15), date(2026, 4, 1))
    assert len(marked) <= 7 and all(day.day == 1 for day in marked) and marked == tuple(sorted(marked))
