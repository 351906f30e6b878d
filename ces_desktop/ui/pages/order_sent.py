"""The lines of an order that left: what was asked for and what came, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.queries.orders import OrderRow
from ces_desktop.i18n import tr
from ces_desktop.ui.models.record_table import RecordTable
from ces_desktop.ui.pages.order_rows import Row, sent_columns


class SentLines(QStackedWidget):
    """`show_order`: its table is made when there is one to show, and again when nothing more is expected."""

    def __init__(self) -> None:
        super().__init__()
        self._made: tuple[str | None, bool] | None = None

    @property
    def table(self) -> RecordTable[Row] | None:
        """The table shown now."""
        shown = self.currentWidget()
        return shown if isinstance(shown, RecordTable) else None

    def show_order(self, order: OrderRow, rows: Sequence[Row], today: date) -> None:
        """The lines as they stand; the one that is chosen stays so."""
        old, wanted = self.table, (order.expected_on, order.state in ("received", "cancelled"))
        chosen = old.current() if old is not None else None
        if self._made != wanted:
            self._made = wanted
            focused = old is not None and old.hasFocus()
            table = RecordTable[Row](sent_columns(order.expected_on, today, wanted[1]), name=tr("Order"))
            self.addWidget(table)
            self.setCurrentWidget(table)
            self.setFocusProxy(table)
            if focused:
                table.setFocus()
            if old is not None:
                self.removeWidget(old)
                old.deleteLater()
        shown = self.table
        assert shown is not None
        shown.set_rows(rows, keep=lambda r: chosen is not None and r.item == chosen.item)
        if shown.current() is None:
            shown.select_place(0)
