"""A handover in words, the same on the page and on paper: sections, what a line is about, what its facts say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from ces_desktop.data.measures import measures
from ces_desktop.data.queries.handover import Line
from ces_desktop.domain.handover import Value
from ces_desktop.domain.measures import show
from ces_desktop.domain.supply.orders import State
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import supply_words, words

Facts = Mapping[str, Value]


def section(code: str) -> str:
    """The name of a section."""
    return {
        "high_risk": tr("High risk"),
        "uncontrolled": tr("Not controlled"),
        "pregnancy": tr("Births within 8 weeks"),
        "tuberculosis": tr("Tuberculosis"),
        "suicide_risk": tr("Thoughts of death (PHQ-9)"),
        "epilepsy": tr("Epilepsy"),
        "laboratory": tr("Pending results"),
        "supply": tr("Supplies at risk"),
        "order": tr("Orders under way"),
        "equipment": tr("Equipment"),
        "request": tr("Requests"),
        "action": tr("Mentoring actions"),
        "other": tr("Added by hand"),
    }.get(code, code)


def not_recorded(code: str) -> str:
    """What belongs to a handover and is not in the program yet."""
    return {
        "referral": tr("referrals"),
        "companion": tr("acompañantes and whom they accompany"),
        "promise": tr("promises to the committee"),
    }.get(code, code)


def title(line: Line) -> str:
    """Whom or what a line is about: a person's name, an item, an order, a piece; of a free line its words."""
    facts = line.facts
    if line.about_type == "patient":
        return line.patient.name if line.patient else tr("record that is gone")
    if line.section == "supply":
        spanish = str(facts.get("name_es", ""))
        return (spanish if language() == "es" else str(facts.get("name_en", ""))) or spanish
    if line.section == "order":
        return tr("Order {number}").format(number=facts.get("number", words.DASH))
    if line.section == "other":
        return line.words
    return str(facts.get("name") or facts.get("text") or words.DASH)


def facts(line: Line) -> list[str]:
    """What the data say of it, one short sentence each, the most telling first; empty for a free line."""
    said = _SAID.get(line.section)
    return said(line.facts) if said else []


def when(known: Facts, name: str) -> str:
    """The day of a fact as paper writes it."""
    return words.day(str(known.get(name, "")) or None)


def _chronic(known: Facts) -> list[str]:
    said = []
    if "systolic" in known:
        pressure = f"{known['systolic']}/{known.get('diastolic', words.DASH)}"
        told = tr("BP {value} on {day}").format(value=pressure, day=when(known, "pressure_on"))
        goal = tr("goal below {goal}").format(goal=known["goal"]) if "goal" in known else ""
        said.append(f"{told} ({goal})" if goal else told)
    if "sugar_value" in known:
        said.append(_sugar(known))
    if known.get("event") == "yes":
        said.append(tr("after a stroke or infarct"))
    named = [_programme(code) for code in str(known.get("programmes", "")).split(",") if code]
    said.append(", ".join(named))
    if "last_visit" in known:
        said.append(tr("last visit {day}").format(day=when(known, "last_visit")))
    return [part for part in said if part]


def _programme(code: str) -> str:
    return {"hypertension": tr("Hypertension"), "diabetes": tr("Diabetes")}.get(code, code)


def _sugar(known: Facts) -> str:
    code, value = str(known.get("sugar", "")), known["sugar_value"]
    measure = measures().get(code)
    shown = show(measure, value) if measure is not None and isinstance(value, int) else str(value)
    said = {
        "hba1c": tr("HbA1c {value} % on {day}"),
        "glucose_fasting": tr("fasting glucose {value} on {day}"),
    }.get(code, tr("glucose {value} on {day}"))
    return said.format(value=shown, day=when(known, "sugar_on")).replace(" %", f"{words.NBSP}%")


def _pregnancy(known: Facts) -> list[str]:
    if "due_on" not in known:
        return [
            tr("expected birth: no date recorded"),
            tr("pregnancy noted on {day}").format(day=when(known, "noted_on")),
        ]
    weeks = known.get("weeks", 0)
    n = weeks if isinstance(weeks, int) else 0
    return [
        tr("expected birth {day}").format(day=when(known, "due_on")),
        trn("{n} week at the handover", "{n} weeks at the handover", n).format(n=n),
    ]


def _tuberculosis(known: Facts) -> list[str]:
    said = []
    phase = measures().get("tb_phase")
    if "phase" in known:
        word = phase.option_name(str(known["phase"]), language()) if phase else str(known["phase"])
        said.append(tr("phase: {phase} ({day})").format(phase=word, day=when(known, "phase_on")))
    else:
        said.append(tr("phase of treatment: not recorded"))
    if "doses" in known:
        said.append(tr("supervised doses: {n} ({day})").format(n=known["doses"], day=when(known, "doses_on")))
    return [*said, *_diagnosis(known)]


