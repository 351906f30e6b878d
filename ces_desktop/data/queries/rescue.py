"""The rescue list: everybody in a programme who is due, late, lost, waited for, or came back, in the order to look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Connection, bindparam, func, select

from ces_desktop.data.measures import thresholds
from ces_desktop.data.models import AppointmentRecord, ContactRecord, PrescriptionRecord, PrescriptionStopRecord
from ces_desktop.data.queries.courses import ALWAYS, facts_of, members
from ces_desktop.data.queries.prepared import Prepared, Value
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.courses import Member, whole_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.rescue import TABS, Case, Contact, Entry, Supply, Tab, entry, order

READ_MONTHS = 24
"""Readings older than this say nothing about the risk of today."""
SUPPLY_MONTHS = 13


@dataclass(frozen=True, slots=True)
class RescueRow:
    """A line of the list: who, and why."""

    patient: PatientRow
    entry: Entry


@dataclass(frozen=True, slots=True)
class RescueList:
    """The list of a day, by tab, each in the order in which to look."""

    today: str
    tabs: Mapping[Tab, Sequence[RescueRow]]

    @property
    def counts(self) -> dict[Tab, int]:
        """How many each tab holds."""
        return {tab: len(self.tabs[tab]) for tab in TABS}


def rescue_list(connection: Connection, clinic: Id, today: date) -> RescueList:
    """Everybody on the list of a day, all tabs."""
    rules = thresholds(connection)
    entries = [e for case in cases(connection, clinic, today) if (e := entry(case, today, rules)) is not None]
    people = {row.person: row for row in by_person(connection, clinic, [e.member.person for e in entries])}
    tabs: dict[Tab, list[RescueRow]] = {tab: [] for tab in TABS}
    for one in entries:
        if one.member.person in people:
            tabs[one.tab].append(RescueRow(people[one.member.person], one))
    for tab, rows in tabs.items():
        rows.sort(key=_resolved_order if tab == "resolved" else _walk)
    return RescueList(today.isoformat(), tabs)


def rescue_counts(connection: Connection, clinic: Id, today: date) -> dict[Tab, int]:
    """How many each tab holds, without names: for the rail and the first page."""
    rules = thresholds(connection)
    found: dict[Tab, int] = dict.fromkeys(TABS, 0)
    for case in cases(connection, clinic, today):
        one = entry(case, today, rules)
        if one is not None:
            found[one.tab] += 1
    return found


def cases(connection: Connection, clinic: Id, today: date) -> list[Case]:
    """What the rule needs of everybody ever enrolled."""
    since = month_add(today.replace(day=1), -READ_MONTHS).isoformat()
    people = members(connection, clinic, since=since, until=today.isoformat())
    whose = {record: who.person for who in people for record in who.records}
    values: dict[str, Value] = {"clinic": clinic, "until": today.isoformat(), "as_of": ALWAYS}
    agreed: dict[Id, tuple[str, str]] = {}
    for day, _, _, record, due in sorted(_appointments()(connection, **values)):
        if record in whose and due:
            agreed[whose[record]] = (whole_day(day), whole_day(due))
    contacts: dict[Id, list[Contact]] = defaultdict(list)
    for day, _, _, record, outcome, promised_on, how in sorted(
        _contacts()(connection, **values), reverse=True, key=_at
    ):
        if record in whose:
            contacts[whose[record]].append(Contact(whole_day(day), outcome or "", promised_on, how))
    supplies: dict[Id, list[Supply]] = defaultdict(list)
    oldest = month_add(today, -SUPPLY_MONTHS).isoformat()
    stopped = {row[4] for row in _stops()(connection, **values)}
    for day, _, line, record, days, as_needed in _supplies()(connection, since=oldest, **values):
        if record in whose and days:
            supplies[whose[record]].append(Supply(whole_day(day), days, as_needed == "yes", line in stopped))
    return [
        Case(who, agreed.get(who.person), contacts.get(who.person, ()), supplies.get(who.person, ())) for who in people
    ]


def contacts_of(connection: Connection, clinic: Id, who: Member) -> list[Contact]:
    """Every contact with one person, the newest first."""
    c = ContactRecord
    rows = connection.execute(
        select(c.happened_on, c.outcome, c.promised_on, c.how)
        .where(c.clinic == clinic, c.patient.in_(who.records), c.live == 1)
        .order_by(c.happened_on.desc(), c.recorded_at.desc(), c.id.desc())
    )
    return [Contact(day or "", outcome or "", promised_on, how) for day, outcome, promised_on, how in rows]


def _at(row: tuple[object, ...]) -> tuple[object, ...]:
    return row[:3]


def _walk(row: RescueRow) -> tuple[object, ...]:
    risk, special, medicine, due = order(row.entry)
    house = row.patient.household_number
    return (
        risk,
        special,
        medicine,
        row.patient.community or "",
        10**9 if house is None else house,
        due,
        row.patient.name,
    )


def _resolved_order(row: RescueRow) -> tuple[object, ...]:
    contact = row.entry.last_contact
    days = -date.fromisoformat(contact.day).toordinal() if contact else 0
    return days, row.patient.name


@cache
def _appointments() -> Prepared:
    a = AppointmentRecord
    return facts_of(a, "due_on", func.coalesce(a.kind, "visit") == "visit")


@cache
def _contacts() -> Prepared:
    return facts_of(ContactRecord, "outcome promised_on how")


@cache
def _supplies() -> Prepared:
    return facts_of(PrescriptionRecord, "days as_needed", PrescriptionRecord.happened_on >= bindparam("since"))


@cache
def _stops() -> Prepared:
    return facts_of(PrescriptionStopRecord, "prescription")
