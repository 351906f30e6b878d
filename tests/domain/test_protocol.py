"""What is due today: intervals in calendar months, HbA1c by goal, statins by age, the next step, nothing twice."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_programs import SHIPPED, course, pressure

from ces_desktop.data.measures import measures
from ces_desktop.data.protocol import protocol
from ces_desktop.domain.programs import PROGRAMMES, Course, Reading
from ces_desktop.domain.protocol import DueStep, Taken, due_steps

TODAY = date(2026, 3, 16)
STEPS = protocol()


def due(of: Course, *medicines: Taken, age: int | None = 50, on: date = TODAY) -> dict[str, DueStep]:
    return {one.step.code: one for one in due_steps(STEPS, of, age, medicines, on, SHIPPED)}


def test_every_step_names_measures_thresholds_and_programmes_that_exist() -> None:
    for step in STEPS:
        assert step.programme in PROGRAMMES and step.code.startswith(f"{step.programme}.")
        assert set(step.measures) <= set(measures()), step.code
        for code in (step.every, step.every_at_goal, step.age_from, step.count):
            assert not code or SHIPPED.value(code, TODAY) > 0
        assert step.names["es"] and step.names["en"] and step.source
        assert {"measure": step.measures and step.every, "medicine": step.medicines, "step": step.count}[step.kind]


def test_what_was_never_done_is_due_from_the_enrolment() -> None:
    one = due(course(enrolled="diabetes"))["diabetes.foot"]
    assert (one.reason, one.since, one.last) == ("never", "2020-01-01", None)


@pytest.mark.parametrize(("day", "is_due"), [("2025-03-31", True), ("2025-04-01", False)])
def test_a_yearly_step_is_due_from_the_first_of_the_month_a_year_later(day: str, is_due: bool) -> None:
    one = due(course(("creatinine", day, 90), enrolled="diabetes")).get("diabetes.kidney")
    assert (one is not None) is is_due
    if one is not None:
        assert (one.reason, one.since, one.last, one.months) == ("old", "2026-03-01", "2025-03-31", 12)


@pytest.mark.parametrize(
    ("value", "day", "is_due"),
    [(80, "2025-12-31", True), (80, "2026-01-02", False), (65, "2025-12-31", False), (65, "2025-09-30", True)],
)
def test_an_hba1c_is_due_after_three_months_or_six_at_goal(value: int, day: str, is_due: bool) -> None:
    assert ("diabetes.hba1c" in due(course(("hba1c", day, value), enrolled="diabetes"))) is is_due


def test_a_foot_that_was_not_looked_at_was_not_examined() -> None:
    feet = [
        Reading("foot_examination", "2026-02-01", word="not_done"),
        Reading("foot_examination", "2024-01-01", word="normal"),
    ]
    one = due(Course({"foot_examination": feet}, (), {"diabetes": "2020-01-01"}))["diabetes.foot"]
    assert (one.reason, one.last) == ("old", "2024-01-01")


def test_one_of_two_tests_is_enough_where_the_table_says_so_and_both_where_it_does_not() -> None:
    assert "diabetes.lipids" not in due(course(("cholesterol_ldl", "2026-01-01", 90), enrolled="diabetes"))
    assert "diabetes.pressure" in due(course(("systolic", "2026-03-01", 120), enrolled="diabetes"))


@pytest.mark.parametrize(
    ("age", "drug", "is_due"),
    [(40, "Metformina 850 mg", True), (39, "Metformina 850 mg", False), (None, "", False),
     (60, "Atorvastatina 20 mg", False), (60, "PRAVASTATINA 10 mg", False), (60, "Nistatina óvulos", True)],
)  # fmt: skip
def test_a_statin_in_diabetes_from_forty_years(age: int | None, drug: str, is_due: bool) -> None:
    found = due(course(enrolled="diabetes"), Taken(drug, "2025-01-01"), age=age)
    assert ("diabetes.statin" in found) is is_due


def test_a_statin_in_hypertension_only_after_an_event() -> None:
    assert "hypertension.statin" not in due(course())
    assert due(course(conditions="I64X"))["hypertension.statin"].reason == "without"


def test_two_pressures_above_goal_call_for_the_next_step_until_the_treatment_changes() -> None:
    high = course(*pressure("2026-03-10", 150, 80), *pressure("2026-02-10", 142, 85), *pressure("2026-01-10", 120, 70))
    one = due(high)["hypertension.next_step"]
    assert (one.reason, one.since) == ("above_goal", "2026-03-10")
    assert "hypertension.next_step" in due(high, Taken("Enalapril 10 mg", "2026-01-10"))
    assert "hypertension.next_step" not in due(high, Taken("Enalapril 10 mg", "2026-02-10")), "changed since"
    good = course(*pressure("2026-03-10", 130, 80), *pressure("2026-02-10", 142, 85), *pressure("2026-01-10", 160, 90))
    assert "hypertension.next_step" not in due(good)
    strict = course(*pressure("2026-03-10", 134, 78), *pressure("2026-02-10", 132, 78), conditions="E119")
    assert "hypertension.next_step" in due(strict)


def test_two_sugars_not_at_goal_call_for_a_change_and_an_old_one_does_not() -> None:
    high = course(("hba1c", "2026-03-01", 80), ("glucose_fasting", "2026-03-01", 100),
                  ("glucose_fasting", "2026-02-01", 180),
                  enrolled="diabetes")  # fmt: skip
    assert due(high)["diabetes.next_step"].since == "2026-03-01"
    old = course(("hba1c", "2026-03-01", 80), ("hba1c", "2025-03-31", 80), enrolled="diabetes")
    assert "diabetes.next_step" not in due(old)


def test_low_sugars_never_call_for_more_treatment() -> None:
    low = course(("glucose_fasting", "2026-03-01", 54), ("glucose_fasting", "2026-02-01", 58), enrolled="diabetes")
    assert "diabetes.next_step" not in due(low)
    last = course(("glucose_fasting", "2026-03-01", 54), ("glucose_fasting", "2026-02-01", 190),
                  ("glucose_fasting", "2026-01-01", 190),
                  enrolled="diabetes")  # fmt: skip
    assert "diabetes.next_step" not in due(last)


def test_what_two_programmes_ask_for_is_asked_once_and_others_not_at_all() -> None:
    both = Course({}, (), {"hypertension": "2024-01-01", "diabetes": "2024-01-01"})
    names = [one.step.names["en"] for one in due_steps(STEPS, both, 50, (), TODAY, SHIPPED)]
    assert names.count("Weight") == 1 and names.count("Creatinine") == 1
    assert due(Course()) == {}


@given(st.dates(date(2020, 2, 1), date(2026, 3, 16)), st.dates(date(2026, 3, 17), date(2030, 1, 1)))
def test_what_is_due_stays_due_until_it_is_done(done: date, later: date) -> None:
    of = course(("creatinine", done.isoformat(), 90), enrolled="diabetes")
    if "diabetes.kidney" in due(of):
        again = due(of, on=later)["diabetes.kidney"]
        assert again.since == due(of)["diabetes.kidney"].since <= TODAY.isoformat()
