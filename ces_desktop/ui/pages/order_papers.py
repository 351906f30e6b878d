"""The papers of an order from the window: issued and shown, ours or in the form of the SSA."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from ces_desktop.data.queries.order_paper import order_paper
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import Slip
from ces_desktop.domain.supply.order_paper import ORDER, REQUISITION, OrderPaper
from ces_desktop.i18n import tr
from ces_desktop.reports import order as paper
from ces_desktop.reports.document import Frame
from ces_desktop.services.order_papers import KeptOrder, OrderEdition, issue_order
from ces_desktop.ui.desk import Page
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.report_command import told
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button


class PaperButton(Button):
    """Opens the choice of the two papers; `show_paper` is what F8 and Ctrl+P do."""

    def __init__(self, page: Page, order: Id) -> None:
        super().__init__(tr("Print"), "secondary", icon="printer", cap="F8")
        self._page, self._order = page, order
        self.menu = QMenu(self)
        self.menu.addAction(tr("Order with its reasons"), partial(self.show_paper, ORDER))
        self.menu.addAction(tr("Requirement in the form of the SSA"), partial(self.show_paper, REQUISITION))
        self.clicked.connect(self._offer)

    def show_paper(self, kind: str = ORDER) -> None:
        """Issue the papers, or find them unchanged, and show one; who may not issue sees them without folio."""
        desk = self._page.desk
        if not desk.actor.may(Right.ORDER_SUPPLIES) or desk.tasks.database.read_only:
            query = partial(order_paper, clinic=desk.clinic.id, order=self._order)
            desk.tasks.read(query, partial(self._unissued, kind), owner=self._page)
            return
        render = partial(_render, frame_of(desk))
        action = partial(issue_order, order=self._order, render=render)
        desk.tasks.issue(action, lambda done: self._issued(kind, done.value), owner=self._page)

    def _issued(self, kind: str, kept: KeptOrder) -> None:
        if kept.folio:
            self._page.desk.toast(told(kept.folio, reprint=kept.reprint))
        content = kept.files[kind]
        self._preview(kind, kept.paper, lambda: content)

    def _unissued(self, kind: str, found: OrderPaper | None) -> None:
        if found is not None:
            build = paper.order_pdf if kind == ORDER else paper.requisition_pdf
            self._preview(kind, found, partial(build, found, Slip(), frame_of(self._page.desk)))

    def _preview(self, kind: str, found: OrderPaper, build: Callable[[], bytes]) -> None:
        title = tr("Order {number}").format(number=found.number)
        begin = "pedido" if kind == ORDER else "requerimiento"
        self._page.desk.preview(title, build, f"{begin}-{found.number}.pdf")

    def _offer(self) -> None:
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height() + px(4))))
        self.menu.setActiveAction(self.menu.actions()[0])


def _render(frame: Frame, edition: OrderEdition) -> dict[str, bytes]:
    slip = Slip(edition.folio, edition.replaced)
    return paper.papers(edition.paper, slip, replace(frame, made_at_ms=edition.cut_at))
