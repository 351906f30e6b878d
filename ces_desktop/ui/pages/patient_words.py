"""What the page of a person says of care: allergies, programmes and their goals, medicines left, and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ces_desktop.data.measures import measures
from ces_desktop.data.queries.patient_view import PatientView
from ces_desktop.data.queries.timeline import Event
from ces_desktop.data.queries.visit_form import Allergies, Allergy, Condition
from ces_desktop.data.queries.visits import Observed
from ces_desktop.domain.dosing import Medicine
from ces_desktop.domain.measures import show
from ces_desktop.domain.programs import Control, deciding_glucose, pressure_goal
from ces_desktop.domain.protocol import DueStep
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import words
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import consult
from ces_desktop.ui.widgets.banner import Allergy as AllergyKind
from ces_desktop.ui.widgets.timeline import Happening, Place

LOW_DAYS, SOON_DAYS = 7, 14
"""Days of medicine left under which it is nearly out, and under which the next visit must not be missed."""
_GLUCOSE = ("glucose_fasting", "glucose_random", "glucose_unknown")
_SHOWN = ("temperature", "weight", "oxygen_saturation")
"""Of other vital signs, what a line of the timeline tells when nothing else was measured."""
LINE_OF_PLAN = 120


def allergies(known: Allergies) -> tuple[AllergyKind, str]:
    """Kind and words for the banner: `penicilina (ronchas, 2019)`."""
    if known.present:
        return "known", ", ".join(allergy(each) for each in known.present)
    return ("denied" if known.denied else "unasked"), ""


def allergy(each: Allergy) -> str:
    """`penicilina (ronchas, 2019)`."""
    more = ", ".join(part for part in (each.reaction, (each.since or "")[:4]) if part)
    return f"{each.substance} ({more})" if more else each.substance


def severity(word: str) -> str:
    """How bad the reaction was; "" when nobody knows."""
    return {"mild": tr("mild"), "moderate": tr("moderate"), "severe": tr("severe")}.get(word, "")


def programme(code: str) -> str:
    """The name of a programme; an unknown code as it is."""
    return consult.programme(code)


def route(code: str) -> str:
    """How a medicine is given; an unknown word as it is."""
    return dict(consult.routes()).get(code, code)


def control(held: Control) -> tuple[State, str]:
    """The chip of a programme."""
    chips: dict[Control, tuple[State, str]] = {
        "controlled": ("ok", tr("In control")),
        "uncontrolled": ("warn", tr("Out of control")),
        "no_reading": ("unknown", tr("No reading")),
    }
    return chips[held]


def standing(view: PatientView, code: str, today: date) -> str:
    """The goal of a programme, or the reading that decides: `meta < 130/80`, `HbA1c 8.4 % (nov-2025)`."""
    if code == "hypertension":
        systolic, diastolic = pressure_goal(view.course, today, view.thresholds)
        return tr("goal < {value}").format(value=f"{systolic}/{diastolic}")
    reading = deciding_glucose(view.course, today, view.thresholds)
    if reading is None or reading.value is None:
        return ""
    return f"{measured_value(reading.code, reading.value)} ({labels.day(reading.day[:7])})"


def dotted(code: str) -> str:
    """A CIE-10 code as it is written: `E11.9`."""
    code = code.rstrip("X")
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def since(condition: Condition) -> str:
    """`desde 2018`; by the day it was noted where nobody said when it began."""
    return tr("since {when}").format(when=labels.day((condition.onset or condition.day)[:7]))


def measured_value(code: str, value: int) -> str:
    """`HbA1c 8.4 %`, `glucosa 188 en ayuno`, `Peso 71.4 kg`."""
    known = measures().get(code)
    shown = show(known, value) if known is not None else f"{value}"
    glucose = {
        "glucose_fasting": tr("glucose {value} fasting"),
        "glucose_random": tr("glucose {value} random"),
        "glucose_unknown": tr("glucose {value}"),
    }
    if code in glucose:
        return glucose[code].format(value=shown)
    name = "HbA1c" if code == "hba1c" else known.name(language()) if known is not None else code
    unit = f"{labels.NBSP}{known.unit}" if known is not None and known.unit else ""
    return f"{name} {shown.removesuffix('.0')}{unit}"


def measured(each: Observed) -> str:
    """One observation in words."""
    if each.value is not None:
        return measured_value(each.code, each.value)
    known = measures().get(each.code)
    if known is None:
        return each.word or ""
    word = known.option_name(each.word or "", language()) if known.options else labels.yes_no(each.word)
    return f"{known.name(language())}: {word}"


def readings(observed: Sequence[Observed]) -> str:
    """The line of a consult: `TA 152/94, glucosa 188 en ayuno`; weight or temperature where nothing else was taken."""
    held = {each.code: each for each in reversed(observed)}
    said = []
    high, low = held.get("systolic"), held.get("diastolic")
    if high is not None and low is not None:
        said.append(tr("BP {value}").format(value=f"{high.value}/{low.value}"))
    said += [measured(held[code]) for code in (*_GLUCOSE, "hba1c") if code in held]
    if not said:
        said += [measured(held[code]) for code in _SHOWN if code in held][:2]
    return ", ".join(said)


def left(medicine: Medicine) -> tuple[State, str]:
    """The chip of a medicine: how many days of it are left by what was prescribed."""
    n = medicine.days_left
    if medicine.line.dose.as_needed:
        return "neutral", tr("if needed")
    if n <= 0:
        return "bad", tr("ran out")
    text = trn("{n} day", "{n} days", n).format(n=n).replace(" ", labels.NBSP)
    return ("bad" if n <= LOW_DAYS else "warn" if n <= SOON_DAYS else "ok"), text


def test_name(code: str, detail: str = "") -> str:
    """A laboratory test or image in words."""
    known = measures().get(code)
    if known is None:
        return detail or tr("Image")
    return "HbA1c" if code == "hba1c" else known.name(language())


def due(each: DueStep) -> str:
    """Why a step of the protocol is due: `tocaba el 12-feb-2026`, `nunca se ha hecho`."""
    if each.reason == "never":
        return tr("never done")
    if each.reason == "without":
        return tr("not prescribed")
    if each.reason == "above_goal":
        return tr("the last readings are not at goal")
    return tr("due since {day}, last on {last}").format(day=labels.day(each.since[:7]), last=labels.day(each.last))


def outcome(word: str) -> str:
    """What came of looking for somebody."""
    return {
        "visited": tr("Visited"),
        "promised": tr("Promised to come"),
        "nobody_home": tr("Nobody home"),
        "refused": tr("Refused"),
        "moved": tr("Moved"),
        "transferred": tr("Transferred"),
        "died": tr("Died"),
        "wrong_address": tr("Wrong address"),
    }.get(word, word)


def title(event: Event) -> str:
    """An event of the timeline as a title."""
    if event.visit is not None:
        kinds = {
            "emergency": tr("Emergency"),
            "home_visit": tr("Home visit"),
            "imported": tr("Consult of an older register"),
        }
        kind = kinds.get(event.visit.kind, tr("Consult"))
        names = [each.name(language()) for each in event.diagnoses[:2]]
        return " · ".join([kind, ", ".join(_lower(name) for name in names)]) if names else kind
    if event.kind in ("enrolled", "left"):
        words_ = tr("Enrolled in {programme}") if event.kind == "enrolled" else tr("Left {programme}")
        return words_.format(programme=programme(event.word).lower())
    if event.kind == "contact":
        return tr("Looked for: {outcome}").format(outcome=outcome(event.word).lower())
    if event.kind == "status":
        return words.status(event.word)
    return {
        "addendum": tr("Addendum"),
        "vitals": tr("Vital signs without a consult"),
        "results": tr("Results"),
    }.get(event.kind, event.kind)


def told(event: Event) -> str:
    """What an event says, in one line."""
    if event.visit is not None:
        plan = " ".join(event.visit.plan.split())
        short = plan if len(plan) <= LINE_OF_PLAN else plan[:LINE_OF_PLAN].rsplit(" ", 1)[0] + "…"
        return _sentences((readings(event.measured), short, event.by))
    if event.measured:
        said = readings(event.measured) if event.kind == "vitals" else ""
        return _sentences((said or ", ".join(measured(each) for each in reversed(event.measured)), event.by))
    promised = tr("for {day}").format(day=labels.day(event.until)) if event.until else ""
    return _sentences((promised, event.text, event.by))


def happening(event: Event) -> Happening:
    """An event as the timeline draws it; who was looked for in vain is an open ring."""
    place: Place = "here"
    if event.kind == "contact":
        place = "elsewhere" if event.word in ("visited", "promised") else "unanswered"
    elif event.kind in ("status", "enrolled", "left") or (event.visit and event.visit.kind == "home_visit"):
        place = "elsewhere"
    return Happening(place, title(event), told(event), labels.day(event.day or None))


def _sentences(parts: Iterable[str]) -> str:
    return ". ".join(part.rstrip(".") for part in parts if part)


def _lower(name: str) -> str:
    """A diagnosis inside a line; abbreviations keep their capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
