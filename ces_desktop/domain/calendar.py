"""Days as people type them, partial dates, ages in whole years, and the clinic's local day."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from ces_desktop.errors import Refused

CLINIC_ZONE = ZoneInfo("America/Mexico_City")
FIRST_YEAR, LAST_YEAR = 1880, 2150

MONTHS_ES = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
MONTHS_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_ES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_LONG_EN = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH_NUMBERS = {
    name: number
    for names in (MONTHS_ES, MONTHS_EN, _LONG_ES, _LONG_EN)
    for number, name in enumerate(names, start=1)
} | {"set": 9, "sept": 9}
_MONTH = re.compile(r"([0-9]{1,2})[/. -]([0-9]{4})|([0-9]{4})-([0-9]{1,2})|([a-z]{3,10})[/. -](?:de )?([0-9]{4})")
_TODAY_WORDS = frozenset({"h", "hoy", "t", "today"})
_OFFSET = re.compile(r"([+-]) ?([0-9]{1,4}) ?([dsmaywDSMAYW]?)")
_NUMERIC = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4}|[0-9]{2})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NAMED = re.compile(r"([0-9]{1,2})[/. -]?(?:de )?([a-z]{3,10})\.?[/. -]?(?:de )?([0-9]{4}|[0-9]{2})")
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")

TwoDigitYear = Literal["nearest", "past"]


def parse_day(text: str, today: date, two_digit_year: TwoDigitYear = "nearest") -> date | None:
    """The day meant by `text`, None when it is empty.

    Reads `010258`, `01021958`, `1/2/58`, `1-feb-1958`, `1958-02-01`, `h` (today), `+28`, `-2`, `+3m` (also s/w weeks,
    a/y years). A two-digit year is the nearest one, or with "past" the last one not after today.
    Refused: `calendar.not_a_day`, `calendar.no_such_day` (day, month, year), `calendar.year_out_of_range` (year).
    """
    typed = " ".join(text.split()).lower()
    if not typed:
        return None
    if typed in _TODAY_WORDS:
        return today
    if match := _OFFSET.fullmatch(typed):
        return _offset(match, today)
    day, month, year = _parts(typed)
    return _on(day, month, year, today, two_digit_year)


def parse_partial(text: str, today: date) -> str | None:
    """The ISO day, month or year meant by `text` (`2019`, `03/2019`, `mar-2019`, or as `parse_day`); None when empty.

    Refused as `parse_day`. Two-digit years are in the past.
    """
    typed = " ".join(text.split()).lower()
    if re.fullmatch(r"[0-9]{4}", typed) and FIRST_YEAR <= int(typed) <= LAST_YEAR:
        return typed
    if match := _MONTH.fullmatch(typed):
        number = month_number(match[5]) if match[5] else int(match[1] or match[4])
        if number is None:
            raise Refused("calendar.not_a_day")
        return exact_day(int(match[2] or match[3] or match[6]), number, 1).isoformat()[:7]
    day = parse_day(typed, today, "past")
    return day.isoformat() if day else None


def _parts(typed: str) -> tuple[int, int, str]:
    """Day, month, and the year still as text, of a date written out."""
    if re.fullmatch(r"[0-9]{6}|[0-9]{8}", typed):
        return int(typed[:2]), int(typed[2:4]), typed[4:]
    if match := _ISO.fullmatch(typed):
        return int(match[3]), int(match[2]), match[1]
    if match := _NUMERIC.fullmatch(typed):
        return int(match[1]), int(match[2]), match[3]
    if (match := _NAMED.fullmatch(typed)) and (month := month_number(match[2])):
        return int(match[1]), month, match[3]
    raise Refused("calendar.not_a_day")


def _on(day: int, month: int, year: str, today: date, two_digit_year: TwoDigitYear) -> date:
    if len(year) == 4:
        return exact_day(int(year), month, day)
    century = today.year // 100 * 100
    candidates = [_day_or_none(century + shift + int(year), month, day) for shift in (-100, 0, 100)]
    days = [candidate for candidate in candidates if candidate]
    if two_digit_year == "past":
        days = [candidate for candidate in days if candidate <= today]
    if not days:
        raise Refused("calendar.no_such_day", day=day, month=month, year=year)
    return min(days, key=lambda candidate: abs(candidate - today))


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _offset(match: re.Match[str], today: date) -> date:
    amount = int(match[1] + match[2])
    try:
        match match[3]:
            case "m":
                moved = month_add(today, amount)
            case "a" | "y":
                moved = month_add(today, 12 * amount)
            case "s" | "w":
                moved = today + timedelta(weeks=amount)
            case _:
                moved = today + timedelta(days=amount)
    except (OverflowError, ValueError):
        raise Refused("calendar.not_a_day") from None
    return exact_day(moved.year, moved.month, moved.day)


def exact_day(year: int, month: int, day: int) -> date:
    """The date, or Refused `calendar.no_such_day` / `calendar.year_out_of_range`."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("calendar.year_out_of_range", year=year)
    found = _day_or_none(year, month, day)
    if found is None:
        raise Refused("calendar.no_such_day", day=day, month=month, year=year)
    return found


