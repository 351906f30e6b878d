"""Looking for people: outcomes noted, refused, undone; the list and the agenda of a day, on real encrypted files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
from care import Care, clinic_care, postgres_care
from sqlalchemy import select

from ces_desktop.data.models import ArrivalRecord, ContactRecord
from ces_desktop.data.queries import agenda, rescue
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.rescue import Tab
from ces_desktop.errors import Refused
from ces_desktop.services import undo
from ces_desktop.services.rescue import ContactRequest, record_outcome
from ces_desktop.ui.messages import all_sentences

TODAY = date(2026, 3, 16)


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    yield from clinic_care(tmp_path, step=1)


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Care]:
    yield from postgres_care(postgres_url, step=1)


def tabs(care: Care, today: date = TODAY) -> dict[Tab, list[Id]]:
    found = care.db.read(partial(rescue.rescue_list, clinic=care.clinic, today=today))
    assert found.counts == care.db.read(partial(rescue.rescue_counts, clinic=care.clinic, today=today))
    return {tab: [row.patient.id for row in rows] for tab, rows in found.tabs.items()}


def tab_of(care: Care, patient: Id, today: date = TODAY) -> Tab | None:
    return next((tab for tab, people in tabs(care, today).items() if patient in people), None)


def late(care: Care, **fields: object) -> Id:
    """Somebody with 186/112 who should have come 34 days ago."""
    patient = care.person("hypertension", **fields)
    care.visit(patient, "2026-01-12", systolic=186, diastolic=112, due="2026-02-10", medicines={"Enalapril": 30})
    return patient


def request(care: Care, patient: Id, outcome: str, **more: object) -> ContactRequest:
    made = ContactRequest(care.id(), patient, outcome, "2026-03-16")  # type: ignore[arg-type]
    return replace(made, **more)  # type: ignore[arg-type]


def note(care: Care, wanted: ContactRequest) -> Id:
    return care.db.write(partial(record_outcome, request=wanted), care.who).value


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    assert code in all_sentences()
    return caught.value


def check_the_list(care: Care) -> None:
    patient = late(care)
    care.contact(patient, "nobody_home", "2026-03-09")
    care.person("diabetes", test_record="yes")
    unread = care.person("diabetes", since="2026-02-10")
    [row] = care.db.read(partial(rescue.rescue_list, clinic=care.clinic, today=TODAY)).tabs["rescue"]
    one = row.entry
    assert (row.patient.id, one.risk, one.days_late, one.medicine_days) == (patient, "high", 34, -33)
    assert (one.why.code, one.why.value, one.why.second, one.why.day) == ("pressure", 186, 112, "2026-01-12")
    assert one.last_contact is not None and one.last_contact.outcome == "nobody_home"
    assert tab_of(care, unread) == "late"
    contacts = care.db.read(partial(rescue.contacts_of, clinic=care.clinic, who=one.member))
    assert [c.outcome for c in contacts] == ["nobody_home"]


def test_the_list_on_a_laptop(care: Care) -> None:
    check_the_list(care)


def test_the_list_at_the_hub(on_postgres: Care) -> None:
    check_the_list(on_postgres)


def test_a_promise_takes_them_off_and_a_broken_one_brings_them_back(care: Care) -> None:
    patient = late(care)
    note(care, request(care, patient, "promised", promised_on="2026-03-20"))
    assert tab_of(care, patient) == "waiting"
    assert tab_of(care, patient, date(2026, 3, 20)) == "waiting"
    assert tab_of(care, patient, date(2026, 3, 21)) == "rescue"
    [expected] = care.db.read(partial(agenda.expected, clinic=care.clinic, day=date(2026, 3, 20)))
    assert (expected.patient.id, expected.kind, expected.seen) == (patient, "promise", False)
    care.visit(patient, "2026-03-20", systolic=150, diastolic=90, due="2026-04-20")
    assert tab_of(care, patient, date(2026, 3, 21)) == "resolved"
    [expected] = care.db.read(partial(agenda.expected, clinic=care.clinic, day=date(2026, 3, 20)))
    assert expected.seen


@pytest.mark.parametrize("outcome", ["died", "moved", "transferred"])
def test_who_left_has_the_status_from_the_same_action(care: Care, outcome: str) -> None:
    patient = late(care)
    care.db.write(
        partial(record_outcome, request=request(care, patient, outcome, left_on="2026-03-10", cause="x", place="y")),
        care.who,
    )
    assert tab_of(care, patient) == "resolved"
    file = care.db.read(partial(patient_file, patient=patient))
    assert file is not None and (file.status, file.statuses[-1].happened_on) == (outcome, "2026-03-10")
    assert care.db.write(undo.undo, care.who).value == "rescue.contact"
    file = care.db.read(partial(patient_file, patient=patient))
    assert file is not None and file.status == "active"
    assert tab_of(care, patient) == "rescue"


def test_the_same_outcome_twice_is_noted_once_and_after_undo_again(care: Care) -> None:
    patient = late(care)
    wanted = request(care, patient, "promised", promised_on="2026-03-20")
    assert note(care, wanted) == note(care, wanted) == wanted.id
    care.db.write(undo.undo, care.who)
    assert tab_of(care, patient) == "rescue"
    again = note(care, wanted)
    assert again != wanted.id and tab_of(care, patient) == "waiting"
    live = care.db.read(lambda c: c.execute(select(ContactRecord.id).where(ContactRecord.live == 1)).scalars().all())
    assert live == [again]


def test_what_is_refused(care: Care) -> None:
    patient = late(care)

    def no(code: str, outcome: str = "promised", **more: object) -> Refused:
        return refused(code, lambda: note(care, request(care, patient, outcome, **more)))

    no("rescue.promise_missing")
    no("rescue.promise_past", promised_on="2026-03-15")
    assert no("rescue.promise_far", promised_on="2026-04-16").facts == {"days": 30}
    no("rescue.no_day", promised_on="2026-02-30")
    no("rescue.promise_not_here", "refused", promised_on="2026-03-20")
    no("rescue.outcome", "asleep")
    no("rescue.how", "visited", how="letter")
    no("rescue.future", "visited", happened_on="2026-03-17")
    no("rescue.no_day", "visited", happened_on="")
    no("text.too_long", "refused", note="x" * 201)
    stranger = request(care, care.id(), "visited")
    refused("patients.not_found", lambda: note(care, stranger))
    care.status(patient, "died", "2026-03-12")
    no("status.after_death", "visited")
    nurse = builders.actor(Role.STORE_KEEPER)
    refused(
        "access.not_allowed",
        lambda: care.db.write(partial(record_outcome, request=request(care, patient, "visited")), nurse),
    )


def check_the_agenda(care: Care) -> None:
    comes = care.person("hypertension")
    care.visit(comes, "2026-02-16", due="2026-03-16")
    moved_to_another_day = care.person("hypertension")
    care.visit(moved_to_another_day, "2026-01-16", due="2026-03-16")
    care.visit(moved_to_another_day, "2026-02-20", due="2026-03-18")
    early = care.person("hypertension")
    care.visit(early, "2026-02-16", due="2026-03-16")
    care.visit(early, "2026-03-11")
    gone = care.person("hypertension")
    care.visit(gone, "2026-02-16", due="2026-03-16")
    care.status(gone, "moved", "2026-03-01")
    arrival = ArrivalRecord(
        id=care.id(), patient=comes, encounter=care.id(), happened_on="2026-03-16", arrived_at=care.db.clock()
    )
    care.add(arrival)
    found = care.db.read(partial(agenda.expected, clinic=care.clinic, day=TODAY))
    assert [(e.patient.id, e.here, e.seen) for e in found] == [(comes, True, False)]
    ahead = care.db.read(partial(agenda.counts_ahead, clinic=care.clinic, first=TODAY, days=3))
    assert ahead == {"2026-03-16": 1, "2026-03-17": 0, "2026-03-18": 1}
    care.visit(comes, "2026-03-16", due="2026-04-16")
    [one] = care.db.read(partial(agenda.expected, clinic=care.clinic, day=TODAY))
    assert one.seen


def test_the_agenda_on_a_laptop(care: Care) -> None:
    check_the_agenda(care)


def test_the_agenda_at_the_hub(on_postgres: Care) -> None:
    check_the_agenda(on_postgres)
