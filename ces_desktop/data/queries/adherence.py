"""What was fetched of what prescriptions needed: three months of this clinic, for the need that an order counts on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ces_desktop.data.models import MovementRecord, PrescriptionRecord, UnmetDemandRecord
from ces_desktop.data.queries.needs import MONTH_DAYS, needs
from ces_desktop.data.queries.prepared import Prepared, Value
from ces_desktop.domain.dosing import LONG_TERM_DAYS
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.need import Fetched, adherence

DAYS = 91
"""Long enough for everybody to come once, whatever the month; short enough that most prescriptions still hold."""


def learnt(connection: Connection, clinic: Id, today: date) -> float:
    """The share of what prescriptions need that is fetched here (`need.adherence`)."""
    since = today - timedelta(days=DAYS)
    wanted = needs(connection, clinic, since)
    if not wanted:
        return adherence([])
    units = fetched(connection, clinic, since, today)
    months = DAYS / MONTH_DAYS
    return adherence([
        Fetched(units.get(item, 0), one.units * months, len(one.people) * months) for item, one in wanted.items()
    ])  # fmt: skip


def fetched(connection: Connection, clinic: Id, since: date, until: date) -> Mapping[Id, int]:
    """Units of each item handed out for prescriptions that last, and those that were asked for so and not there.

    After `since`, up to and with `until`.
    """
    given: dict[str, Value] = {"clinic": clinic, "since": since.isoformat(), "until": until.isoformat()}
    found: dict[Id, int] = {}
    for statement in (_GIVEN, _UNMET):
        for item, units in statement(connection, days=LONG_TERM_DAYS, **given):
            found[Id(item)] = found.get(Id(item), 0) + int(units)
    return found


def _lines(record: Any, units: Any) -> Any:
    p = PrescriptionRecord
    return (
        select(record.item, func.sum(units).label("units"))
        .join_from(record, p, p.id == record.line)
        .where(
            record.clinic == bindparam("clinic"), record.live == 1, record.happened_on > bindparam("since"),
            record.happened_on <= bindparam("until"), p.days >= bindparam("days"), p.item == record.item,
        )
        .group_by(record.item)
    )  # fmt: skip


_GIVEN = Prepared(lambda: _lines(MovementRecord, -MovementRecord.quantity))
_UNMET = Prepared(lambda: _lines(UnmetDemandRecord, UnmetDemandRecord.quantity))
