"""What the columns of somebody's register hold: roles, the mapping that is kept by name, and guesses from headings.

A mapping is plain data: it is written as JSON, travels as a file, and is the same for a screen and the command line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ces_desktop.domain import calendar
from ces_desktop.domain.identity import fold
from ces_desktop.errors import Refused

Holds = Literal["people", "facts"]
"""What a row is: a person (with measures in wide columns), or one dated fact of a person registered before."""
NameOrder = Literal["given_first", "surnames_first", "code"]
"""How a name in one column is written; "code" = the register has no names and people are called by their number."""

SINGLE = (
    "identifier", "full_name", "given", "surnames", "paternal", "maternal", "nickname", "sex", "birth", "birth_day",
    "birth_month", "birth_year", "age", "curp", "folder", "community", "municipality", "phone", "phone_owner",
    "mother_name", "language", "registered_on", "visit_on", "died_on", "fact_code", "fact_value", "fact_unit",
    "condition_code", "condition_text", "condition_from", "condition_to",
)  # fmt: skip
"""Kinds that one column at most may have."""
WITH_CODE = ("measure", "programme", "other_identifier")
MANY = ("ignore", "pressure", "diagnosis", "medicines", "note", *WITH_CODE)
KINDS = frozenset((*SINGLE, *MANY))
LONGEST_REGISTER = 60


@dataclass(frozen=True, slots=True)
class Role:
    """What a column holds. `code`: of a measure or programme, or the name of another register.

    `day`: partial ISO date said in the heading; `unit` as said there; `answer`: "yes" / "no" of a pair of boxes.
    """

    kind: str = "ignore"
    code: str = ""
    day: str = ""
    unit: str = ""
    answer: str = ""

    @property
    def key(self) -> str:
        """`measure:weight`, `programme:diabetes:yes`, `sex`: what a list of choices calls it."""
        return ":".join(part for part in (self.kind, self.code, self.answer) if part)


IGNORE = Role()


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How one kind of file is read; `columns` by heading. `register` names the source: numbers belong to it."""

    name: str = ""
    register: str = ""
    holds: Holds = "people"
    columns: tuple[tuple[str, Role], ...] = ()
    name_order: NameOrder = "given_first"
    as_of: str = ""
    """ISO day of what has no date of its own (ages, measures, enrolments)."""
    reused: Literal["reject", "new"] = "reject"
    """What a row is whose number belongs to somebody else."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Word of the file, folded → `measure:weight` or `condition:I10X`."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Community as written, folded → id in hexadecimal; "" = left unknown."""

    def role(self, heading: str) -> Role:
        """What the column of a heading holds."""
        return next((role for held, role in self.columns if held == heading), IGNORE)

    def with_role(self, heading: str, role: Role) -> ColumnMapping:
        """The same with another role; a role that only one column may have is taken from the other."""
        kept = [
            (held, IGNORE if role.kind in SINGLE and other.kind == role.kind else other)
            for held, other in self.columns
            if held != heading
        ]
        return replace(self, columns=(*kept, (heading, role)))

    def has(self, *kinds: str) -> bool:
        """Whether any column holds one of these."""
        return any(role.kind in kinds for _, role in self.columns)

    def fit(self, headings: Iterable[str]) -> ColumnMapping:
        """For a file with these headings, in their order; columns it does not know are ignored."""
        return replace(self, columns=tuple((heading, self.role(heading)) for heading in headings))


def check_mapping(mapping: ColumnMapping) -> str | None:
    """The code of what is missing, None when the file can be read by it."""
    if not mapping.register.strip():
        return "register_import.register_missing"
    if len(mapping.register) > LONGEST_REGISTER or not mapping.register.isprintable():
        return "register_import.register_bad"
    if mapping.holds == "facts":
        if not mapping.has("identifier"):
            return "register_import.identifier_missing"
        told = (mapping.has("fact_code") and mapping.has("fact_value")) or mapping.has("measure", "pressure")
        if not told and not mapping.has("condition_code", "condition_text"):
            return "register_import.facts_missing"
        return None
    if mapping.name_order == "code":
        return None if mapping.has("identifier") else "register_import.identifier_missing"
    return None if mapping.has("full_name", "given") else "register_import.name_missing"


def to_json(mapping: ColumnMapping) -> str:
    """The mapping as text to keep or to give away."""
    columns = {
        heading: {name: value for name, value in (("is", role.kind), ("code", role.code), ("day", role.day),
                                                   ("unit", role.unit), ("answer", role.answer)) if value}
        for heading, role in mapping.columns
    }  # fmt: skip
    plain: dict[str, Any] = {
        "name": mapping.name, "register": mapping.register, "holds": mapping.holds, "columns": columns,
        "name_order": mapping.name_order, "as_of": mapping.as_of, "reused": mapping.reused,
        "codes": dict(mapping.codes), "places": dict(mapping.places),
    }  # fmt: skip
    return json.dumps(plain, ensure_ascii=False, indent=1)


