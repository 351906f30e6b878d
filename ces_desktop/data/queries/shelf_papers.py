"""What the papers of the shelf show: the rows of each, chosen and in order, and the code of them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, TypeAlias

from sqlalchemy import Connection

from ces_desktop.data.queries.count_sheet import CountSheet, count_sheet
from ces_desktop.data.queries.shelf import Shelf, ShelfRow, shelf
from ces_desktop.data.queries.stock_card import ItemPage, item_page
from ces_desktop.domain import papers
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import data_sha
from ces_desktop.domain.supply.expiries import Expiring, expiring
from ces_desktop.domain.supply.shelf import Standing

ORDER = {"V": 0, "E": 1}
CARD_LINES = 150
"""Movements of a printed stock card; what came before is carried over in one line."""
DEFINITIONS = "supply-shelf-1"


@dataclass(frozen=True, slots=True)
class StockPaper:
    """Stock with its months. `risks`: probability of running out before an order sent today arrives."""

    shelf: Shelf
    today: date
    risks: Mapping[Id, float] = field(default_factory=dict)
    kind: ClassVar[str] = papers.STOCK
    definitions: ClassVar[str] = DEFINITIONS

    @property
    def period(self) -> str:
        """The day."""
        return self.today.isoformat()

    def rows(self) -> list[ShelfRow]:
        """What somebody asks for, what is there, what is on its way; vital first, by name."""
        rows = [row for row in self.shelf.rows if row.lively or row.on_hand or row.in_transit]
        return sorted(rows, key=lambda r: (ORDER.get(r.item.ven, 2), r.item.name_es, r.item.code))

    def standing(self, row: ShelfRow) -> Standing:
        """How an item stands, as the screen has it."""
        return row.standing(self.risks.get(row.item.id))

    def sha(self) -> str:
        """Of all it shows."""
        rows = [(r.item, self.standing(r), r.usable, r.expired, r.average, r.lasts, r.in_transit) for r in self.rows()]
        return data_sha(self.period, rows)


@dataclass(frozen=True, slots=True)
class ExpiriesPaper:
    """Lots that expired or will."""

    shelf: Shelf
    today: date
    kind: ClassVar[str] = papers.EXPIRIES
    definitions: ClassVar[str] = DEFINITIONS

    @property
    def period(self) -> str:
        """The day."""
        return self.today.isoformat()

    def rows(self) -> list[tuple[ShelfRow, Expiring]]:
        """Lots with a last day, the first to expire first."""
        found = [(row, each) for row in self.shelf.rows for each in expiring(row.lots, self.today, row.average)]
        return sorted(found, key=lambda pair: (pair[1].days, pair[0].item.name_es, pair[1].lot.number))

    def sha(self) -> str:
        """Of all it shows."""
        return data_sha(self.period, [(row.item, each) for row, each in self.rows()])


@dataclass(frozen=True, slots=True)
class Out:
    """An item in a month: for each day of it whether there was any; None = not known: it is to come, or the ledger
    names the item only later."""

    row: ShelfRow
    days: tuple[bool | None, ...]
    unmet: int

    @property
    def out(self) -> int:
        """Days without usable stock."""
        return self.days.count(False)


@dataclass(frozen=True, slots=True)
class DaysOutPaper:
    """The days of an ISO month without usable stock, item by item."""

    shelf: Shelf
    month: str
    today: date
    kind: ClassVar[str] = papers.DAYS_OUT
    definitions: ClassVar[str] = DEFINITIONS

    @property
    def period(self) -> str:
        """The month."""
        return self.month

    @property
    def over(self) -> bool:
        """Whether the month has ended."""
        return self.today.isoformat()[:7] > self.month

    def rows(self) -> list[Out]:
        """Items in use that the ledger knew in the month; vital ones before all, then the longest without stock."""
        first = date.fromisoformat(f"{self.month}-01")
        length = monthrange(first.year, first.month)[1]
        found = []
        for row in self.shelf.rows:
            place = next((n for n, each in enumerate(row.months) if each.month == self.month), None)
            if place is None or not row.lively or not row.first or row.first > self.month:
                continue
            bits, before = row.bits[place], row.months[place].before
            over = min(length, (self.today - first).days + 1)
            days = tuple(bool(bits >> n & 1) if before <= n < over else None for n in range(length))
            found.append(Out(row, days, row.months[place].unmet))
        return sorted(found, key=lambda x: (ORDER.get(x.row.item.ven, 2), -x.out, x.row.item.name_es, x.row.item.code))

    def sha(self) -> str:
        """Of all it shows: a month that is over has the same code on every later day."""
        return data_sha(self.month, self.over, [(each.row.item, each.days, each.unmet) for each in self.rows()])


@dataclass(frozen=True, slots=True)
class CountPaper:
    """The sheet to count by hand."""

    sheet: CountSheet
    today: date
    kind: ClassVar[str] = papers.COUNT_SHEET
    definitions: ClassVar[str] = DEFINITIONS

    @property
    def period(self) -> str:
        """The day on which the count was begun; of the whole shelf, today."""
        return self.sheet.started_on or self.today.isoformat()

    def sha(self) -> str:
        """Of all it shows."""
        return data_sha(self.sheet)


@dataclass(frozen=True, slots=True)
class CardPaper:
    """The stock card of an item."""

    page: ItemPage
    today: date
    kind: ClassVar[str] = papers.STOCK_CARD
    definitions: ClassVar[str] = DEFINITIONS

    @property
    def period(self) -> str:
        """The item."""
        return self.page.row.item.id.hex()

    def sha(self) -> str:
        """Of all it shows: while nothing moves, it is the card of that day."""
        row = self.page.row
        told = (row.usable, row.average, row.lasts, row.standing(), row.in_transit, row.counted, row.kept.location)
        return data_sha(row.item, told, self.page.lots, self.page.card)


ShelfPaper: TypeAlias = StockPaper | ExpiriesPaper | DaysOutPaper | CountPaper | CardPaper


def stock_paper(connection: Connection, clinic: Id, today: date, risks: Mapping[Id, float]) -> StockPaper:
    """Stock with its months."""
    return StockPaper(shelf(connection, clinic, today), today, risks)


def expiries_paper(connection: Connection, clinic: Id, today: date) -> ExpiriesPaper:
    """What expired and what will."""
    return ExpiriesPaper(shelf(connection, clinic, today), today)


def days_out_paper(connection: Connection, clinic: Id, today: date, month: str) -> DaysOutPaper:
    """The days of an ISO month without stock."""
    return DaysOutPaper(shelf(connection, clinic, today), month, today)


def count_paper(connection: Connection, clinic: Id, today: date) -> CountPaper:
    """The sheet of the count that is open, else of the whole shelf."""
    return CountPaper(count_sheet(connection, clinic, today), today)


def card_paper(connection: Connection, clinic: Id, today: date, item: Id) -> CardPaper | None:
    """The stock card of an item, without the names of whom it was handed to; None = not in the catalogue."""
    page = item_page(connection, clinic, item, today, people=False, most=CARD_LINES)
    return None if page is None else CardPaper(page, today)
