"""The care of a demonstration clinic: written as the services would write it, possible, believable, the same again."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
from sqlalchemy import Connection, Engine, select

from ces_desktop.data import cipher, vault
from ces_desktop.data.database import transaction
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.journal.op import Added
from ces_desktop.data.journal.op import load as load_op
from ces_desktop.data.measures import measures, thresholds
from ces_desktop.data.models import (
    AllergyRecord,
    AppointmentRecord,
    ArrivalRecord,
    ConditionRecord,
    ContactRecord,
    EncounterRecord,
    EnrolmentRecord,
    HistoryItemRecord,
    LabRequestRecord,
    ObservationRecord,
    OpRecord,
    PatientRecord,
    PatientStatusRecord,
    PrescriptionRecord,
    Synced,
)
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.clinical_history import QUESTIONS
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.measures import implausible
from ces_desktop.domain.programs import PROGRAMMES, Course, Reading, months_between, outcome
from ces_desktop.domain.visits import Diagnosed, Measured, Note, Requested, Visit, same_measure
from ces_desktop.services import demo, visits
from ces_desktop.services.demo_chronic import INSULIN, LOSARTAN, ONCE, TWICE, heaped
from ces_desktop.services.demo_scribe import instant
from ces_desktop.services.demo_visit import diagnosis_id, line, sign

SUNDAY = date(2026, 11, 22)
NOW = instant(SUNDAY, 10 * 60)


@dataclass(slots=True)
class Made:
    """A demonstration clinic, open for reading."""

    folder: ClinicFolder
    engine: Engine
    connection: Connection

    def rows(self, model: type[Synced]) -> list[Any]:
        """Its live rows."""
        return list(self.connection.execute(select(model.__table__).where(model.live == 1)).all())


def made(root: Path, **asked: Any) -> ClinicFolder:
    clinic = {"number": 0, "people": 450, "months": 24, "seed": 4, "end": SUNDAY - timedelta(days=1), "now": NOW}
    return demo.write_clinic(root, demo.Clinic(**(clinic | asked)))[0]


def engine_of(folder: ClinicFolder) -> Engine:
    return cipher.engine(folder.database, vault.open(folder, vault.list_slots(folder)[0].user, demo.PASSPHRASE))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A busy one: many of its people are in programmes, so that shares mean something."""
    folder = made(tmp_path_factory.mktemp("demo"), visits=240, share=0.32)
    engine = engine_of(folder)
    with transaction(engine, write=False) as connection:
        yield Made(folder, engine, connection)
    engine.dispose()


def test_tables_and_journal_agree(clinic: Made) -> None:
    verdict = verify(clinic.connection)
    assert verdict.equal and verdict.orphans == ()


def test_the_load_is_what_was_asked_for(clinic: Made) -> None:
    months = Counter(e.happened_on[:7] for e in clinic.rows(EncounterRecord))
    whole = [many for month, many in months.items() if "2025-01" <= month <= "2026-10"]
    assert len(whole) == 22 and 200 < sum(whole) / 22 < 290 and min(whole) > 150
    visit_rows = sum(len(clinic.rows(m)) for m in (EncounterRecord, ObservationRecord, PrescriptionRecord))
    assert 8 < visit_rows / sum(months.values()) < 16


def test_no_value_is_impossible_and_what_is_unlikely_was_confirmed(clinic: Made) -> None:
    known = measures()
    born = {p.id: (p.sex, date.fromisoformat(p.birth_first)) for p in clinic.rows(PatientRecord) if p.birth_first}
    taken: dict[bytes, list[str]] = defaultdict(list)
    for o in clinic.rows(ObservationRecord):
        measure = known[o.code]
        if measure.numeric:
            sex, first_day = born[o.patient]
            age = (date.fromisoformat(o.happened_on) - first_day).days
            tier = implausible(measure, o.value, sex, age)
            assert tier != "impossible", (o.code, o.value, age)
        else:
            assert o.word in measure.options or o.word in ("yes", "no", "unknown"), (o.code, o.word)
        if o.encounter is not None:
            assert not any(same_measure(o.code, code) for code in taken[o.encounter]), o.code
            taken[o.encounter].append(o.code)


