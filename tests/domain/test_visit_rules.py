"""What may not be signed, what is missing, and texts as they are kept, with plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data.reference_files import read_list
from ces_desktop.domain.ids import Id
from ces_desktop.domain.measures import from_rows, implausible
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.visits import Diagnosed, Dose, Line, Measured, Note, Requested, Visit, check, cleaned, gaps

SHIPPED = from_rows(read_list("measure"))
TODAY = date(2026, 3, 16)
SOMEBODY = Id(bytes(16))
KEYS = [p.keys for p in PROGRAMMES.values()]


def visit(**more: object) -> Visit:
    return replace(Visit(SOMEBODY, SOMEBODY, TODAY.isoformat(), note=Note("algo")), **more)  # type: ignore[arg-type]


def codes(given: Visit, **person: object) -> list[tuple[str, str]]:
    return [(p.field, p.code) for p in check(cleaned(given), TODAY, SHIPPED, **person)]  # type: ignore[arg-type]


def test_all_problems_are_told_at_once_in_the_order_of_the_form() -> None:
    wrong = visit(
        happened_on="2026-03-17",
        measured=(Measured("systolic", 400), Measured("diastolic", 80)),
        note=Note("\u200fx", plan="y" * 9000),
        diagnoses=(Diagnosed(SOMEBODY, "I10X", True), Diagnosed(SOMEBODY, "I10X", False)),
        lines=(Line(SOMEBODY, None, " ", Dose(), "", 0, -1),),
        requests=(Requested(SOMEBODY, "soul"), Requested(SOMEBODY, "imaging")),
        next_on="2026-03-01",
    )
    assert codes(wrong) == [
        ("happened_on", "visits.future"),
        ("systolic", "measures.impossible"),
        ("subjective", "visits.text_control"),
        ("plan", "visits.text_long"),
        ("diagnoses", "visits.diagnosis_twice"),
        ("line:0", "visits.line_drug"),
        ("line:0", "visits.line_no_dose"),
        ("line:0", "visits.line_route"),
        ("line:0", "visits.line_days"),
        ("line:0", "visits.line_quantity"),
        ("requests", "visits.measure_unknown"),
        ("requests", "visits.image_missing"),
        ("next_on", "visits.next_past"),
    ]


def test_a_mistyped_year_of_the_next_visit_takes_nobody_off_the_rescue_list() -> None:
    assert codes(visit(next_on=(TODAY + timedelta(days=400)).isoformat())) == []
    assert codes(visit(next_on="2062-04-16")) == [("next_on", "visits.next_far")]


def test_a_consult_lies_between_birth_and_death() -> None:
    assert codes(visit(), born=TODAY) == []
    assert codes(visit(), born=TODAY + timedelta(days=1)) == [("happened_on", "visits.before_birth")]
    assert codes(visit(), died="2026-03-15") == [("happened_on", "visits.after_death")]
    assert codes(visit(), died="2026-03-16") == []


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (Measured("chest_pain", word="unknown"), []),
        (Measured("chest_pain"), [("chest_pain", "visits.measure_kind")]),
        (Measured("foot_examination", word="perhaps"), [("foot_examination", "visits.measure_kind")]),
        (Measured("systolic", word="high"), [("systolic", "visits.measure_kind")]),
        (Measured("weight", 300_000, confirmed=True), []),
        (Measured("weight", 300_000), [("weight", "measures.unconfirmed")]),
        (Measured("weight", 500_000, confirmed=True), [("weight", "measures.impossible")]),
    ],
)
def test_what_was_measured_fits_its_measure(measured: Measured, expected: list[tuple[str, str]]) -> None:
    assert codes(visit(measured=(measured,)), age_days=20_000, sex="female") == expected


def test_gaps_are_asked_and_a_reason_answers_the_reading() -> None:
    assert gaps(visit(), KEYS) == ("reading", "diagnosis", "prognosis", "next_visit")
    both: tuple[Measured, ...] = (Measured("systolic", 130), Measured("hba1c", 70))
    assert "reading" in gaps(visit(measured=both), KEYS), "half a pressure is none"
    both = (*both, Measured("diastolic", 80))
    assert "reading" not in gaps(visit(measured=both), KEYS)
    assert "reading" in gaps(visit(measured=both[:1]), KEYS)
    assert "reading" not in gaps(visit(unmeasured="declined"), KEYS)


def test_who_has_no_known_age_or_sex_is_not_blocked_by_the_limits_of_an_adult() -> None:
    assert implausible(SHIPPED["weight"], 12_000, "female", None) == "unlikely"
    assert implausible(SHIPPED["weight"], 70_000, "female", None) == "ok"
    assert implausible(SHIPPED["weight"], 500_000, "female", None) == "impossible"
    assert implausible(SHIPPED["waist"], 9_000, "unknown", 20_000) == "impossible"
    assert implausible(SHIPPED["creatinine"], 100, "intersex", 20_000) == "ok"


@given(st.text(max_size=80), st.text(max_size=40))
def test_cleaning_twice_is_cleaning_once(note: str, drug: str) -> None:
    once = cleaned(visit(note=Note(note, plan=note), lines=(Line(SOMEBODY, None, drug, Dose(4), "oral", 3, 3),)))
    assert cleaned(once) == once


@given(
    st.sampled_from(sorted(code for code, m in SHIPPED.items() if m.numeric)),
    st.integers(-10, 600_000),
    st.sampled_from(["female", "male", "unknown"]),
    st.integers(0, 36_500),
)
def test_an_unknown_age_blocks_nothing_that_some_age_allows(code: str, value: int, sex: str, age: int) -> None:
    if implausible(SHIPPED[code], value, sex, age) != "impossible":
        assert implausible(SHIPPED[code], value, sex, None) != "impossible"
