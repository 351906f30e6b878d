"""The lines of an order that left: what was asked for and what came, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ces_desktop.data.queries.orders import OrderRow
from ces_desktop.domain.supply.orders import Outcome, outcome
from ces_desktop.i18n import tr
from ces_desktop.ui.models.record_table import RecordTable
from ces_desktop.ui.pages.order_rows import Row, sent_columns


class SentTable(RecordTable[Row]):
    """`show_order`: how each line stands depends on whether anything more is expected."""

    def __init__(self, today: date) -> None:
        self._today, self._expected, self._closed = today, "", False
        super().__init__(sent_columns(self._stands), name=tr("Order"))

    def show_order(self, order: OrderRow, rows: Sequence[Row]) -> None:
        """The lines as they stand; the one that is chosen stays so."""
        self._expected, self._closed = order.expected_on or "", order.state in ("received", "cancelled")
        chosen = self.current()
        self.set_rows(rows, keep=lambda r: chosen is not None and r.item == chosen.item)
        if self.current() is None:
            self.select_place(0)

    def _stands(self, row: Row) -> Outcome:
        assert row.kept is not None
        return outcome(row.kept.requested, row.kept.came, self._expected or None, self._today, self._closed)
