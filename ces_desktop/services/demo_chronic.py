"""Hypertension and diabetes in the demonstration: what a body does under treatment, and what is written of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Diagnosed, Dose, Line, Measured, Note, Requested, Unmeasured
from ces_desktop.services import demo_words as words
from ces_desktop.services.demo_register import Resident
from ces_desktop.services.demo_visit import NewId, diagnosis_id, line

ONCE, TWICE = Dose(morning=4), Dose(morning=4, night=4)
LOSARTAN, ENALAPRIL, AMLODIPINE, THIAZIDE = (
    "010.000.2520.00", "010.000.2501.00", "010.000.2111.01", "010.000.2301.00",
)  # fmt: skip
METFORMIN, GLIBENCLAMIDE, INSULIN = "010.000.5165.00", "010.000.1042.00", "010.000.1050.01"
ASPIRIN, PRAVASTATIN = "CES-002", "010.000.0657.00"
Regimen = tuple[tuple[str, Dose], ...]
_PRESSURE_STEPS: tuple[tuple[Regimen, ...], ...] = tuple(
    (
        (),
        ((first, ONCE),),
        ((first, TWICE),),
        ((first, TWICE), (second, ONCE)),
        ((first, TWICE), (AMLODIPINE, ONCE if second is THIAZIDE else TWICE), (THIAZIDE, ONCE)),
    )
    for first, second in ((LOSARTAN, AMLODIPINE), (ENALAPRIL, THIAZIDE), (LOSARTAN, THIAZIDE))
)
"""By preference of the physician, then by step of the treatment."""
_FALL = ((0, 0), (15, 9), (24, 14), (35, 20), (44, 25))
"""mmHg that each step takes off, systolic and diastolic, when every dose is taken."""
_SUGAR_STEPS: tuple[Regimen, ...] = (
    (),
    ((METFORMIN, TWICE),),
    ((METFORMIN, TWICE), (GLIBENCLAMIDE, ONCE)),
    ((METFORMIN, TWICE), (GLIBENCLAMIDE, TWICE)),
    ((METFORMIN, TWICE), (INSULIN, Dose())),
)
_SUGAR_FALL = (0, 42, 68, 84, 118)
PRESSURE_INERTIA, SUGAR_INERTIA = 0.5, 0.3
"""How often a reading off goal leads to more treatment."""


@dataclass(slots=True, eq=False)
class Course:
    """The chronic illness of one person; `next_on` is the day on which they will come, `due_on` that of the card."""

    who: Resident
    hypertension: bool
    diabetes: bool
    systolic: float
    diastolic: float
    fasting: float
    """Untreated, mg/dL."""
    takes: float
    comes: float
    """Share of doses taken, of appointments kept."""
    every: int
    """Months between the appointments that the person accepts."""
    taste: int
    step: int
    sugar_step: int
    onset: str | None
    """The year since when, told by the person; None = found here."""
    tested: bool
    """There is a way to send their blood to a laboratory."""
    next_on: date
    due_on: date | None = None
    enrolled_on: date | None = None
    gone: bool = False
    """Comes no more, and nobody knows why."""
    lines: dict[str, Line] = field(default_factory=dict)
    hba1c_on: date | None = None
    foot_on: date | None = None
    kidney_on: date | None = None
    seen_on: date | None = None
    sought: int = 0
    """How often they were looked for since they last came."""
    sought_on: date | None = None

    def pressure(self, rng: random.Random) -> tuple[int, int]:
        """A reading as it is written down: the last digit liked better than it should be."""
        off = _FALL[self.step] if self.hypertension else (0, 0)
        luck = rng.gauss(0, 1)
        high = self.systolic - off[0] * self.takes + luck * 8.5
        low = self.diastolic - off[1] * self.takes + luck * 3 + rng.gauss(0, 4.5)
        if self.hypertension and self.step == 0:  # nobody would have called it hypertension otherwise
            high, low = max(high, 144 + 4 * rng.random()), max(low, 86 + 8 * rng.random())
        systolic = heaped(high, 140, rng)
        return systolic, min(heaped(low, 90, rng), systolic - 10)

    def glucose(self, rng: random.Random) -> int:
        """A fasting glucose, mg/dL."""
        level = self.fasting - (_SUGAR_FALL[self.sugar_step] * self.takes if self.diabetes else 0)
        least = 132 if self.diabetes and self.sugar_step == 0 else 58
        return max(least, int(level + rng.gauss(0, 20)))

    def hba1c(self, rng: random.Random) -> int:
        """Tenths of a per cent, from the mean of months (ADAG: mean glucose = 28.7 × HbA1c − 46.7)."""
        mean = self.fasting - _SUGAR_FALL[self.sugar_step] * self.takes + 38
        return max(48, int((mean + 46.7) / 2.87 + rng.gauss(0, 4)))


def heaped(value: float, limit: int, rng: random.Random) -> int:
    """Round as people do: to a nought or a five too often, else to an even number, and kindly just below the goal."""
    luck = rng.random()
    if limit <= value < limit + 5 and luck < 0.3:
        return limit - 2
    if luck < 0.32:
        return round(value / 10) * 10
    return round(value / 5) * 5 if luck < 0.42 else round(value / 2) * 2


def new_course(who: Resident, kind: str, first: date, every: int, rng: random.Random) -> Course:
    """Somebody who will be found ill on a day; `kind` is "hypertension", "diabetes" or "both"."""
    known = rng.random() < 0.45
    steady = rng.choices((0.88, 0.62, 0.3), (58, 27, 15))[0]
    return Course(
        who=who,
        hypertension=kind != "diabetes",
        diabetes=kind != "hypertension",
        systolic=rng.gauss(150.5, 11) if kind != "diabetes" else rng.gauss(122, 9),
        diastolic=rng.gauss(92, 7) if kind != "diabetes" else rng.gauss(76, 6),
        fasting=max(128.0, rng.gauss(176, 41)) if kind != "hypertension" else rng.gauss(94, 8),
        takes=min(1.0, max(0.25, rng.gauss(0.86, 0.14))),
        comes=steady,
        every=every,
        taste=rng.choices((0, 1, 2), (55, 28, 17))[0],
        step=rng.randint(1, 3) if known else 0,
        sugar_step=rng.randint(1, 3) if known else 0,
        onset=str(first.year - rng.randint(1, 12)) if known else None,
        tested=rng.random() < 0.38,
        next_on=first,
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What a consult about the chronic illness adds to a visit."""

    measured: tuple[Measured, ...]
    diagnoses: tuple[Diagnosed, ...]
    lines: tuple[Line, ...]
    stopped: tuple[Id, ...]
    requests: tuple[Requested, ...]
    note: Note
    unmeasured: Unmeasured | None
    good: bool


