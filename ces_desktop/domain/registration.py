"""What may be written about a person who is registered or corrected: every field checked, all findings at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ces_desktop.domain.identity import (
    UNKNOWN_BIRTH,
    Birth,
    Identity,
    Sex,
    SurnameKind,
    clean_curp,
    clean_name,
    clean_phone,
)
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused

LONGEST_WORDS = 60
LONGEST_DIRECTIONS = 400
EARLIEST_REGISTRATION = date(1950, 1, 1)
SEXES = ("female", "male", "intersex", "unknown")


@dataclass(frozen=True, slots=True)
class Details:
    """A person as a form gives them: texts as typed, "" or None = not asked. `birth` None = not asked."""

    given: str = ""
    paternal: str = ""
    maternal: str = ""
    paternal_kind: SurnameKind = "given"
    maternal_kind: SurnameKind = "given"
    nickname: str = ""
    sex: Sex | None = None
    birth: Birth | None = None
    curp: str = ""
    folder: str = ""
    mother_name: str = ""
    phone: str = ""
    phone_owner: str = ""
    language: str = ""
    reads: str | None = None
    community: Id | None = None
    household: Id | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one field: the code of its sentence and the blanks to fill."""

    field: str
    code: str
    facts: tuple[tuple[str, object], ...] = ()

    def refusal(self) -> Refused:
        """The same, to be raised."""
        return Refused(self.code, field=self.field, **dict(self.facts))


def check(details: Details, registered_on: str, today: date) -> tuple[Details, tuple[Problem, ...]]:
    """The details cleaned, and everything wrong with them, in the order of the form; no problem = may be saved.

    Codes: those of `clean_name`, `clean_phone`, `clean_curp`, `clean_words`, and `patients.given_missing`,
    `.surname_missing`, `.sex_missing`, `.birth_missing`, `.registered_unread`, `.registered_later`,
    `.registered_early`, `.registered_before_birth`.
    """
    problems: list[Problem] = []
    texts = {
        field: _cleaned(clean, field, getattr(details, field), problems)
        for field, clean in _CLEANERS.items()
    }
    for surname in ("paternal", "maternal"):
        if getattr(details, f"{surname}_kind") != "given":
            texts[surname] = ""
    kinds = {f"{s}_kind": _kind(getattr(details, f"{s}_kind"), texts[s]) for s in ("paternal", "maternal")}
    changed: dict[str, Any] = {**texts, **kinds}
    clean = replace(details, **changed)
    found = {problem.field for problem in problems}
    problems += [problem for problem in _missing(clean) if problem.field not in found]
    problems += _wrong_day(clean.birth, registered_on, today)
    order = {field: place for place, field in enumerate((*_CLEANERS, "registered_on"))}
    return clean, tuple(sorted(problems, key=lambda problem: order[problem.field]))


def identity(details: Details) -> Identity:
    """The identity of cleaned details, as the duplicate check and the CURP warnings read it."""
    return Identity(
        given=details.given,
        paternal=details.paternal,
        maternal=details.maternal,
        paternal_kind=details.paternal_kind,
        maternal_kind=details.maternal_kind,
        nickname=details.nickname,
        sex=details.sex or "unknown",
        birth=details.birth or UNKNOWN_BIRTH,
        curp=details.curp or None,
        mother_name=details.mother_name,
        phone=details.phone or None,
    )


def clean_words(text: str, limit: int = LONGEST_WORDS) -> str:
    """Short text on one line. Refused `words.line_break`, `words.symbol` (control, bidi, emoji), `words.too_long`."""
    return _free(text, limit, lines=False)


def clean_lines(text: str, limit: int = LONGEST_DIRECTIONS) -> str:
    """Free text that may have several lines. Refused `words.symbol` or `words.too_long` (limit)."""
    return _free(text, limit, lines=True)


def _free(text: str, limit: int, *, lines: bool) -> str:
    normal = unicodedata.normalize("NFC", text).strip()
    for mark in normal:
        if mark in "\n\r\u2028\u2029\x0b\x0c\x85":
            if not lines:
                raise Refused("words.line_break")
        elif mark != "\t" and (
            unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk")
            or unicodedata.bidirectional(mark) in ("R", "AL", "AN")
        ):
            raise Refused("words.symbol")
    kept = "\n".join(" ".join(line.split()) for line in normal.splitlines())
    if len(kept) > limit:
        raise Refused("words.too_long", limit=limit)
    return kept


_CLEANERS: dict[str, Callable[[str], str | None] | None] = {
    "given": clean_name,
    "nickname": clean_name,
    "paternal": clean_name,
    "maternal": clean_name,
    "sex": None,
    "birth": None,
    "community": None,
    "household": None,
    "curp": clean_curp,
    "folder": clean_words,
    "mother_name": clean_name,
    "phone": clean_phone,
    "phone_owner": clean_words,
    "language": clean_words,
    "reads": None,
}
"""The fields in the order of the form, with what cleans their text."""


def _cleaned(
    clean: Callable[[str], str | None] | None, field: str, value: object, problems: list[Problem]
) -> object:
    if clean is None:
        return value
    try:
        return clean(str(value or "")) or ""
    except Refused as refused:
        problems.append(Problem(field, refused.code, tuple(refused.facts.items())))
        return value


def _kind(kind: SurnameKind, surname: object) -> SurnameKind:
    """A surname left empty without saying that there is none is not known."""
    return kind if kind != "given" or surname else "unknown"


def _missing(clean: Details) -> list[Problem]:
    missing = []
    if not clean.given:
        missing.append(Problem("given", "patients.given_missing"))
    if "given" not in (clean.paternal_kind, clean.maternal_kind) and clean.paternal_kind != "none":
        missing.append(Problem("paternal", "patients.surname_missing"))
    if clean.sex is None or clean.sex not in SEXES:
        missing.append(Problem("sex", "patients.sex_missing"))
    if clean.birth is None:
        missing.append(Problem("birth", "patients.birth_missing"))
    return missing


def _wrong_day(birth: Birth | None, registered_on: str, today: date) -> list[Problem]:
    try:
        day = date.fromisoformat(registered_on)
    except ValueError:
        return [Problem("registered_on", "patients.registered_unread")]
    if day > today:
        return [Problem("registered_on", "patients.registered_later")]
    if day < EARLIEST_REGISTRATION:
        return [Problem("registered_on", "patients.registered_early", (("year", EARLIEST_REGISTRATION.year),))]
    earliest = birth.earliest() if birth else None
    if earliest and earliest > day:
        return [Problem("registered_on", "patients.registered_before_birth")]
    return []
