"""What a consult is made of, as the form hands it over and the record gives it back, and what may not be signed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from ces_desktop.domain.ids import Id
from ces_desktop.domain.measures import Measure, implausible
from ces_desktop.domain.registration import Problem

Kind = Literal["consult", "emergency", "home_visit", "imported"]
Entered = Literal["live", "late"]
Prognosis = Literal["good", "guarded", "poor", "to_be_seen"]
Unmeasured = Literal["no_equipment", "declined", "forgotten"]
Time = Literal["morning", "noon", "afternoon", "night"]
TIMES: tuple[Time, ...] = ("morning", "noon", "afternoon", "night")
GLUCOSE = ("glucose_fasting", "glucose_random", "glucose_unknown")
"""One number on the screen, three codes by the moment it was taken: a consult holds one of them."""
IMAGING = "imaging"
"""What a request asks for, and its answer in words bears as its code, when it is no laboratory measure."""
LONGEST_NOTE = 8000
LONGEST_LINE = 200
MOST_DAYS = 366
MOST_UNITS = 9999
FARTHEST_NEXT = 400
"""Days to the next visit at most: a year and some weeks. Who is agreed for a mistyped year is looked for by nobody."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A value of a measure: an integer in its scale, or a word. `confirmed` = unlikely, and said to be right."""

    code: str
    value: int | None = None
    word: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A coded diagnosis; `first_time` = "1a vez"."""

    diagnosis: Id
    code: str
    first_time: bool
    certainty: Literal["confirmed", "presumed"] = "confirmed"


@dataclass(frozen=True, slots=True)
class Dose:
    """Quarters of the unit at each time of day (4 = one tablet, 2 = half); or one dose every so many hours."""

    morning: int = 0
    noon: int = 0
    afternoon: int = 0
    night: int = 0
    every_hours: int | None = None
    """Then `morning` alone holds the quarters of one dose."""
    as_needed: bool = False

    def quarters_a_day(self) -> Fraction:
        """What is taken in a day, in quarters of the unit: one tablet a week is 4/7, not nothing."""
        if self.every_hours:
            return Fraction(self.morning * 24, self.every_hours)
        return Fraction(self.morning + self.noon + self.afternoon + self.night)


@dataclass(frozen=True, slots=True)
class Line:
    """One medicine of a prescription. `quantity` in whole units to hand out; `renews` = the line it goes on with."""

    id: Id
    item: Id | None
    drug: str
    """Generic name and strength, as printed."""
    dose: Dose
    route: str
    days: int
    quantity: int
    instructions: str = ""
    renews: Id | None = None


@dataclass(frozen=True, slots=True)
class Requested:
    """A laboratory test (a measure code) or an image ("imaging", said in `detail`)."""

    id: Id
    test: str
    detail: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """The words of the consult; "" = nothing written."""

    subjective: str = ""
    objective: str = ""
    assessment: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A consult ready to be signed. `encounter` is made when the form opens: the same visit twice is signed once.

    `happened_on` and `next_on` are ISO days, `started_at` UTC milliseconds (None: entered late from paper).
    `programmes` are the codes the person is enrolled in by this visit; `stopped` the lines that end with it; `removed`
    the observations taken before (by the nurse) that were seen and cleared. What they took and is not named stays.
    """

    encounter: Id
    patient: Id
    happened_on: str
    kind: Kind = "consult"
    entered: Entered = "live"
    started_at: int | None = None
    referred_by: str = ""
    note: Note = Note()
    measured: tuple[Measured, ...] = ()
    diagnoses: tuple[Diagnosed, ...] = ()
    prognosis: Prognosis | None = None
    lines: tuple[Line, ...] = ()
    stopped: tuple[Id, ...] = ()
    requests: tuple[Requested, ...] = ()
    programmes: tuple[str, ...] = ()
    next_on: str | None = None
    next_reason: str = ""
    unmeasured: Unmeasured | None = None
    author_name: str = ""
    removed: tuple[Id, ...] = ()
    reserved: bool = False
    """Confidential: its words are kept apart and not sent to the supervisor unless the clinic says so."""


_CONFIDENTIAL = re.compile(r"F|T74|X8[5-9]|X9|Y0|Z63\.?0|Z04\.?[45]|Z61\.?[456]")
"""Mental health, and violence: abuse, assault, trouble with a partner, examination after rape or assault (CIE-10)."""


