"""P3: the papers of an order, ours and in the columns of the Secretaría de Salud, and its lines for a spreadsheet."""

from __future__ import annotations

from ces_desktop.domain.papers import Slip
from ces_desktop.domain.supply.order_paper import ORDER, REQUISITION, OrderPaper
from ces_desktop.reports.document import Frame


def order_pdf(paper: OrderPaper, slip: Slip, frame: Frame) -> bytes:
    """Ours: beside the quantity the stock, the risk, what was proposed and why another was asked for.

    Same paper, slip and frame, same bytes. Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import order_pages

    return order_pages.order(paper, slip, frame)


def requisition_pdf(paper: OrderPaper, slip: Slip, frame: Frame) -> bytes:
    """The monthly requirement of the Secretaría de Salud: its columns, its sections, its foot."""
    from ces_desktop.reports import order_pages

    return order_pages.requisition(paper, slip, frame)


def papers(paper: OrderPaper, slip: Slip, frame: Frame) -> dict[str, bytes]:
    """Both papers of an issue, by kind."""
    return {ORDER: order_pdf(paper, slip, frame), REQUISITION: requisition_pdf(paper, slip, frame)}


def order_csv(paper: OrderPaper, slip: Slip) -> bytes:
    """The lines of the paper as text (UTF-8 with mark, commas); an empty cell = not known."""
    from ces_desktop.reports import order_lines

    return order_lines.build(paper, slip)


def order_xlsx(paper: OrderPaper, slip: Slip) -> bytes:
    """The same lines as a workbook of Excel; numbers are numbers."""
    from ces_desktop.reports import order_lines

    return order_lines.workbook(paper, slip)
