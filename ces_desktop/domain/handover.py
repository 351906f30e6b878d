"""What one physician hands over to the next: which people, things and promises make a line, and in what order.

`community_mentoring.md` ("Handover pack"). A line is drawn from the data of a day as *facts*, codes and numbers, never
words: the page and the paper say them in the language in use, and the outgoing physician may write their own beside
them. Days are ISO, today is an argument.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from ces_desktop.domain.courses import Member
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import (
    DIABETES,
    HYPERTENSION,
    Course,
    deciding_glucose,
    latest_pressure,
    pressure_goal,
    strict_goal,
)
from ces_desktop.domain.rescue import risk_of
from ces_desktop.domain.thresholds import Thresholds

Section = Literal[
    "high_risk", "uncontrolled", "pregnancy", "tuberculosis", "suicide_risk", "epilepsy", "laboratory", "supply",
    "order", "equipment", "request", "action", "other",
]  # fmt: skip
SECTIONS: tuple[Section, ...] = (
    "high_risk", "uncontrolled", "pregnancy", "tuberculosis", "suicide_risk", "epilepsy", "laboratory", "supply",
    "order", "equipment", "request", "action", "other",
)  # fmt: skip
"""In the order of the page and of the paper; "other" = what the outgoing physician adds."""
NOT_RECORDED = ("referral", "companion", "promise")
"""What belongs to a handover and the program does not record yet: said on page and paper, never shown as "none"."""
Value = int | str
Facts = Mapping[str, Value]

PREGNANCY_DAYS = 280
"""From the first day of the last menstruation to the expected birth (Naegele; NOM-007-SSA2-2016, 3.21)."""
DUE_WITHIN_DAYS = 56
"""Eight weeks: the births that the next physician will attend or send away."""
LONGEST_PREGNANCY_DAYS = 308
"""44 weeks: a pregnancy noted longer ago has ended, whether anybody wrote it down or not."""
RECENT_DAYS = 365
"""A diagnosis of a consult, or an answer of a questionnaire, older than a year tells nothing of today."""

NEW_DAYS = 30
"""Who is here for less is told what to look at first."""

PREGNANT = ("Z33", "Z34", "Z35", "Z321", "O10", "O11", "O12", "O13", "O14", "O15", "O16", "O2", "O3", "O4")
"""CIE-10 beginnings that say that a woman is pregnant."""
ENDED = ("O00", "O01", "O02", "O03", "O04", "O05", "O06", "O07", "O08", "O8", "O90", "O91", "O92", "Z37", "Z39")
"""CIE-10 beginnings that say that a pregnancy is over: births, losses, the weeks after them."""
TUBERCULOSIS = ("A15", "A16", "A17", "A18", "A19", "J65", "P370")
EPILEPSY = ("G40", "G41")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line as the data of a day make it. `about` is of `about_type` "patient", "item", "order"…; None = nothing.

    Two of the same section about the same thing are one line; the facts may change from day to day.
    """

    section: Section
    about_type: str
    about: Id | None
    facts: Facts = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, Id | None]:
        """What tells lines apart."""
        return self.section, self.about


@dataclass(frozen=True, slots=True)
class Noted:
    """Diagnoses and answers of one person, as far as they make a line: (ISO day, CIE-10 code) and (ISO day, answer).

    `listed`: what stands active on the problem list; `diagnosed`: what consults said.
    """

    listed: Sequence[tuple[str, str]] = ()
    diagnosed: Sequence[tuple[str, str]] = ()
    answers: Mapping[str, tuple[str, Value]] = field(default_factory=dict)
    """Measure code → the last answer not after the day: (its day, number or word)."""


