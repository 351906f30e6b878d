"""The five proposed cases: shared among the reasons, worst first, explained, and the same whatever the order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data.reference_files import read_list
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.mentoring_cases import (
    PROPOSED,
    Candidate,
    Proposal,
    as_text,
    from_text,
    propose,
    unchanged_consults,
)
from ces_desktop.domain.programs import Course, Reading
from ces_desktop.domain.protocol import DueStep, Step
from ces_desktop.domain.rescue import Why
from ces_desktop.domain.thresholds import Threshold, Thresholds

TODAY = date(2026, 3, 17)
FOOT = Step("diabetes.foot", "diabetes", "measure", {"es": "Pie"})
NEXT = Step("hypertension.next_step", "hypertension", "step", {"es": "Paso"})


@pytest.fixture(scope="module")
def rules() -> Thresholds:
    columns = ("code", "value", "unit", "programme", "norm", "valid_from")
    return Thresholds(Threshold(*(row[c] for c in columns)) for row in read_list("threshold"))  # type: ignore[arg-type]


def who(name: str) -> Id:
    return named_id("person", name)


def pressure(name: str, systolic: int, diastolic: int = 90, risk: Any = "high", **more: Any) -> Candidate:
    why = Why("hypertension", "pressure", "2026-03-01", systolic, diastolic)
    return Candidate(who(name), more.pop("last_visit", "2026-03-01"), risk, why, **more)


def missed(name: str, *steps: Step, since: str = "2025-10-01", **more: Any) -> Candidate:
    due = tuple(DueStep(step, "old", since, "2024-10-03", 12) for step in steps)
    return Candidate(who(name), more.pop("last_visit", "2026-03-01"), "low", Why("diabetes", "none"), due=due, **more)


def names(found: tuple[Proposal, ...]) -> list[tuple[str, str]]:
    known = {who(name): name for name in "abcdefghij"}
    return [(known[p.person], p.reason) for p in found]


def test_two_of_control_two_of_protocol_one_referred(rules: Thresholds) -> None:
    referred = Candidate(who("j"), "2026-03-10", "low", Why("diabetes", "none"), referred_on="2026-03-01")
    people = [pressure("a", 182), pressure("b", 210), pressure("c", 190), missed("d", FOOT), missed("e", FOOT, NEXT),
              missed("f", FOOT, since="2025-08-01"), referred]  # fmt: skip
    assert names(propose(people, TODAY, rules)) == [
        ("b", "control"), ("c", "control"), ("e", "protocol"), ("f", "protocol"), ("j", "referral"),
    ]  # fmt: skip


def test_what_one_reason_leaves_free_the_others_take(rules: Thresholds) -> None:
    people = [pressure(name, 180 + n) for n, name in enumerate("abcdef")]
    assert names(propose(people, TODAY, rules)) == [(name, "control") for name in "fedcb"]
    assert len(propose([*people, missed("g", FOOT)], TODAY, rules)) == PROPOSED


def test_the_facts_say_why(rules: Thresholds) -> None:
    found = propose([pressure("a", 186, 112, unchanged=3), missed("b", FOOT)], TODAY, rules)
    assert dict(found[0].facts) == {
        "code": "pressure", "value": 186, "second": 112, "day": "2026-03-01", "unchanged": 3,
    }  # fmt: skip
    assert dict(found[1].facts) == {
        "step": "diabetes.foot", "since": "2025-10-01", "missed": 1, "last": "2024-10-03",
    }  # fmt: skip
    assert all(dict(from_text(as_text(p.facts))) == dict(p.facts) for p in found)
    assert from_text("no json") == {} == from_text("[1]")


def test_a_person_stands_once_under_the_first_reason(rules: Thresholds) -> None:
    both = Candidate(
        who("a"), "2026-03-01", "high", Why("hypertension", "pressure", "2026-03-01", 200, 110),
        due=(DueStep(FOOT, "old", "2025-01-01", "2024-01-01", 12),), referred_on="2026-03-01",
    )  # fmt: skip
    assert names(propose([both], TODAY, rules)) == [("a", "control")]


def test_a_step_that_fell_due_after_the_last_visit_was_not_missed(rules: Thresholds) -> None:
    assert propose([missed("a", FOOT, since="2026-03-02")], TODAY, rules) == ()


def test_who_was_talked_over_rests_for_that_reason_alone(rules: Thresholds) -> None:
    lately = pressure("a", 200, talked={"control": "2026-02-17"})
    long_ago = pressure("b", 190, talked={"control": "2026-01-05"})
    other = pressure("c", 185, talked={"protocol": "2026-02-17"})
    assert names(propose([lately, long_ago, other], TODAY, rules)) == [("b", "control"), ("c", "control")]


def test_who_was_not_seen_for_half_a_year_or_is_controlled_is_no_case(rules: Thresholds) -> None:
    people = [pressure("a", 200, last_visit="2025-08-01"), pressure("b", 120, 70, risk="low"),
              Candidate(who("c"), "2026-03-01", "low", Why("diabetes", "none"), referred_on="2026-01-01")]  # fmt: skip
    assert propose(people, TODAY, rules) == ()


def test_a_sugar_and_a_pressure_are_weighed_by_their_goals(rules: Thresholds) -> None:
    sugar = Candidate(who("a"), "2026-03-01", "high", Why("diabetes", "hba1c", "2026-03-01", 120))
    assert names(propose([pressure("b", 182), sugar], TODAY, rules)) == [("a", "control"), ("b", "control")]


@given(st.permutations(list("abcdefgh")))
def test_the_order_of_the_register_changes_nothing(order: list[str]) -> None:
    columns = ("code", "value", "unit", "programme", "norm", "valid_from")
    table = Thresholds(
        Threshold(*(row[c] for c in columns)) for row in read_list("threshold")  # type: ignore[arg-type]
    )
    people = {name: pressure(name, 190) if name < "e" else missed(name, FOOT) for name in "abcdefgh"}
    assert propose([people[n] for n in order], TODAY, table) == propose(list(people.values()), TODAY, table)


def test_consults_above_goal_are_counted_back_to_the_last_change(rules: Thresholds) -> None:
    days = ["2026-03-01", "2026-02-01", "2026-01-01", "2025-12-01"]
    encounters = [who(day) for day in days]
    readings = {
        "systolic": [Reading("systolic", d, v, encounter=e) for d, v, e in
                     zip(days, (170, 160, 150, 120), encounters, strict=True)],
        "diastolic": [Reading("diastolic", d, 85, encounter=e) for d, e in zip(days, encounters, strict=True)],
    }  # fmt: skip
    course = Course(readings, days, {"hypertension": "2025-01-01"})
    assert unchanged_consults(course, "", TODAY, rules) == 3
    assert unchanged_consults(course, "2026-02-01", TODAY, rules) == 2
