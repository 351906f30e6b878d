"""Who a person is: names with two surnames, a birth date with its precision, CURP, and the text they are found by."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from ces_desktop.domain import calendar
from ces_desktop.errors import Refused

Sex = Literal["female", "male", "intersex", "unknown"]
SurnameKind = Literal["given", "none", "unknown"]
Precision = Literal["day", "month", "year", "estimated", "unknown"]

OLDEST = 120
LONGEST_NAME = 80
PARTICLES = frozenset(
    {"de", "del", "la", "las", "los", "el", "y", "e", "da", "das", "do", "dos", "di", "van", "von", "der"}
)

# Latin letters that NFKD leaves whole; everything searchable ends up in a-z and 0-9.
_WHOLE_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ß": "ss"}
)
_APOSTROPHES = frozenset("'’‘ʼ`´ʹ")
_BIDI_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years, then the months and days beyond them; `approximate` unless the exact day of birth is known."""

    years: int
    months: int
    days: int
    approximate: bool


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth as known, never more exact than it was told.

    `value` is a partial ISO date (`1958-07-14`, `1958-07`, `1958`). An age in years has no value but `stated_age` on
    the day `stated_on`; an age in months has the month it points to, precision "estimated". Unknown has neither.
    """

    value: str | None = None
    precision: Precision = "unknown"
    stated_age: int | None = None
    stated_on: str | None = None

    def span(self) -> tuple[date, date] | None:
        """First and last possible day, taking a stated age at its word; None when unknown."""
        if self.value is not None:
            return calendar.interval(self.value)
        if self.stated_age is None or self.stated_on is None:
            return None
        last = calendar.month_add(date.fromisoformat(self.stated_on), -12 * self.stated_age)
        return calendar.month_add(last, -12) + timedelta(days=1), last

    def earliest(self) -> date | None:
        """First possible day, None when unknown."""
        span = self.span()
        return span[0] if span else None

    def latest(self) -> date | None:
        """Last possible day, None when unknown."""
        span = self.span()
        return span[1] if span else None

    def _likely_day(self, first: date, last: date) -> date:
        """The day ages are counted from: a stated age reads back as stated, a month or year is taken at its middle."""
        if self.stated_on is None:
            return first + (last - first) / 2
        stated_day = date.fromisoformat(self.stated_on).day
        return last if self.value is None else min(first + timedelta(days=stated_day - 1), last)

    def age_on(self, today: date) -> Age | None:
        """Age on a day, None when unknown or not yet born. A stated age grows with the years since it was stated."""
        span = self.span()
        if span is None or span[0] > today:
            return None
        born = min(self._likely_day(*span), today)
        years = calendar.age_years(born, today)
        months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
        last_full_month = calendar.month_add(born, months)
        return Age(years, months - 12 * years, max(0, (today - last_full_month).days), self.precision != "day")

    def days_on(self, today: date) -> int | None:
        """Age in days for age-banded limits, from the likely day of birth; None when unknown or not yet born."""
        span = self.span()
        return None if span is None or span[0] > today else (today - min(self._likely_day(*span), today)).days


UNKNOWN_BIRTH = Birth()


def parse_birth(text: str, today: date) -> Birth:
    """The birth meant by `text`: a day as `calendar.parse_day`, `07/1958`, `jul-1958`, `1958`, `e45`, `45 años`, `8m`.

    Empty or `?` is unknown. Two-digit years are in the past. Refused: `birth.unreadable`, `birth.future`,
    `birth.too_old` (limit), `calendar.no_such_day`, `calendar.year_out_of_range`.
    """
    typed = " ".join(text.split()).lower()
    if typed in ("", "?"):
        return UNKNOWN_BIRTH
    return _stated(typed, today) or _checked(_dated(typed, today), today)


def _stated(typed: str, today: date) -> Birth | None:
    if match := re.fullmatch(r"(?:e ?([0-9]{1,3})|([0-9]{1,3}) ?(?:a|años?|anos?|y|years?))", typed):
        age = int(match[1] or match[2])
        if age > OLDEST:
            raise Refused("birth.too_old", limit=OLDEST)
        return Birth(None, "estimated", age, today.isoformat())
    if match := re.fullmatch(r"e? ?([0-9]{1,2}) ?(?:m|mes|meses|months?)", typed):
        months = int(match[1])
        month = calendar.month_add(today, -months).isoformat()[:7]
        return Birth(month, "estimated", months // 12, today.isoformat())
    return None


def _dated(typed: str, today: date) -> Birth:
    if re.fullmatch(r"[0-9]{4}", typed):
        return Birth(typed, "year")
    if match := re.fullmatch(r"([0-9]{1,2})[/. -]([0-9]{4})|([0-9]{4})-([0-9]{1,2})", typed):
        month, year = int(match[1] or match[4]), int(match[2] or match[3])
        return Birth(calendar.exact_day(year, month, 1).isoformat()[:7], "month")
    named = re.fullmatch(r"([a-z]{3,10})[/. -](?:de )?([0-9]{4})", typed)
    if named and (number := calendar.month_number(named[1])):
        return Birth(calendar.exact_day(int(named[2]), number, 1).isoformat()[:7], "month")
    try:
        # A day ahead of today is read as it stands ("+28" too), so that it is refused as future, not as unreadable.
        day = calendar.parse_day(typed, today, "past")
    except Refused as refusal:
        if refusal.code == "calendar.not_a_day":
            raise Refused("birth.unreadable") from None
        raise
    assert day is not None
    return Birth(day.isoformat(), "day")


def _checked(birth: Birth, today: date) -> Birth:
    first, last = calendar.interval(birth.value or "")
    if first > today:
        raise Refused("birth.future")
    if calendar.age_years(last, today) > OLDEST:
        raise Refused("birth.too_old", limit=OLDEST)
    return birth


def birth_text(birth: Birth, today: date) -> str:
    """What `parse_birth` would read back: `14/07/1958`, `07/1958`, `1958`, `e45` (the age of today), empty if unknown.

    A form keeps the stored birth while this text is untouched: an estimate would otherwise be restated today.
    """
    if birth.precision == "estimated":
        age = birth.age_on(today)
        if age is None:
            return ""
        months = 12 * age.years + age.months
        return f"{months}m" if birth.value and months < 100 else f"e{age.years}"
    return "/".join(reversed((birth.value or "").split("-")))


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as registered. A surname is "" unless its kind is "given"; `curp` and `phone` are cleaned or None."""

    given: str = ""
    paternal: str = ""
    maternal: str = ""
    paternal_kind: SurnameKind = "given"
    maternal_kind: SurnameKind = "given"
    nickname: str = ""
    sex: Sex = "unknown"
    birth: Birth = UNKNOWN_BIRTH
    curp: str | None = None
    mother_name: str = ""
    phone: str | None = None