def test_pressures_lie_in_order_and_their_last_digits_are_liked(clinic: Made) -> None:
    high = {o.encounter: o.value for o in clinic.rows(ObservationRecord) if o.code == "systolic"}
    low = {o.encounter: o.value for o in clinic.rows(ObservationRecord) if o.code == "diastolic"}
    assert high.keys() == low.keys() and all(low[e] < high[e] for e in high)
    noughts = sum(value % 10 == 0 for value in high.values()) / len(high)
    assert 0.3 < noughts < 0.8
    assert {heaped(142, 140, random.Random(n)) for n in range(40)} >= {138, 140, 142}


def test_nothing_lies_ahead_and_nobody_comes_after_the_end(clinic: Made) -> None:
    today = SUNDAY.isoformat()
    newest = clinic.connection.execute(select(OpRecord.wall).order_by(OpRecord.wall.desc()).limit(1)).scalar_one()
    assert newest <= NOW
    for model in (EncounterRecord, ObservationRecord, PrescriptionRecord, ContactRecord, PatientStatusRecord):
        assert all(row.happened_on <= today and row.recorded_at <= NOW for row in clinic.rows(model))
    person = {p.id: p.person for p in clinic.rows(PatientRecord)}
    ended = {person[s.patient]: s.happened_on for s in clinic.rows(PatientStatusRecord) if s.status != "active"}
    assert ended, "somebody died or moved"
    late = [e for e in clinic.rows(EncounterRecord) if e.happened_on >= ended.get(person[e.patient], "9")]
    assert late == []


def test_a_prescription_goes_on_with_the_one_before(clinic: Made) -> None:
    lines = {p.id: p for p in clinic.rows(PrescriptionRecord)}
    renewing = [p for p in lines.values() if p.renews is not None]
    assert len(renewing) > 1_000
    person = {p.id: p.person for p in clinic.rows(PatientRecord)}
    for each in renewing:
        before = lines[each.renews]
        assert before.item == each.item and before.happened_on <= each.happened_on
        assert person[before.patient] == person[each.patient]
    doses = [((lines[p.renews].morning, lines[p.renews].night), (p.morning, p.night)) for p in renewing]
    assert any(before != after for before, after in doses)
    assert all(p.item is not None and p.quantity > 0 and p.days > 0 for p in lines.values())


def test_rows_of_a_visit_belong_to_it_and_enrolments_have_their_problem(clinic: Made) -> None:
    signed = {e.id for e in clinic.rows(EncounterRecord)}
    waiting = {a.encounter for a in clinic.rows(ArrivalRecord) if a.encounter not in signed}
    assert {o.encounter for o in clinic.rows(ObservationRecord) if o.encounter} <= signed | waiting
    person = {p.id: p.person for p in clinic.rows(PatientRecord)}
    listed = {(person[c.patient], c.code) for c in clinic.rows(ConditionRecord)}
    code = {"hypertension": "I10X", "diabetes": "E119"}
    assert all((person[e.patient], code[e.programme]) in listed for e in clinic.rows(EnrolmentRecord))


def test_everything_that_happens_in_a_clinic_happens(clinic: Made) -> None:
    encounters = clinic.rows(EncounterRecord)
    assert {e.kind for e in encounters} == {"consult", "emergency", "home_visit"}
    assert {e.entered for e in encounters} == {"live", "late"}
    assert all((e.started_at is None) == (e.entered == "late") for e in encounters)
    assert {e.unmeasured for e in encounters} >= {None, "no_equipment", "declined"}
    assert {c.outcome for c in clinic.rows(ContactRecord)} >= {"promised", "visited", "nobody_home", "refused"}
    assert {a.state for a in clinic.rows(AllergyRecord)} == {"none_known", "present"}
    assert {a.kind for a in clinic.rows(AppointmentRecord)} == {"visit", "promise"}
    asked = {r.id for r in clinic.rows(LabRequestRecord)}
    answered = {o.request for o in clinic.rows(ObservationRecord) if o.request}
    assert answered < asked and len(answered) > len(asked) / 3
    insulin = [p for p in clinic.rows(PrescriptionRecord) if p.drug_text == "Insulina NPH"]
    assert insulin and all(p.instructions for p in insulin), INSULIN


