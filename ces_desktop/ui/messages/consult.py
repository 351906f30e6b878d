"""Words of the consult's form: sections, programmes, goals, prognosis, why something was not measured."""

from __future__ import annotations

from datetime import date

from ces_desktop.domain.measures import Measure, show
from ces_desktop.domain.programs import Course, pressure_goal
from ces_desktop.domain.protocol import DueStep, Step
from ces_desktop.domain.thresholds import Thresholds
from ces_desktop.i18n import language, tr
from ces_desktop.ui import labels


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "consult.unlisted": tr("It is not in the list. Choose a line or clear it."),
        "consult.dose_unreadable": tr("This is not a dose. Write 1, ½ or .5."),
        "consult.doses_differ": tr("Every so many hours there is one dose only. Leave one, or take the hours away."),
        "consult.not_a_count": tr("This is not a whole number. Write it with digits."),
        "consult.next_unread": tr("The next visit cannot be read. Write a date or +28."),
    }


def programme(code: str) -> str:
    """A programme's name; an unknown one by its code."""
    return {"hypertension": tr("Hypertension"), "diabetes": tr("Diabetes")}.get(code, code)


def programme_icon(code: str) -> str:
    """The icon of a programme's block."""
    return {"hypertension": "heart-pulse", "diabetes": "droplet"}.get(code, "clipboard-list")


def goal(code: str, course: Course, on: date, thresholds: Thresholds, measures: dict[str, Measure]) -> str:
    """`Meta < 130/80`: what the block's readings are held against; "" when nothing was declared."""
    if code == "hypertension":
        systolic, diastolic = pressure_goal(course, on, thresholds)
        return tr("Goal < {value}").format(value=f"{systolic}/{diastolic}")
    if code == "diabetes":
        below = thresholds.value("diabetes.controlled_hba1c_below", on)
        value = show(measures["hba1c"], below).removesuffix(".0")
        return tr("Goal HbA1c < {value} %").format(value=value)
    return ""


def prognosis() -> list[tuple[str, str]]:
    """Answers to the prognosis (NOM-004-SSA3-2012 6.2.6), in order."""
    return [
        ("good", tr("Good")),
        ("guarded", tr("Guarded")),
        ("poor", tr("Poor")),
        ("to_be_seen", tr("To be seen")),
    ]


def kinds() -> list[tuple[str, str]]:
    """Kinds of consult that are written here, the usual one first."""
    return [("consult", tr("Consult")), ("emergency", tr("Emergency")), ("home_visit", tr("Home visit"))]


def unmeasured() -> list[tuple[str, str]]:
    """Why a key reading is missing."""
    return [("no_equipment", tr("No equipment")), ("declined", tr("Declined")), ("forgotten", tr("Forgotten"))]


def routes() -> list[tuple[str, str]]:
    """Ways to give a medicine."""
    return [
        ("oral", tr("oral")),
        ("sublingual", tr("sublingual")),
        ("inhaled", tr("inhaled")),
        ("topical", tr("on the skin")),
        ("ophthalmic", tr("in the eye")),
        ("otic", tr("in the ear")),
        ("nasal", tr("in the nose")),
        ("vaginal", tr("vaginal")),
        ("rectal", tr("rectal")),
        ("intramuscular", tr("intramuscular")),
        ("intravenous", tr("intravenous")),
        ("subcutaneous", tr("subcutaneous")),
        ("intradermal", tr("intradermal")),
        ("transdermal", tr("patch")),
        ("infiltration", tr("infiltration")),
        ("uterine", tr("in the womb")),
    ]


def change(kind: str) -> str:
    """What happens to a medicine in this consult."""
    return {
        "unchanged": tr("same"),
        "changed": tr("changed"),
        "new": tr("new"),
        "stopped": tr("is stopped"),
        "kept": tr("goes on"),
    }[kind]


def step(each: Step) -> str:
    """The name of a step of the protocol."""
    return each.names.get(language()) or each.names.get("es", each.code)


def why_due(due: DueStep) -> str:
    """Why a step is due: never done, since when, which medicine is missing, how long above the goal."""
    last = labels.day(due.last)
    return {
        "never": tr("never noted"),
        "old": tr("last on {day}").format(day=last),
        "without": tr("not among the medicines"),
        "above_goal": tr("The last readings are above the goal, since {day}.").format(day=last),
    }[due.reason]


def confidential(state: str) -> str:
    """What becomes of the words of a confidential consult, for who reads it."""
    said = {
        "shown": tr("Only who treats the person reads its words."),
        "withheld": tr("Who treats the person in the clinic reads its words. What is coded is shown."),
        "elsewhere": tr("Its words are on another computer of the clinic. They come with its stick."),
    }
    return said.get(state, "")