def see(course: Course, day: date, new_id: NewId, rng: random.Random, weak: bool) -> Seen:
    """The consult of a person with hypertension, diabetes or both. `weak` = back after months without medicine."""
    facts, off_pressure, off_sugar, unmeasured = _measure(course, day, rng, weak)
    off = off_pressure or off_sugar
    if course.step == 0 or (off_pressure and course.step < 4 and rng.random() < PRESSURE_INERTIA):
        course.step += 1
    if course.sugar_step == 0 or (off_sugar and course.sugar_step < 4 and rng.random() < SUGAR_INERTIA):
        course.sugar_step += 1
    before = set(course.lines)
    lines, stopped, changed = _prescribe(course, day, new_id)
    first = course.enrolled_on is None
    told = _told(course, day, first, weak, off)
    note = Note(
        subjective=rng.choice(told),
        objective=rng.choice(words.LOOKS_WELL),
        assessment=rng.choice(words.OFF_GOAL if off else words.AT_GOAL),
        plan=rng.choice(words.MORE if changed and before else words.SAME),
    )
    codes = [code for code, has in (("E119", course.diabetes), ("I10X", course.hypertension)) if has]
    return Seen(
        measured=tuple(facts),
        diagnoses=tuple(Diagnosed(diagnosis_id(c), c, c not in course.who.diagnosed) for c in codes),
        lines=lines,
        stopped=stopped,
        requests=_request(course, day, new_id, rng),
        note=note,
        unmeasured=unmeasured,
        good=not off,
    )


def _told(course: Course, day: date, first: bool, weak: bool, off: bool) -> tuple[str, ...]:
    if first:
        return words.FIRST if course.onset is None else words.KNOWN
    if weak:
        return words.AFTER_HARVEST if day.month in (11, 12, 1, 2, 3) else words.AFTER_RAINS
    return words.STRUGGLING if off else words.STEADY


def _measure(
    course: Course, day: date, rng: random.Random, weak: bool
) -> tuple[list[Measured], bool, bool, Unmeasured | None]:
    """Readings; whether pressure and sugar are off goal; why the reading that matters is missing."""
    facts: list[Measured] = []
    missing: Unmeasured | None = None
    off_pressure = off_sugar = False
    if rng.random() < (0.955 if course.hypertension else 0.9):
        systolic, diastolic = course.pressure(rng)
        if weak:
            systolic, diastolic = systolic + 12, diastolic + 6
        strict = course.diabetes and rng.random() < 0.5  # the lower goal of diabetes is half forgotten
        goal = (130, 80) if strict else (140, 90)
        off_pressure = course.hypertension and (systolic >= goal[0] or diastolic >= goal[1])
        facts += [Measured("systolic", systolic), Measured("diastolic", diastolic)]
    elif course.hypertension:
        missing = rng.choice(("no_equipment", "no_equipment", "declined", "forgotten"))
    if course.diabetes:
        luck = rng.random()
        fasting = course.glucose(rng) + (45 if weak else 0)
        if luck < 0.74:
            facts.append(Measured("glucose_fasting", fasting))
            off_sugar = fasting > 130
        elif luck < 0.93:
            after = fasting + rng.randint(15, 80)
            facts.append(Measured("glucose_random" if luck < 0.89 else "glucose_unknown", after))
            off_sugar = after > 200
        else:
            missing = missing or rng.choice(("no_equipment", "declined"))
        if rng.random() < 0.3:
            low = course.sugar_step > 1 and rng.random() < 0.1
            facts.append(Measured("hypoglycaemia", word="yes" if low else "no"))
        facts += _feet(course, day, rng)
    facts += _body(course, rng)
    return facts, off_pressure, off_sugar, missing


