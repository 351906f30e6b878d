"""P4: what lies on the shelf on paper: stock with its months, expiries, days without stock, count sheet, stock card.

Nobody is named on any of them.
"""

from __future__ import annotations

from ces_desktop.data.queries.shelf_papers import (
    CardPaper,
    CountPaper,
    DaysOutPaper,
    ExpiriesPaper,
    ShelfPaper,
    StockPaper,
)
from ces_desktop.domain.papers import Slip
from ces_desktop.reports.document import Frame

DRAFT = Slip()


def stock_pdf(paper: StockPaper, frame: Frame, slip: Slip = DRAFT) -> bytes:
    """Every item in use with what is usable, its months of stock and what is on its way.

    Same paper, slip and frame, same bytes, as of every print here. Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import shelf_pages

    return shelf_pages.stock(paper, slip, frame)


def expiries_pdf(paper: ExpiriesPaper, frame: Frame, slip: Slip = DRAFT) -> bytes:
    """Lots that expired or expire within 3, 6 and 12 months, and what of each will be left over."""
    from ces_desktop.reports import shelf_pages

    return shelf_pages.expiries(paper, slip, frame)


def days_out_pdf(paper: DaysOutPaper, frame: Frame, slip: Slip = DRAFT) -> bytes:
    """The days of an ISO month without usable stock, item by item, at a glance."""
    from ces_desktop.reports import days_out_pages

    return days_out_pages.build(paper, slip, frame)


def count_sheet_pdf(paper: CountPaper, frame: Frame, slip: Slip = DRAFT) -> bytes:
    """What is to be counted, to write on by hand; what the ledger says is not on it."""
    from ces_desktop.reports import count_sheet_pages

    return count_sheet_pages.build(paper, slip, frame)


def stock_card_pdf(paper: CardPaper, frame: Frame, slip: Slip = DRAFT) -> bytes:
    """The stock card of an item, oldest first, with its lots and the balance after each movement."""
    from ces_desktop.reports import stock_card_pages

    return stock_card_pages.build(paper, slip, frame)


def shelf_pdf(paper: ShelfPaper, slip: Slip, frame: Frame) -> bytes:
    """Whichever of them it is."""
    match paper:
        case StockPaper():
            return stock_pdf(paper, frame, slip)
        case ExpiriesPaper():
            return expiries_pdf(paper, frame, slip)
        case DaysOutPaper():
            return days_out_pdf(paper, frame, slip)
        case CountPaper():
            return count_sheet_pdf(paper, frame, slip)
        case CardPaper():
            return stock_card_pdf(paper, frame, slip)