def clean_name(text: str) -> str:
    """A name part with single spaces, in NFC; spelling and capitals as typed.

    Refused, each with its own code: `identity.line_break`, `identity.bidi`, `identity.control`, `identity.digit`,
    `identity.symbol` (emoji, punctuation no name has), `identity.no_letter`, `identity.too_long` (limit).
    """
    normal = unicodedata.normalize("NFC", text).strip(" \t\u00a0")
    for mark in normal:
        if refusal := _name_refusal(mark):
            raise Refused(refusal)
    clean = " ".join(normal.split())
    if clean and not any(mark.isalpha() for mark in clean):
        raise Refused("identity.no_letter")
    if len(clean) > LONGEST_NAME:
        raise Refused("identity.too_long", limit=LONGEST_NAME)
    return clean


@lru_cache(maxsize=512)
def _name_refusal(mark: str) -> str | None:
    category = unicodedata.category(mark)
    if mark in _LINE_ENDS:
        return "identity.line_break"
    if mark in _BIDI_MARKS or unicodedata.bidirectional(mark) in ("R", "AL", "AN"):
        return "identity.bidi"
    if mark in " -.’'ʼ\u00a0":
        return None
    if category[0] == "N":
        return "identity.digit"
    if category in ("Cc", "Cf", "Cs"):
        return "identity.control"
    # Names here are written in Latin letters; a letter of another script is a slip of the keyboard or a trick.
    latin = category[0] == "L" and unicodedata.name(mark, "").startswith(("LATIN", "FEMININE", "MASCULINE"))
    return None if latin else "identity.symbol"


def propose_name(clean: str) -> str:
    """The spelling to propose for a name typed in one case only (`DE LA CRUZ` → `de la Cruz`); others stay as typed."""
    if len(clean) < 2 or not (clean.islower() or clean.isupper()):
        return clean
    words = clean.lower().split(" ")
    last = len(words) - 1
    return " ".join(
        word if word in PARTICLES and place != last else "-".join(part.capitalize() for part in word.split("-"))
        for place, word in enumerate(words)
    )


def clean_phone(text: str) -> str | None:
    """Digits only, None when empty; Refused `identity.phone` unless 7 to 12 digits with spaces, `+ - . ( )` between."""
    if not text.strip():
        return None
    digits = "".join(re.findall(r"[0-9]", text))
    if not re.fullmatch(r"[0-9 +().\-\t]{1,30}", text) or not 7 <= len(digits) <= 12:
        raise Refused("identity.phone")
    return digits