def facts_text(facts: Facts) -> str:
    """Facts as they travel: JSON with sorted keys, so that equal facts are equal text."""
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def facts_of(text: str | None) -> dict[str, Value]:
    """Facts as they were kept; what a later program wrote and this one cannot read is left out."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): value for key, value in found.items() if type(value) in (int, str)}


def chronic_line(who: Member, today: date, rules: Thresholds) -> Drawn | None:
    """The line of somebody in a programme: high risk by the rules of the rescue list, else not controlled.

    None for who is controlled, has no reading in the window, or is gone: the rescue list and the indicators hold these.
    """
    if who.gone(today.isoformat()):
        return None
    course = who.course(today)
    if not course.enrolled:
        return None
    risk, why = risk_of(course, today, rules)
    failing = [
        programme.code
        for programme in (HYPERTENSION, DIABETES)
        if programme.code in course.enrolled and programme.judge(course, today, rules)[0] == "uncontrolled"
    ]
    if risk != "high" and not failing:
        return None
    facts: dict[str, Value] = {"programmes": ",".join(p for p in ("hypertension", "diabetes") if p in course.enrolled)}
    if why.event:
        facts["event"] = "yes"
    judged = why.code if why.programme == "diabetes" else ""
    facts |= _pressure(course, today, rules) | _sugar(course, today, rules, judged)
    last = who.last_visit(today.isoformat())
    if last is not None:
        facts["last_visit"] = last
    return Drawn("high_risk" if risk == "high" else "uncontrolled", "patient", who.person, facts)


def _pressure(course: Course, today: date, rules: Thresholds) -> dict[str, Value]:
    """With the goal where it is the lower one: 138/84 is not controlled with diabetes, and the reader must see why."""
    found = latest_pressure(course, today) if "hypertension" in course.enrolled else None
    if found is None:
        return {}
    facts: dict[str, Value] = {"systolic": found[0], "diastolic": found[1], "pressure_on": found[2]}
    if strict_goal(course, today, rules):
        goal = pressure_goal(course, today, rules)
        facts |= {"goal": f"{goal[0]}/{goal[1]}"}
    return facts


def _sugar(course: Course, today: date, rules: Thresholds, judged: str) -> dict[str, Value]:
    """The test that the risk rests on (`judged`), else the one that control rests on."""
    if "diabetes" not in course.enrolled:
        return {}
    found = course.latest(judged, today) if judged not in ("", "none") else None
    found = found or deciding_glucose(course, today, rules)
    if found is None or found.value is None:
        return {}
    return {"sugar": found.code, "sugar_value": found.value, "sugar_on": found.day}


def pregnancy_line(person: Id, noted: Noted, today: date) -> Drawn | None:
    """A pregnancy with the birth expected within eight weeks, or without a date of it: unknown is not "later".

    Pregnant = a diagnosis says so within 44 weeks, and none later says that it is over. The last menstruation alone
    says nothing: it is asked of many.
    """
    day = today.isoformat()
    oldest = (today - timedelta(days=LONGEST_PREGNANCY_DAYS)).isoformat()
    said = [*noted.listed, *noted.diagnosed]
    pregnant = max((on for on, code in said if code.startswith(PREGNANT) and oldest <= on <= day), default=None)
    ended = max((on for on, code in said if code.startswith(ENDED) and on <= day), default="")
    if pregnant is None or ended >= pregnant:
        return None
    facts: dict[str, Value] = {"noted_on": pregnant}
    last = _day(noted.answers.get("last_menstruation"))
    if last is not None and oldest <= last.isoformat() <= pregnant and last.isoformat() > ended:
        due = last + timedelta(days=PREGNANCY_DAYS)
        if (due - today).days > DUE_WITHIN_DAYS:
            return None
        facts |= {"due_on": due.isoformat(), "weeks": (today - last).days // 7}
    return Drawn("pregnancy", "patient", person, facts)


def tuberculosis_line(person: Id, noted: Noted, today: date) -> Drawn | None:
    """Tuberculosis on the problem list, or diagnosed or treated within a year, until somebody wrote that it is over."""
    found = _known(noted, TUBERCULOSIS, today)
    phase = noted.answers.get("tb_phase")
    recent = (today - timedelta(days=RECENT_DAYS)).isoformat()
    treated = phase is not None and phase[1] != "completed" and phase[0] >= recent
    if found is None and not treated:
        return None
    if phase is not None and phase[1] == "completed" and (found is None or phase[0] >= found[0]):
        return None
    facts: dict[str, Value] = {} if found is None else {"code": found[1], "noted_on": found[0]}
    if phase is not None:
        facts |= {"phase": phase[1], "phase_on": phase[0]}
    doses = noted.answers.get("tb_doses_supervised")
    if doses is not None:
        facts |= {"doses": doses[1], "doses_on": doses[0]}
    return Drawn("tuberculosis", "patient", person, facts)


def suicide_line(person: Id, noted: Noted, today: date) -> Drawn | None:
    """The last answer to question 9 of the PHQ-9, within a year, was not "never" (Kroenke 2001; registry rules)."""
    answer = noted.answers.get("phq9_9")
    recent = (today - timedelta(days=RECENT_DAYS)).isoformat()
    if answer is None or type(answer[1]) is not int or answer[1] < 1 or answer[0] < recent:
        return None
    facts: dict[str, Value] = {"answer": answer[1], "answer_on": answer[0]}
    plan = noted.answers.get("safety_plan")
    if plan is not None and plan[0] >= answer[0]:
        facts |= {"plan": plan[1], "plan_on": plan[0]}
    return Drawn("suicide_risk", "patient", person, facts)


def epilepsy_line(person: Id, noted: Noted, today: date) -> Drawn | None:
    """Epilepsy on the problem list, or diagnosed within a year."""
    found = _known(noted, EPILEPSY, today)
    if found is None:
        return None
    facts: dict[str, Value] = {"code": found[1], "noted_on": found[0]}
    seizures = noted.answers.get("seizures_4_weeks")
    if seizures is not None:
        facts |= {"seizures": seizures[1], "seizures_on": seizures[0]}
    return Drawn("epilepsy", "patient", person, facts)


def noted_lines(person: Id, noted: Noted, today: date) -> list[Drawn]:
    """Every line that diagnoses and answers of a person make."""
    rules = (pregnancy_line, tuberculosis_line, suicide_line, epilepsy_line)
    return [line for rule in rules if (line := rule(person, noted, today)) is not None]


def in_order(lines: Iterable[Drawn]) -> list[Drawn]:
    """By section; within it what is worst, or due first, comes first. Equal facts keep the order they came in."""
    return sorted(lines, key=lambda line: (SECTIONS.index(line.section), _weight(line)))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an acknowledgement is: lines read of lines handed over, and left out ones."""

    read: int
    lines: int
    left_out: int = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left to read; a handover without a line is not done."""
        return self.lines > 0 and self.read == self.lines


def progress(states: Iterable[tuple[bool, bool]]) -> Progress:
    """(left out, acknowledged) of every line → how far it is. A line that was left out is not waited for."""
    held = list(states)
    kept = [read for left_out, read in held if not left_out]
    return Progress(sum(kept), len(kept), len(held) - len(kept))


def days_here(since: str | None, today: date) -> int | None:
    """Which of the first `NEW_DAYS` days of somebody it is, the first being 1; None = they are not new."""
    if since is None:
        return None
    day = (today - date.fromisoformat(since)).days + 1
    return day if 1 <= day <= NEW_DAYS else None


def _weight(line: Drawn) -> tuple[object, ...]:
    facts = line.facts
    if line.section in ("high_risk", "uncontrolled"):
        return (-_number(facts, "systolic"), -_number(facts, "sugar_value"))
    if line.section == "pregnancy":
        return (str(facts.get("due_on", "")),)  # without a date first: it may be tomorrow
    if line.section == "suicide_risk":
        return (-_number(facts, "answer"), str(facts.get("answer_on", "")))
    if line.section == "laboratory":
        return (facts.get("urgent") != "yes", str(facts.get("asked_on", "")))
    if line.section == "supply":
        there = facts.get("standing") not in ("out", "negative")
        return (there, facts.get("ven") != "V", str(facts.get("name_es", "")))
    return (0,)


def _number(facts: Facts, name: str) -> int:
    value = facts.get(name, 0)
    return value if isinstance(value, int) else 0


def _known(noted: Noted, codes: tuple[str, ...], today: date) -> tuple[str, str] | None:
    """The last (day, code) that says it: on the problem list whenever, in a consult within a year."""
    recent = (today - timedelta(days=RECENT_DAYS)).isoformat()
    said = [x for x in noted.listed if x[1].startswith(codes)]
    said += [x for x in noted.diagnosed if x[1].startswith(codes) and recent <= x[0] <= today.isoformat()]
    return max(said, default=None)


def _day(answer: tuple[str, Value] | None) -> date | None:
    try:
        return date.fromisoformat(str(answer[1])) if answer is not None else None
    except ValueError:
        return None
