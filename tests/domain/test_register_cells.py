"""Cells of somebody's register: what they mean, and what is refused rather than guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data.measures import measures
from ces_desktop.domain import register_cells as cells
from ces_desktop.domain.register_cells import Names
from ces_desktop.errors import Refused

TODAY = date(2026, 3, 17)
ADULT = 50 * 365


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14/07/1958", "1958-07-14"),
        ("1958-07-14", "1958-07-14"),
        ("1958-07-14 00:00", "1958-07-14"),
        ("1958-07-14T06:00:00Z", "1958-07-14"),
        ("14/7/58", "1958-07-14"),
        ("19580714", "1958-07-14"),
        ("14-jul-1958", "1958-07-14"),
        ("07/1958", "1958-07"),
        ("1958-07", "1958-07"),
        ("jul-1958", "1958-07"),
        ("julio de 1958", "1958-07"),
        ("1958", "1958"),
        ("21380", "1958-07-14"),
        ("21380.0", "1958-07-14"),
        ("14/07/1958 08:30", "1958-07-14"),
    ],
)
def test_days_as_registers_write_them(text: str, day: str) -> None:
    assert cells.partial_day(text, TODAY) == day


@pytest.mark.parametrize(
    "text", ["h", "hoy", "+28", "-3", "30/02/1980", "31/13/1980", "ayer", "13/25/2020", "😀", "1e5"]
)
def test_days_that_are_none(text: str) -> None:
    with pytest.raises(Refused, match=r"calendar\."):
        cells.partial_day(text, TODAY)


def test_a_month_alone_is_its_last_day_and_never_after_today() -> None:
    assert cells.whole_day("02/2026", TODAY) == "2026-02-28"
    assert cells.whole_day("03/2026", TODAY) == "2026-03-17"
    with pytest.raises(Refused, match=r"register_import\.future"):
        cells.whole_day("18/03/2026", TODAY)


def test_ages_and_births_are_never_more_exact_than_written() -> None:
    assert cells.age_of("45", "2025-01-31").stated_age == 45
    assert cells.age_of("45.0 años", "2025-01-31").stated_on == "2025-01-31"
    assert cells.age_of("8 m", "2025-01-31").value == "2024-05"
    assert cells.birth_of("07/1958", TODAY).precision == "month"
    assert cells.birth_of("1958", TODAY).value == "1958"
    for bad, code in (("121", "birth.too_old"), ("muy grande", "register_import.age_unread")):
        with pytest.raises(Refused, match=code):
            cells.age_of(bad, "2025-01-31")


@pytest.mark.parametrize(
    ("text", "column", "sex"),
    [
        ("F", "f m", "female"),
        ("M", "f m", "male"),
        ("M", "h m", "female"),
        ("H", "h m", "male"),
        ("Mujer", "m", "female"),
        ("MASCULINO", "", "male"),
        ("female", "", "female"),
    ],
)
def test_m_is_read_beside_the_other_letters(text: str, column: str, sex: str) -> None:
    assert cells.sex_of(text, frozenset(column.split())) == sex


def test_a_sex_that_is_not_clear_is_not_guessed() -> None:
    for text, code in (("M", "ambiguous"), ("2", "unread"), ("X", "unread")):
        with pytest.raises(Refused, match=code):
            cells.sex_of(text, frozenset({"m"}))


@pytest.mark.parametrize(
    ("text", "surnames_first", "names"),
    [
        ("PÉREZ LÓPEZ, ANA MARÍA", True, Names("Ana María", "Pérez", "López")),
        ("DE LA CRUZ GÓMEZ JUAN CARLOS", True, Names("Juan Carlos", "de la Cruz", "Gómez")),
        ("Ana María Pérez López", False, Names("Ana María", "Pérez", "López")),
        ("María de los Ángeles de la Cruz y Gómez", False, Names("María de los Ángeles", "de la Cruz", "y Gómez")),
        ("Juan Pérez", False, Names("Juan", "Pérez", "")),
        ("Pérez Juan", True, Names("Juan", "Pérez", "")),
        ("Juan", False, Names("Juan", "", "")),
        ("de la", False, Names("de La", "", "")),
        ("", False, Names("", "", "")),
        ("Pérez López,", True, Names("", "Pérez", "López")),
    ],
)
def test_a_name_in_one_column(text: str, surnames_first: bool, names: Names) -> None:
    assert cells.split_name(text, surnames_first) == names


@given(st.text(max_size=60), st.booleans())
def test_no_word_of_a_name_is_lost(text: str, first: bool) -> None:
    found = cells.split_name(text, first)
    said = " ".join((found.given, found.paternal, found.maternal)).replace(",", " ").casefold().split()
    assert sorted(said) == sorted(text.replace(",", " ").casefold().split())


@pytest.mark.parametrize(
    ("code", "text", "unit", "value"),
    [
        ("weight", "70,8", "", 70_800),
        ("weight", "154 lb", "", 69_853),
        ("weight", "154", "lb", 69_853),
        ("weight", "70.8kg", "lb", 70_800),
        ("height", "1.51 m", "", 1_510),
        ("height", "151", "cm", 1_510),
        ("glucose_fasting", "7.8 mmol/L", "", 141),
        ("hba1c", "8,4 %", "", 84),
        ("hba1c", "53 mmol/mol", "", 70),
        ("systolic", "118.4", "mm[Hg]", 118),
        ("systolic", "139.6", "", 140),
        ("temperature", "98.6 F", "", 370),
        ("cholesterol_total", "169.8", "mg/dL", 170),
    ],
)
def test_numbers_with_their_units(code: str, text: str, unit: str, value: int) -> None:
    assert cells.number_of(measures()[code], text, "female", ADULT, unit) == (value, False)


def test_numbers_that_cannot_be_and_those_to_look_at() -> None:
    for code, text, refused in (
        ("hba1c", "0", "impossible"),
        ("weight", "1.54", "impossible"),
        ("glucose_fasting", "7.8", "impossible"),
        ("weight", "70 arrobas", "unit_unknown"),
        ("weight", "-70", "not_a_number"),
        ("weight", "setenta", "not_a_number"),
        ("weight", "9" * 10_000, "not_a_number"),
        ("weight", "7\n0", "not_a_number"),
    ):
        with pytest.raises(Refused, match=refused):
            cells.number_of(measures()[code], text, "female", ADULT)
    assert cells.number_of(measures()["systolic"], "255", "female", ADULT) == (255, True)


def test_answers_boxes_and_words() -> None:
    told = {
        "Sí": "yes",
        "X": "yes",
        "☑": "yes",
        "no": "no",
        "0": "no",
        "☐": None,
        "[ ]": None,
        "-": None,
        "no sabe": "unknown",
    }
    assert {text: cells.answer_of(text) for text in told} == told
    with pytest.raises(Refused, match="answer_unread"):
        cells.answer_of("quizá")
    assert cells.word_of(measures()["foot_examination"], measures()["foot_examination"].options_es[0])


def test_ailments_in_words_and_codes() -> None:
    assert cells.ailments_of("DM2/HAS") == (("E119", ""), ("I10X", ""))
    assert cells.ailments_of("Diabetes y gastritis") == (("E149", ""), ("", "gastritis"))
    assert cells.ailments_of("E11.9; i10") == (("E119", ""), ("I10X", ""))


def test_pressures() -> None:
    assert cells.pressure_of("120 / 80 mmHg") == (120, 80)
    with pytest.raises(Refused, match="pressure_unread"):
        cells.pressure_of("120")


@given(st.text(max_size=40))
def test_any_cell_is_read_or_refused(text: str) -> None:
    for read in (
        lambda: cells.partial_day(text, TODAY),
        lambda: cells.whole_day(text, TODAY),
        lambda: cells.birth_of(text, TODAY),
        lambda: cells.age_of(text, "2026-01-01"),
        lambda: cells.sex_of(text, frozenset()),
        lambda: cells.answer_of(text),
        lambda: cells.pressure_of(text),
        lambda: cells.ailments_of(text),
        lambda: cells.called_by(text),
        lambda: cells.number_of(measures()["weight"], text, "female", ADULT),
        lambda: cells.word_of(measures()["foot_examination"], text),
    ):
        try:
            read()
        except Refused:
            continue
