"""The rescue list: everybody in a programme who is due, late, lost, waited for, or came back, in the order to look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ces_desktop.data.collector import uncollected
from ces_desktop.data.measures import thresholds
from ces_desktop.data.models import AppointmentRecord, ContactRecord, PrescriptionRecord, PrescriptionStopRecord
from ces_desktop.data.queries.courses import ALWAYS, facts_of, members
from ces_desktop.data.queries.prepared import Prepared, Value
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.courses import Member, whole_day
from ces_desktop.domain.dosing import LAPSED_DAYS, LONG_TERM_DAYS, Prescribed, Stopped
from ces_desktop.domain.ids import Id
from ces_desktop.domain.rescue import TABS, Case, Contact, Entry, Tab, entry, order
from ces_desktop.domain.thresholds import Thresholds
from ces_desktop.domain.visits import Dose, Line

READ_MONTHS = 24
"""Readings older than this say nothing about the risk of today, appointments nothing about when somebody is due."""
SUPPLY_MONTHS = 13
USUAL_DAYS = 100
"""Prescriptions for longer are read however old; of others those in use are."""
_REGULAR, _AS_NEEDED = Dose(), Dose(as_needed=True)


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
    with uncollected():
        return _listed(connection, clinic, today, rules)


def _listed(connection: Connection, clinic: Id, today: date, rules: Thresholds) -> RescueList:
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
    people = members(connection, clinic, since=since, visits_since=None, until=today.isoformat())
    whose = {record: who.person for who in people for record in who.records}
    values: dict[str, Value] = {"clinic": clinic, "until": today.isoformat(), "as_of": ALWAYS}
    newest: dict[Id, tuple[Any, ...]] = {}
    for row in _appointments()(connection, since=since, **values):
        person = whose.get(row[3])
        if person is not None and row[4] and (person not in newest or row[:3] > newest[person][:3]):
            newest[person] = row
    agreed = {person: (whole_day(row[0]), whole_day(row[4])) for person, row in newest.items()}
    contacts: dict[Id, list[Contact]] = defaultdict(list)
    for day, _, _, record, outcome, promised_on, how in sorted(
        _contacts()(connection, **values), reverse=True, key=_at
    ):
        if record in whose:
            contacts[whose[record]].append(Contact(whole_day(day), outcome or "", promised_on, how))
    lines, stops = _supplies(connection, whose, today, values)
    return [
        Case(
            who, agreed.get(who.person), contacts.get(who.person, ()), lines.get(who.person, ()),
            stops.get(who.person, ()),
        )
        for who in people
    ]  # fmt: skip


def _supplies(
    connection: Connection, whose: Mapping[Id, Id], today: date, values: dict[str, Value]
) -> tuple[dict[Id, list[Prescribed]], dict[Id, list[Stopped]]]:
    """Lasting lines that may still be in use, or the one that ended last where all have long run out; and stops."""
    oldest = month_add(today, -SUPPLY_MONTHS).isoformat()
    in_use = (today - timedelta(days=LAPSED_DAYS + USUAL_DAYS)).isoformat()
    lines: dict[Id, list[Prescribed]] = defaultdict(list)
    old: dict[Id, tuple[Any, ...]] = {}
    for row in _lines()(connection, since=oldest, **values):
        day, person, renews, days = row[0], whose.get(row[3]), row[5], row[6] or 0
        if person is None or (days < LONG_TERM_DAYS and renews is None):
            continue
        if day >= in_use or days > USUAL_DAYS:
            lines[person].append(_prescribed(row))
        elif days >= LONG_TERM_DAYS and row[7] != "yes" and (person not in old or _outlasts(row, old[person])):
            old[person] = row
    for person, row in old.items():  # ran out too long ago to be in use; may have ended after all others
        lines[person].append(_prescribed(row))
    stops: dict[Id, list[Stopped]] = defaultdict(list)
    for day, _, _, record, line in _stops()(connection, **values):
        if record in whose:
            stops[whose[record]].append(Stopped(line, whole_day(day)))
    return lines, stops


def contacts_of(connection: Connection, clinic: Id, who: Member) -> list[Contact]:
    """Every contact with one person, the newest first."""
    c = ContactRecord
    rows = connection.execute(
        select(c.happened_on, c.outcome, c.promised_on, c.how)
        .where(c.clinic == clinic, c.patient.in_(who.records), c.live == 1)
        .order_by(c.happened_on.desc(), c.recorded_at.desc(), c.id.desc())
    )
    return [Contact(day or "", outcome or "", promised_on, how) for day, outcome, promised_on, how in rows]


def _prescribed(row: tuple[Any, ...]) -> Prescribed:
    day, _, key, _, item, renews, days, as_needed = row
    dose = _AS_NEEDED if as_needed == "yes" else _REGULAR
    return Prescribed(Line(key, item, "", dose, "", days, 0, renews=renews), None, whole_day(day))


def _outlasts(row: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether a prescription ends after another; most are told apart without reading a date."""
    if row[0] >= other[0] and row[6] >= other[6]:
        return True
    if row[0] <= other[0] and row[6] <= other[6]:
        return False
    ends, other_ends = (date.fromisoformat(whole_day(r[0])) + timedelta(days=r[6]) for r in (row, other))
    return ends > other_ends


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
    return facts_of(a, "due_on", func.coalesce(a.kind, "visit") == "visit", a.happened_on >= bindparam("since"))


@cache
def _contacts() -> Prepared:
    return facts_of(ContactRecord, "outcome promised_on how")


@cache
def _lines() -> Prepared:
    p = PrescriptionRecord
    return facts_of(p, "item renews days as_needed", p.happened_on >= bindparam("since"))


@cache
def _stops() -> Prepared:
    return facts_of(PrescriptionStopRecord, "prescription")
