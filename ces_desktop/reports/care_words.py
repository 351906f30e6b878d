"""Care in words for paper: values of measures, routes, presentations, prognosis, who signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ces_desktop.data.queries.visit_form import Allergies
from ces_desktop.data.queries.visits import Observed
from ces_desktop.domain.measures import Measure, show
from ces_desktop.i18n import language, tr
from ces_desktop.reports import words


def value(observed: Observed, measure: Measure | None) -> str:
    """`146 mg/dl`, `Normal`, `Sí`; a measure nobody knows any more shows what was kept."""
    if observed.value is None:
        word = observed.word or ""
        if word in ("yes", "no", "unknown"):
            return words.answer(word)
        return (measure.option_name(word, language()) if measure else word) or words.DASH
    if measure is None:
        return str(observed.value)
    shown = show(measure, observed.value).removesuffix(".0")
    return f"{shown}{words.NBSP}{measure.unit}" if measure.unit else shown


def values(observed: Sequence[Observed], measures: Mapping[str, Measure]) -> list[tuple[str, str]]:
    """(name, value) of what was measured, in the order of the list of measures; pressure as one pair."""
    held = {each.code: each for each in observed}
    order = {code: place for place, code in enumerate(measures)}
    found: list[tuple[str, str]] = []
    if pair := pressure(held):
        found.append((tr("Blood pressure"), pair))
    for code in sorted(held, key=lambda code: (order.get(code, len(order)), code)):
        if code in ("systolic", "diastolic") and pair:
            continue
        measure = measures.get(code)
        found.append((measure.name(language()) if measure else code, value(held[code], measure)))
    return found


def pressure(held: Mapping[str, Observed]) -> str:
    """`152/94 mmHg` of one day and consult; "" when a half of it is missing."""
    high, low = held.get("systolic"), held.get("diastolic")
    if high is None or low is None or high.value is None or low.value is None:
        return ""
    if (high.day, high.encounter) != (low.day, low.encounter):
        return ""
    return f"{high.value}/{low.value}{words.NBSP}mmHg"


def allergies(known: Allergies) -> str:
    """The line nobody may overlook: what there is, that it is denied, or that nobody asked."""
    if known.present:
        said = [each.substance + (f" ({each.reaction})" if each.reaction else "") for each in known.present]
        return tr("ALLERGIES: {list}").format(list="; ".join(said))
    if known.denied:
        return tr("Allergies: denied ({day})").format(day=words.day(known.denied_on))
    return tr("Allergies: not asked")


def route(code: str) -> str:
    """The way a medicine is given; an unknown one as it was written."""
    return {
        "oral": tr("oral"), "sublingual": tr("sublingual"), "inhaled": tr("inhaled"), "topical": tr("on the skin"),
        "ophthalmic": tr("in the eye"), "otic": tr("in the ear"), "nasal": tr("in the nose"),
        "vaginal": tr("vaginal"), "rectal": tr("rectal"), "intramuscular": tr("intramuscular"),
        "intravenous": tr("intravenous"), "subcutaneous": tr("subcutaneous"), "intradermal": tr("intradermal"),
        "transdermal": tr("patch"), "infiltration": tr("infiltration"), "uterine": tr("in the womb"),
    }.get(code, code)  # fmt: skip


def presentation(form: str) -> str:
    """The pharmaceutical form of a medicine; "" when the list does not say."""
    return {
        "tablet": tr("tablet"), "capsule": tr("capsule"), "chewable": tr("chewable tablet"),
        "effervescent": tr("effervescent tablet"), "sublingual": tr("sublingual tablet"), "syrup": tr("syrup"),
        "suspension": tr("suspension"), "oral_solution": tr("oral solution"), "drops": tr("drops"),
        "powder_oral": tr("powder to dissolve"), "injection": tr("injection"), "infusion": tr("infusion"),
        "vaccine": tr("vaccine"), "cream": tr("cream"), "ointment": tr("ointment"), "gel": tr("gel"),
        "lotion": tr("lotion"), "shampoo": tr("shampoo"), "spray": tr("spray"), "powder_topical": tr("powder"),
        "eye_drops": tr("eye drops"), "eye_ointment": tr("eye ointment"), "ear_drops": tr("ear drops"),
        "nasal_spray": tr("nasal spray"), "inhaler": tr("inhaler"), "nebuliser": tr("for nebulising"),
        "suppository": tr("suppository"), "pessary": tr("pessary"), "patch": tr("patch"), "implant": tr("implant"),
        "intrauterine": tr("intrauterine device"),
    }.get(form, form)  # fmt: skip


def prognosis(code: str | None) -> str:
    """The prognosis; an en dash when none was written."""
    known = {"good": tr("Good"), "guarded": tr("Guarded"), "poor": tr("Poor"), "to_be_seen": tr("To be seen")}
    return known.get(code or "", words.DASH)


def kind(code: str) -> str:
    """What kind of visit it was."""
    return {
        "consult": tr("Consult"), "emergency": tr("Emergency"), "home_visit": tr("Home visit"),
        "imported": tr("Copied from another register"),
    }.get(code, code)  # fmt: skip


def author(name: str, licence: str) -> str:
    """Name over licence or MPSS, for under a signature line; what is not known is left to write by hand."""
    shown = name or tr("Name")
    if licence.isdigit():
        return f"{shown}\n" + tr("Licence {licence}").format(licence=licence)
    return f"{shown}\n{licence or tr('Licence or MPSS: ____________')}"


def code_dotted(code: str) -> str:
    """`E11.9` of `E119`; `I10` of `I10X`."""
    plain = code.removesuffix("X") if len(code) == 4 else code
    return f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain
