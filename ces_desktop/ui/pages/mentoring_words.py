"""How mentoring is said on screen and paper: why a case is proposed, scores as chips, where the clinic stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ces_desktop.data.measures import measures
from ces_desktop.data.protocol import protocol
from ces_desktop.data.queries.mentoring import AgreedAction
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import Figure
from ces_desktop.domain.mentoring import Cadence, Grade, Person, Score, SessionState
from ces_desktop.domain.mentoring_cases import Facts
from ces_desktop.i18n import language, tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State

GRADES: dict[Grade, State] = {"A": "ok", "B": "warn", "C": "bad"}
STATES: dict[SessionState, State] = {"open": "draft", "by_mentor": "due", "by_mentee": "due", "closed": "ok"}


def tongue() -> str:
    """The language of names that are kept in both."""
    return "es" if language().startswith("es") else "en"


def why(reason: str, facts: Facts) -> tuple[str, str]:
    """Why a case is proposed: the fact, and what makes it worth a talk."""
    if reason == "control":
        return _control(facts)
    if reason == "protocol":
        names = {step.code: step.names for step in protocol()}.get(str(facts.get("step", "")), {})
        named = names.get(tongue(), "") or str(facts.get("step", ""))
        last = str(facts.get("last", ""))
        said = tr("not done at the last visit; last on {day}") if last else tr("not done at the last visit, nor before")
        said = said.format(day=labels.day(last)) if last else said
        more = int(facts.get("missed", 1)) - 1
        if more > 0:
            said += " · " + trn("{n} more step due", "{n} more steps due", more).format(n=more)
        return named, said
    if reason == "referral":
        return tr("Referred on {day}").format(day=labels.day(str(facts.get("day", "")))), ""
    return tr("Chosen by the mentor"), ""


def _control(facts: Facts) -> tuple[str, str]:
    code, value = str(facts.get("code", "")), int(facts.get("value", 0))
    day = str(facts.get("day", ""))
    if code == "pressure":
        said = tr("BP {systolic}/{diastolic}").format(systolic=value, diastolic=facts.get("second", labels.DASH))
    elif code == "hba1c":
        said = tr("HbA1c {value} %").format(value=labels.number(value / 10, 1))
    else:
        names = measures().get(code)
        said = f"{names.name(tongue()) if names else tr('Glucose')} {value}"
    n = int(facts.get("unchanged", 0))
    caption = tr("on {day}").format(day=labels.day(day)) if day else ""
    if n > 1:
        many = trn("same treatment for {n} visit", "same treatment for {n} visits", n).format(n=n)
        caption = f"{caption} · {many}" if caption else many
    return said, caption


def score_words(score: Score) -> str:
    """`78 %`, or a dash where nothing was seen."""
    return labels.DASH if score.percent is None else f"{score.percent}\N{NO-BREAK SPACE}%"


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
    return "due", tr("due {day}").format(day=labels.day(action.due_on)) if action.due_on else tr("Open")


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


def figure_name(figure: Figure) -> str:
    """What a watched figure is called."""
    return {
        "visits": tr("Consults"),
        "hypertension.controlled": tr("Hypertension controlled"),
        "diabetes.controlled": tr("Diabetes controlled"),
        "hypertension.missed": tr("Hypertension without a visit"),
    }.get(figure.code, figure.definition.names.get(tongue(), figure.code))
