"""What the proposal of cases needs to know of everybody under care, and the people a session speaks of by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select

from ces_desktop.data.collector import uncollected
from ces_desktop.data.journal.bulk import chunks
from ces_desktop.data.measures import thresholds
from ces_desktop.data.models import MentoringSessionRecord, PatientRecord, SessionCaseRecord
from ces_desktop.data.protocol import protocol
from ces_desktop.data.queries.courses import members
from ces_desktop.data.queries.protocol import began
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.data.queries.visits import prescribed
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.courses import Member
from ces_desktop.domain.dosing import medicines
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring_cases import Candidate, Proposal, propose, unchanged_consults
from ces_desktop.domain.protocol import Taken, due_steps
from ces_desktop.domain.rescue import RISKS, risk_of
from ces_desktop.domain.thresholds import Thresholds

READ_MONTHS = 25
"""Of readings and visits: the longest interval of the protocol is a year."""
SHORTLIST = 30
"""People of each reason whose prescriptions are read."""


def proposals(connection: Connection, clinic: Id, today: date, session: Id | None = None) -> tuple[Proposal, ...]:
    """The five people to ask about on a day. What was talked over in `session` itself does not count as talked over.

    Referrals are no rows of their own yet (R13): nobody is proposed for one, and the places go to the other reasons.
    """
    rules = thresholds(connection)
    since = month_add(today.replace(day=1), -READ_MONTHS).isoformat()
    day = today.isoformat()
    with uncollected():
        people = [
            who
            for who in members(connection, clinic, since=since, visits_since=since, until=day)
            if who.visits and not who.gone(day) and who.course(today).enrolled
        ]
        talked = _talked(connection, clinic, session)
        found = [_candidate(connection, clinic, who, talked, today, rules) for who in _shortlist(people, today, rules)]
    return propose(found, today, rules)


def _shortlist(people: list[Member], today: date, rules: Thresholds) -> list[Member]:
    """Those with the worst reading and those with most steps due, told without their prescriptions."""
    steps = [step for step in protocol() if step.kind == "measure"]

    def risky(who: Member) -> tuple[int, int, bytes]:
        risk, why = risk_of(who.course(today), today, rules)
        return RISKS.index(risk), -(why.value or 0), who.person

    def behind(who: Member) -> tuple[int, bytes]:
        due = due_steps(steps, who.course(today), None, (), today, rules)
        return -sum(each.since <= who.visits[0] for each in due), who.person

    chosen = {who.person: who for who in sorted(people, key=risky)[:SHORTLIST]}
    chosen.update((who.person, who) for who in sorted(people, key=behind)[:SHORTLIST])
    return list(chosen.values())


def _candidate(
    connection: Connection, clinic: Id, who: Member, talked: dict[bytes, dict[str, str]], today: date, rules: Thresholds
) -> Candidate:
    lines, stops = prescribed(connection, clinic, who.records)
    taken = [Taken(m.prescribed.line.drug, began(m.prescribed, lines)) for m in medicines(lines, stops, today)]
    course = who.course(today)
    p = PatientRecord
    born = connection.execute(
        select(p.birth, p.birth_precision, p.stated_age, p.stated_on).where(p.id == who.records[0])
    ).one()
    age = Birth(born.birth, born.birth_precision or "unknown", born.stated_age, born.stated_on).age_on(today)
    risk, why = risk_of(course, today, rules)
    changed = max((t.since for t in taken), default="")
    unchanged = unchanged_consults(course, changed, today, rules) if why.code == "pressure" else 0
    before: dict[str, str] = {}
    for record in who.records:
        for reason, day in talked.get(record, {}).items():
            before[reason] = max(day, before.get(reason, ""))
    return Candidate(
        who.person, who.last_visit(today.isoformat()) or "", risk, why, unchanged,
        due_steps(protocol(), course, age.years if age else None, taken, today, rules), None, before,
    )  # fmt: skip


def _talked(connection: Connection, clinic: Id, session: Id | None) -> dict[bytes, dict[str, str]]:
    """Patient record → reason → the last day on which they were talked over for it."""
    c, s = SessionCaseRecord, MentoringSessionRecord
    query = (
        select(c.patient, c.reason, s.happened_on)
        .join(s, s.id == c.session)
        .where(c.clinic == clinic, c.live == 1, s.live == 1, c.patient.is_not(None))
    )
    if session is not None:
        query = query.where(c.session != session)
    found: dict[bytes, dict[str, str]] = defaultdict(dict)
    for patient, reason, day in connection.execute(query):
        held = found[patient or b""]
        held[reason or ""] = max(day or "", held.get(reason or "", ""))
    return found


def named(connection: Connection, clinic: Id, patients: Iterable[Id]) -> dict[Id, PatientRow]:
    """These records as lines of a list, each by the id it was asked for with."""
    p = PatientRecord
    wanted = list(dict.fromkeys(patients))
    persons = {
        Id(row.id): Id(row.person or row.id)
        for part in chunks(wanted)
        for row in connection.execute(select(p.id, p.person).where(p.id.in_(part)))
    }
    rows = {row.person: row for row in by_person(connection, clinic, list(dict.fromkeys(persons.values())))}
    return {record: rows[person] for record, person in persons.items() if person in rows}