def from_json(text: str) -> ColumnMapping:
    """Read a kept mapping; Refused `register_import.mapping_unreadable` when it is not one."""
    try:
        held = json.loads(text)
        columns = tuple(
            (str(heading), _role(said)) for heading, said in dict(held["columns"]).items()
        )
        holds, order, reused = (held.get(k, d) for k, d in (("holds", "people"), ("name_order", "given_first"),
                                                            ("reused", "reject")))  # fmt: skip
        known = (("people", "facts"), ("given_first", "surnames_first", "code"), ("reject", "new"))
        if any(value not in options for value, options in zip((holds, order, reused), known, strict=True)):
            raise ValueError("unknown option")
        as_of = str(held.get("as_of", ""))
        if as_of:
            calendar.interval(as_of)
        return ColumnMapping(
            name=str(held.get("name", "")), register=str(held.get("register", "")), holds=holds, columns=columns,
            name_order=order, as_of=as_of, reused=reused,
            codes={fold(str(k)): str(v) for k, v in dict(held.get("codes", {})).items()},
            places={fold(str(k)): str(v) for k, v in dict(held.get("places", {})).items()},
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Refused) as error:
        raise Refused("register_import.mapping_unreadable") from error


def _role(said: Any) -> Role:
    role = Role(*(str(said.get(name, "")) for name in ("is", "code", "day", "unit", "answer")))
    if role.kind not in KINDS or (role.kind in WITH_CODE and not role.code) or role.answer not in ("", "yes", "no"):
        raise ValueError("unknown role")
    if role.day:
        calendar.interval(role.day)
    return role


_MONTHS = "|".join((*calendar.MONTHS_ES, *calendar.MONTHS_EN))
_HEADING_DAYS = (
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?(?!\d)"),
    re.compile(r"(?<!\d)(?:(?P<d>\d{1,2})[/.-])?(?P<m>\d{1,2})[/.-](?P<y>\d{4})(?!\d)"),
    re.compile(rf"(?:(?P<d>\d{{1,2}})[ /.-])?\b(?P<n>(?:{_MONTHS})[a-z]*)[ ./-]*(?:de )?(?P<y>\d{{4}}|\d{{2}})(?!\d)"),
)


def heading_day(heading: str) -> str:
    """The partial ISO date said in a heading (`TA 03/2025` → `2025-03`), "" when there is none."""
    text = heading.casefold()
    for pattern in _HEADING_DAYS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = calendar.month_number(parts["n"]) if parts.get("n") else int(parts["m"])
            if month is None:
                continue
            year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
            day = f"{year:04}-{month:02}" + (f"-{int(parts['d']):02}" if parts.get("d") else "")
            try:
                calendar.interval(day)
            except Refused:
                continue
            return day
    return ""


_UNITS = re.compile(r"[(\[]\s*([a-zµ%°]+(?:/[a-z]+)?)\s*[)\]]|\b(kg|lbs?|libras|mmol(?:/l)?|mg/dl|cm)\b")
_BOXES = re.compile(r"[\s:(\[-]*\b(si|no|yes)\b[\s\])]*$")


def guess(headings: Sequence[str], holds: Holds | None = None) -> ColumnMapping:
    """The likeliest mapping for these headings, Spanish or English; what is not recognised is ignored."""
    roles = [_guess_one(heading) for heading in headings]
    kinds = {role.kind for role in roles}
    rows: Holds = holds or (
        "facts"
        if {"fact_code", "fact_value"} <= kinds or ("condition_code" in kinds and "birth" not in kinds)
        else "people"
    )
    mapping = ColumnMapping(holds=rows)
    for heading, role in zip(headings, roles, strict=True):
        taken = role.kind in SINGLE and mapping.has(role.kind)
        mapping = replace(mapping, columns=(*mapping.columns, (heading, IGNORE if taken else role)))
    if rows == "people" and mapping.has("identifier") and not mapping.has("full_name", "given"):
        mapping = replace(mapping, name_order="code")
    return mapping


def _guess_one(heading: str) -> Role:
    day = heading_day(heading)
    words = fold(re.sub(r"\d{1,4}([/.-]\d{1,4})+", " ", heading))
    answer = ""
    boxes = _BOXES.search(fold(heading))
    if boxes:
        answer, words = "no" if boxes[1] == "no" else "yes", words[: words.rfind(boxes[1])].strip()
    unit = _UNITS.search(heading.casefold())
    for pattern, key in _GUESSES:
        if re.search(rf"\b(?:{pattern})\b", words):
            kind, _, code = key.partition(":")
            if kind == "measure" or kind == "pressure":
                return Role(kind, code, day, (unit[1] or unit[2]) if unit else "", answer)
            return Role(kind, code, day if kind == "programme" else "", "", answer if kind == "programme" else "")
    return IGNORE


