"""What the first page of the day shows: counts of the register, the latest registered people, loose ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, case, func, select

from ces_desktop.data.local import Setting, read_setting
from ces_desktop.data.models import HouseholdRecord, NotSameRecord, PatientRecord, SameAsRecord
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain.ids import Id

LATEST = 12


@dataclass(frozen=True, slots=True)
class TodayFigures:
    """Counts of living records; test records are in none. `people` counts persons, the others registrations."""

    people: int
    records: int
    verdicts: int
    """How often two records were joined or kept apart."""
    this_month: int
    last_month: int
    households: int
    without_household: int
    latest: tuple[PatientRow, ...]
    sheet_kept: bool


def today_figures(connection: Connection, clinic: Id, today: date) -> TodayFigures:
    """Everything of the first page that one snapshot answers."""
    p, h = PatientRecord, HouseholdRecord
    records = connection.execute(select(func.count()).select_from(p).where(p.clinic == clinic)).scalar() or 0
    verdicts = sum(
        connection.execute(select(func.count()).select_from(r).where(r.clinic == clinic, r.live == 1)).scalar() or 0
        for r in (SameAsRecord, NotSameRecord)
    )
    first = today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    # Nearly all rows of a laptop are its clinic's: the table is read once from end to end, which SQLite does when no
    # index fits; by an index that begins with the clinic it would fetch each row from elsewhere in the file.
    real = (func.coalesce(p.clinic, p.clinic) == clinic, p.live == 1, func.coalesce(p.test_record, "no") != "yes")
    alone = case((p.household.is_(None), p.person))
    counted = select(
        func.count(func.distinct(p.person)),
        func.count(case((p.happened_on >= first.isoformat(), 1))),
        func.count(case(((p.happened_on >= before.isoformat()) & (p.happened_on < first.isoformat()), 1))),
        func.count(func.distinct(alone)),
    )
    people, month, last, without = connection.execute(counted.where(*real)).one()
    homes = connection.execute(select(func.count()).where(h.clinic == clinic, h.live == 1)).scalar() or 0
    newest = connection.execute(
        select(p.person).where(*real).order_by(p.happened_on.desc(), p.recorded_at.desc()).limit(LATEST * 2)
    ).scalars()
    persons = list(dict.fromkeys(person for person in newest if person is not None))[:LATEST]
    return TodayFigures(
        people=people,
        records=records,
        verdicts=verdicts,
        this_month=month,
        last_month=last,
        households=homes,
        without_household=without,
        latest=tuple(by_person(connection, clinic, persons)),
        sheet_kept=read_setting(connection, Setting.RECOVERY_SHEET) == "kept",
    )
