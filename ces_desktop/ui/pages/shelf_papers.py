"""What lies on the shelf on paper: the choice of papers, read and shown. Offered by the shelf and by the reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from ces_desktop.data.queries import shelf_papers
from ces_desktop.data.queries.shelf_papers import ShelfPaper
from ces_desktop.domain import papers
from ces_desktop.domain.ids import Id
from ces_desktop.domain.monthly import months_before
from ces_desktop.i18n import tr
from ces_desktop.reports import monthly_words, shelf_lines
from ces_desktop.reports.shelf import shelf_pdf
from ces_desktop.ui import issuing, order_plans
from ces_desktop.ui.desk import Page
from ces_desktop.ui.issuing import Print
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button

Read: TypeAlias = Callable[[Any], ShelfPaper | None]


class ShelfPapers(Button):
    """Opens the choice; `show_stock` is what F8 and Ctrl+P do on the shelf."""

    def __init__(self, page: Page, words: str = "", cap: str = "") -> None:
        super().__init__(words or tr("Print"), "secondary", icon="printer", cap=cap)
        self._page = page
        this = page.desk.today.isoformat()[:7]
        self.menu = QMenu(self)
        self.menu.addAction(tr("Stock with its months"), self.show_stock)
        self.menu.addAction(tr("Expiries"), self.show_expiries)
        for month in (this, months_before(this, 1)):
            self.menu.addAction(_days(month), partial(self.show_days, month))
        self.menu.addAction(tr("Count sheet"), self.show_count_sheet)
        self.clicked.connect(self._offer)

    def show_stock(self) -> None:
        """What is usable of each item and how long it lasts."""
        desk = self._page.desk
        database, clinic, today = desk.tasks.database, desk.clinic.id, desk.today

        def show(chances: Mapping[Id, float]) -> None:
            read = partial(shelf_papers.stock_paper, clinic=clinic, today=today, risks=chances)
            self._show(papers.STOCK, tr("Stock with its months"), f"existencias-{today}", read)

        desk.tasks.run(lambda _: order_plans.chances(database, clinic, today), show, owner=self._page)

    def show_expiries(self) -> None:
        """What expired and what will."""
        desk = self._page.desk
        read = partial(shelf_papers.expiries_paper, clinic=desk.clinic.id, today=desk.today)
        self._show(papers.EXPIRIES, tr("Expiries"), f"caducidades-{desk.today}", read)

    def show_days(self, month: str) -> None:
        """The days of an ISO month without stock."""
        desk = self._page.desk
        read = partial(shelf_papers.days_out_paper, clinic=desk.clinic.id, today=desk.today, month=month)
        self._show(papers.DAYS_OUT, _days(month), f"desabasto-{month}-{desk.today}", read)

    def show_count_sheet(self) -> None:
        """The sheet to count by hand."""
        show_count_sheet(self._page)

    def _show(self, kind: str, title: str, name: str, read: Read) -> None:
        _show(self._page, kind, title, name, read)

    def _offer(self) -> None:
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height() + px(4))))
        self.menu.setActiveAction(self.menu.actions()[0])


def show_card(page: Page, item: Id, code: str) -> None:
    """The stock card of an item, without the names of whom it was handed to; `code` names its file."""
    desk = page.desk
    read = partial(shelf_papers.card_paper, clinic=desk.clinic.id, today=desk.today, item=item)
    _show(page, papers.STOCK_CARD, tr("Stock card"), f"tarjeta-{code or 'insumo'}", read)


def show_count_sheet(page: Page) -> None:
    """The sheet of the count that is open, else of the whole shelf."""
    desk = page.desk
    read = partial(shelf_papers.count_paper, clinic=desk.clinic.id, today=desk.today)
    _show(page, papers.COUNT_SHEET, tr("Count sheet"), f"conteo-{desk.today}", read)


def _show(page: Page, kind: str, title: str, name: str, read: Read) -> None:
    prefix = page.desk.clinic.prefix

    def table(paper: ShelfPaper, suffix: str) -> bytes:
        return shelf_lines.lines(paper, prefix).file(suffix)

    issuing.show(page, Print(kind, title, name, read, shelf_pdf, table))


def _days(month: str) -> str:
    return tr("Days without stock · {month}").format(month=monthly_words.month_name(month))
