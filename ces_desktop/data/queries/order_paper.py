"""An order as its papers print it, with how the prescriptions of the month before it were filled."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ces_desktop.data.models import ItemRecord, MovementRecord, PatientRecord, PrescriptionRecord
from ces_desktop.data.queries.orders import OrderFile, order_file, order_rows
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.replenishment import VEN
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.order_paper import (
    BY_CLASS,
    SECTIONS,
    Filled,
    OrderPaper,
    OrderPaperLine,
    section_of,
)


def order_paper(connection: Connection, clinic: Id, order: Id) -> OrderPaper | None:
    """An order with the lines that ask for something; None when it is gone.

    The state printed is "draft" or "sent": what came of it later does not change the paper.
    """
    file = order_file(connection, clinic, order)
    if file is None:
        return None
    head = file.order
    return OrderPaper(
        head.number,
        head.source,
        head.state if head.state in ("draft", "cancelled") else "sent",
        head.happened_on,
        head.sent_on,
        head.expected_on,
        head.note,
        _lines(connection, file),
        prescriptions_filled(connection, clinic, _month_before(head.sent_on or head.happened_on)),
    )


def order_numbered(connection: Connection, clinic: Id, number: str | None = None) -> Id | None:
    """The order of a number, or the latest that was not cancelled; None when there is none."""
    for row in order_rows(connection, clinic):
        if row.number == number or (number is None and row.state != "cancelled"):
            return row.id
    return None


def prescriptions_filled(connection: Connection, clinic: Id, month: str) -> Filled:
    """How prescriptions of an ISO month were filled, until today; another medicine given for a line counts for it."""
    given: dict[str, Any] = {"clinic": clinic, "since": f"{month}-01", "until": f"{month}-31"}
    # ISO days compare as text, so that "-31" closes every month
    handed: defaultdict[bytes, int] = defaultdict(int)
    for line, units in _HANDED(connection, **given):
        handed[line] -= int(units)
    trials = {row[0] for row in _TRIALS(connection, clinic=clinic)}
    asked: defaultdict[bytes, list[bool]] = defaultdict(list)
    for line, encounter, patient, quantity in _WRITTEN(connection, **given):
        if patient not in trials:
            asked[encounter].append(handed[line] >= quantity)
    lines = [full for fulls in asked.values() for full in fulls]
    return Filled(month, len(asked), sum(map(all, asked.values())), len(lines), sum(lines), bool(handed))


def _lines(connection: Connection, file: OrderFile) -> tuple[OrderPaperLine, ...]:
    held = [line for line in file.lines if line.requested > 0]
    kinds = {key: (form or "", kind or "") for key, form, kind in _KINDS.for_many(connection, [x.item for x in held])}
    lines = []
    for line in held:
        form, kind = kinds.get(line.item, ("", ""))
        lines.append(
            OrderPaperLine(
                line.code, line.name_es, line.name_en, form, line.unit, max(1, line.pack), section_of(kind),
                VEN.get(line.ven, "other"), line.on_hand, line.in_transit, line.average, line.risk, line.proposed,
                line.requested, line.reason,
            )
        )  # fmt: skip
    return tuple(sorted(lines, key=lambda x: (SECTIONS.index(x.section), BY_CLASS.index(x.ven), x.name_es, x.code)))


def _month_before(day: str) -> str:
    first = date.fromisoformat(day).replace(day=1)
    return date.fromordinal(first.toordinal() - 1).isoformat()[:7]


_KINDS = Prepared(lambda: select(ItemRecord.id, ItemRecord.form, ItemRecord.kind).where(ItemRecord.id.in_(slots())))
_TRIALS = Prepared(
    lambda: select(PatientRecord.id).where(
        PatientRecord.clinic == bindparam("clinic"), PatientRecord.test_record == "yes"
    )
)


def _written() -> Any:
    p = PrescriptionRecord
    return select(p.id, p.encounter, p.patient, p.quantity).where(
        p.clinic == bindparam("clinic"), p.live == 1, p.happened_on >= bindparam("since"),
        p.happened_on <= bindparam("until"), p.item.is_not(None), p.quantity > 0, p.encounter.is_not(None),
    )  # fmt: skip


def _handed_out() -> Any:
    m, p = MovementRecord, PrescriptionRecord
    return (
        select(m.line, func.sum(m.quantity).label("units"))
        .join(p, p.id == m.line)
        .where(
            p.clinic == bindparam("clinic"), p.happened_on >= bindparam("since"), p.happened_on <= bindparam("until"),
            m.live == 1, m.kind == "dispensed",
        )
        .group_by(m.line)
    )  # fmt: skip


_WRITTEN, _HANDED = Prepared(_written), Prepared(_handed_out)
