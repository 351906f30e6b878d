"""P4: what lies on the shelf on paper: stock with its months, expiries, days without stock, count sheet, stock card.

Nobody is named on any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ces_desktop.data.queries.count_sheet import CountSheet
from ces_desktop.data.queries.shelf import Shelf
from ces_desktop.data.queries.stock_card import ItemPage
from ces_desktop.domain.ids import Id
from ces_desktop.reports.document import Frame


def stock_pdf(shelf: Shelf, today: date, frame: Frame, risks: Mapping[Id, float] | None = None) -> bytes:
    """Every item in use with what is usable, its months of stock and what is on its way.

    `risks`: probability of running out before an order sent today arrives, as the shelf on screen has it.
    Same rows and frame, same bytes, as of every print here. Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import shelf_pages

    return shelf_pages.stock(shelf, today, frame, risks or {})


def expiries_pdf(shelf: Shelf, today: date, frame: Frame) -> bytes:
    """Lots that expired or expire within 3, 6 and 12 months, and what of each will be left over."""
    from ces_desktop.reports import shelf_pages

    return shelf_pages.expiries(shelf, today, frame)


def days_out_pdf(shelf: Shelf, month: str, today: date, frame: Frame) -> bytes:
    """The days of an ISO month without usable stock, item by item, at a glance."""
    from ces_desktop.reports import days_out_pages

    return days_out_pages.build(shelf, month, today, frame)


def count_sheet_pdf(sheet: CountSheet, frame: Frame) -> bytes:
    """What is to be counted, to write on by hand; what the ledger says is not on it."""
    from ces_desktop.reports import count_sheet_pages

    return count_sheet_pages.build(sheet, frame)


def stock_card_pdf(page: ItemPage, today: date, frame: Frame) -> bytes:
    """The stock card of an item, oldest first, with its lots and the balance after each movement."""
    from ces_desktop.reports import stock_card_pages

    return stock_card_pages.build(page, today, frame)
