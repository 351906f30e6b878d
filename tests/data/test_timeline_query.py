"""What happened to a person, newest first: of all their records, each thing once, what is annulled left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from care import Care, clinic_care

from ces_desktop.data.models import AddendumRecord, EncounterRecord, ObservationRecord
from ces_desktop.data.queries.timeline import Event, timeline
from ces_desktop.data.queries.visit_form import diagnoses, past_visits
from ces_desktop.data.queries.visits import observations, records_of
from ces_desktop.domain.ids import Id


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    yield from clinic_care(tmp_path)


def events(care: Care, patient: Id) -> list[Event]:
    def read(connection):  # type: ignore[no-untyped-def]
        records = records_of(connection, care.clinic, patient)
        return timeline(
            connection, care.clinic, records, past_visits(connection, care.clinic, records),
            diagnoses(connection, care.clinic, records), observations(connection, care.clinic, records),
        )  # fmt: skip

    return list(care.db.read(read))


def kinds(care: Care, patient: Id) -> list[tuple[str, str]]:
    return [(e.kind, e.day) for e in events(care, patient)]


def test_everything_is_there_once_newest_first(care: Care) -> None:
    patient = care.person("hypertension", since="2025-01-10")
    visit = care.visit(patient, "2025-02-03", systolic=150, diastolic=90, diagnoses=("I10X",))
    care.add(
        AddendumRecord(id=care.id(), patient=patient, encounter=visit, text="Trajo nota", happened_on="2025-02-05")
    )
    care.contact(patient, "promised", "2025-06-01", promised_on="2025-06-08")
    care.add(ObservationRecord(id=care.id(), patient=patient, code="hba1c", value=84, happened_on="2025-07-01"))
    unsigned = care.id()
    shared = {"patient": patient, "encounter": unsigned, "happened_on": "2025-08-01"}
    for code, value in (("systolic", 140), ("diastolic", 80)):
        care.add(ObservationRecord(id=care.id(), code=code, value=value, **shared))
    care.status(patient, "moved", "2026-02-01")
    care.enrol(patient, "hypertension", "2026-02-02", "left")
    found = events(care, patient)
    assert [(e.kind, e.day) for e in found] == [
        ("left", "2026-02-02"), ("status", "2026-02-01"), ("vitals", "2025-08-01"), ("results", "2025-07-01"),
        ("contact", "2025-06-01"), ("addendum", "2025-02-05"), ("visit", "2025-02-03"), ("enrolled", "2025-01-10"),
    ]  # fmt: skip
    by_kind = {e.kind: e for e in found}
    assert (by_kind["contact"].word, by_kind["contact"].until) == ("promised", "2025-06-08")
    assert (by_kind["addendum"].encounter, by_kind["addendum"].text) == (visit, "Trajo nota")
    assert {o.code for o in by_kind["vitals"].measured} == {"systolic", "diastolic"}
    assert [d.code for d in by_kind["visit"].diagnoses] == ["I10X"] and len(by_kind["visit"].measured) == 2


def test_what_is_annulled_is_no_event_and_registration_is_none_either(care: Care) -> None:
    patient = care.person()
    assert kinds(care, patient) == []
    visit = care.visit(patient, "2025-02-03")
    care.db.write(lambda work: work.void(EncounterRecord, visit, "de otra persona"), care.who)
    assert kinds(care, patient) == []


def test_the_events_of_two_records_of_a_person_stand_in_one_line(care: Care) -> None:
    one, other = care.person(), care.person()
    care.visit(one, "2025-02-03")
    care.visit(other, "2025-03-03")
    assert kinds(care, one) == [("visit", "2025-02-03")]
    care.join(one, other)
    assert kinds(care, one) == kinds(care, other) == [("visit", "2025-03-03"), ("visit", "2025-02-03")]
