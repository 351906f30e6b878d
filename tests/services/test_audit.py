"""The audit list: events and changes in one order, paged without a gap, narrowed, only for who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from builders import actor, assert_proved, database, register, sqlcipher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ces_desktop.data.database import Database
from ces_desktop.data.models import AuditEventRecord
from ces_desktop.data.queries import audit
from ces_desktop.data.queries.audit import AuditRow, Cursor, Wanted
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services.audit import AuditBuffer, write_events

START = 1_772_388_000_000


@dataclass(slots=True)
class Clinic:
    db: Database
    now: list[int]
    lead: Actor

    def note(self, who: Actor, *events: tuple[str, int, Id | None]) -> None:
        buffer = AuditBuffer(who)
        for event, at, about in events:
            buffer.note(event, at, "patient" if about else "", about)
        self.db.write(lambda work: write_events(work, buffer.take()), who)

    def rows(
        self, wanted: Wanted | None = None, limit: int = 1_000, after: Cursor | None = None
    ) -> tuple[AuditRow, ...]:
        here = self.db.installation.clinic
        return self.db.read(lambda c: audit.page(c, self.lead, here, wanted or Wanted(), after, limit))


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    now = [START]
    db = database(sqlcipher(tmp_path), clock=lambda: now[0])
    yield Clinic(db, now, actor())
    db.close()


def kinds(rows: tuple[AuditRow, ...]) -> list[str]:
    return [row.kind for row in rows]


def test_events_and_changes_stand_in_one_order_with_numbers_and_never_names(clinic: Clinic) -> None:
    patient = register(clinic.db, clinic.lead)
    clinic.now[0] += 60_000
    looks = (("view", START + 30_000, patient), ("view", START + 40_000, patient))
    clinic.note(clinic.lead, ("sign_in", START - 5, None), *looks)
    rows = clinic.rows()
    assert kinds(rows) == ["view", "patients.register", "sign_in"]
    view, change, _ = rows
    assert view.about == change.about == "CAP0000001" and view.times == 2 and not view.change
    assert change.change and change.records == 1 and change.at == START
    assert view.at == START + 40_000
    assert "Inventada" not in repr(rows) and "Prueba" not in repr([(r.about, r.reason) for r in rows])
    assert_proved(clinic.db)


def test_only_who_may_read_the_audit_reads_it(clinic: Clinic) -> None:
    here = clinic.db.installation.clinic
    for who in map(actor, (Role.PHYSICIAN, Role.NURSE, Role.STORE_KEEPER, Role.MENTOR, Role.COORDINATOR)):
        for ask in (
            lambda c, who: audit.page(c, who, here, Wanted()),
            lambda c, who: audit.people(c, who, here),
            lambda c, who: audit.chain(c, who),
        ):
            with pytest.raises(Refused, match=r"access\.not_allowed"):
                clinic.db.read(lambda c, ask=ask, who=who: ask(c, who))


def test_filters(clinic: Clinic) -> None:
    one = register(clinic.db, clinic.lead, 1)
    clinic.now[0] += 86_400_000
    nurse = actor(Role.NURSE, name="Enf. Otra Inventada")
    two = register(clinic.db, nurse, 2)
    clinic.note(nurse, ("print", clinic.now[0], one), ("search", clinic.now[0] + 1, None))
    assert kinds(clinic.rows(Wanted(user=Id(nurse.user)))) == ["search", "patients.register", "print"]
    assert kinds(clinic.rows(Wanted(kind=audit.CHANGES))) == ["patients.register"] * 2
    assert kinds(clinic.rows(Wanted(kind="patients.register", user=Id(clinic.lead.user)))) == ["patients.register"]
    assert kinds(clinic.rows(Wanted(kind="print"))) == ["print"]
    assert kinds(clinic.rows(Wanted(kind="sign_in"))) == []
    assert kinds(clinic.rows(Wanted(until=START + 86_400_000))) == ["patients.register"]
    assert kinds(clinic.rows(Wanted(since=START + 1))) == ["search", "patients.register", "print"]
    assert kinds(clinic.rows(Wanted(since=START, until=START + 1))) == ["patients.register"]
    assert kinds(clinic.rows(Wanted(patient=" cap000 0001 "))) == ["print", "patients.register"]
    assert {row.about_id for row in clinic.rows(Wanted(patient="CAP0000002"))} == {two}


@pytest.mark.parametrize(
    "typed",
    ["CAP9999999", "X", "'; DROP TABLE op; --", "%", "CAP000000_", "\0", "0" * 5_000, "🩺", "-1", "null", "\tC"],
)
def test_a_number_nobody_has_is_refused(clinic: Clinic, typed: str) -> None:
    register(clinic.db, clinic.lead)
    with pytest.raises(Refused, match=r"audit\.no_such_patient"):
        clinic.rows(Wanted(patient=typed))


def test_what_was_done_to_either_record_of_a_person_is_found_by_both_numbers(clinic: Clinic) -> None:
    from ces_desktop.data.models import SameAsRecord

    one, two = register(clinic.db, clinic.lead, 1), register(clinic.db, clinic.lead, 2)

    def join(work) -> None:  # type: ignore[no-untyped-def]
        work.act("patients.merge")
        work.add(SameAsRecord(id=work.new_id(), one=one, other=two))

    clinic.db.write(join, clinic.lead)
    found = [kinds(clinic.rows(Wanted(patient=number))) for number in ("CAP0000001", "CAP0000002")]
    assert found[0] == found[1] and found[0].count("patients.register") == 2


def test_undo_and_set_up_are_changes_too(clinic: Clinic) -> None:
    from ces_desktop.services.undo import undo

    register(clinic.db, clinic.lead)
    clinic.now[0] += 1_000
    clinic.db.write(undo, clinic.lead)
    assert kinds(clinic.rows()) == ["undo", "patients.register"]
    assert kinds(clinic.rows(Wanted(kind="undo"))) == ["undo"]
    assert kinds(clinic.rows(Wanted(kind=audit.CHANGES))) == ["undo", "patients.register"]


@given(
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 2)), min_size=1, max_size=14),
    limit=st.integers(1, 5),
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_pages_join_without_a_gap_or_a_repeat(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, int]], limit: int
) -> None:
    """Also where many things happened in one millisecond."""
    now = [START]
    db = database(sqlcipher(tmp_path_factory.mktemp("pages")), clock=lambda: now[0])
    clinic = Clinic(db, now, actor())
    try:
        for number, (change, later) in enumerate(steps, start=1):
            now[0] += later
            if change:
                register(db, clinic.lead, number)
            else:
                clinic.note(clinic.lead, ("search", now[0], None))
        everything = clinic.rows()
        assert len(everything) == len(steps)
        assert all(a.at >= b.at for a, b in pairwise(everything))
        paged: list[AuditRow] = []
        after = None
        while rows := clinic.rows(limit=limit, after=after):
            paged += rows
            after = rows[-1].cursor
        assert tuple(paged) == everything
    finally:
        db.close()


def test_everything_goes_on_over_the_pages(clinic: Clinic) -> None:
    for number in range(1, 8):
        clinic.now[0] += 10
        register(clinic.db, clinic.lead, number)
    here = clinic.db.installation.clinic
    pages = clinic.db.read(lambda c: list(audit.everything(c, clinic.lead, here, Wanted())))
    assert sum(len(page) for page in pages) == 7


def test_chain_ends_in_the_last_op(clinic: Clinic) -> None:
    empty = clinic.db.read(lambda c: audit.chain(c, clinic.lead))
    assert empty.ops == 0 and empty.head is None and empty.code == ""
    register(clinic.db, clinic.lead)
    one = clinic.db.read(lambda c: audit.chain(c, clinic.lead))
    register(clinic.db, clinic.lead, 2)
    two = clinic.db.read(lambda c: audit.chain(c, clinic.lead))
    assert (one.ops, two.ops) == (1, 2) and one.head != two.head
    assert len(one.code) == 9 and one.code == one.code.upper()


def test_events_that_could_not_be_written_are_kept(clinic: Clinic) -> None:
    buffer = AuditBuffer(clinic.lead)
    buffer.note("search", START)
    taken = buffer.take()
    assert buffer.empty
    buffer.give_back(taken)
    assert not buffer.empty
    clinic.db.write(lambda work: write_events(work, buffer.take()), clinic.lead)
    assert kinds(clinic.rows()) == ["search"]


def test_events_given_back_are_counted_with_those_noted_since(clinic: Clinic) -> None:
    buffer = AuditBuffer(clinic.lead)
    buffer.note("search", START)
    buffer.note("search", START + 1_000)
    taken = buffer.take()
    buffer.note("search", START + 2_000)
    buffer.give_back(taken)
    assert [(e.first_at, e.last_at, e.times) for e in buffer.take()] == [(START, START + 2_000, 3)]


def test_two_reasons_are_two_events(clinic: Clinic) -> None:
    buffer = AuditBuffer(clinic.lead)
    buffer.note("break_glass", START, reason="one")
    buffer.note("break_glass", START, reason="another")
    assert [e.reason for e in buffer.take()] == ["one", "another"]


def test_an_event_stands_on_the_day_it_happened(clinic: Clinic) -> None:
    """Seen a second before midnight in the clinic, written a minute later."""
    midnight = 1_772_431_200_000  # 2 March 2026, 00:00 in Mexico City
    clinic.now[0] = midnight + 60_000
    clinic.note(clinic.lead, ("search", midnight - 1_000, None))
    a = AuditEventRecord
    assert clinic.db.read(lambda c: c.execute(select(a.happened_on)).scalars().all()) == ["2026-03-01"]
