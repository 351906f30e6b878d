"""What one cell of somebody's register means: dates, ages, sexes, names, yes and no, numbers with their units.

Every function refuses what it cannot read with a code that a person can act on; nothing is guessed silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from ces_desktop.domain import calendar
from ces_desktop.domain.identity import OLDEST, PARTICLES, Birth, Sex, fold, parse_birth, propose_name
from ces_desktop.domain.measures import Measure
from ces_desktop.domain.plausibility import judge
from ces_desktop.domain.registration import clean_words
from ces_desktop.errors import Refused

T = TypeVar("T")
BLANK = frozenset({"", "-", "–", "—", "--", "---", ".", "nd", "n/d", "s/d", "sd", "na", "n/a", "null", "none", "#n/a"})
"""What people write where there is nothing."""
_NO_SURNAME = frozenset({"no tiene", "sin apellido", "nt", "none"})
_YES = frozenset({"si", "s", "x", "1", "yes", "y", "true", "verdadero", "positivo", "reactivo"})
_NO = frozenset({"no", "n", "0", "false", "falso", "negativo"})
_TICKED, _UNTICKED = ("☑", "✓", "✔", "☒", "[x]", "(x)", "[✓]"), ("☐", "[ ]", "[]", "( )")
_FEMALE = frozenset({"f", "fem", "femenino", "mujer", "female", "woman"})
_MALE = frozenset({"masc", "masculino", "h", "hombre", "male", "man"})
_MONTH = re.compile(r"([0-9]{1,2})[/. -]([0-9]{4})|([0-9]{4})-([0-9]{1,2})|([a-z]{3,10})[/. -]+(?:de )?([0-9]{4})")
_AGE = re.compile(r"([0-9]{1,3})(?:[.,]0+)? *(a|años?|anos?|y|years?|m|mes|meses|months?)?\.?")
_EXCEL_DAYS = range(3_654, 73_051)
"""Serial numbers of a spreadsheet from 1910 to 2099; five digits are no date that a hand writes."""


def blank(text: str) -> bool:
    """Whether a cell says nothing."""
    return text.strip().casefold() in BLANK


def partial_day(text: str, today: date) -> str:
    """ISO day, month or year of a cell; a serial number of a spreadsheet too. Refused as `calendar.parse_day`."""
    typed = text.strip().lower()
    if match := re.fullmatch(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})[t ][0-9:.]+(?:z|[+-][0-9:]+)?", typed):
        typed = match[1]
    if match := re.fullmatch(r"([0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}) +[0-9:]+(?: ?[ap]\.? ?m\.?)?", typed):
        typed = match[1]
    if not any(mark.isdigit() for mark in typed) or typed[:1] in "+-":  # "h" is today for a hand, not for a file
        raise Refused("calendar.not_a_day")
    if re.fullmatch(r"[0-9]{4,5}(?:\.0+)?", typed) and not re.fullmatch(r"(?:18|19|20)[0-9]{2}", typed):
        serial = int(typed.split(".")[0])
        if serial in _EXCEL_DAYS:
            return (date(1899, 12, 30) + timedelta(days=serial)).isoformat()
    if re.fullmatch(r"(?:18|19|20)[0-9]{2}", typed):
        return typed
    if re.fullmatch(r"(?:19|20)[0-9]{6}", typed):
        return calendar.exact_day(int(typed[:4]), int(typed[4:6]), int(typed[6:])).isoformat()
    if match := _MONTH.fullmatch(typed):
        month = int(match[1] or match[4] or calendar.month_number(match[5] or "") or 0)
        return calendar.exact_day(int(match[2] or match[3] or match[6]), month, 1).isoformat()[:7]
    found = calendar.parse_day(typed, today, "past")
    if found is None:
        raise Refused("calendar.not_a_day")
    return found.isoformat()


def whole_day(text: str, today: date) -> str:
    """ISO day of a cell, not after today; of a month alone its last day. Refused also `register_import.future`."""
    first, last = calendar.interval(partial_day(text, today))
    if first > today:
        raise Refused("register_import.future")
    return min(last, today).isoformat()


def birth_of(text: str, today: date) -> Birth:
    """The birth a cell tells, never more exact than written. Refused as `identity.parse_birth`."""
    value = partial_day(text, today)
    return parse_birth(value if len(value) != 7 else f"{value[5:]}/{value[:4]}", today)


def age_of(text: str, stated_on: str) -> Birth:
    """A birth known by an age stated on an ISO day: years, or months for a small child."""
    match = _AGE.fullmatch(text.strip().lower())
    if match is None:
        raise Refused("register_import.age_unread")
    if (match[2] or "").startswith("m"):
        return parse_birth(f"{int(match[1])}m", date.fromisoformat(stated_on))
    if int(match[1]) > OLDEST:
        raise Refused("birth.too_old", limit=OLDEST)
    return Birth(None, "estimated", int(match[1]), stated_on)


def sex_of(text: str, letters: frozenset[str]) -> Sex:
    """The sex a cell tells. `letters`: every folded word of the column, since M is a woman beside H and a man beside F.

    Refused: `register_import.sex_unread`, `register_import.sex_ambiguous` (a column of M alone).
    """
    word = fold(text)
    if word in _FEMALE:
        return "female"
    if word in _MALE:
        return "male"
    if word == "m":
        if letters & {"h", "hombre"}:
            return "female"
        if letters & _FEMALE:
            return "male"
        raise Refused("register_import.sex_ambiguous")
    raise Refused("register_import.sex_unread")


def answer_of(text: str) -> str | None:
    """"yes", "no", "unknown" or None (nothing written) of a cell; Refused `register_import.answer_unread`."""
    typed = text.strip()
    if typed in _TICKED:
        return "yes"
    if typed in _UNTICKED or blank(typed):
        return None
    word = fold(typed)
    if word in _YES:
        return "yes"
    if word in _NO:
        return "no"
    if word in ("no sabe", "no se", "unknown", "desconocido", "ignora"):
        return "unknown"
    raise Refused("register_import.answer_unread")


def box_ticked(text: str) -> bool:
    """Whether a box of a pair is ticked; Refused `register_import.answer_unread`."""
    answer = answer_of(text)
    if answer == "unknown":
        raise Refused("register_import.answer_unread")
    return answer == "yes"


@dataclass(frozen=True, slots=True)
class Names:
    """Given names and both surnames; "" where not written."""

    given: str
    paternal: str
    maternal: str


def split_name(text: str, surnames_first: bool) -> Names:
    """A name in one column: `PÉREZ LÓPEZ, ANA`, `Ana Pérez López`, or surnames first without a comma.

    Particles stay with the word after them. What follows a comma is always the given names.
    """
    before, comma, after = text.partition(",")
    if comma and before.strip():
        return Names(tidy(after), *split_surnames(before))
    groups = _groups(text.replace(",", " "))
    if len(groups) < 2:
        return Names(tidy(" ".join(groups)), "", "")
    if surnames_first:
        if len(groups) == 2:
            return Names(tidy(groups[1]), tidy(groups[0]), "")
        return Names(tidy(" ".join(groups[2:])), tidy(groups[0]), tidy(groups[1]))
    if len(groups) == 2:
        return Names(tidy(groups[0]), tidy(groups[1]), "")
    return Names(tidy(" ".join(groups[:-2])), tidy(groups[-2]), tidy(groups[-1]))


def split_surnames(text: str) -> tuple[str, str]:
    """Both surnames out of one column, particles kept (`de la Cruz Gómez` → `de la Cruz`, `Gómez`)."""
    groups = _groups(text)
    return (tidy(groups[0]) if groups else ""), tidy(" ".join(groups[1:]))


def no_surname(text: str) -> bool:
    """Whether a cell says that there is no such surname."""
    return fold(text) in _NO_SURNAME


def tidy(text: str) -> str:
    """A name with single spaces; one written in capitals alone gets the usual ones."""
    return propose_name(" ".join(text.split()))


def called_by(number: str) -> str:
    """A name of letters for the number of somebody whose register has no names: digits become a–j."""
    letters = "".join(chr(ord("a") + int(m)) if m.isascii() and m.isdigit() else m for m in number if m.isalnum())
    return letters.capitalize()[:60]


def _groups(text: str) -> list[str]:
    groups: list[str] = []
    held: list[str] = []
    for word in text.split():
        held.append(word)
        if word.casefold() not in PARTICLES:
            groups.append(" ".join(held))
            held = []
    if held:
        groups[-1:] = [" ".join([*groups[-1:], *held])]
    return groups


_NUMBER = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,12}))? *([^0-9\s].*)?")
_LENGTHS = {"cm": "1", "m": "100", "mm": "1/10", "in": "2.54", "pulgadas": "2.54"}
_LIPIDS = {"mg/dl": "1", "mmol/l": "38.67", "mmol": "38.67"}
_SUGARS = {"mg/dl": "1", "mmol/l": "18.016", "mmol": "18.016"}
_FACTORS: Mapping[str, Mapping[str, str]] = {
    "weight": {"kg": "1", "kgs": "1", "kilos": "1", "lb": "0.45359237", "lbs": "0.45359237", "libras": "0.45359237",
               "g": "1/1000", "gr": "1/1000"},
    "height": _LENGTHS, "waist": _LENGTHS, "muac": _LENGTHS, "head_circumference": _LENGTHS,
    "glucose_fasting": _SUGARS, "glucose_random": _SUGARS, "glucose_unknown": _SUGARS,
    "cholesterol_total": _LIPIDS, "cholesterol_hdl": _LIPIDS, "cholesterol_ldl": _LIPIDS,
    "triglycerides": {"mg/dl": "1", "mmol/l": "88.57", "mmol": "88.57"},
    "creatinine": {"mg/dl": "1", "umol/l": "0.011312", "µmol/l": "0.011312"},
    "hba1c": {"%": "1", "mmol/mol": "0.0915"},
    "temperature": {"c": "1", "°c": "1", "cel": "1", "f": "5/9", "°f": "5/9"},
}  # fmt: skip
_SHIFTS = {("hba1c", "mmol/mol"): Fraction("2.15"), ("temperature", "f"): Fraction(-160, 9),
           ("temperature", "°f"): Fraction(-160, 9)}  # fmt: skip
"""Unit → times, and what is added: IFCC to NGSP (0.0915 × + 2.15), °F to °C; mmol/L by molar mass."""


def number_of(measure: Measure, text: str, sex: str, age_days: int | None, unit: str = "") -> tuple[int, bool]:
    """(value in the measure's scale, whether it is unlikely) of a cell with or without its unit.

    A unit said in the cell goes before that of the column. More decimals than the measure holds are rounded. Refused:
    `measures.not_a_number`, `register_import.unit_unknown`, and the code of an impossible value (with its facts).
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise Refused("measures.not_a_number")
    said = (match[3] or unit).strip().casefold().rstrip(".")
    typed = Fraction(f"{match[1]}.{match[2] or 0}")
    times, plus = _conversion(measure.code, measure.unit, said)
    value = round((typed * times + plus) * measure.scale)
    verdict = judge(measure, value, sex, age_days)
    if verdict.tier == "impossible":
        raise Refused("register_import.impossible", measure=measure.code, value=value, meant=tuple(verdict.suggestion))
    return value, verdict.tier == "unlikely"


@lru_cache(maxsize=512)
def _conversion(code: str, own: str, said: str) -> tuple[Fraction, Fraction]:
    said = re.sub(r"\[.*\]|\{.*\}", "", said).replace(" ", "")  # UCUM: mm[Hg], mL/min/{1.73_m2}
    if not said or said == own.casefold() or own.casefold().startswith(said):
        return Fraction(1), Fraction(0)
    times = _FACTORS.get(code, {}).get(said)
    if times is None:
        raise Refused("register_import.unit_unknown")
    return Fraction(times), _SHIFTS.get((code, said), Fraction(0))


def word_of(measure: Measure, text: str) -> str:
    """The option or answer a cell tells; Refused `register_import.answer_unread`."""
    if measure.kind == "yes_no":
        answer = answer_of(text)
        if answer is None:
            raise Refused("register_import.answer_unread")
        return answer
    word = fold(text)
    for names in (measure.options, measure.options_es, measure.options_en):
        for option, name in zip(measure.options, names, strict=False):
            if fold(name) == word:
                return option
    raise Refused("register_import.answer_unread")


def pressure_of(text: str) -> tuple[int, int]:
    """Systolic and diastolic of `120/80`; Refused `register_import.pressure_unread`."""
    match = re.fullmatch(r"([0-9]{1,3}) *[/\\-] *([0-9]{1,3})(?: *mm ?hg)?", text.strip().casefold())
    if match is None:
        raise Refused("register_import.pressure_unread")
    return int(match[1]), int(match[2])


_AILMENTS: Mapping[str, tuple[str, ...]] = {
    "E119": ("dm2", "dmt2", "dm 2", "dm tipo 2", "dm ii", "diabetes tipo 2", "diabetes mellitus tipo 2", "diabetes 2"),
    "E109": ("dm1", "dm 1", "dm tipo 1", "diabetes tipo 1", "diabetes mellitus tipo 1"),
    "E149": ("dm", "diabetes", "diabetes mellitus"),
    "I10X": ("has", "hta", "hipertension", "hipertension arterial", "hipertension arterial sistemica", "hypertension"),
    "E785": ("dislipidemia",), "E669": ("obesidad",), "J459": ("asma",), "G409": ("epilepsia",),
    "F329": ("depresion",), "E039": ("hipotiroidismo",), "N189": ("erc", "irc"), "J449": ("epoc",),
}  # fmt: skip
_BY_WORD = {word: code for code, words in _AILMENTS.items() for word in words}


def ailments_of(text: str) -> tuple[tuple[str, str], ...]:
    """(CIE-10 code or "", words) of each ailment named in a cell: `DM2/HAS` → E119 and I10X; others in own words.

    Refused: as `registration.clean_words`.
    """
    found: dict[str, tuple[str, str]] = {}
    for part in re.split(r"[,;/+\n&]|\by\b", text):
        words = clean_words(part, 200)
        key = fold(words)
        if not key:
            continue
        code = _BY_WORD.get(key, "")
        match = re.fullmatch(r"([A-Za-z][0-9]{2})\.?([0-9Xx])?", words)
        if match and not code:
            code = (match[1] + (match[2] or "X")).upper()
        found.setdefault(code or key, (code, "" if code else words))
    return tuple(found.values())


def words_of(cells: Iterable[str]) -> frozenset[str]:
    """The folded words of a column."""
    return frozenset(fold(cell) for cell in cells)
