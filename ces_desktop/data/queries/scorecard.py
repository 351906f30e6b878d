"""The scorecards of a clinic as they were kept, and what the program counts for a new one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from ces_desktop.data.models import (
    LabRequestRecord,
    ObservationRecord,
    ScorecardItemRecord,
    ScorecardRecord,
    UserRecord,
    table_of,
)
from ces_desktop.data.queries.equipment import pieces
from ces_desktop.data.queries.indicators import read_month
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.shelf import shelf
from ces_desktop.data.queries.staff import physician_coverage
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.scorecard import AREAS, ITEMS, Area, Counted, Kind, Points, area_points

YEAR_DAYS = 365
STOCK_MONTHS = 6
RESULT_DAYS = 30
"""A result that took longer came too late, or never."""


@dataclass(frozen=True, slots=True)
class CardItem:
    """An item as it stood; `points` None = no data. `source`: "counted" or "entered"."""

    id: Id
    area: Area
    code: str
    source: str
    found: Counted
    points: int | None
    next_step: str


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard of a day, its items in the order of the list."""

    id: Id
    kind: Kind
    day: str
    by: str
    note: str
    items: tuple[CardItem, ...]

    def area(self, area: Area) -> Points:
        """The points of an area."""
        return area_points(((item.area, item.points) for item in self.items), area)


_S, _I, _U, _L, _O = (
    table_of(m) for m in (ScorecardRecord, ScorecardItemRecord, UserRecord, LabRequestRecord, ObservationRecord)
)
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_CARDS = Prepared(
    lambda: (
        select(_S.c.id, _S.c.kind, _S.c.happened_on, _U.c.name, _S.c.note, _S.c.recorded_at)
        .join(_U, _U.c.id == _S.c.recorded_by, isouter=True)
        .where(_S.c.clinic == _CLINIC, _S.c.live == 1)
    )
)
_ITEMS = Prepared(
    lambda: select(
        _I.c.scorecard, _I.c.id, _I.c.area, _I.c.code, _I.c.source, _I.c.value, _I.c.whole, _I.c.points, _I.c.next_step
    ).where(_I.c.clinic == _CLINIC, _I.c.live == 1)
)


def _results() -> Any:
    """Requests of some days with the first day on which each was answered."""
    answered = (
        select(func.min(_O.c.happened_on))
        .where(_O.c.clinic == _CLINIC, _O.c.request == _L.c.id, _O.c.live == 1)
        .scalar_subquery()
    )
    return select(_L.c.happened_on, answered.label("answered")).where(
        _L.c.clinic == _CLINIC,
        _L.c.live == 1,
        _L.c.happened_on >= bindparam("since"),
        _L.c.happened_on <= bindparam("until"),
    )


_RESULTS = Prepared(_results)


def cards(connection: Connection, clinic: Id) -> tuple[Card, ...]:
    """Every scorecard, the oldest first."""
    held: defaultdict[bytes, dict[str, CardItem]] = defaultdict(dict)
    for card, key, area, code, source, value, whole, points, step in _ITEMS(connection, clinic=clinic):
        held[card][code] = CardItem(
            Id(key), cast(Area, area), code, source or "entered", Counted(value, whole), points, step or ""
        )
    place = {item.code: n for n, item in enumerate(ITEMS)}
    rows = sorted(_CARDS(connection, clinic=clinic), key=lambda r: (r[2] or "", r[5], r[0]))
    return tuple(
        Card(
            Id(key), cast(Kind, kind or "yearly"), day or "", by or "", note or "",
            tuple(sorted(held[key].values(), key=lambda i: (AREAS.index(i.area), place.get(i.code, 99), i.code))),
        )
        for key, kind, day, by, note, _ in rows
    )  # fmt: skip


def counted(connection: Connection, clinic: Id, today: date) -> dict[str, Counted]:
    """What the program can count on a day, by item; what it has no data of has no value."""
    found = _staffing(connection, clinic, today) | _supplies(connection, clinic, today)
    return found | _services(connection, clinic, today)


def _staffing(connection: Connection, clinic: Id, today: date) -> dict[str, Counted]:
    year = physician_coverage(connection, clinic, today - timedelta(YEAR_DAYS - 1), today)
    now = year.of(today)
    known = year.known
    return {
        "physician_today": Counted(None if now == "unknown" else int(now == "covered"), 1),
        "days_covered": Counted(known - year.uncovered, known) if known else Counted(),
    }


def _supplies(connection: Connection, clinic: Id, today: date) -> dict[str, Counted]:
    """Vital and essential items in use: there today, and their days with stock in six months."""
    rows = [row for row in shelf(connection, clinic, today).rows if row.lively and row.item.ven in ("V", "E")]
    months = [month for row in rows for month in row.months[-STOCK_MONTHS:]]
    days = sum(month.stocked + max(0, month.out) for month in months)
    held = [piece.state for piece in pieces(connection, clinic)]
    known = [state for state in held if state not in ("unknown", "retired")]
    return {
        "essential_in_stock": _share(sum(row.usable > 0 for row in rows), len(rows)),
        "days_in_stock": _share(sum(month.stocked for month in months), days),
        "equipment_working": _share(known.count("working"), len(known)),
    }


def _services(connection: Connection, clinic: Id, today: date) -> dict[str, Counted]:
    """Of the last month that is over; results asked for in the half year before the last 30 days."""
    month = month_add(today.replace(day=1), -1).isoformat()[:7]
    figures = read_month(connection, clinic, month).figures
    found: dict[str, Counted] = {}
    seen = judged = 0
    for programme in ("hypertension", "diabetes"):
        good, missed = (figures.get(f"{programme}.{code}") for code in ("controlled", "missed"))
        under = good.denominator or 0 if good is not None else 0
        found[f"{programme}_controlled"] = _share(good.numerator if good is not None else 0, under)
        seen, judged = seen + under - (missed.numerator if missed is not None else 0), judged + under
    found["chronic_seen"] = _share(seen, judged)
    until = today - timedelta(RESULT_DAYS)
    rows = _RESULTS(
        connection, clinic=clinic, since=(until - timedelta(182)).isoformat(), until=until.isoformat()
    )
    in_time = sum(_in_time(asked, answered) for asked, answered in rows)
    found["results_answered"] = _share(in_time, len(rows))
    return found


def _in_time(asked: str, answered: str | None) -> bool:
    if not answered or len(asked) != 10 or len(answered) != 10:
        return False
    return (date.fromisoformat(answered) - date.fromisoformat(asked)).days <= RESULT_DAYS


def _share(value: int, whole: int) -> Counted:
    """No data where there was nothing to count: nobody under care is not "none controlled"."""
    return Counted(value, whole) if whole else Counted()