def confidential_by_nature(codes: Iterable[str]) -> bool:
    """Whether a consult with these diagnoses is proposed as confidential; who signs decides (`registry.md`)."""
    return any(_CONFIDENTIAL.match(code) for code in codes)


Gap = Literal["reading", "diagnosis", "prognosis", "next_visit"]


def same_measure(one: str, other: str) -> bool:
    """Whether two codes are one field of the form: equal, or both a glucose."""
    return one == other or (one in GLUCOSE and other in GLUCOSE)


def cleaned(visit: Visit) -> Visit:
    """The visit with its texts normalised: NFC, no spaces at the ends of lines."""
    n = visit.note
    return replace(
        visit,
        note=Note(*(_text(part) for part in (n.subjective, n.objective, n.assessment, n.plan))),
        referred_by=_line(visit.referred_by),
        next_reason=_line(visit.next_reason),
        author_name=_line(visit.author_name),
        lines=tuple(replace(x, drug=_line(x.drug), instructions=_line(x.instructions)) for x in visit.lines),
        requests=tuple(replace(r, detail=_line(r.detail)) for r in visit.requests),
    )


def check(
    visit: Visit,
    today: date,
    measures: Mapping[str, Measure],
    *,
    sex: str = "",
    age_days: int | None = None,
    born: date | None = None,
    died: str | None = None,
) -> tuple[Problem, ...]:
    """Everything that forbids signing a cleaned visit, in the order of the form; none = it may be signed.

    `born` is the earliest day of birth, `died` the ISO day of death. Codes: `visits.no_day`, `.future`,
    `.before_birth`, `.after_death`, `.empty`, `.diagnosis_twice`, `.next_past`, `.next_far`, `.image_missing`,
    `.line_*`, `.text_long`, `.text_control`, and those of `measured_problems`. Fields: "happened_on", a measure code,
    "diagnoses", "line:0"…, "requests", "next_on", and the parts of the note.
    """
    return (
        *_day_problems(visit, today, born, died),
        *measured_problems(visit.measured, measures, sex=sex, age_days=age_days),
        *_text_problems(visit),
        *_diagnosis_problems(visit.diagnoses),
        *line_problems(visit.lines),
        *_plan_problems(visit, measures),
    )


def gaps(visit: Visit, keys: Sequence[Sequence[Sequence[str]]]) -> tuple[Gap, ...]:
    """What a complete consult would still have; asked once, never required. `keys` holds, for each programme, the
    readings of which one is due at every visit, each whole: half a pressure is none (`Programme.keys`)."""
    taken = {m.code for m in visit.measured}
    found: list[Gap] = []
    if visit.unmeasured is None and any(not any(taken.issuperset(each) for each in readings) for readings in keys):
        found.append("reading")
    if not visit.diagnoses:
        found.append("diagnosis")
    if visit.prognosis is None:
        found.append("prognosis")
    if visit.next_on is None:
        found.append("next_visit")
    return tuple(found)


def measured_problems(
    measured: Sequence[Measured], measures: Mapping[str, Measure], *, sex: str = "", age_days: int | None = None
) -> Iterator[Problem]:
    """What may not be kept: `visits.measure_unknown`, `.measure_twice`, `.measure_kind`, `measures.impossible`,
    `measures.unconfirmed` (unlikely and nobody said that it is right), `measures.pressure_order`."""
    seen: list[str] = []
    for each in measured:
        known = measures.get(each.code)
        if known is None:
            yield Problem(each.code, "visits.measure_unknown")
            continue
        if any(same_measure(each.code, code) for code in seen):
            yield Problem(each.code, "visits.measure_twice")
        seen.append(each.code)
        yield from _value_problems(each, known, sex, age_days)
    values = {m.code: m.value for m in measured}
    high, low = values.get("systolic"), values.get("diastolic")
    if high is not None and low is not None and low >= high:
        yield Problem("diastolic", "measures.pressure_order")


def _value_problems(each: Measured, known: Measure, sex: str, age_days: int | None) -> Iterator[Problem]:
    if known.kind in ("integer", "count", "score"):
        if each.value is None or each.word is not None:
            yield Problem(each.code, "visits.measure_kind")
            return
        tier = implausible(known, each.value, sex, age_days)
        if tier == "impossible":
            yield Problem(each.code, "measures.impossible")
        elif tier == "unlikely" and not each.confirmed:
            yield Problem(each.code, "measures.unconfirmed")
        return
    empty = each.value is None and not each.word
    strange = known.options and each.word is not None and each.word not in (*known.options, "unknown")
    if empty or strange:
        yield Problem(each.code, "visits.measure_kind")


