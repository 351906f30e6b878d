"""What the papers of the shelf show as rows for a spreadsheet: the lines of the paper, nobody named.

Heads and codes are fixed words, which a workbook says in the language of the person; every file says of which clinic
and day it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ces_desktop.data.queries.controlled import ControlledLine, Register
from ces_desktop.data.queries.count_sheet import SheetLine
from ces_desktop.data.queries.shelf import ShelfRow
from ces_desktop.data.queries.shelf_papers import (
    ORDER,
    CardPaper,
    CountPaper,
    DaysOutPaper,
    ExpiriesPaper,
    Out,
    ShelfPaper,
    StockPaper,
)
from ces_desktop.domain.supply.expiries import Expiring
from ces_desktop.i18n import language
from ces_desktop.reports import spreadsheet, supply_words
from ces_desktop.reports.spreadsheet import Cell

WHOSE = ("clinic", "day")
STOCK = (
    *WHOSE, "code", "item", "class", "state", "unit", "usable", "expired", "average", "months", "in_transit",
)  # fmt: skip
"""`average`: units a month while there was stock; `months`: usable ÷ average; empty = not known."""
EXPIRIES = (*WHOSE, "code", "item", "unit", "lot", "expiry", "units", "days_left", "within_months", "left_over")
"""`expiry`: last day of use; `days_left` below 0 = expired; `left_over`: units unused on that day at the average."""
DAYS_OUT = (*WHOSE, "month", "code", "item", "class", "days_out", "days_known", "unmet", "days")
"""`days`: one letter a day: 1 = some usable, 0 = none, - = not known."""
SHEET = (*WHOSE, "no", "location", "code", "item", "unit", "lot", "expiry", "counted", "note")
CARD = (
    *WHOSE, "code", "item", "unit", "happened_on", "document", "kind", "lot", "expiry", "quantity", "balance",
    "taken_back", "takes_back", "recorded_by", "reason", "note",
)  # fmt: skip
REGISTER = (
    "clinic", "day", "code", "item", "unit", "kind", "quantity", "balance", "lot", "patient", "record", "prescriber",
    "recorded_by", "paper", "takes_back", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lines:
    """A table for a spreadsheet. `name`: of its sheet."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def file(self, suffix: str) -> bytes:
        """As a workbook (".xlsx") or as CSV."""
        if suffix == ".xlsx":
            return spreadsheet.as_workbook(self.name, self.heads, self.rows)
        return spreadsheet.as_csv(self.heads, self.rows)


def lines(paper: ShelfPaper, clinic: str) -> Lines:
    """The lines of whichever paper of the shelf it is."""
    match paper:
        case StockPaper():
            return stock(paper, clinic)
        case ExpiriesPaper():
            return expiries(paper, clinic)
        case DaysOutPaper():
            return days_out(paper, clinic)
        case CountPaper():
            return count_sheet(paper, clinic)
        case CardPaper():
            return stock_card(paper, clinic)


def stock_rows(paper: StockPaper) -> list[ShelfRow]:
    """The rows of the stock list: vital first, then by the name that is printed."""
    return sorted(paper.rows(), key=lambda r: (ORDER.get(r.item.ven, 2), _place(r), r.item.code))


def expiry_rows(paper: ExpiriesPaper) -> list[tuple[ShelfRow, Expiring]]:
    """The lots that expire, the first before all."""
    return sorted(paper.rows(), key=lambda pair: (pair[1].days, _place(pair[0]), pair[1].lot.number))


def out_rows(paper: DaysOutPaper) -> list[Out]:
    """The items of a month: vital first, then the longest without stock."""
    return sorted(paper.rows(), key=lambda x: (ORDER.get(x.row.item.ven, 2), -x.out, _place(x.row), x.row.item.code))


def sheet_lines(paper: CountPaper) -> list[SheetLine]:
    """What is to be counted, as it is numbered: place by place, there by name, then the first to expire."""

    def weight(x: SheetLine) -> tuple[bool, str, str, date, str, str]:
        name = supply_words.place(x.name(language()))
        return not x.location, x.location, name, x.expiry or date.max, x.number, x.code

    return sorted(paper.sheet.lines, key=weight)