def _suicide(known: Facts) -> list[str]:
    item = measures().get("phq9_9")
    answer = str(known.get("answer", ""))
    word = item.option_name(answer, language()) if item else answer
    said = [tr("question 9: {answer} ({day})").format(answer=word, day=when(known, "answer_on"))]
    if "plan" in known:
        plan = words.answer(str(known["plan"])).lower()
        said.append(tr("safety plan: {answer} ({day})").format(answer=plan, day=when(known, "plan_on")))
    else:
        said.append(tr("safety plan: not recorded"))
    return said


def _epilepsy(known: Facts) -> list[str]:
    if "seizures" in known:
        said = tr("seizures in 4 weeks: {n} ({day})").format(n=known["seizures"], day=when(known, "seizures_on"))
    else:
        said = tr("seizures in 4 weeks: not recorded")
    return [said, *_diagnosis(known)]


def _diagnosis(known: Facts) -> list[str]:
    code = str(known.get("code", ""))
    if not code:
        return []
    dotted = f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
    return [tr("{code} noted on {day}").format(code=dotted, day=when(known, "noted_on"))]


def _laboratory(known: Facts) -> list[str]:
    named = []
    for code in str(known.get("tests", "")).split(","):
        measure = measures().get(code)
        named.append("HbA1c" if code == "hba1c" else measure.name(language()) if measure else tr("Image"))
    said = [", ".join(dict.fromkeys(named)), tr("asked on {day}").format(day=when(known, "asked_on"))]
    return [tr("urgent"), *said] if known.get("urgent") == "yes" else said


def _supply(known: Facts) -> list[str]:
    said = [supply_words.standing(str(known.get("standing", "")))]
    usable, unit = known.get("usable"), str(known.get("unit", ""))
    if isinstance(usable, int):
        said.append(tr("usable: {units}").format(units=supply_words.units(usable, unit)))
    average = known.get("average")
    if isinstance(average, int):
        said.append(tr("used a month: {n}").format(n=supply_words.monthly(average)))
    if "since" in known and known.get("standing") == "out":
        said.append(tr("last there on {day}").format(day=when(known, "since")))
    if isinstance(known.get("coming"), int):
        said.append(tr("on its way: {n}").format(n=supply_words.number(int(known["coming"]))))
    if known.get("ven") == "V":
        said.append(tr("vital"))
    return said


def _order(known: Facts) -> list[str]:
    lines = known.get("lines", 0)
    n = lines if isinstance(lines, int) else 0
    said = [
        supply_words.order_state(cast(State, str(known.get("state", "")))),
        supply_words.source(str(known.get("source", ""))),
        trn("{n} line", "{n} lines", n).format(n=n),
    ]
    if "sent_on" in known:
        said.append(tr("sent on {day}").format(day=when(known, "sent_on")))
    expected = when(known, "expected_on") if "expected_on" in known else tr("not known")
    return [*said, tr("expected: {day}").format(day=expected)]


def _equipment(known: Facts) -> list[str]:
    said = [{
        "working": tr("works"), "partly": tr("works in part"), "broken": tr("does not work"),
        "away": tr("being repaired"),
    }.get(str(known.get("state", "")), tr("not known whether it works"))]  # fmt: skip
    if "since" in known:
        said[0] = tr("{state} since {day}").format(state=said[0], day=when(known, "since"))
    if "detail" in known:
        said.append(str(known["detail"]))
    if "duty_on" in known:
        duty = tr("calibration") if known.get("duty") == "calibration" else tr("maintenance")
        said.append(tr("{duty} due since {day}").format(duty=duty, day=when(known, "duty_on")))
    return said


def _action(known: Facts) -> list[str]:
    said = [tr("agreed on {day}").format(day=when(known, "agreed_on"))]
    if "owner" in known:
        said.append(str(known["owner"]))
    return [*said, tr("due {day}").format(day=when(known, "due_on"))] if "due_on" in known else said


def _request(known: Facts) -> list[str]:
    said = [tr("asked on {day}").format(day=when(known, "agreed_on"))]
    said += [tr("urgent")] if known.get("urgency") == "urgent" else []
    said += [tr("for {name}").format(name=known["for"])] if "for" in known else []
    said.append(str(known["owner"]) if "owner" in known else tr("nobody sees to it yet"))
    return [*said, tr("due {day}").format(day=when(known, "due_on"))] if "due_on" in known else said


_SAID: dict[str, Callable[[Facts], list[str]]] = {
    "high_risk": _chronic,
    "uncontrolled": _chronic,
    "pregnancy": _pregnancy,
    "tuberculosis": _tuberculosis,
    "suicide_risk": _suicide,
    "epilepsy": _epilepsy,
    "laboratory": _laboratory,
    "supply": _supply,
    "order": _order,
    "equipment": _equipment,
    "request": _request,
    "action": _action,
}
