"""What is impossible, unlikely and abnormal by the measures we ship, and the slips that explain the impossible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data.reference_files import read_list
from ces_desktop.domain.measures import from_rows, implausible
from ces_desktop.domain.plausibility import _SLIPS, Last, judge, judge_pressure, read
from ces_desktop.errors import Refused

SHIPPED = from_rows(read_list("measure"))
ADULT, CHILD, NEWBORN = 58 * 365, 5 * 365, 3
NUMERIC = sorted(code for code, m in SHIPPED.items() if m.numeric)


@pytest.mark.parametrize(
    ("code", "typed", "age", "last", "suggested"),
    [
        ("height", "1.51", ADULT, None, 1510),
        ("height", "1.5", ADULT, None, 1500),
        ("height", "1510", ADULT, None, 1510),
        ("height", "1,51", ADULT, (1520, 400), 1510),
        ("weight", "3200", NEWBORN, None, 3200),
        ("temperature", "98.6", ADULT, None, 370),
        ("temperature", "375", ADULT, None, 375),
        ("glucose_fasting", "7.8", ADULT, None, 141),
        ("glucose_random", "8", ADULT, None, 144),
        ("hba1c", "84", ADULT, None, 84),
        ("hba1c", "84", ADULT, (98, 90), 98),
        ("creatinine", "88", ADULT, None, 100),
        ("haemoglobin", "135", ADULT, None, 135),
        ("cholesterol_total", "5.2", ADULT, None, 201),
        ("muac", "125", CHILD, None, 125),
        ("systolic", "13", ADULT, None, 130),
    ],
)
def test_a_slip_of_unit_is_impossible_and_offers_what_was_meant(
    code: str, typed: str, age: int, last: Last | None, suggested: int
) -> None:
    verdict = read(SHIPPED[code], typed, "female", age, last)[1]
    assert (verdict.tier, verdict.suggestion) == ("impossible", (suggested,))
    assert verdict.code.startswith("measures.slip_")


@pytest.mark.parametrize(
    ("code", "value", "age", "last", "expected"),
    [
        ("systolic", 220, ADULT, None, "measures.high"),
        ("systolic", 138, ADULT, (130, 30), ""),
        ("systolic", 270, ADULT, None, "measures.unlikely"),
        ("systolic", 330, ADULT, None, "measures.impossible"),
        ("systolic", 200, ADULT, (130, 30), "measures.far"),
        ("glucose_random", 412, ADULT, (188, 30), "measures.far"),
        ("glucose_random", 300, ADULT, (188, 30), "measures.high"),
        ("glucose_fasting", 55, ADULT, (65, 30), "measures.low"),
        ("weight", 70_000, ADULT, (79_000, 20), "measures.weight_change"),
        ("weight", 70_000, ADULT, (79_000, 200), ""),
        ("weight", 70_000, ADULT, (120_000, 200), "measures.weight_change"),
        ("weight", 5_000, 90, (3_500, 30), ""),
        ("weight", 3_000, 90, (3_500, 30), "measures.weight_change"),
        ("weight", 3_200, 4, (3_500, 4), ""),
        ("height", 1510, ADULT, (1560, 4000), "measures.height_change"),
        ("height", 1510, ADULT, (1530, 4000), ""),
        ("height", 1100, CHILD, (1000, 365), ""),
        ("height", 1000, CHILD, (1100, 30), "measures.height_change"),
        ("temperature", 395, ADULT, (365, 1), "measures.high"),
        ("oxygen_saturation", 101, ADULT, None, "measures.impossible"),
    ],
)
def test_the_three_tiers(code: str, value: int, age: int, last: Last | None, expected: str) -> None:
    assert judge(SHIPPED[code], value, "female", age, last).code == expected


def test_pounds_are_offered_where_the_last_weight_explains_them() -> None:
    verdict = judge(SHIPPED["weight"], 154_000, "male", ADULT, (70_000, 30))
    assert (verdict.tier, verdict.suggestion) == ("unlikely", (69_853,))
    assert judge(SHIPPED["weight"], 154_000, "male", ADULT).tier == "ok"


@pytest.mark.parametrize(
    ("typed", "code", "suggested"),
    [
        ((13, 8), "measures.slip_pressure", (130, 80)),
        ((13, 80), "measures.slip_pressure", (130, 80)),
        ((130, 8), "measures.slip_pressure", (130, 80)),
        ((84, 138), "measures.slip_pressure", (138, 84)),
        ((120, 120), "measures.pressure_order", ()),
        ((138, 84), "", ()),
        ((146, 92), "measures.high", ()),
        ((260, 120), "measures.unlikely", ()),
        ((400, 90), "measures.impossible", ()),
    ],
)
def test_a_blood_pressure_is_judged_as_a_pair(typed: tuple[int, int], code: str, suggested: tuple[int, ...]) -> None:
    verdict = judge_pressure(SHIPPED, *typed, "female", ADULT)
    assert (verdict.code, verdict.suggestion) == (code, suggested)


def test_decimals_that_no_unit_explains_are_refused() -> None:
    with pytest.raises(Refused) as caught:
        read(SHIPPED["systolic"], "138.5", "female", ADULT)
    assert caught.value.code == "measures.too_fine"
    assert read(SHIPPED["systolic"], " ", "female", ADULT)[0] is None


_LAST = st.none() | st.tuples(st.integers(1, 500_000), st.integers(0, 4000))


@given(st.sampled_from(NUMERIC), st.integers(0, 500_000), st.sampled_from(["female", "male", "unknown"]),
       st.none() | st.integers(0, 36_500), _LAST)  # fmt: skip
def test_only_the_limits_of_the_person_make_a_value_impossible(
    code: str, value: int, sex: str, age: int | None, last: Last | None
) -> None:
    measure = SHIPPED[code]
    verdict = judge(measure, value, sex, age, last)
    assert (verdict.tier == "impossible") == (implausible(measure, value, sex, age) == "impossible")
    assert bool(verdict.code) == (verdict.tier != "ok")
    for meant in verdict.suggestion:
        assert implausible(measure, meant, sex, age) in ("ok", "abnormal")
        assert judge(measure, meant, sex, age, last).tier in ("ok", "abnormal")


@given(st.integers(40, 320), st.integers(20, 200), st.none() | st.integers(0, 36_500))
def test_a_believable_pressure_of_an_adult_is_never_blocked(systolic: int, diastolic: int, age: int | None) -> None:
    if diastolic < systolic and (age is None or age >= 6574):
        assert judge_pressure(SHIPPED, systolic, diastolic, "male", age).tier != "impossible"


def test_every_slip_is_of_a_measure_that_exists() -> None:
    assert set(_SLIPS) <= set(NUMERIC)
