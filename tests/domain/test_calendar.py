"""Days as typed: every spelling the clinic uses, each refusal by its own code, and round trips."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain import calendar
from ces_desktop.errors import Refused

TODAY = date(2026, 3, 16)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("010227", date(2027, 2, 1)),
        ("01021958", date(1958, 2, 1)),
        ("1/2/1958", date(1958, 2, 1)),
        ("1.2.58", date(2058, 2, 1)),
        ("1-feb-1958", date(1958, 2, 1)),
        ("3 ene 2026", date(2026, 1, 3)),
        ("3-Jan-2026", date(2026, 1, 3)),
        ("16 de septiembre de 2025", date(2025, 9, 16)),
        ("16 set 2025", date(2025, 9, 16)),
        ("2026-04-30", date(2026, 4, 30)),
        ("h", TODAY),
        ("HOY", TODAY),
        (" today ", TODAY),
        ("+28", date(2026, 4, 13)),
        ("-2", date(2026, 3, 14)),
        ("+3m", date(2026, 6, 16)),
        ("+2s", date(2026, 3, 30)),
        ("+1a", date(2027, 3, 16)),
        ("", None),
        ("   ", None),
    ],
)
def test_typed_days(typed: str, expected: date | None) -> None:
    assert calendar.parse_day(typed, TODAY) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("30/02/2026", "calendar.no_such_day"),
        ("290227", "calendar.no_such_day"),
        ("000026", "calendar.no_such_day"),
        ("1/13/2026", "calendar.no_such_day"),
        ("01/01/0001", "calendar.year_out_of_range"),
        ("+9999a", "calendar.not_a_day"),
        ("mañana", "calendar.not_a_day"),
        ("12", "calendar.not_a_day"),
        ("1/2/3/4", "calendar.not_a_day"),
        ("1-foo-1958", "calendar.not_a_day"),
        ("٠١٠٢٥٨", "calendar.not_a_day"),
        ("\x0001/02/58", "calendar.not_a_day"),
        ("010258😀", "calendar.not_a_day"),
    ],
)
def test_what_is_no_day_is_refused_by_its_own_code(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        calendar.parse_day(typed, TODAY)
    assert refusal.value.code == code


def test_two_digit_years_go_to_the_past_for_births() -> None:
    assert calendar.parse_day("010258", TODAY, "past") == date(1958, 2, 1)
    assert calendar.parse_day("150326", TODAY, "past") == date(2026, 3, 15)
    assert calendar.parse_day("170326", TODAY, "past") == date(1926, 3, 17)
    assert calendar.parse_day("290200", TODAY, "past") == date(2000, 2, 29)


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    try:
        found = calendar.parse_day(text, TODAY)
    except Refused as refusal:
        assert refusal.code.startswith("calendar.")
    else:
        assert found is None or calendar.FIRST_YEAR <= found.year <= calendar.LAST_YEAR


@given(days, st.sampled_from(["es", "en"]))
def test_a_formatted_day_reads_back(day: date, language: str) -> None:
    assert calendar.parse_day(calendar.format_day(day, language), TODAY) == day
    assert calendar.parse_day(day.strftime("%d%m%Y"), TODAY) == day
    assert calendar.parse_day(day.isoformat(), TODAY) == day


@given(st.dates(TODAY - timedelta(days=49 * 365), TODAY + timedelta(days=49 * 365)))
def test_a_near_day_reads_back_from_two_digit_years(day: date) -> None:
    assert calendar.parse_day(day.strftime("%d%m%y"), TODAY) == day


@given(days, st.integers(-600, 600))
def test_adding_months_keeps_the_day_or_the_month_end(day: date, months: int) -> None:
    moved = calendar.month_add(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


def test_age_turns_on_the_birthday() -> None:
    assert calendar.age_years(date(1958, 7, 14), date(2026, 7, 13)) == 67
    assert calendar.age_years(date(1958, 7, 14), date(2026, 7, 14)) == 68
    assert calendar.age_years(date(2024, 2, 29), date(2025, 2, 28)) == 0
    assert calendar.age_years(date(2024, 2, 29), date(2025, 3, 1)) == 1


@given(days)
def test_intervals_of_partial_dates_nest(day: date) -> None:
    iso = day.isoformat()
    year, month, exact = (calendar.interval(partial) for partial in (iso[:4], iso[:7], iso))
    assert exact == (day, day)
    assert year[0] <= month[0] <= day <= month[1] <= year[1]
    assert (month[0].day, (month[1] + timedelta(days=1)).day) == (1, 1)


@pytest.mark.parametrize("partial", ["", "58", "1958-7", "1958-13", "1958-02-30", "1958-07-14T00:00", "x"])
def test_what_is_no_partial_date_is_refused(partial: str) -> None:
    with pytest.raises(Refused):
        calendar.interval(partial)


def test_partial_dates_are_shown_as_exact_as_they_are() -> None:
    assert [calendar.format_day(partial) for partial in ("1958-07-04", "1958-07", "1958")] == [
        "4-jul-1958", "jul-1958", "1958",
    ]  # fmt: skip
    assert calendar.format_day("2026-01-03", "en") == "3-Jan-2026"


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_instants_are_whole_milliseconds_and_read_back(moment: datetime) -> None:
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert calendar.utc_ms(moment) == calendar.utc_ms(whole)
    assert calendar.local_moment(calendar.utc_ms(moment)) == whole


def test_the_clinic_day_is_not_the_day_in_greenwich() -> None:
    late_evening = calendar.utc_ms(datetime(2026, 3, 17, 5, 30, tzinfo=UTC))
    assert calendar.local_day(late_evening) == date(2026, 3, 16)
    with pytest.raises(ValueError, match="naive"):
        calendar.utc_ms(datetime(2026, 3, 17))
