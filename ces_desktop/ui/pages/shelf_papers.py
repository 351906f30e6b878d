"""What lies on the shelf on paper: the choice of papers, read and shown. Offered by the shelf and by the reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from ces_desktop.data.queries.count_sheet import CountSheet, count_sheet
from ces_desktop.data.queries.shelf import Shelf, shelf
from ces_desktop.data.queries.stock_card import ItemPage, item_page
from ces_desktop.domain.ids import Id
from ces_desktop.domain.monthly import months_before
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.i18n import tr
from ces_desktop.reports import monthly_words, shelf_lines
from ces_desktop.reports import shelf as paper
from ces_desktop.reports.document import Frame
from ces_desktop.reports.shelf_lines import Lines
from ces_desktop.ui.desk import Page
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button

CARD_LINES = 150
"""Movements of a printed stock card; what came before is carried over in one line."""


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
        desk, title = self._page.desk, tr("Stock with its months")
        database, clinic, today = desk.tasks.database, desk.clinic.id, desk.today

        def work(_progress: object) -> tuple[Shelf, dict[Id, float]]:
            """The states are those of the screen: its chances of running short are kept for the day."""
            from ces_desktop.ui.pages.supplies_risks import risks

            read = database.read(partial(shelf, clinic=clinic, today=today))
            sources = {row.item.source for row in read.rows if row.lively and row.item.source}
            try:
                found = risks(database, clinic, today, sources)
            except (Refused, Unavailable):
                return read, {}  # months of stock say it, as on screen
            return read, {item: risk.before for item, risk in found.items()}

        def show(found: tuple[Shelf, dict[Id, float]]) -> None:
            read, chances = found
            pdf = partial(paper.stock_pdf, read, today, frame_of(desk), chances)
            table = partial(_file, partial(shelf_lines.stock, read, today, desk.clinic.prefix, chances))
            desk.preview(title, pdf, f"existencias-{today}.pdf", table=table)

        desk.tasks.run(work, show, owner=self._page)

    def show_expiries(self) -> None:
        """What expired and what will."""
        self._show(tr("Expiries"), "caducidades", paper.expiries_pdf, shelf_lines.expiries)

    def show_days(self, month: str) -> None:
        """The days of an ISO month without stock."""

        def build(read: Shelf, today: date, frame: Frame) -> bytes:
            return paper.days_out_pdf(read, month, today, frame)

        def lines(read: Shelf, today: date, clinic: str) -> Lines:
            return shelf_lines.days_out(read, month, today, clinic)

        self._show(_days(month), f"desabasto-{month}", build, lines)

    def show_count_sheet(self) -> None:
        """The sheet to count by hand."""
        show_count_sheet(self._page)

    def _show(
        self,
        title: str,
        name: str,
        build: Callable[[Shelf, date, Frame], bytes],
        lines: Callable[[Shelf, date, str], Lines],
    ) -> None:
        desk = self._page.desk
        query = partial(shelf, clinic=desk.clinic.id, today=desk.today)

        def show(read: Shelf) -> None:
            pdf = partial(build, read, desk.today, frame_of(desk))
            table = partial(_file, partial(lines, read, desk.today, desk.clinic.prefix))
            desk.preview(title, pdf, f"{name}-{desk.today}.pdf", table=table)

        desk.tasks.read(query, show, owner=self._page)

    def _offer(self) -> None:
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height() + px(4))))
        self.menu.setActiveAction(self.menu.actions()[0])


def show_card(page: Page, item: Id) -> None:
    """The stock card of an item, without the names of whom it was handed to."""
    desk = page.desk
    query = partial(
        item_page, clinic=desk.clinic.id, item=item, today=desk.today, people=False, most=CARD_LINES
    )

    def show(read: ItemPage | None) -> None:
        if read is not None:
            name = read.row.item.code or "insumo"
            build = partial(paper.stock_card_pdf, read, desk.today, frame_of(desk))
            table = partial(_file, partial(shelf_lines.stock_card, read, desk.today, desk.clinic.prefix))
            desk.preview(tr("Stock card"), build, f"tarjeta-{name}.pdf", table=table)

    desk.tasks.read(query, show, owner=page)


def show_count_sheet(page: Page) -> None:
    """The sheet of the count that is open, else of the whole shelf."""
    desk = page.desk
    query = partial(count_sheet, clinic=desk.clinic.id, today=desk.today)

    def show(read: CountSheet) -> None:
        build = partial(paper.count_sheet_pdf, read, frame_of(desk))
        table = partial(_file, partial(shelf_lines.count_sheet, read, desk.today, desk.clinic.prefix))
        desk.preview(tr("Count sheet"), build, f"conteo-{desk.today}.pdf", table=table)

    desk.tasks.read(query, show, owner=page)


def _file(lines: Callable[[], Lines], suffix: str) -> bytes:
    return lines().file(suffix)


def _days(month: str) -> str:
    return tr("Days without stock · {month}").format(month=monthly_words.month_name(month))
