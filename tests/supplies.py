"""Supplies for tests, as rows of the journal: lots, deliveries and dispensing of some months, orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import builders
from sqlalchemy import select

from ces_desktop.data.database import Database
from ces_desktop.data.models import (
    DeliveryRecord,
    ItemRecord,
    ItemShelfRecord,
    LotRecord,
    MovementRecord,
    OrderLineRecord,
    SupplyOrderRecord,
    Synced,
    UnmetDemandRecord,
    table_of,
)
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id


class Store:
    """One clinic's store to write into. Days are ISO or dates; each method is one action of its own."""

    def __init__(self, db: Database, who: Actor) -> None:
        self.db, self.who = db, who

    @property
    def clinic(self) -> Id:
        return self.db.installation.clinic

    def add(self, *records: Synced) -> None:
        """These rows as one action."""

        def action(work: Work) -> None:
            work.act("test.store")
            work.add(*records)

        self.db.write(action, self.who)

    def change_row(self, model: type[Synced], row: Id, **fields: Any) -> None:
        """Other values of a row."""

        def action(work: Work) -> None:
            work.act("test.store")
            work.change(model, row, **fields)

        self.db.write(action, self.who)

    def id(self) -> Id:
        return builders.next_id(self.db.clock())

    def items(self, kind: str = "medicine", source: str = "SSA") -> list[Id]:
        """Items of the catalogue shipped, by code."""
        t = table_of(ItemRecord)
        query = select(t.c.id).where(t.c.kind == kind, t.c.source == source).order_by(t.c.code)
        return [Id(x) for x in self.db.read(lambda c: c.execute(query).scalars().all())]

    def keep(self, item: Id, kept: str = "yes", most: int | None = None) -> None:
        """The clinic decided about an item."""
        self.add(ItemShelfRecord(id=self.id(), item=item, kept=kept, most=most))

    def lot(self, item: Id, expiry: str | None, number: str = "L1") -> Id:
        """A lot as it is printed on its box."""
        key = self.id()
        self.add(LotRecord(id=key, item=item, number=number, expiry=expiry, source="SSA"))
        return key

    def move(self, item: Id, lot: Id | None, units: int, day: date | str, kind: str = "", **more: Any) -> Id:
        """A line of the ledger; what comes is supplied, what leaves is dispensed, if nothing else is said."""
        key = self.id()
        kind = kind or ("supplied" if units > 0 else "dispensed")
        self.add(MovementRecord(id=key, item=item, lot=lot, quantity=units, kind=kind, happened_on=str(day), **more))
        return key

    def unmet(self, item: Id, units: int, day: date | str) -> None:
        """Somebody asked and it was not there."""
        self.add(UnmetDemandRecord(id=self.id(), item=item, quantity=units, reason="out", happened_on=str(day)))

    def history(
        self, item: Id, until: date, monthly: Sequence[int | None], left: int = 0, expiry: str | None = None
    ) -> Id:
        """Months up to the one before `until`: a lot supplied on the first, all handed out by the twentieth.

        None = a month without any stock. `left` units came on the first of the month of `until`.
        """
        lot, rows = self.id(), list[Synced]()
        rows.append(LotRecord(id=lot, item=item, number="H1", expiry=expiry, source="SSA"))
        first = until.replace(day=1)
        starts = [first]
        for _ in monthly:
            starts.insert(0, (starts[0] - timedelta(days=1)).replace(day=1))
        for units, start in zip(monthly, starts, strict=False):
            if units is not None:
                # one unit more than is asked for is there until the month ends
                rows.append(self._row(item, lot, units + 1, start, "supplied"))
                for n in range(4):
                    share = units * (n + 1) // 4 - units * n // 4
                    if share:
                        rows.append(self._row(item, lot, -share, start + timedelta(days=5 * n), "dispensed"))
                following = (start + timedelta(days=32)).replace(day=1)
                rows.append(self._row(item, lot, -1, following - timedelta(days=1), "damaged"))
        if left:
            rows.append(self._row(item, lot, left, first, "supplied"))
        self.add(*rows)
        return lot

    def _row(self, item: Id, lot: Id, units: int, day: date, kind: str) -> MovementRecord:
        return MovementRecord(id=self.id(), item=item, lot=lot, quantity=units, kind=kind, happened_on=day.isoformat())

    def past_order(self, day: date, lead: int, lines: dict[Id, tuple[int, int]], source: str = "SSA") -> Id:
        """An order of a day: item → asked for and come after `lead` days."""
        order, delivery = self.id(), self.id()
        came = day + timedelta(days=lead)
        rows: list[Synced] = [
            SupplyOrderRecord(
                id=order, number=f"T-{day.isoformat()}", source=source, state="sent",
                happened_on=day.isoformat(), sent_on=day.isoformat(), expected_on=came.isoformat(),
            ),
            DeliveryRecord(id=delivery, order=order, source=source, kind="supplied", happened_on=came.isoformat()),
        ]  # fmt: skip
        for item, (asked, got) in lines.items():
            line, lot = self.id(), self.id()
            rows.append(OrderLineRecord(id=line, order=order, item=item, proposed=asked, requested=asked, pack=1))
            if got:
                rows.append(LotRecord(id=lot, item=item, number=f"D{day:%y%m}", source=source))
                rows.append(
                    MovementRecord(
                        id=self.id(), item=item, lot=lot, quantity=got, kind="supplied", line=line,
                        document_kind="delivery", document=delivery, happened_on=came.isoformat(),
                    )
                )  # fmt: skip
        self.add(*rows)
        return order
