"""An existing register is imported: nothing lost, nobody merged silently, a second run harmless, undone whole."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from builders import actor, assert_proved, database, register, sqlcipher
from registers import ANA, BETO, HEADINGS, codes, imported, living, mapping_for, planned, run, write
from sqlalchemy import func, select

from ces_desktop.data.database import Database
from ces_desktop.data.models import (
    AddendumRecord,
    ConditionRecord,
    EncounterRecord,
    EnrolmentRecord,
    ObservationRecord,
    OpRecord,
    PatientRecord,
    PatientStatusRecord,
)
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.errors import Refused
from ces_desktop.services import register_import, register_mappings
from ces_desktop.ui.messages import register_import as wording

WHO = actor()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = database(sqlcipher(tmp_path))
    made.local(load_shipped)
    yield made
    assert_proved(made)
    made.close()


def observed(db: Database) -> dict[tuple[str, str], int | None]:
    o = ObservationRecord
    rows = db.read(lambda c: c.execute(select(o.code, o.happened_on, o.value).where(o.live == 1)).all())
    return {(code, day): value for code, day, value in rows}


def test_people_with_their_measures_diagnoses_and_programmes(db: Database, tmp_path: Path) -> None:
    done, action = imported(db, WHO, write(tmp_path, ANA, BETO))
    assert (done.registered, done.known) == (2, 0)
    p = PatientRecord
    rows = db.read(
        lambda c: c.execute(
            select(p.given, p.paternal, p.maternal, p.sex, p.birth, p.human_id).order_by(p.human_id)
        ).all()
    )
    assert [tuple(row) for row in rows] == [
        ("Ana", "Prueba", "Ejemplo", "female", "1958-07-14", "CAP0000001"),
        ("Beto", "Inventado", "Modelo", "male", "1961", "CAP0000002"),
    ]
    assert observed(db)["hba1c", "2025-03-10"] == 84 and observed(db)["systolic", "2025-03-11"] == 150
    e = EncounterRecord
    assert db.read(lambda c: c.execute(select(e.kind, e.happened_on).order_by(e.happened_on)).all()) == [
        ("imported", "2025-03-10"),
        ("imported", "2025-03-11"),
    ]
    n = EnrolmentRecord
    programmes = db.read(lambda c: Counter(c.execute(select(n.programme)).scalars()))
    assert programmes == {"hypertension": 2, "diabetes": 1}
    a = AddendumRecord
    assert db.read(lambda c: c.execute(select(a.text)).scalar_one()) == "Medicamento: metformina 850"
    ops = db.read(lambda c: c.execute(select(OpRecord.kind, OpRecord.action).where(OpRecord.action == action)).all())
    assert len(ops) == 2 and {kind for kind, _ in ops} == {"register.import"}


def test_the_same_file_twice_changes_nothing_and_a_corrected_one_only_what_is_new(db: Database, tmp_path: Path) -> None:
    imported(db, WHO, write(tmp_path, ANA))
    before, ops = living(db), db.read(lambda c: c.execute(select(func.count()).select_from(OpRecord)).scalar())
    again = planned(db, WHO, write(tmp_path, ANA))
    assert again.count("known") == 1 and again.corrections == ()
    run(db, WHO, again)
    assert living(db) == before
    assert db.read(lambda c: c.execute(select(func.count()).select_from(OpRecord)).scalar()) == ops

    corrected = planned(
        db, WHO, write(tmp_path, ANA.replace(";150;", ";160;").replace("9635550142", "9635550143"), BETO)
    )
    assert [(c.what, c.was, c.becomes, c.taken) for c in corrected.corrections] == [
        ("phone", "9635550142", "9635550143", True),
        ("glucose_unknown", 150, 160, True),
    ]
    done, _ = run(db, WHO, corrected)
    assert (done.registered, done.corrected) == (1, 2)
    assert observed(db)["glucose_unknown", "2025-03-10"] == 160
    assert (
        planned(db, WHO, write(tmp_path, ANA.replace(";150;", ";160;").replace("0142", "0143"), BETO)).corrections == ()
    )


def test_what_was_corrected_here_stays(db: Database, tmp_path: Path) -> None:
    imported(db, WHO, write(tmp_path, ANA))
    p, o = PatientRecord, ObservationRecord
    patient = db.read(lambda c: c.execute(select(p.id)).scalar_one())
    glucose = db.read(lambda c: c.execute(select(o.id).where(o.code == "glucose_unknown")).scalar_one())
    db.write(lambda w: (w.act("patients.edit"), w.change(PatientRecord, patient, given="Anita")), WHO)
    db.write(lambda w: (w.act("visits.vitals"), w.void(ObservationRecord, glucose, "corrected")), WHO)
    assert planned(db, WHO, write(tmp_path, ANA)).corrections == ()
    plan = planned(db, WHO, write(tmp_path, ANA.replace("ANA;", "ANA MARÍA;").replace(";150;", ";170;")))
    assert [(c.what, c.taken) for c in plan.corrections] == [("given", False), ("glucose_unknown", False)]
    run(db, WHO, plan)
    assert db.read(lambda c: c.execute(select(p.given)).scalar_one()) == "Anita"
    assert ("glucose_unknown", "2025-03-10") not in observed(db)


def test_a_number_that_belongs_to_somebody_else_is_never_merged(db: Database, tmp_path: Path) -> None:
    other = "1;FICTICIO CUALQUIERA, ZOILA;F;02/01/1990;;;;;;;;;"
    plan = planned(db, WHO, write(tmp_path, ANA, other))
    assert codes(plan) == [(3, "number_in_file")] and plan.count("rejected") == 1
    imported(db, WHO, write(tmp_path, ANA))
    assert codes(planned(db, WHO, write(tmp_path, other))) == [(2, "number_here")]
    done, _ = imported(db, WHO, write(tmp_path, other), reused="new")
    assert done.registered == 1 and living(db)["patient"] == 2
    done, _ = imported(db, WHO, write(tmp_path, other), reused="new")
    assert done.registered == 0 and living(db)["patient"] == 2


def test_rows_of_one_person_are_one_person(db: Database, tmp_path: Path) -> None:
    later = ANA.replace("10/03/2025;138/84", "10/04/2025;130/80")
    done, _ = imported(db, WHO, write(tmp_path, ANA, later))
    assert done.registered == 1 and done.rows["encounter"] == 2 and observed(db)["systolic", "2025-04-10"] == 130


def test_people_like_somebody_here_are_asked_about(db: Database, tmp_path: Path) -> None:
    here = register(db, WHO, 1, given="Ana", paternal="Prueba", maternal="Ejemplo", birth="1958-07-14")
    plan = planned(db, WHO, write(tmp_path, ANA, BETO))
    alike = next(row for row in plan.rows if row.state == "alike")
    assert alike.alike is not None and alike.alike.row.id == here and alike.alike.certainty == "likely"
    with pytest.raises(Refused, match=r"register_import\.undecided"):
        run(db, WHO, plan)
    done, _ = run(db, WHO, plan, {2: "skip"})
    assert done.skipped == (2,) and living(db)["patient"] == 2
    done, _ = run(db, WHO, planned(db, WHO, write(tmp_path, ANA)), {2: "same"})
    assert done.registered == 0 and living(db)["patient"] == 2
    o = ObservationRecord
    assert db.read(lambda c: c.execute(select(o.patient).where(o.code == "hba1c")).scalar_one()) == here
    assert planned(db, WHO, write(tmp_path, ANA)).count("known") == 1
    assert db.read(lambda c: c.execute(select(PatientRecord.phone).where(PatientRecord.id == here)).scalar()) is None


def test_registered_anew_by_choice(db: Database, tmp_path: Path) -> None:
    register(db, WHO, 1, given="Ana", paternal="Prueba", maternal="Ejemplo", birth="1958-07-14")
    done, _ = run(db, WHO, planned(db, WHO, write(tmp_path, ANA)), {2: "new"})
    assert done.registered == 1 and living(db)["patient"] == 2


def test_reasons_row_by_row_and_the_file_to_correct(db: Database, tmp_path: Path) -> None:
    rows = (
        "1;PRUEBA EJEMPLO, ANA;F;30/02/1958;Lugar Inexistente;12;;10/03/2025;13/8;0;8,4;150 lb;",
        "2;;M;1961;;;;;;;;;",
        "3;EJEMPLO FICTICIO, CARLA;X;1970;;;;01/01/2100;120/80;;;;",
        "4;EJEMPLO FICTICIO, DORA;F;1970;;;;11/03/2025;80/120;900;;;",
    )
    plan = planned(db, WHO, write(tmp_path, *rows))
    assert Counter(codes(plan)) == Counter(
        [
            (2, "calendar.no_such_day"),
            (2, "place_unknown"),
            (2, "identity.phone"),
            (2, "pressure_impossible"),
            (2, "impossible"),
            (3, "patients.given_missing"),
            (3, "patients.surname_missing"),
            (4, "sex_unread"),
            (4, "future"),
            (4, "no_day"),
            (5, "pressure_impossible"),
        ]
    )
    assert plan.unknown_places == {"Lugar Inexistente": 1} and plan.flagged == 1
    done, _ = run(db, WHO, plan)
    assert done.registered == 3
    o = ObservationRecord
    assert db.read(lambda c: c.execute(select(o.value).where(o.confirmed == "no")).scalar_one()) == 900
    assert observed(db)["weight", "2025-03-10"] == 68_039
    file = tmp_path / "rejected.csv"
    n = register_mappings.write_rejected(file, plan, (), wording.reasons(), wording.skipped(), wording.titles())
    back = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert n == 4 and back[0][: len(HEADINGS.split(";"))] == HEADINGS.split(";")
    assert back[2][1] == "" and back[2][-2] == wording.titles()["row"] and back[1][-1].count(" · ") == 4


def test_the_corrected_file_of_rejected_rows_goes_in_again(db: Database, tmp_path: Path) -> None:
    plan = planned(db, WHO, write(tmp_path, ANA, "2;;M;1961;;;;;;;;;"))
    run(db, WHO, plan)
    file = tmp_path / "rejected.csv"
    register_mappings.write_rejected(file, plan, (), wording.reasons(), wording.skipped(), wording.titles())
    file.write_text(file.read_text(encoding="utf-8-sig").replace("2,,M", '2,"MODELO, BETO",M'), encoding="utf-8")
    done, _ = imported(db, WHO, file)
    assert done.registered == 1 and living(db)["patient"] == 2


def test_a_cancelled_import_leaves_nothing(db: Database, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done:
            raise Stop

    plan = planned(db, WHO, write(tmp_path, ANA, BETO))
    with pytest.raises(Stop):
        run(db, WHO, plan, step=stop)
    assert living(db) == {} and db.read(register_mappings.past_imports) == ()


def test_ages_boxes_and_dated_headings(db: Database, tmp_path: Path) -> None:
    headings = "Nombre completo;Edad;Género;Diabetes Sí;Diabetes No;TA 03/2025;TA 04/2025;Peso (lb)"
    rows = ("Ana Prueba Ejemplo;45;Mujer;[x];[ ];130/80;125/80;154", "Eva Prueba Modelo;50;Mujer;;☑;;;")
    path = write(tmp_path, *rows, headings=headings)
    undated = planned(db, WHO, path)
    assert codes(undated) == [(2, "age_undated"), (2, "no_day"), (3, "age_undated")]
    done, _ = imported(db, WHO, path, as_of="2025-05-31")
    assert done.rows["enrolment"] == 1 and observed(db)["systolic", "2025-03-31"] == 130
    assert observed(db)["weight", "2025-05-31"] == 69_853
    p = PatientRecord
    assert set(db.read(lambda c: c.execute(select(p.stated_age, p.stated_on)).all())) == {
        (45, "2025-05-31"),
        (50, "2025-05-31"),
    }
    assert imported(db, WHO, path, as_of="2025-05-31")[0].rows == {}


def test_facts_of_people_imported_before(db: Database, tmp_path: Path) -> None:
    imported(db, WHO, write(tmp_path, ANA))
    facts = write(
        tmp_path,
        "1;2025-05-02;pas;130;mm[Hg]",
        "1;2025-05-02;pad;80;mm[Hg]",
        "1;2025-05-02;hba1c;7,1;%",
        "9;2025-05-02;pas;130;",
        "1;2025-05-02;imc;28;",
        "1;1950-01-01;pas;120;",
        "1;2025-05-02;pas;130;mm[Hg]",
        "1;2025-05-03;pas;80;",
        "1;2025-05-03;pad;90;",
        headings="pid;fecha;tipo;valor;unidad",
        name="facts.csv",
    )
    mapping = mapping_for(
        facts, codes={"pas": "measure:systolic", "pad": "measure:diastolic", "hba1c": "measure:hba1c"}
    )
    plan = planned(db, WHO, facts, mapping)
    assert codes(plan) == [
        (5, "number_unknown"),
        (6, "code_unknown"),
        (7, "before_birth"),
        (9, "measures.pressure_order"),
        (10, "measures.pressure_order"),
    ]
    run(db, WHO, plan)
    assert observed(db)["hba1c", "2025-05-02"] == 71 and ("systolic", "2025-05-03") not in observed(db)
    assert living(db)["encounter"] == 2
    assert run(db, WHO, planned(db, WHO, facts, mapping))[0].rows == {}


def test_a_workbook_and_a_death(db: Database, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Registro de la clínica"])
    book.active.append(["Clave", "Nombre", "Apellido", "Sexo", "Nacimiento", "Defunción", "Fecha", "Peso"])
    from datetime import date

    book.active.append([7, "Rosa", "De la Cruz Gómez", "F", date(1940, 1, 2), date(2020, 5, 6), date(2021, 1, 1), 60.5])
    path = tmp_path / "r.xlsx"
    book.save(path)
    plan = planned(db, WHO, path)
    assert codes(plan) == [(3, "after_death")]
    run(db, WHO, plan)
    s, p = PatientStatusRecord, PatientRecord
    assert db.read(lambda c: c.execute(select(s.status, s.happened_on)).all()) == [("died", "2020-05-06")]
    assert db.read(lambda c: c.execute(select(p.paternal, p.maternal)).one()) == ("De la Cruz", "Gómez")


def test_only_who_may_import(db: Database, tmp_path: Path) -> None:
    plan = planned(db, WHO, write(tmp_path, ANA))
    for nobody in (actor(Role.NURSE), actor(Role.LEAD), actor(Role.COORDINATOR), actor(Role.MENTOR)):
        with pytest.raises(Refused, match=r"access\.not_allowed"):
            planned(db, nobody, write(tmp_path, ANA))
        with pytest.raises(Refused, match=r"access\.not_allowed"):
            run(db, nobody, plan)
        with pytest.raises(Refused, match=r"access\.not_allowed"):
            db.write(lambda w: register_import.take_back(w, bytes(16)), nobody)
    assert planned(db, actor(Role.PHYSICIAN), write(tmp_path, ANA)).count("new") == 1


def test_mappings_are_kept_by_name_and_offered_where_they_fit(db: Database, tmp_path: Path) -> None:

    from ces_desktop.data.register_files import read_tables

    path = write(tmp_path, ANA)
    mine = replace(mapping_for(path), name=" Mi  tarjetero ")
    db.local(lambda c: register_mappings.keep_mapping(c, mine))
    held = db.read(register_mappings.mappings)
    assert "Mi tarjetero" in held and "Tarjetero de crónicos" in held
    found = db.read(lambda c: register_mappings.fitting(c, read_tables(path)[0]))
    assert found is not None and found.name == "Mi tarjetero"
    db.local(lambda c: register_mappings.forget_mapping(c, "Mi tarjetero"))
    assert db.read(lambda c: register_mappings.fitting(c, read_tables(path)[0])) is None
    for bad in ("", "  ", "x" * 61, "a\x00b"):
        with pytest.raises(Refused, match=r"register_import\.name_bad"):
            db.local(lambda c, bad=bad: register_mappings.keep_mapping(c, replace(mine, name=bad)))


def test_the_first_visit_of_a_year_is_told_apart_and_one_found_late_is_no_second_first(
    db: Database, tmp_path: Path
) -> None:
    """The month of an imported register printed "first of the year: 0 %": nobody had said which they were."""
    lines = [ANA, ANA.replace("10/03/2025", "10/06/2025"), ANA.replace("10/03/2025", "02/02/2026")]
    imported(db, WHO, write(tmp_path, *lines))
    imported(db, WHO, write(tmp_path, *lines, ANA.replace("10/03/2025", "05/01/2025")))
    e = EncounterRecord
    rows = db.read(lambda c: c.execute(select(e.happened_on, e.first_of_year).order_by(e.happened_on)).all())
    assert [tuple(row) for row in rows] == [
        ("2025-01-05", "no"), ("2025-03-10", "yes"), ("2025-06-10", "no"), ("2026-02-02", "yes"),
    ]  # fmt: skip


def test_an_ailment_written_every_year_stands_since_it_was_written_first(db: Database, tmp_path: Path) -> None:
    """With the last line's day the person was in no programme in all the years before."""
    people = write(tmp_path, "1;PRUEBA EJEMPLO, ANA;F;14/07/1958;;;;;;;;;", name="personas.csv")
    imported(db, WHO, people)
    path = write(
        tmp_path, "1;2008-04-26;;44054006;x", "1;2023-01-21;;44054006;x", "1;2016-08-20;;44054006;x",
        headings="pid;inicio;fin;snomed;texto", name="condiciones.csv",
    )  # fmt: skip
    mapping = db.read(lambda c: register_mappings.mapping_of(c, "Synthea: condiciones"))
    run(db, WHO, planned(db, WHO, path, replace(mapping, register="Tarjetero")))
    n, k = EnrolmentRecord, ConditionRecord
    assert db.read(lambda c: c.execute(select(n.programme, n.happened_on)).all()) == [("diabetes", "2008-04-26")]
    assert db.read(lambda c: c.execute(select(k.code, k.onset, k.happened_on)).all()) == [
        ("E119", "2008-04-26", "2008-04-26")
    ]


def test_the_synthetic_register(db: Database) -> None:
    """The three files of invented people made by others, where they are at hand."""
    default = Path(__file__).resolve().parents[3] / "shared" / "data" / "pacientes_sinteticos"
    folder = Path(os.environ.get("CES_SYNTHETIC_REGISTER", default))
    if not folder.is_dir():
        pytest.skip("the synthetic register is not at hand")
    kept = {}
    for file, name in (("pacientes", "personas"), ("observaciones", "mediciones"), ("condiciones", "condiciones")):
        mapping = db.read(lambda c, name=name: register_mappings.mapping_of(c, f"Synthea: {name}"))
        plan = planned(db, WHO, folder / f"{file}.csv", mapping)
        kept[file] = (len(plan.rows), plan.count("rejected"))
        run(db, WHO, plan)
    assert kept == {"pacientes": (74, 0), "observaciones": (4739, 564), "condiciones": (10943, 10134)}
    assert living(db)["observation"] == 4175
