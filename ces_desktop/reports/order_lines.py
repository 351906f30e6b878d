"""The lines of an order as rows, one for each item, for a spreadsheet."""

from __future__ import annotations

from ces_desktop.domain.papers import Slip
from ces_desktop.domain.supply.order_paper import BY_CLASS, SECTIONS, OrderPaper, OrderPaperLine
from ces_desktop.i18n import language
from ces_desktop.reports import spreadsheet, supply_words
from ces_desktop.reports.spreadsheet import Cell

HEADS = (
    "folio", "order", "source", "sent_on", "no", "section", "code", "item", "presentation", "unit", "pack", "ven",
    "on_hand", "in_transit", "average", "risk", "proposed", "requested", "packs", "reason",
)  # fmt: skip
"""`average`: units a month; `risk`: from 0 to 1."""


def in_order(paper: OrderPaper) -> list[OrderPaperLine]:
    """The lines as every form of the paper numbers them: by section and class, then by the name that is printed."""

    def weight(line: OrderPaperLine) -> tuple[int, int, str, str]:
        name = supply_words.place(line.name(language()))
        return SECTIONS.index(line.section), BY_CLASS.index(line.ven), name, line.code

    return sorted(paper.lines, key=weight)


def build(paper: OrderPaper, slip: Slip) -> bytes:
    """The file of `order.order_csv`."""
    return spreadsheet.as_csv(HEADS, _rows(paper, slip))


def workbook(paper: OrderPaper, slip: Slip) -> bytes:
    """The file of `order.order_xlsx`."""
    return spreadsheet.as_workbook(paper.number, HEADS, _rows(paper, slip))


def _rows(paper: OrderPaper, slip: Slip) -> list[list[Cell]]:
    return [
        [
            slip.folio or None, paper.number, paper.source, paper.sent_on, place, line.section, line.code,
            line.name(language()), supply_words.presentation(line.form, line.unit, line.pack), line.unit, line.pack,
            supply_words.LETTERS[line.ven], line.on_hand, line.in_transit,
            None if line.average is None else line.average / 100, None if line.risk is None else line.risk / 1000,
            line.proposed, line.requested, line.packs, line.reason or None,
        ]
        for place, line in enumerate(in_order(paper), 1)
    ]  # fmt: skip