def _body(course: Course, rng: random.Random) -> list[Measured]:
    facts = []
    who = course.who
    if rng.random() < 0.95:
        who.weight = max(38_000, who.weight + int(rng.gauss(-40, 650)))
        facts.append(Measured("weight", round(who.weight, -2)))
    if rng.random() < 0.45:
        facts.append(Measured("waist", max(600, int(who.weight / 100 * 0.85 + 330 + rng.gauss(0, 25)) // 10 * 10)))
    if rng.random() < 0.9:
        facts.append(Measured("heart_rate", int(rng.gauss(76, 8)) // 2 * 2))
    if rng.random() < 0.7:
        facts.append(Measured("temperature", int(rng.gauss(365, 3))))
    if rng.random() < 0.6:
        facts.append(Measured("respiratory_rate", max(14, int(rng.gauss(18, 2)))))
    if rng.random() < 0.6:
        missed = sum(rng.random() > course.takes for _ in range(7))
        facts.append(Measured("doses_missed_7_days", missed))
    if course.hypertension and rng.random() < 0.3:
        facts.append(Measured("chest_pain", word="yes" if rng.random() < 0.04 else "no"))
        facts.append(Measured("side_effects", word="yes" if rng.random() < 0.06 else "no"))
    return facts


def _feet(course: Course, day: date, rng: random.Random) -> list[Measured]:
    if (course.foot_on is not None and (day - course.foot_on).days < 300) or rng.random() > 0.3:
        return []
    course.foot_on = day
    looks = rng.choices(("normal", "keratoderma", "fungal", "ulcer"), (70, 15, 13, 2))[0]
    feels = rng.choices(("normal", "reduced", "absent"), (80, 16, 4))[0]
    return [Measured("foot_examination", word=looks), Measured("foot_sensation", word=feels)]


def _request(course: Course, day: date, new_id: NewId, rng: random.Random) -> tuple[Requested, ...]:
    """HbA1c where a laboratory can be reached, creatinine once a year for some."""
    asked = []
    if course.diabetes and course.tested:
        wait = 100 if course.hba1c_on else 20
        if (day - (course.hba1c_on or course.who.registered_on)).days > wait and rng.random() < 0.4:
            course.hba1c_on = day
            asked.append(Requested(new_id(), "hba1c", rng.choice(words.LAB_WORDS)))
    if course.tested and (course.kidney_on is None or (day - course.kidney_on).days > 340) and rng.random() < 0.15:
        course.kidney_on = day
        asked.append(Requested(new_id(), "creatinine"))
        if rng.random() < 0.6:
            asked.append(Requested(new_id(), "cholesterol_total"))
    return tuple(asked)


def _prescribe(course: Course, day: date, new_id: NewId) -> tuple[tuple[Line, ...], tuple[Id, ...], bool]:
    """Lines for the time to the next visit, each going on with the one before; what was stopped; whether it differs."""
    wanted: dict[str, Dose] = {}
    if course.hypertension:
        wanted.update(_PRESSURE_STEPS[course.taste][course.step])
    if course.diabetes:
        wanted.update(_SUGAR_STEPS[course.sugar_step])
    if course.taste == 0 and course.who.age(day) >= 55:
        wanted[ASPIRIN] = ONCE
    if course.diabetes and course.who.age(day) >= 40 and course.taste < 2:
        wanted[PRAVASTATIN] = Dose(night=8)
    days = 30 * course.every
    lines: dict[str, Line] = {}
    changed = False
    for code, dose in wanted.items():
        held = course.lines.get(code)
        changed |= held is None or held.dose != dose
        renews = held.id if held else None
        if code == INSULIN:
            how = "10 UI en la mañana y 6 UI en la noche, bajo la piel"
            lines[code] = line(new_id, code, dose, days, renews=renews, quantity=10 * course.every, words=how)
        else:
            lines[code] = line(new_id, code, dose, days, renews=renews)
    stopped = tuple(held.id for code, held in course.lines.items() if code not in wanted)
    course.lines = lines
    return tuple(lines.values()), stopped, changed