def _place(row: ShelfRow) -> str:
    return supply_words.place(row.item.name(language()))


def stock(paper: StockPaper, clinic: str) -> Lines:
    """The lines of `shelf.stock_pdf`."""
    day = paper.today.isoformat()
    rows = (
        (
            clinic, day, r.item.code, r.item.name(language()), r.item.ven or None, paper.standing(r),
            r.item.unit, r.usable, r.expired, _rounded(r.average), _rounded(r.lasts), r.in_transit,
        )
        for r in stock_rows(paper)
    )  # fmt: skip
    return Lines("stock", STOCK, tuple(rows))


def expiries(paper: ExpiriesPaper, clinic: str) -> Lines:
    """The lines of `shelf.expiries_pdf`, what expires later than a year too."""
    day = paper.today.isoformat()
    rows = (
        (
            clinic, day, r.item.code, r.item.name(language()), r.item.unit, x.lot.number or None, _iso(x.lot.expiry),
            x.lot.quantity, x.days, x.within, x.unused,
        )
        for r, x in expiry_rows(paper)
    )  # fmt: skip
    return Lines("expiries", EXPIRIES, tuple(rows))


def days_out(paper: DaysOutPaper, clinic: str) -> Lines:
    """The lines of `shelf.days_out_pdf`, and the items that were never out."""
    letters = {True: "1", False: "0", None: "-"}
    rows = (
        (
            clinic, paper.today.isoformat(), paper.month, x.row.item.code, x.row.item.name(language()),
            x.row.item.ven or None, x.out, len(x.days) - x.days.count(None), x.unmet,
            "d" + "".join(letters[each] for each in x.days),
        )
        for x in out_rows(paper)
    )  # fmt: skip
    return Lines(f"days-out-{paper.month}", DAYS_OUT, tuple(rows))


def count_sheet(paper: CountPaper, clinic: str) -> Lines:
    """The lines of `shelf.count_sheet_pdf`; `counted` and `note` are empty, to be typed."""
    rows = (
        (
            clinic, paper.period, place, x.location or None, x.code, x.name(language()),
            x.unit, x.number or None, _iso(x.expiry), None, None,
        )
        for place, x in enumerate(sheet_lines(paper), 1)
    )  # fmt: skip
    return Lines("count", SHEET, tuple(rows))


def stock_card(paper: CardPaper, clinic: str) -> Lines:
    """The movements of `shelf.stock_card_pdf`, oldest first."""
    page, item = paper.page, paper.page.row.item
    expiry = {lot.id: lot.expiry for lot in page.lots}
    rows = []
    for line in reversed(page.card):
        m = line.movement
        rows.append(
            (
                clinic, paper.today.isoformat(), item.code, item.name(language()), item.unit, m.day, line.about or None,
                m.kind, m.number or None, _iso(expiry.get(m.lot)) if m.lot else None, m.quantity, m.balance,
                "yes" if m.reversed_by else "no", "yes" if m.reverses else "no", line.who or None, m.reason or None,
                m.note or None,
            )
        )  # fmt: skip
    return Lines(f"card-{item.code}" if item.code else "card", CARD, tuple(rows))


def register_lines(held: Register) -> list[ControlledLine]:
    """Its movements as the paper has them: item by item by the name that is printed, then as they happened."""
    return sorted(held.lines, key=lambda x: (supply_words.place(x.item.name(language())), x.item.id))


def register(held: Register, clinic: str) -> Lines:
    """The register of controlled medicines of a month, with the names that the register holds."""
    rows = (
        (
            clinic, x.day, x.item.code, x.item.name(language()), x.item.unit, x.kind, x.quantity, x.balance, x.lot,
            x.patient, x.record, x.prescriber, x.by, x.paper, "yes" if x.takes_back else "no", x.note,
        )
        for x in register_lines(held)
    )  # fmt: skip
    return Lines(f"controlled-{held.month}", REGISTER, tuple(rows))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
