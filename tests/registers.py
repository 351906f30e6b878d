"""Invented registers written as files, and a quick way through the import for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from ces_desktop.data.database import Database
from ces_desktop.data.models import (
    AddendumRecord,
    ConditionRecord,
    EncounterRecord,
    EnrolmentRecord,
    ObservationRecord,
    PatientIdentifierRecord,
    PatientRecord,
    PatientStatusRecord,
    table_of,
)
from ces_desktop.data.register_files import read_tables
from ces_desktop.domain.access import Actor
from ces_desktop.domain.register_columns import ColumnMapping, guess
from ces_desktop.services import register_import
from ces_desktop.services.register_import import Imported, Plan
from ces_desktop.services.register_reading import Decision

HEADINGS = (
    "Expediente No;Paciente;Sexo;Fecha nac;Localidad;Teléfono;Diagnóstico;Fecha control;TA;Glucosa;HbA1c;Peso;"
    "Medicamento"
)
ANA = "1;PRUEBA EJEMPLO, ANA;F;14/07/1958;;9635550142;DM2/HAS;10/03/2025;138/84;150;8,4;70,8;metformina 850"
BETO = "2;INVENTADO MODELO, BETO;M;1961;;;HAS;11/03/2025;150/95;;;80;"


def write(folder: Path, *lines: str, headings: str = HEADINGS, name: str = "registro.csv") -> Path:
    """A register as a CSV of semicolons."""
    path = folder / name
    path.write_text("\n".join((headings, *lines)) + "\n", encoding="utf-8")
    return path


def mapping_for(path: Path, **options: object) -> ColumnMapping:
    """What is guessed of the file, of a register called Tarjetero."""
    mapping = replace(guess(read_tables(path)[0].headings), register="Tarjetero", **options)  # type: ignore[arg-type]
    if "Expediente No" in read_tables(path)[0].headings:
        from ces_desktop.domain.register_columns import Role

        mapping = mapping.with_role("Expediente No", Role("identifier"))
    return mapping


def planned(db: Database, who: Actor, path: Path, mapping: ColumnMapping | None = None, **options: object) -> Plan:
    """What importing the file would do."""
    table, chosen = read_tables(path)[0], mapping or mapping_for(path, **options)
    clinic, now = db.installation.clinic, db.clock()
    return db.read(lambda c: register_import.plan(c, who, clinic, now, path.name, table, chosen, lambda *_: None))


def run(
    db: Database,
    who: Actor,
    plan: Plan,
    decisions: Mapping[int, Decision] | None = None,
    step: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Imported, bytes]:
    """Import what was planned; what was written and the action."""
    outcome = db.write(lambda work: register_import.run(work, plan, decisions or {}, step), who)
    return outcome.value, outcome.action


def imported(db: Database, who: Actor, path: Path, **options: object) -> tuple[Imported, bytes]:
    """Plan and run."""
    return run(db, who, planned(db, who, path, **options))


def codes(plan: Plan) -> list[tuple[int, str]]:
    """(line, code) of every reason."""
    return [(row.line, trouble.code.removeprefix("register_import.")) for row, trouble in plan.troubles()]


def living(db: Database) -> dict[str, int]:
    """How many rows in force there are, by table of what an import writes."""
    models = (
        PatientRecord,
        PatientIdentifierRecord,
        PatientStatusRecord,
        EncounterRecord,
        ObservationRecord,
        EnrolmentRecord,
        ConditionRecord,
        AddendumRecord,
    )
    return {
        m.__tablename__: n
        for m in models
        if (
            n := db.read(
                lambda c, m=m: c.execute(select(func.count()).select_from(m).where(table_of(m).c.live == 1)).scalar()
            )
        )
    }


def crowd(people: int, care: str) -> list[str]:
    """Lines of that many invented people, each with a given name of their own."""
    names = ["ANA" + str(n).translate(str.maketrans("0123456789", "ABCDEFGHIJ")) for n in range(1, people + 1)]
    return [f"{n};PRUEBA EJEMPLO, {name};F;14/07/1958;;;{care}" for n, name in enumerate(names, 1)]
