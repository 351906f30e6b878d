"""What is due today of one person, for the record, the consult and mentoring."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select

from ces_desktop.data.measures import thresholds
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.protocol import protocol
from ces_desktop.data.queries.courses import member
from ces_desktop.data.queries.visits import prescribed
from ces_desktop.domain.dosing import Prescribed, medicines
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id
from ces_desktop.domain.protocol import DueStep, Taken, due_steps


def due_today(connection: Connection, clinic: Id, person: Id, today: date) -> tuple[DueStep, ...]:
    """The steps that are due on a day; nothing for nobody, or for somebody who died, moved or was transferred."""
    who = member(connection, clinic, person, today)
    if who is None or who.gone(today.isoformat()):
        return ()
    lines, stops = prescribed(connection, clinic, who.records)
    current = [m.prescribed for m in medicines(lines, stops, today)]
    p = PatientRecord
    born = connection.execute(
        select(p.birth, p.birth_precision, p.stated_age, p.stated_on).where(p.id == who.records[0])
    ).one()
    age = Birth(born.birth, born.birth_precision or "unknown", born.stated_age, born.stated_on).age_on(today)
    taken = [Taken(each.line.drug, began(each, lines)) for each in current]
    rules = thresholds(connection)
    return due_steps(protocol(), who.course(today), age.years if age else None, taken, today, rules)


def began(line: Prescribed, lines: Iterable[Prescribed]) -> str:
    """The ISO day from which a medicine is taken in this dose: renewals of the same are followed back."""
    by_id = {each.line.id: each for each in lines}
    first = line
    while first.line.renews is not None:
        before = by_id.get(first.line.renews)
        if before is None or (before.line.drug, before.line.dose) != (line.line.drug, line.line.dose):
            break
        first = before
    return first.day
