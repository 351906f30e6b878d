"""The rescue list: everybody in a programme who is due, late, lost, waited for, or came back, in the order to look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, literal, select

from ces_desktop.data.collector import uncollected
from ces_desktop.data.measures import thresholds
from ces_desktop.data.models import AppointmentRecord, ContactRecord, PrescriptionRecord, PrescriptionStopRecord
from ces_desktop.data.queries.courses import ALWAYS, facts_of, facts_of_some, members_lately
from ces_desktop.data.queries.prepared import Prepared, Value, slots
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.courses import Member, whole_day
from ces_desktop.domain.dosing import LAPSED_DAYS, LONG_TERM_DAYS, Prescribed, Stopped
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import PROGRAMMES, Course, pressures
from ces_desktop.domain.rescue import GLUCOSES, TABS, Case, Contact, Entry, Tab, entry, order
from ces_desktop.domain.thresholds import Thresholds
from ces_desktop.domain.visits import Dose, Line

READ_MONTHS, RECENT_MONTHS = 24, 9
"""Older readings say nothing about the risk of today, appointments nothing about when somebody is due; what is older
than `RECENT_MONTHS` is read of those alone of whom nothing later is known."""
SUPPLY_MONTHS = 13
"""Older prescriptions are asked for where nothing lasting was given since."""
USUAL_DAYS, AS_NEEDED = 100, 16
"""Lines for longer are read however old in these months; `_times` from here on = only if needed."""
_DOSES = tuple(
    Dose(times & 1, (times & 2) // 2, (times & 4) // 4, (times & 8) // 8, as_needed=bool(times & 16))
    for times in range(32)
)  # fmt: skip
"""By the times of the day (`_times`) and whether it is taken only if needed: what tells lines of one item apart."""


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
    entries = [e for known in cases(connection, clinic, today) if (e := entry(known, today, rules)) is not None]
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
    for known in cases(connection, clinic, today):
        one = entry(known, today, rules)
        if one is not None:
            found[one.tab] += 1
    return found


def cases(connection: Connection, clinic: Id, today: date) -> list[Case]:
    """What the rule needs of everybody ever enrolled."""
    valid = thresholds(connection).value("diabetes.hba1c_valid_months", today)
    since, recent = (
        month_add(today.replace(day=1), -months).isoformat() for months in (READ_MONTHS, max(RECENT_MONTHS, valid))
    )  # fmt: skip
    people = members_lately(connection, clinic, today.isoformat(), recent, since, partial(stale, today=today))
    whose = {record: who.person for who in people for record in who.records}
    values: dict[str, Value] = {"clinic": clinic, "until": today.isoformat(), "as_of": ALWAYS}
    newest: dict[Id, tuple[Any, ...]] = {}
    _take_newest(newest, _appointments()(connection, since=recent, **values), whose)
    without = [record for record, person in whose.items() if person not in newest]
    _take_newest(newest, _older_appointments().for_many(connection, without, since=since, **values), whose)
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


def _take_newest(
    newest: dict[Id, tuple[Any, ...]], rows: Iterable[tuple[Any, ...]], whose: Mapping[Id, Id]
) -> None:
    for row in rows:
        person = whose.get(row[3])
        if person is not None and row[4] and (person not in newest or row[:3] > newest[person][:3]):
            newest[person] = row


def stale(who: Member, today: date) -> bool:
    """Whether what was read of the last year leaves open when they were seen last, or how their illness stood."""
    inside = {code for code in PROGRAMMES if who.since(code, today.isoformat()) is not None}
    if not inside:
        return False
    read = who.readings
    return (
        not who.visits
        or ("hypertension" in inside and next(pressures(Course(read), today), None) is None)
        or ("diabetes" in inside and not any(code in read for code in (*GLUCOSES, "hba1c")))
    )


def _supplies(
    connection: Connection, whose: Mapping[Id, Id], today: date, values: dict[str, Value]
) -> tuple[dict[Id, list[Prescribed]], dict[Id, list[Stopped]]]:
    """Lines that may still be in use, or the one of the last year that ended last where all have long run out; of who
    has none of these, when what lasts was given last; and stops."""
    oldest = month_add(today, -SUPPLY_MONTHS).isoformat()
    in_use = (today - timedelta(days=LAPSED_DAYS + USUAL_DAYS)).isoformat()
    stops: dict[Id, list[Stopped]] = defaultdict(list)
    for day, _, _, record, line in _stops()(connection, **values):
        if record in whose:
            stops[whose[record]].append(Stopped(line, whole_day(day)))
    stopped = {stop.prescription for of in stops.values() for stop in of}
    lines: dict[Id, list[Prescribed]] = defaultdict(list)
    old: dict[Id, tuple[Any, ...]] = {}
    lasting: set[Id] = set()
    for row in _lines()(connection, since=oldest, **values):
        day, person, days = row[0], whose.get(row[3]), row[6] or 0
        if person is None:
            continue
        lasts = days >= LONG_TERM_DAYS and row[7] < AS_NEEDED and row[2] not in stopped
        if lasts:
            lasting.add(person)
        if day >= in_use or days > USUAL_DAYS:
            lines[person].append(_prescribed(row))
        elif lasts and (person not in old or _outlasts(row, old[person])):
            old[person] = row
    for person, row in old.items():  # ran out too long ago to be in use; may have ended after all others
        lines[person].append(_prescribed(row))
    out = [record for record, person in whose.items() if person not in lasting]
    asked: dict[str, Value] = {"clinic": values["clinic"], "until": values["until"], "before": oldest}
    for record, days, day in _ended().for_many(connection, out, least=LONG_TERM_DAYS, **asked):
        ended = Line(Id(record), None, "", _DOSES[0], "", days, 0)
        lines[whose[record]].append(Prescribed(ended, None, whole_day(day)))
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
    day, _, key, _, item, renews, days, times = row
    return Prescribed(Line(key, item, "", _DOSES[times], "", days or 0, 0, renews=renews), None, whole_day(day))


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
    a = AppointmentRecord  # agreed since is due since, and that is an index
    lately = a.happened_on >= bindparam("since"), a.due_on >= bindparam("since")
    return facts_of(a, "due_on", func.coalesce(a.kind, "visit") == "visit", *lately)


@cache
def _older_appointments() -> Prepared:
    a = AppointmentRecord
    return facts_of_some(a, "due_on", func.coalesce(a.kind, "visit") == "visit", a.happened_on >= bindparam("since"))


@cache
def _contacts() -> Prepared:
    return facts_of(ContactRecord, "outcome promised_on how")


@cache
def _lines() -> Prepared:
    p = PrescriptionRecord
    return facts_of(p, "item renews days", p.happened_on >= bindparam("since"), more=(_times(),))


def _times() -> Any:
    """Times of the day at which a line is taken as bits (1 morning … 8 night; by hours: all), 16 = only if needed."""
    p = PrescriptionRecord
    each = zip((p.morning, p.noon, p.afternoon, p.night), (1, 2, 4, 8), strict=True)
    by_day = sum((case((time > 0, bit), else_=0) for time, bit in each), literal(0))
    taken = case((p.every_hours > 0, 15), else_=by_day) + case((p.as_needed == "yes", 16), else_=0)
    return taken.label("times")


@cache
def _ended() -> Prepared:
    """(record, days, last day) of what lasts, was given before a day and was not stopped."""
    p, s = PrescriptionRecord, PrescriptionStopRecord
    stopped = select(s.prescription).where(
        s.clinic == bindparam("clinic"), s.live == 1, s.happened_on <= bindparam("until"), s.prescription.is_not(None)
    )
    return Prepared(
        select(p.patient, p.days, func.max(p.happened_on).label("day"))
        .where(
            p.clinic == bindparam("clinic"), p.patient.in_(slots()), p.live == 1, p.days >= bindparam("least"),
            func.coalesce(p.as_needed, "no") != "yes", p.happened_on < bindparam("before"), p.id.not_in(stopped),
        )
        .group_by(p.patient, p.days)
    )  # fmt: skip


@cache
def _stops() -> Prepared:
    return facts_of(PrescriptionStopRecord, "prescription")