def month_number(name: str) -> int | None:
    """1 to 12 for a Spanish or English month name, short or long, any case; None otherwise."""
    return _MONTH_NUMBERS.get(name.lower())


def long_month(number: int, language: str) -> str:
    """`octubre`, `October`: a month written out."""
    return _LONG_ES[number - 1] if language == "es" else _LONG_EN[number - 1].capitalize()


def month_add(day: date, months: int) -> date:
    """`months` later (or earlier); the 31st becomes the last day of a shorter month. ValueError past year 9999."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(f"year {year}")
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def age_years(born: date, today: date) -> int:
    """Whole years lived on `today`; one born on 29 February turns on 1 March of common years. Negative before birth."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@lru_cache(maxsize=32768)
def interval(partial: str) -> tuple[date, date]:
    """First and last day of an ISO date, month or year (`1958-07-14`, `1958-07`, `1958`), else Refused as above."""
    match = _PARTIAL.fullmatch(partial)
    if not match:
        raise Refused("calendar.not_a_day")
    year, month, day = int(match[1]), match[2], match[3]
    if day:
        only = exact_day(year, int(month), int(day))
        return only, only
    if month:
        first = exact_day(year, int(month), 1)
        return first, month_add(first, 1) - timedelta(days=1)
    return exact_day(year, 1, 1), exact_day(year, 12, 31)


def whole_day(partial: str) -> str:
    """The first day of a partial ISO date: what is known by its year alone is never taken for more recent."""
    return partial + "-01-01"[len(partial) - 10 :] if len(partial) < 10 else partial


def format_day(value: date | str, language: str = "es") -> str:
    """`14-jul-1958`, `jul-1958` or `1958`: a date or partial ISO date as every screen and print shows it."""
    parts = (value.isoformat() if isinstance(value, date) else value).split("-")
    names = MONTHS_ES if language.startswith("es") else tuple(name.capitalize() for name in MONTHS_EN)
    shown = [parts[0]]
    if len(parts) > 1:
        shown.insert(0, names[int(parts[1]) - 1])
    if len(parts) > 2:
        shown.insert(0, str(int(parts[2])))
    return "-".join(shown)


def utc_ms(moment: datetime) -> int:
    """An aware datetime as integer UTC milliseconds since 1970. ValueError for a naive one: that is a bug."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no instant")
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def local_moment(ms: int) -> datetime:
    """The instant on the clinic's wall clock (America/Mexico_City)."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).astimezone(CLINIC_ZONE)


def local_day(ms: int) -> date:
    """The clinic's calendar day of an instant in UTC milliseconds."""
    return local_moment(ms).date()
