"""How mentoring is said on screen and paper: why a case is proposed, scores as chips, where the clinic stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ces_desktop.data.queries.mentoring import AgreedAction
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import Figure
from ces_desktop.domain.mentoring import Cadence, Grade, Person, Score, SessionState
from ces_desktop.i18n import tr, trn
from ces_desktop.reports.mentoring_words import figure_name as figure_name
from ces_desktop.reports.mentoring_words import score_words as score_words
from ces_desktop.reports.mentoring_words import tongue as tongue
from ces_desktop.reports.mentoring_words import why as why
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State

GRADES: dict[Grade, State] = {"A": "ok", "B": "warn", "C": "bad"}
STATES: dict[SessionState, State] = {"open": "draft", "by_mentor": "due", "by_mentee": "due", "closed": "ok"}


def score_chip(score: Score) -> tuple[State, str]:
    """The letter with its bounds."""
    grade = score.grade
    if grade is None:
        return "unknown", tr("Not scored")
    words = {"A": tr("A · 90 % or more"), "B": tr("B · 80 to 89 %"), "C": tr("C · below 80 %")}
    return GRADES[grade], words[grade]


def cadence_chip(cadence: Cadence) -> tuple[State, str]:
    """Where the clinic stands with its monthly visit."""
    if cadence.standing == "never":
        return "unknown", tr("No session yet")
    days = trn("{n} day ago", "{n} days ago", cadence.days or 0).format(n=cadence.days)
    if cadence.standing == "late":
        late = trn("{n} day late", "{n} days late", cadence.late_by).format(n=cadence.late_by)
        return "bad", late
    return ("warn" if cadence.standing == "soon" else "ok"), days if cadence.days else tr("today")


def action_chip(action: AgreedAction, today: date) -> tuple[State, str]:
    """Where an agreed action stands."""
    if action.state == "done":
        return "ok", tr("Done")
    if action.state == "dropped":
        return "neutral", tr("Dropped")
    if action.due_on and action.due_on < today.isoformat():
        n = (today - date.fromisoformat(action.due_on)).days
        return "bad", trn("{n} day late", "{n} days late", n).format(n=n)
    if not action.due_on:
        return "due", tr("Still open")
    return "due", tr("due {day}").format(day=labels.short_day(date.fromisoformat(action.due_on)))


def names_of(people: Sequence[Person]) -> str:
    """Names one after the other."""
    return ", ".join(person.name for person in people) or labels.DASH


def person_words(patient: Id | None, patients: Mapping[Id, PatientRow]) -> str:
    """Whom a consult or a case is about."""
    if patient is None:
        return tr("Nobody linked")
    row = patients.get(patient)
    return row.name if row else tr("A person of the register")


def about(row: PatientRow, today: date) -> str:
    """`58 años · El Mirador`."""
    age = row.age_on(today)
    parts = [labels.age(age.years * 12 + age.months, age.approximate) if age else "", row.community or ""]
    return " · ".join(part for part in parts if part)


def figure_words(figure: Figure) -> str:
    """A figure of a month with its n of N."""
    if figure.denominator is None:
        return labels.number(figure.numerator)
    if not figure.denominator:
        return labels.DASH
    part = f"{labels.number(figure.numerator)}/{labels.number(figure.denominator)}"
    return f"{figure.percent}\N{NO-BREAK SPACE}% ({part})"
