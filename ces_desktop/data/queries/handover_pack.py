"""The lines of a handover as the data of a day make them: people, results, supplies, orders, equipment, promises.

One pass over the facts of those in a programme, one over the diagnoses and answers that make a line, then the shelf.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, literal, or_, select

from ces_desktop.data.collector import uncollected
from ces_desktop.data.measures import thresholds
from ces_desktop.data.models import (
    ConditionRecord,
    EncounterDiagnosisRecord,
    ObservationRecord,
    PatientRecord,
    table_of,
)
from ces_desktop.data.queries.courses import members_lately
from ces_desktop.data.queries.equipment import pieces
from ces_desktop.data.queries.mentoring import open_actions
from ces_desktop.data.queries.orders import order_rows
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.rescue import READ_MONTHS, RECENT_MONTHS, stale
from ces_desktop.data.queries.rows import by_id, by_person
from ces_desktop.data.queries.shelf import ShelfRow, shelf
from ces_desktop.data.queries.staff_requests import requests
from ces_desktop.data.queries.visits import pending
from ces_desktop.domain import handover as rules
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.courses import GONE
from ces_desktop.domain.handover import Drawn, Noted, Value
from ces_desktop.domain.ids import Id

ANSWERS = ("last_menstruation", "phq9_9", "safety_plan", "tb_phase", "tb_doses_supervised", "seizures_4_weeks")
"""Measures that make or explain a line of somebody in no programme."""
ANSWER_DAYS = 400
TELLING = ("out", "negative", "risk")
"""How an item stands that the next physician must know of."""
OPEN = ("sent", "partly_received")


def drawn(connection: Connection, clinic: Id, today: date) -> list[Drawn]:
    """Every line that the data of a day make, in the order of the paper. Nobody twice in a section."""
    with uncollected():
        found = [*_chronic(connection, clinic, today), *_noted(connection, clinic, today)]
        found += _laboratory(connection, clinic)
        found += _supplies(connection, clinic, today)
        found += _orders(connection, clinic)
        found += _equipment(connection, clinic, today)
        found += [*_requests(connection, clinic), *_actions(connection, clinic)]
    return rules.in_order(found)


def _chronic(connection: Connection, clinic: Id, today: date) -> Iterator[Drawn]:
    """Lines name a person by their first record, as lists do."""
    known = thresholds(connection)
    valid = max(RECENT_MONTHS, known.value("diabetes.hba1c_valid_months", today))
    since, recent = (month_add(today.replace(day=1), -n).isoformat() for n in (READ_MONTHS, valid))

    held = members_lately(connection, clinic, today.isoformat(), recent, since, partial(stale, today=today))
    lines = [(who, line) for who in held if (line := rules.chronic_line(who, today, known)) is not None]
    first = {row.person: row.id for row in by_person(connection, clinic, [who.person for who, _ in lines])}
    for who, line in lines:
        if who.person in first:
            yield Drawn(line.section, line.about_type, first[who.person], line.facts)


def _noted(connection: Connection, clinic: Id, today: date) -> Iterator[Drawn]:
    persons = dict(_PERSONS(connection, clinic=clinic))
    noted = _notes(connection, clinic, today, persons)
    lines = [line for person, one in noted.items() for line in rules.noted_lines(person, one, today)]
    people = {row.person: row for row in by_person(connection, clinic, sorted({x.about for x in lines if x.about}))}
    for line in lines:
        row = people.get(line.about) if line.about else None
        if row is not None and row.status not in GONE:
            yield Drawn(line.section, line.about_type, row.id, line.facts)


def _notes(connection: Connection, clinic: Id, today: date, persons: dict[bytes, bytes]) -> dict[Id, Noted]:
    """What was noted of everybody of whom anything was that may make a line; `persons`: record → person."""
    until = today.isoformat()
    listed: defaultdict[Id, list[tuple[str, str]]] = defaultdict(list)
    for record, day, code in _listed(connection, clinic, until):
        if record in persons:
            listed[Id(persons[record])].append((day, code))
    diagnosed: defaultdict[Id, list[tuple[str, str]]] = defaultdict(list)
    oldest = (today - timedelta(days=ANSWER_DAYS)).isoformat()
    for record, day, code in _DIAGNOSED(connection, clinic=clinic, since=oldest, until=until):
        if record in persons:
            diagnosed[Id(persons[record])].append((day or "", code))
    answers: defaultdict[Id, dict[str, tuple[str, Value]]] = defaultdict(dict)
    rows = _ANSWERED(connection, clinic=clinic, since=oldest, until=until)
    for record, code, day, _, _, value, word in sorted(rows, key=lambda r: (r[2], r[3], r[4])):
        answer = value if value is not None else word
        if record in persons and answer is not None:
            answers[Id(persons[record])][code] = (day, answer)
    return {
        person: Noted(listed.get(person, ()), diagnosed.get(person, ()), answers.get(person, {}))
        for person in sorted({*listed, *diagnosed, *answers})
    }


def _listed(connection: Connection, clinic: Id, until: str) -> Iterator[tuple[bytes, str, str]]:
    """(record, ISO day, code) of each problem that is active on a day by its last line."""
    last: dict[bytes, tuple[Any, ...]] = {}
    for row in _LISTED(connection, clinic=clinic, until=until):
        problem = row[0]
        if problem not in last or row[1:4] > last[problem][1:4]:
            last[problem] = row
    for _, day, _, _, record, code, state in last.values():
        if code and state != "resolved":
            yield record, (day or "")[:10], code


def _laboratory(connection: Connection, clinic: Id) -> Iterator[Drawn]:
    asked = pending(connection, clinic)
    people = {row.id: row for row in by_id(connection, clinic, sorted({p.patient for p in asked}))}
    tests: defaultdict[Id, list[Any]] = defaultdict(list)
    for one in asked:
        row = people.get(one.patient)
        if row is not None and row.status not in GONE:
            tests[row.id].append(one)
    for patient, held in tests.items():
        facts: dict[str, Value] = {
            "tests": ",".join(one.test for one in held),
            "asked_on": min(one.day for one in held),
        }
        if any(one.urgent for one in held):
            facts["urgent"] = "yes"
        yield Drawn("laboratory", "patient", patient, facts)


def _supplies(connection: Connection, clinic: Id, today: date) -> Iterator[Drawn]:
    for row in shelf(connection, clinic, today).rows:
        standing = row.standing()
        if standing in TELLING and row.lively and row.item.ven in ("V", "E"):
            yield Drawn("supply", "item", row.item.id, _of_item(row, standing))


def _of_item(row: ShelfRow, standing: str) -> dict[str, Value]:
    item = row.item
    facts: dict[str, Value] = {
        "name_es": item.name_es, "name_en": item.name_en, "code": item.code, "ven": item.ven, "standing": standing,
        "usable": row.usable, "unit": item.unit,
    }  # fmt: skip
    if row.average is not None:
        facts["average"] = round(100 * row.average)
    if row.in_transit:
        facts["coming"] = row.in_transit
    if row.since is not None:
        facts["since"] = row.since.isoformat()
    return facts


def _orders(connection: Connection, clinic: Id) -> Iterator[Drawn]:
    for order in reversed(order_rows(connection, clinic)):
        if order.state in OPEN:
            facts: dict[str, Value] = {
                "number": order.number, "source": order.source, "state": order.state, "lines": order.lines,
                "requested": order.requested, "received": order.received,
            }  # fmt: skip
            facts |= {k: v for k, v in (("sent_on", order.sent_on), ("expected_on", order.expected_on)) if v}
            yield Drawn("order", "order", order.id, facts)


def _equipment(connection: Connection, clinic: Id, today: date) -> Iterator[Drawn]:
    for piece in pieces(connection, clinic):
        late = [duty for duty in piece.duties(today) if duty.standing == "overdue"]
        if piece.state not in ("broken", "partly", "away") and not late:
            continue
        facts: dict[str, Value] = {"name": piece.name, "state": piece.state}
        if piece.since is not None:
            facts["since"] = piece.since.isoformat()
        fault = next((e.detail for e in reversed(piece.happened) if e.kind == "fault" and e.detail), "")
        if fault and piece.state != "working":
            facts["detail"] = fault
        if late and late[0].on is not None:
            facts |= {"duty": late[0].duty, "duty_on": late[0].on.isoformat()}
        yield Drawn("equipment", "equipment", piece.id, facts)


def _requests(connection: Connection, clinic: Id) -> Iterator[Drawn]:
    for one in requests(connection, clinic):
        if one.open:
            facts: dict[str, Value] = {"text": one.text, "agreed_on": one.asked_on, "urgency": one.urgency}
            facts |= {k: v for k, v in (("owner", one.owner), ("due_on", one.due_on), ("for", one.person_name)) if v}
            yield Drawn("request", "request", one.id, facts)


def _actions(connection: Connection, clinic: Id) -> Iterator[Drawn]:
    for action in open_actions(connection, clinic):
        facts: dict[str, Value] = {"text": action.text, "agreed_on": action.agreed_on}
        facts |= {k: v for k, v in (("owner", action.owner_name), ("due_on", action.due_on)) if v}
        yield Drawn("action", "action", action.id, facts)


_P, _C, _D, _O = (
    table_of(m) for m in (PatientRecord, ConditionRecord, EncounterDiagnosisRecord, ObservationRecord)
)  # fmt: skip
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_CODES = (*rules.PREGNANT, *rules.ENDED, *rules.TUBERCULOSIS, *rules.EPILEPSY)


def _tells(column: Any, codes: Iterable[str] = _CODES) -> Any:
    return or_(*(column.like(literal(f"{code}%")) for code in codes))


def _problems() -> Any:
    """Every line of a problem that ever bore such a code: the last of them says how it stands."""
    c = _C.alias("c")
    ever = select(c.c.problem).where(c.c.clinic == _CLINIC, c.c.live == 1, _tells(c.c.code))
    columns = (
        _C.c.problem, _C.c.happened_on, _C.c.recorded_at, _C.c.id, _C.c.patient, _C.c.code, _C.c.state,
    )  # fmt: skip
    return select(*columns).where(
        _C.c.clinic == _CLINIC, _C.c.live == 1, _C.c.happened_on <= bindparam("until"), _C.c.problem.in_(ever)
    )


_PERSONS = Prepared(
    lambda: select(_P.c.id, _P.c.person).where(
        _P.c.clinic == _CLINIC, _P.c.live == 1, or_(_P.c.test_record.is_(None), _P.c.test_record != "yes")
    )
)
_LISTED = Prepared(_problems)
_DIAGNOSED = Prepared(
    lambda: select(_D.c.patient, _D.c.happened_on, _D.c.code).where(
        _D.c.clinic == _CLINIC,
        _D.c.live == 1,
        _D.c.happened_on >= bindparam("since"),
        _D.c.happened_on <= bindparam("until"),
        _tells(_D.c.code),
    )
)
_ANSWERED = Prepared(
    lambda: select(
        _O.c.patient, _O.c.code, _O.c.happened_on, _O.c.recorded_at, _O.c.id, _O.c.value, _O.c.word
    ).where(
        _O.c.clinic == _CLINIC,
        _O.c.live == 1,
        _O.c.happened_on >= bindparam("since"),
        _O.c.happened_on <= bindparam("until"),
        _O.c.code.in_([literal(code) for code in ANSWERS]),
    )
)