_GUESSES = (
    ("curp", "curp"), ("tutor|responsable", "ignore"),
    ("madre|nombre de la madre|mother", "mother_name"),
    ("primer apellido|apellido paterno|paterno|ap paterno", "paternal"),
    ("segundo apellido|apellido materno|materno|ap materno", "maternal"),
    ("apellidos|apellido|surnames?|last names?", "surnames"),
    ("apodo|nickname", "nickname"),
    ("paciente|nombre completo|nombre y apellidos|full name|patient name", "full_name"),
    ("nombres?|given names?|first names?|name", "given"),
    ("(?:fn|nac(?:imiento)?) dia|dia (?:de )?nac(?:imiento)?", "birth_day"),
    ("(?:fn|nac(?:imiento)?) mes|mes (?:de )?nac(?:imiento)?", "birth_month"),
    ("(?:fn|nac(?:imiento)?) an?no|ano (?:de )?nac(?:imiento)?|fn ano", "birth_year"),
    ("f nac|fecha (?:de )?nac(?:imiento)?|fecha nac|nacimiento|fn|dob|birth ?date|date of birth|birth", "birth"),
    ("defuncion|fallecimiento|fecha de muerte|death ?date|died", "died_on"),
    ("edad|age", "age"), ("sexo|genero|sex|gender", "sex"),
    ("expediente|folder|exp|no exp|num exp|expedientessa", "folder"),
    ("pid|ces ?id|patient ?id|id|clave|folio|numero|no paciente", "identifier"),
    ("localidad|comunidad|community|locality|colonia", "community"), ("municipio|municipality", "municipality"),
    ("tel|telefono|celular|phone", "phone"), ("lengua|idioma|language", "language"),
    ("fecha (?:de )?registro|fecha (?:de )?ingreso|registered|alta", "registered_on"),
    ("inicio|start|onset", "condition_from"), ("fin|end|termino", "condition_to"),
    ("snomed|cie|cie10|icd|icd10", "condition_code"), ("texto|description|descripcion", "condition_text"),
    ("diagnosticos?|dx|diagnosis|padecimiento", "diagnosis"),
    ("medicamentos?|tratamiento|medicines?|medication|farmacos?", "medicines"),
    ("pas|t ?a sistolica|sistolica|systolic", "measure:systolic"),
    ("pad|t ?a diastolica|diastolica|diastolic", "measure:diastolic"),
    ("t ?a|presion(?: arterial)?|tension|bp|blood pressure", "pressure"),
    ("hba1c|a1c|hb ?a1c|hemoglobina glucosilada|glucosilada", "measure:hba1c"),
    ("glucosa (?:en )?ayunas?o?|glucemia (?:en )?ayunas?o?|fasting glucose", "measure:glucose_fasting"),
    ("glucosa (?:casual|sin ayuno|al azar)|random glucose", "measure:glucose_random"),
    ("glucosa|glucemia|glucose", "measure:glucose_unknown"),
    ("hdl", "measure:cholesterol_hdl"), ("ldl", "measure:cholesterol_ldl"),
    ("colesterol(?: total)?|ct|cholesterol", "measure:cholesterol_total"),
    ("tg|trigliceridos|triglycerides", "measure:triglycerides"), ("creatinina|creatinine", "measure:creatinine"),
    ("microalbumina|microalbuminuria|albumina creatinina", "measure:albumin_creatinine_ratio"),
    ("peso|weight", "measure:weight"), ("talla|estatura|height", "measure:height"),
    ("cintura|waist", "measure:waist"), ("fc|frecuencia cardiaca|heart rate", "measure:heart_rate"),
    ("fr|frecuencia respiratoria", "measure:respiratory_rate"), ("temp|temperatura|temperature", "measure:temperature"),
    ("wagner|pie", "measure:foot_wagner"), ("hb|hemoglobina", "measure:haemoglobin"),
    ("diabetes|dm|dm2", "programme:diabetes"), ("hipertension|has|hta|hypertension", "programme:hypertension"),
    ("tipo|concepto|codigo|code|variable|prueba|test", "fact_code"), ("valor|resultado|value|result", "fact_value"),
    ("unidad|unit|units", "fact_unit"),
    ("fecha (?:de )?(?:control|consulta|visita|toma)|fecha|date|visit date", "visit_on"),
    ("observaciones|notas?|comentarios?|notes?", "note"),
)  # fmt: skip
"""Pattern in a folded heading → what the column holds; the first that fits."""