def line_problems(lines: Sequence[Line]) -> Iterator[Problem]:
    """What is wrong with a prescription; fields "line:0", "line:1"…"""
    for number, line in enumerate(lines):
        field, dose = f"line:{number}", line.dose
        parts = (dose.morning, dose.noon, dose.afternoon, dose.night)
        if not line.drug:
            yield Problem(field, "visits.line_drug")
        if min(parts) < 0 or (dose.every_hours is not None and not 1 <= dose.every_hours <= 168):
            yield Problem(field, "visits.line_dose")
        elif not any(parts) and not line.instructions:
            yield Problem(field, "visits.line_no_dose")
        if not line.route:
            yield Problem(field, "visits.line_route")
        if not 1 <= line.days <= MOST_DAYS:
            yield Problem(field, "visits.line_days", (("most", MOST_DAYS),))
        if not 0 <= line.quantity <= MOST_UNITS:
            yield Problem(field, "visits.line_quantity", (("most", MOST_UNITS),))
        if len(line.drug) > LONGEST_LINE or len(line.instructions) > LONGEST_LINE:
            yield Problem(field, "visits.text_long", (("limit", LONGEST_LINE),))


def _day_problems(visit: Visit, today: date, born: date | None, died: str | None) -> Iterator[Problem]:
    try:
        day = date.fromisoformat(visit.happened_on)
    except ValueError:
        yield Problem("happened_on", "visits.no_day")
        return
    if day > today:
        yield Problem("happened_on", "visits.future")
    elif born is not None and day < born:
        yield Problem("happened_on", "visits.before_birth")
    elif died and visit.happened_on > died:
        yield Problem("happened_on", "visits.after_death", (("day", date.fromisoformat(died)),))


def _text_problems(visit: Visit) -> Iterator[Problem]:
    note = "".join((visit.note.subjective, visit.note.objective, visit.note.assessment, visit.note.plan))
    said = (visit.measured, visit.diagnoses, visit.lines, visit.requests, visit.stopped)
    if not note and not any(said):
        yield Problem("note", "visits.empty")
    for field in ("subjective", "objective", "assessment", "plan"):
        yield from text_problems(field, getattr(visit.note, field), LONGEST_NOTE)
    shorts = (visit.referred_by, visit.next_reason, visit.author_name, *(r.detail for r in visit.requests))
    for short in shorts:
        yield from text_problems("note", short, LONGEST_LINE)
    for number, line in enumerate(visit.lines):
        for text in (line.drug, line.instructions):
            yield from text_problems(f"line:{number}", text, MOST_UNITS)


def text_problems(field: str, text: str, limit: int) -> Iterator[Problem]:
    """`visits.text_long` (limit), `visits.text_control` for marks nobody can see; new lines and tabs are text."""
    if len(text) > limit:
        yield Problem(field, "visits.text_long", (("limit", limit),))
    if any(unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Co") for mark in text if mark not in "\n\t"):
        yield Problem(field, "visits.text_control")


def _diagnosis_problems(diagnoses: Sequence[Diagnosed]) -> Iterator[Problem]:
    codes = [d.code for d in diagnoses]
    if len(set(codes)) < len(codes):
        yield Problem("diagnoses", "visits.diagnosis_twice")


def _plan_problems(visit: Visit, measures: Mapping[str, Measure]) -> Iterator[Problem]:
    if any(asked.test != IMAGING and asked.test not in measures for asked in visit.requests):
        yield Problem("requests", "visits.measure_unknown")
    if any(asked.test == IMAGING and not asked.detail for asked in visit.requests):
        yield Problem("requests", "visits.image_missing")
    if visit.next_on is None:
        return
    try:
        day, now = date.fromisoformat(visit.next_on), date.fromisoformat(visit.happened_on)
    except ValueError:
        yield Problem("next_on", "visits.no_day")
        return
    if day <= now:
        yield Problem("next_on", "visits.next_past")
    elif day > now + timedelta(days=FARTHEST_NEXT):
        yield Problem("next_on", "visits.next_far", (("most", FARTHEST_NEXT),))


def _text(text: str) -> str:
    return "\n".join(part.rstrip() for part in unicodedata.normalize("NFC", text).strip().splitlines())


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
