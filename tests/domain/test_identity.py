"""Names, births and CURP: what is kept as typed, what is refused and why, and how a person is shown and found."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain import calendar, identity
from ces_desktop.domain.curp import curp_warnings
from ces_desktop.domain.identity import Age, Birth, Identity, parse_birth
from ces_desktop.errors import Refused

TODAY = date(2026, 3, 16)
MARIA = Identity("María Elena", "López", "de la Cruz", sex="female", birth=Birth("1958-07-14", "day"))


# Births


@pytest.mark.parametrize(
    ("typed", "value", "precision", "stated"),
    [
        ("010258", "1958-02-01", "day", None),
        ("14/07/1958", "1958-07-14", "day", None),
        ("14-jul-58", "1958-07-14", "day", None),
        ("h", "2026-03-16", "day", None),
        ("-8", "2026-03-08", "day", None),
        ("07/1958", "1958-07", "month", None),
        ("jul-1958", "1958-07", "month", None),
        ("julio de 1958", "1958-07", "month", None),
        ("1958-07", "1958-07", "month", None),
        ("1958", "1958", "year", None),
        ("e45", None, "estimated", 45),
        ("45 años", None, "estimated", 45),
        ("8m", "2025-07", "estimated", 0),
        ("18 meses", "2024-09", "estimated", 1),
        ("", None, "unknown", None),
        ("?", None, "unknown", None),
    ],
)
def test_typed_births_keep_the_precision_they_came_with(
    typed: str, value: str | None, precision: str, stated: int | None
) -> None:
    birth = parse_birth(typed, TODAY)
    assert (birth.value, birth.precision, birth.stated_age) == (value, precision, stated)
    assert birth.stated_on == (TODAY.isoformat() if precision == "estimated" else None)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("30/02/1958", "calendar.no_such_day"),
        ("13/1958", "calendar.no_such_day"),
        ("17/03/2026", "birth.future"),
        ("+28", "birth.future"),
        ("04/2026", "birth.future"),
        ("2027", "birth.future"),
        ("e121", "birth.too_old"),
        ("1904", "birth.too_old"),
        ("14/07/1899", "birth.too_old"),
        ("1500", "calendar.year_out_of_range"),
        ("ayer", "birth.unreadable"),
        ("e", "birth.unreadable"),
        ("45", "birth.unreadable"),
        ("😀", "birth.unreadable"),
        ("1" * 10_000, "birth.unreadable"),
    ],
)
def test_impossible_births_are_refused_by_their_own_code(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_birth(typed, TODAY)
    assert refusal.value.code == code


@given(st.text(max_size=20))
def test_any_text_is_a_birth_or_refused(text: str) -> None:
    try:
        birth = parse_birth(text, TODAY)
    except Refused:
        return
    span = birth.span()
    assert (span is None) == (birth.precision == "unknown")
    if span:
        assert span[0] <= TODAY and calendar.age_years(span[1], TODAY) <= identity.OLDEST


exact = st.dates(TODAY - timedelta(days=120 * 365), TODAY).map(lambda day: Birth(day.isoformat(), "day"))
months = exact.map(lambda birth: Birth(str(birth.value)[:7], "month"))
years = exact.map(lambda birth: Birth(str(birth.value)[:4], "year"))
stated = st.integers(0, 120).map(lambda age: Birth(None, "estimated", age, TODAY.isoformat()))
births = st.one_of(exact, months, years, stated, st.just(Birth()))


@given(births)
def test_a_birth_reads_back_from_its_own_text(birth: Birth) -> None:
    assert parse_birth(identity.birth_text(birth, TODAY), TODAY) == birth


@given(st.integers(0, 99), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_an_age_in_months_reads_back_on_the_day_it_was_stated(count: int, day: date) -> None:
    birth = parse_birth(f"{count}m", day)
    age = birth.age_on(day)
    assert age is not None and 12 * age.years + age.months == count and age.approximate
    assert parse_birth(identity.birth_text(birth, day), day) == birth


@given(births, st.integers(0, 4000))
def test_people_never_grow_younger(birth: Birth, later: int) -> None:
    now, then = birth.age_on(TODAY), birth.age_on(TODAY + timedelta(days=later))
    if now is None or then is None:
        assert birth.precision == "unknown"
        return
    assert (now.years, now.months, now.days) <= (then.years, then.months, then.days)
    assert 0 <= now.months < 12 and 0 <= now.days < 31


def test_ages() -> None:
    assert Birth("1958-07-14", "day").age_on(TODAY) == Age(67, 8, 2, False)
    assert Birth("2026-03-16", "day").age_on(TODAY) == Age(0, 0, 0, False)
    assert Birth("2026-03-17", "day").age_on(TODAY) is None
    in_2020 = Birth(None, "estimated", 45, "2020-01-10")
    assert in_2020.age_on(TODAY) == Age(51, 2, 6, True)
    assert Birth().age_on(TODAY) is None


def test_no_first_of_january_is_made_up() -> None:
    about_45 = parse_birth("e45", TODAY)
    assert (about_45.earliest(), about_45.latest()) == (date(1980, 3, 17), date(1981, 3, 16))
    assert parse_birth("1958", TODAY).latest() == date(1958, 12, 31)


# Names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  María   Elena ", "María Elena"),
        ("Mari\u0301a", "María"),
        ("K'in", "K'in"),
        ("Ma. del Carmen", "Ma. del Carmen"),
        ("López-Pérez", "López-Pérez"),
        ("Muñoz", "Muñoz"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_names_stay_as_typed(typed: str, kept: str) -> None:
    assert identity.clean_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("María\nElena", "identity.line_break"),
        ("María\u2028Elena", "identity.line_break"),
        ("María\x00", "identity.control"),
        ("María\u200bElena", "identity.control"),
        ("María\tElena", "identity.control"),
        ("\ud800", "identity.control"),
        ("\u202eairam", "identity.bidi"),
        ("مريم", "identity.bidi"),
        ("María 😀", "identity.symbol"),
        ("María; DROP", "identity.symbol"),
        ("Мария", "identity.symbol"),
        ("M\u0301\u0301\u0301", "identity.symbol"),
        ("María 2", "identity.digit"),
        ("María ٢", "identity.bidi"),
        ("-.-", "identity.no_letter"),
        ("a" * 81, "identity.too_long"),
        ("a" * 10_000, "identity.too_long"),
    ],
)
def test_what_is_no_name_is_refused_by_its_own_code(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        identity.clean_name(typed)
    assert refusal.value.code == code


@given(st.text(max_size=90))
def test_cleaning_is_idempotent_and_keeps_only_safe_text(text: str) -> None:
    try:
        clean = identity.clean_name(text)
    except Refused as refusal:
        assert refusal.code.startswith("identity.")
        return
    assert identity.clean_name(clean) == clean == unicodedata.normalize("NFC", clean)
    assert len(clean) <= identity.LONGEST_NAME and clean.isprintable()
    proposed = identity.propose_name(clean)
    assert identity.propose_name(proposed) == proposed


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("LÓPEZ", "López"),
        ("de la cruz", "de la Cruz"),
        ("DE LA CRUZ", "de la Cruz"),
        ("maría del carmen", "María del Carmen"),
        ("LÓPEZ-PÉREZ", "López-Pérez"),
        ("McAllister", "McAllister"),
        ("María elena", "María elena"),
        ("LA", "La"),
        ("", ""),
    ],
)
def test_one_case_only_is_proposed_in_capitals_and_small(typed: str, proposed: str) -> None:
    assert identity.propose_name(typed) == proposed


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("963 555 0142", "9635550142"), ("(963) 555-0142", "9635550142"), ("+52 9635550142", "529635550142"),
     ("5550142", "5550142"), ("", None), ("  ", None)],
)  # fmt: skip
def test_telephones_are_kept_as_digits(typed: str, digits: str | None) -> None:
    assert identity.clean_phone(typed) == digits


@pytest.mark.parametrize(
    "typed", ["123456", "1234567890123", "no tiene", "963555O142", "٩٦٣٥٥٥٠١٤٢", "9635550142\n", "-"]
)
def test_what_is_no_telephone_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match=r"identity\.phone"):
        identity.clean_phone(typed)


def test_a_person_is_shown_surnames_first() -> None:
    assert identity.display_name(MARIA) == "LÓPEZ DE LA CRUZ, María Elena"
    assert identity.initials(MARIA) == "ML"
    only_mother = Identity("Juan", "", "Pérez", paternal_kind="none")
    assert identity.display_name(only_mother) == "PÉREZ, Juan"
    assert identity.display_name(Identity()) == identity.initials(Identity()) == ""
    assert identity.display_name(Identity("Ana", paternal_kind="unknown", maternal_kind="unknown")) == "Ana"


def test_sorting_ignores_accents_and_particles() -> None:
    people = [
        Identity("Ana", "Zepeda", "Díaz"),
        Identity("Ana", "de la Cruz", "Díaz"),
        Identity("Ana", "López Ruiz", "Aguilar"),
        Identity("Ana", "Lopez", "Zepeda"),
        Identity("Ana", "Ávila", "Díaz"),
    ]
    ordered = [person.paternal for person in sorted(people, key=identity.sort_key)]
    assert ordered == ["Ávila", "de la Cruz", "Lopez", "López Ruiz", "Zepeda"]


@given(st.text(max_size=60))
def test_folding_is_idempotent_and_leaves_words_of_plain_letters(text: str) -> None:
    folded = identity.fold(text)
    assert identity.fold(folded) == folded
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert folded == " ".join(folded.split())


@given(st.text(alphabet="abcñáéíóúüÁÉÑ Łøß'", max_size=30))
def test_folding_is_blind_to_case_and_to_how_accents_are_stored(text: str) -> None:
    assert identity.fold(unicodedata.normalize("NFD", text)) == identity.fold(text) == identity.fold(text.lower())


def test_the_text_a_person_is_found_by() -> None:
    person = Identity("María", "López", "Ñúñez", nickname="Mari", birth=Birth("1958-07", "month"), phone="529635550142")
    tokens = identity.search_text(person, "CAP0000412", "Río Hondo", "A-0033").split()
    assert set(tokens) == {
        "maria", "lopez", "nunez", "mari", "rio", "hondo", "a", "0033", "0cap0000412", "n412", "n33",
        "t529635550142", "t9635550142", "t5550142", "y1958",
    }  # fmt: skip


@given(births)
def test_birth_years_cover_the_birth_and_are_few(birth: Birth) -> None:
    found, span = identity.birth_years(birth), birth.span()
    assert len(found) <= identity.MOST_BIRTH_YEARS
    if span:
        assert {span[0].year, span[1].year} <= set(found)


# CURP


def _curp(body: str) -> str:
    from stdnum.mx import curp

    return body + str(curp.calc_check_digit(body + "0"))


def test_an_agreeing_curp_gives_no_warning() -> None:
    assert curp_warnings(_curp("LOCE580714MCSPRL0"), Identity("Elena", "López", "de la Cruz")) == ()
    assert curp_warnings(_curp("LOCE580714MCSPRL0"), MARIA, "cs") == ()
    assert curp_warnings("", MARIA) == ()


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("LOCE580714", ("curp.length",)),
        ("1234567890ABCDEFGH", ("curp.shape",)),
        (_curp("LOCE580714MCSPRL0")[:-1] + "x", ("curp.shape",)),
        (_curp("LOCE580715MCSPRL0"), ("curp.birth",)),
        (_curp("LOCE580714HCSPRL0"), ("curp.sex",)),
        (_curp("LOCE580714MOCPRL0"), ("curp.state",)),
        (_curp("GOCE580714MCSPRL0"), ("curp.name",)),
        (_curp("LOCE580231MCSPRL0"), ("curp.no_such_day",)),
    ],
)
def test_each_disagreement_is_its_own_warning(number: str, expected: tuple[str, ...]) -> None:
    assert curp_warnings(number, MARIA, "CS") == expected


def test_a_wrong_check_digit_is_warned() -> None:
    number = _curp("LOCE580714MCSPRL0")
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert curp_warnings(wrong, MARIA) == ("curp.check_digit",)


def test_curp_of_missing_surnames_censored_letters_and_stated_ages() -> None:
    alone = Identity("José Ángel", "Ñúñez", "", maternal_kind="none", birth=Birth(None, "estimated", 45, "2026-03-16"))
    assert curp_warnings(_curp("XUXA800714HCSXXN0"), alone) == ()
    assert curp_warnings(_curp("XXXA800714HCSXXN0"), alone) == ()
    assert "curp.birth" in curp_warnings(_curp("XUXA700714HCSXXN0"), alone)


@given(st.text(max_size=18))
def test_no_curp_makes_it_fall(text: str) -> None:
    assert all(code.startswith("curp.") for code in curp_warnings(text, MARIA, "CS"))
