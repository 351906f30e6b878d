"""Counts of a demonstration clinic: the whole shelf every three months, what is controlled every month.

A few lots in a hundred differ by a little, each with its cause. The last count is open on the last day, half typed.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ces_desktop.data.journal.op import Added
from ces_desktop.domain.ids import Id
from ces_desktop.services.demo_scribe import Part
from ces_desktop.services.demo_shelf import Lot, Shelf, Stocked
from ces_desktop.services.demo_visit import row

if TYPE_CHECKING:
    from ces_desktop.services.demo_care import Care, Event

COUNT, CLOSE = "supply.count", "supply.close_count"
EVERY, LAST = 91, 75
"""Days between two whole counts, and from the last one to the end of the demonstration."""
DIFFERS = 0.035
_FEWER = ("exit_not_recorded", "exit_not_recorded", "exit_not_recorded", "missing", "typing_error", "unknown")
_MORE = ("entry_not_recorded", "found", "typing_error")


class Counts:
    """The counts of one clinic."""

    def __init__(self, shelf: Shelf, care: Care) -> None:
        self.shelf, self.care, self.rng = shelf, care, shelf.rng
        self._whole: set[date] = set()
        day = care.end - timedelta(days=LAST)
        while day > care.start + timedelta(days=30):
            self._whole.add(care.next_open(day))
            day -= timedelta(days=EVERY)
        self._open_on = care.next_open(care.end - timedelta(days=1))

    def day(self, day: date) -> list[Event]:
        """The counts of a day, after the consults."""
        if day in self._whole:
            return [(1_020, 70, partial(self._count, day, "all"))]
        if day == self._open_on:
            return [(1_020, 71, partial(self._begin, day))]
        if self.care.next_open(day.replace(day=2)) == day:
            return [(1_010, 72, partial(self._count, day, "controlled"))]
        return []

    def _counted(self, what: str) -> list[Stocked]:
        return [i for i in self.shelf.items.values() if what == "all" or i.controlled]

    def _count(self, day: date, what: str) -> None:
        scribe = self.shelf.scribe
        count, items, moved = scribe.id(), self._counted(what), list[Part]()
        rows: list[Added] = []
        for item in items:
            rows_of_item: list[Added] = []
            for lot in [lot for lot in item.lots if lot.quantity]:
                line, units, cause = scribe.id(), self._found(item, lot), None
                if units != lot.quantity:
                    cause = self.rng.choice(_MORE if units > lot.quantity else _FEWER)
                rows.append(self._line(count, line, item, lot.id, lot.quantity, units, cause))
                if cause:
                    rows_of_item.append(
                        self.shelf.moved(item, lot, units - lot.quantity, day, "count", reason=cause,
                                         document_kind="count", document=count.hex(), line=line.hex())
                    )  # fmt: skip
                    lot.since = day if units > lot.quantity else lot.since
                    lot.quantity = units
            rows_of_item += self._without_lot(count, item, day, rows)
            item.lots = [lot for lot in item.lots if lot.quantity]
            if rows_of_item:
                moved.append(Part("item", item.id, rows_of_item))
        head = row("stock_count", count, state="closed", what=what, started_at=scribe.wall, happened_on=day.isoformat(),
                   closed_on=day.isoformat())  # fmt: skip
        scribe.act(COUNT, [Part("count", count, [head, *rows])], self.care.nurse)
        if moved:
            scribe.at(0)
            scribe.act(CLOSE, moved, self.care.nurse)

    def _without_lot(self, count: Id, item: Stocked, day: date, rows: list[Added]) -> list[Added]:
        """What was given without a lot comes out in the count: it had come, and nobody had written so."""
        if not item.lotless:
            return []
        line, units = self.shelf.scribe.id(), -item.lotless
        rows.append(self._line(count, line, item, None, item.lotless, 0, "entry_not_recorded"))
        item.lotless = 0
        return [
            self.shelf.moved(item, None, units, day, "count", reason="entry_not_recorded", document_kind="count",
                             document=count.hex(), line=line.hex())
        ]  # fmt: skip

    def _begin(self, day: date) -> None:
        """Begun in the evening of the last day: what lies in three places is typed, the rest is not."""
        scribe = self.shelf.scribe
        count = scribe.id()
        rows = [
            row("stock_count", count, state="open", what="all", started_at=scribe.wall, happened_on=day.isoformat())
        ]
        items = self._counted("all")
        for place, item in enumerate(items):
            for lot in item.lots:
                done = place < len(items) * 0.4
                units = self._found(item, lot) if done else None
                rows.append(self._line(count, scribe.id(), item, lot.id, lot.quantity, units, None))
        scribe.act(COUNT, [Part("count", count, rows)], self.care.nurse)

    def _found(self, item: Stocked, lot: Lot) -> int:
        rng = self.rng
        if rng.random() >= DIFFERS:
            return lot.quantity
        few = max(1, round(min(lot.quantity, item.pack) * rng.uniform(0.02, 0.3)))
        return max(0, lot.quantity - few) if rng.random() < 0.68 else lot.quantity + few

    def _line(
        self, count: Id, line: Id, item: Stocked, lot: Id | None, expected: int, counted: int | None, cause: str | None
    ) -> Added:
        return row("count_line", line, count=count.hex(), item=item.id.hex(), lot=lot.hex() if lot else None,
                   expected=expected, counted=counted, cause=cause,
                   counted_at=self.shelf.scribe.wall if counted is not None else None)  # fmt: skip
