"""What the columns of a register may hold, as a list to choose from; and the words of its choices."""

from __future__ import annotations

from ces_desktop import i18n
from ces_desktop.data.measures import measures
from ces_desktop.domain.register_columns import Role
from ces_desktop.i18n import tr
from ces_desktop.ui.messages import patients

MEASURES = (
    "systolic", "diastolic", "weight", "height", "waist", "glucose_fasting", "glucose_random",
    "glucose_unknown", "hba1c", "cholesterol_total", "cholesterol_hdl", "cholesterol_ldl", "triglycerides",
    "creatinine", "albumin_creatinine_ratio", "haemoglobin", "heart_rate", "respiratory_rate", "temperature",
    "oxygen_saturation", "foot_wagner", "foot_examination", "tobacco", "alcohol", "phq9", "gad7", "muac",
    "head_circumference",
)  # fmt: skip
"""Measures that registers keep, in the order of the list."""


def sentences() -> dict[str, str]:
    """No codes of its own: `register_import.*` are in `register_import.py`."""
    return {}


def roles(holds: str) -> dict[str, tuple[Role, str, str]]:
    """Key → (role, its name, what kind of thing it is), in the order of the list."""
    found: dict[str, tuple[Role, str, str]] = {"ignore": (Role(), tr("Not used"), "")}
    names = _facts() if holds == "facts" else _people()
    for kind, name in names.items():
        found[kind] = (Role(kind), name, tr("Fact") if holds == "facts" else tr("Person"))
    found["pressure"] = (Role("pressure"), tr("Blood pressure as 120/80"), tr("Measure"))
    known = measures()
    for code in MEASURES:
        if code in known:
            found[f"measure:{code}"] = (Role("measure", code), known[code].name(i18n.language()), tr("Measure"))
    if holds == "people":
        found["diagnosis"] = (Role("diagnosis"), tr("Diagnoses in words or codes"), tr("Care"))
        found["medicines"] = (Role("medicines"), tr("Medicines, kept as a note of the visit"), tr("Care"))
        found["note"] = (Role("note"), tr("Note of the visit"), tr("Care"))
        for code, name in programmes().items():
            found[f"programme:{code}"] = (Role("programme", code), name, tr("Programme: word or date"))
            for answer, box in (("yes", tr("box Yes")), ("no", tr("box No"))):
                key, title = f"programme:{code}:{answer}", f"{name}, {box}"
                found[key] = (Role("programme", code, answer=answer), title, tr("Programme: two boxes"))
    return found


def programmes() -> dict[str, str]:
    """The programmes a register may enrol in."""
    return {"hypertension": tr("Hypertension"), "diabetes": tr("Diabetes")}


def role_name(role: Role, holds: str) -> str:
    """A role in words; one outside the list by its measure."""
    held = roles(holds).get(role.key)
    if held is not None:
        return held[1]
    found = measures().get(role.code)
    return found.name(i18n.language()) if found is not None else role.code or role.kind


def field(code: str) -> str:
    """What a correction is about: a measure, or a field of the person."""
    found = measures().get(code)
    if found is not None:
        return found.name(i18n.language())
    return patients.field_name("patient", code)


def _people() -> dict[str, str]:
    return {
        "identifier": tr("Number in this register"), "full_name": tr("Whole name in one column"),
        "given": tr("Given names"), "surnames": tr("Both surnames in one column"), "paternal": tr("Paternal surname"),
        "maternal": tr("Maternal surname"), "nickname": tr("Nickname"), "sex": tr("Sex"), "birth": tr("Birth"),
        "birth_day": tr("Day of birth"), "birth_month": tr("Month of birth"), "birth_year": tr("Year of birth"),
        "age": tr("Age"), "curp": "CURP", "folder": tr("Number of the paper folder"), "community": tr("Community"),
        "municipality": tr("Municipality"), "phone": tr("Telephone"), "phone_owner": tr("Whose telephone"),
        "mother_name": tr("Name of the mother"), "language": tr("Language"), "registered_on": tr("Day of registration"),
        "visit_on": tr("Day of the visit (of the measures)"), "died_on": tr("Day of death"),
    }  # fmt: skip


def _facts() -> dict[str, str]:
    return {
        "identifier": tr("Number in this register"), "visit_on": tr("Day"), "fact_code": tr("What was measured"),
        "fact_value": tr("Value"), "fact_unit": tr("Unit"), "condition_code": tr("Code of the ailment"),
        "condition_text": tr("Ailment in words"), "condition_from": tr("Ailment since"),
        "condition_to": tr("Ailment until"),
    }  # fmt: skip