def test_answers_of_the_clinical_history_are_ones_that_the_form_offers(clinic: Made) -> None:
    told = clinic.rows(HistoryItemRecord)
    assert len(told) > 100
    for each in told:
        question = QUESTIONS[each.code]
        options = {"yes_no": ("yes", "no", "unknown"), "choice": (*question.options, "unknown"), "text": (None,)}
        assert each.word in options[question.kind], (each.code, each.word)
    assert {o.code for o in clinic.rows(ObservationRecord)} >= {"tobacco", "alcohol"}


def test_acts_are_named_as_the_services_name_them(clinic: Made) -> None:
    kinds = set(clinic.connection.execute(select(OpRecord.kind)).scalars())
    services = [p for p in Path(visits.__file__).parent.glob("*.py") if not p.name.startswith("demo")]
    words = "".join(p.read_text(encoding="utf-8") for p in services)
    words = re.sub(r'Refused\("[^"]*"', "", words)  # supply.kind is why something is refused, no act
    assert {kind for kind in kinds if f'"{kind}"' not in words} == set()


def test_today_has_an_agenda_and_a_waiting_room_even_on_a_sunday(clinic: Made) -> None:
    due = [a for a in clinic.rows(AppointmentRecord) if a.due_on == SUNDAY.isoformat()]
    assert len(due) >= 2
    signed = {e.id for e in clinic.rows(EncounterRecord)}
    room = [a for a in clinic.rows(ArrivalRecord) if a.happened_on == SUNDAY.isoformat()]
    assert len(room) == 3 and not any(a.encounter in signed for a in room)
    vitals = {o.encounter for o in clinic.rows(ObservationRecord) if o.happened_on == SUNDAY.isoformat()}
    assert vitals == {a.encounter for a in room}


def outcomes(clinic: Made, months: int) -> dict[str, Counter[str]]:
    """The three-month outcomes of a year of month ends, counted person by person as the definition reads."""
    person = {p.id: p.person for p in clinic.rows(PatientRecord)}
    ended = {person[s.patient]: s.happened_on for s in clinic.rows(PatientStatusRecord) if s.status != "active"}
    seen: dict[bytes, list[str]] = defaultdict(list)
    for e in clinic.rows(EncounterRecord):
        seen[person[e.patient]].append(e.happened_on)
    readings: dict[bytes, dict[str, list[Reading]]] = defaultdict(lambda: defaultdict(list))
    for o in clinic.rows(ObservationRecord):
        readings[person[o.patient]][o.code].append(Reading(o.code, o.happened_on, o.value, o.word, o.encounter))
    enrolled: dict[bytes, dict[str, str]] = defaultdict(dict)
    for e in clinic.rows(EnrolmentRecord):
        enrolled[person[e.patient]][e.programme] = e.happened_on
    goals = thresholds(clinic.connection)
    found = {programme: Counter[str]() for programme in PROGRAMMES}
    for back in range(months):
        end = month_add(SUNDAY.replace(day=1), -back) - timedelta(days=1)
        for who, since in enrolled.items():
            course = Course(
                {c: sorted(r, key=lambda x: x.day, reverse=True) for c, r in readings[who].items()},
                sorted(seen[who], reverse=True),
                since,
            )
            last = next((v for v in course.visits if v <= end.isoformat()), None)
            for programme, day in since.items():
                late = last is not None and months_between(last, end) >= 12
                if months_between(day, end) > 3 and ended.get(who, "9") > end.isoformat() and not late:
                    found[programme][outcome(PROGRAMMES[programme], course, end, goals)] += 1
    return found


def test_control_is_near_what_was_published_of_such_clinics(clinic: Made) -> None:
    counted = outcomes(clinic, 12)
    share = {p: {o: many / sum(c.values()) for o, many in c.items()} for p, c in counted.items()}
    assert 0.46 < share["hypertension"]["controlled"] < 0.68
    assert 0.30 < share["diabetes"]["controlled"] < 0.53
    for programme in PROGRAMMES:
        assert 0.04 < share[programme]["missed"] < 0.32
        assert 0.0 < share[programme]["no_reading"] < 0.15