def clean_curp(text: str) -> str | None:
    """Upper case without spaces or hyphens, None when empty; Refused `identity.curp` unless letters and digits."""
    curp = re.sub(r"[\s-]", "", text).upper()
    if not curp:
        return None
    if not re.fullmatch(r"[A-ZÑ0-9]{1,20}", curp):
        raise Refused("identity.curp")
    return curp


def surnames(identity: Identity) -> tuple[str, ...]:
    """The surnames the person has, paternal first; one that does not exist or is not known is left out."""
    pairs = ((identity.paternal, identity.paternal_kind), (identity.maternal, identity.maternal_kind))
    return tuple(name for name, kind in pairs if kind == "given" and name)


def display_name(identity: Identity) -> str:
    """`LÓPEZ PÉREZ, María Elena`; one half alone when the other is missing, "" for the wholly unnamed."""
    return ", ".join(part for part in (" ".join(surnames(identity)).upper(), identity.given) if part)


def initials(identity: Identity) -> str:
    """First letter of the first given name and of the first surname: `ML` for María Elena López Pérez."""
    heads = (identity.given.split(), _without_particles(" ".join(surnames(identity))).split())
    return "".join(words[0][0].upper() for words in heads if words)


def sort_key(identity: Identity) -> str:
    """Accent-free, no particles: paternal, maternal, given, two spaces between so `López` precedes `López Ruiz`."""
    parts = (*surnames(identity)[:2], *("",) * (2 - len(surnames(identity))), identity.given)
    return "  ".join(fold(_without_particles(part)) for part in parts)


def _without_particles(name: str) -> str:
    """The name without its particles, or whole when it has nothing else (a surname may be `De`)."""
    return " ".join(word for word in name.split() if word.lower() not in PARTICLES) or name


@lru_cache(maxsize=8192)  # names repeat: ranking one key's results folds the same few hundred
def fold(text: str) -> str:
    """Words of a-z and 0-9 with single spaces: no case, no accents, apostrophes closed up (`K'in` → `kin`)."""
    if text.isascii() and text.isalnum():
        return text.lower()
    return " ".join("".join(fold_letter(mark) for mark in unicodedata.normalize("NFC", text)).split())


@lru_cache(maxsize=4096)
def fold_letter(mark: str) -> str:
    """One character folded: its letters or digits in a-z0-9, "" for a combining mark or apostrophe, else a space."""
    if mark in _APOSTROPHES:
        return ""
    plain = unicodedata.normalize("NFKD", mark).lower().translate(_WHOLE_LETTERS)
    kept = "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
    return kept or ("" if unicodedata.category(mark).startswith("M") else " ")


# `finding` builds its queries with the same token functions.
MOST_BIRTH_YEARS = 5


def search_text(identity: Identity, human_id: str, community: str, folder: str) -> str:
    """The folded text a person is found by: words, `0cap0000412`, `n412`, `t9635550142`, `t5550142`, `y1958`.

    Goes whole into the full-text index. `folder` is the paper record number as written on it; its digits become `n…`.
    """
    spoken = (identity.given, *surnames(identity), identity.nickname, community, folder)
    tokens = [word for part in spoken for word in fold(part).split()]
    if human_id:
        tokens += [id_token(human_id), number_token(human_id[-6:])]
    tokens += [number_token(digits) for digits in re.findall("[0-9]+", folder)]
    if identity.phone:
        tokens += [phone_token(identity.phone), phone_token(identity.phone[-7:])]
        tokens += [phone_token(identity.phone[-10:])] if len(identity.phone) > 10 else []
    tokens += [year_token(year) for year in birth_years(identity.birth)]
    return " ".join(dict.fromkeys(tokens))


def birth_years(birth: Birth) -> tuple[int, ...]:
    """The years a person may be born in; a stated age is taken to be wrong by a year either way. At most five."""
    span = birth.span()
    if span is None:
        return ()
    slack = 1 if birth.precision == "estimated" else 0
    return tuple(range(span[0].year - slack, span[1].year + slack + 1))[:MOST_BIRTH_YEARS]


def id_token(human_id: str) -> str:
    """`CAP0000412` → `0cap0000412`: the leading 0 keeps `ca` from finding everybody of the clinic."""
    return "0" + fold(human_id).replace(" ", "")


def number_token(digits: str) -> str:
    """`0033` → `n33`: a record number without its leading zeros."""
    return "n" + (digits.lstrip("0") or "0")


def phone_token(digits: str) -> str:
    """`5550142` → `t5550142`."""
    return "t" + digits


def year_token(year: int) -> str:
    """1958 → `y1958`: a year somebody may be born in."""
    return f"y{year}"