def test_the_demonstration_writes_what_the_service_writes(tmp_path: Path) -> None:
    now = instant(date(2026, 3, 16), 720)
    db = builders.database(builders.sqlcipher(tmp_path), clock=lambda: now)
    who = builders.actor()
    patient = builders.register(db, who)

    def fresh() -> Id:
        return new_id(now)

    first = Visit(fresh(), patient, "2026-02-10", lines=(line(fresh, LOSARTAN, ONCE, 30),), note=Note("Se siente bien"))
    second = Visit(
        fresh(),
        patient,
        "2026-03-16",
        kind="home_visit",
        started_at=now - 600_000,
        note=Note("Acude a control", "", "En meta", "Sigue igual"),
        measured=(Measured("systolic", 138), Measured("diastolic", 84), Measured("foot_examination", word="normal")),
        diagnoses=tuple(Diagnosed(diagnosis_id(c), c, True) for c in ("I10X", "J00X")),
        prognosis="good",
        lines=(
            line(fresh, LOSARTAN, TWICE, 30, renews=first.lines[0].id),
            line(fresh, INSULIN, ONCE, 30, words="10 UI"),
        ),
        stopped=(first.lines[0].id,),
        requests=(Requested(fresh(), "hba1c", "En ayuno"), Requested(fresh(), "creatinine", urgent=True)),
        programmes=("hypertension",),
        next_on="2026-04-13",
        next_reason="Control",
        unmeasured="declined",
        author_name="Dr. Inventado",
    )
    problems: set[str] = set()
    for visit in (first, second):
        db.write(partial(visits.sign, visit=visit), who)
        assert shape(last_op(db)) == shape(sign(visit, fresh, visit is first, problems))
    builders.assert_proved(db)
    db.close()


def last_op(db: Any) -> list[Added]:
    o = OpRecord
    newest = select(o.hash, o.header, o.body_hash, o.body).order_by(o.n.desc()).limit(1)
    return load_op(*db.read(lambda connection: connection.execute(newest).one())).changes()[0]


def shape(rows: list[Added]) -> list[tuple[str, list[tuple[str, Any]]]]:
    """The rows without the ids made for them."""
    made_up = {row.entity.hex() for row in rows}
    return sorted(
        (row.table, sorted((f, "own id" if v in made_up and f == "problem" else v) for f, v in row.fields.items()))
        for row in rows
    )  # type: ignore[type-var, unused-ignore]


def test_the_same_seed_gives_the_same_care(tmp_path: Path) -> None:
    told = []
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        folder = made(tmp_path / name, people=40, months=6, seed=seed)
        engine = engine_of(folder)
        with transaction(engine, write=False) as connection:
            o = ObservationRecord
            rows = connection.execute(select(o.id, o.patient, o.code, o.value, o.happened_on).order_by(o.id)).all()
        engine.dispose()
        told.append([tuple(row) for row in rows])
    assert told[0] == told[1] != told[2] and len(told[0]) > 50


def test_a_large_clinic_has_a_record_to_try_things_out_that_is_ill_and_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "WITH_A_TRIAL", 40)
    folder = made(tmp_path, people=40, months=3)
    engine = engine_of(folder)
    with transaction(engine, write=False) as connection:
        p, e = PatientRecord, EnrolmentRecord
        marked = connection.execute(select(p.id).where(p.test_record == "yes")).scalars().all()
        assert len(marked) == 1 and len(connection.execute(select(p.id)).all()) == 41
        programmes = connection.execute(select(e.programme).where(e.patient == marked[0])).scalars()
        assert set(programmes) == {"hypertension", "diabetes"}
    engine.dispose()


def test_a_register_without_care(tmp_path: Path) -> None:
    folder = made(tmp_path, people=30, months=2, visits=0)
    engine = engine_of(folder)
    with transaction(engine, write=False) as connection:
        assert connection.execute(select(EncounterRecord.id)).first() is None
        assert len(connection.execute(select(PatientRecord.id)).all()) == 30
    engine.dispose()


def test_several_clinics_are_written_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "WORTH_A_PROCESS", 1)
    assert list(demo.write_clinics(tmp_path / "out", 2, 15, 2, 1, "2026-03")) == ["DEM: 15", "DEA: 15"]
    for prefix in ("DEM", "DEA"):
        engine = engine_of(ClinicFolder(tmp_path / "out" / prefix))
        with transaction(engine, write=False) as connection:
            assert verify(connection).equal
            assert max(connection.execute(select(EncounterRecord.happened_on)).scalars()) <= "2026-03-31"
        engine.dispose()
