"""The papers that were issued, as they were printed: which, of what, under which folio."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from ces_desktop.domain import papers
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.monthly import MONTHLY, MONTHLY_CLINIC
from ces_desktop.domain.supply.order_paper import ORDER, REQUISITION
from ces_desktop.i18n import language, tr
from ces_desktop.services.papers import Archived
from ces_desktop.ui import labels
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Dialog, Text


class ArchiveDialog(Dialog[Archived]):
    """Type the beginning of a name or go with ↑↓; Enter or F9 takes it to be looked at."""

    def __init__(self, parent: QWidget | None, rows: Sequence[Archived]) -> None:
        text = tr("Each is shown as it was printed, byte for byte.")
        super().__init__(parent, tr("Issued papers"), text, primary=tr("Look"), icon="eye", width=860)
        self.table = RecordTable[Archived](
            [
                Column(tr("Paper"), lambda each: Cell(name(each.issued.kind), of(each), strong=each.current), 0,
                       sort=lambda each: name(each.issued.kind)),
                Column(tr("Folio"), lambda each: Cell(each.issued.folio), 130),
                Column(tr("Data as of"), lambda each: Cell(labels.moment(each.issued.cut_at, CLINIC_ZONE)), 160),
                Column(tr("State"), _state, 120),
            ],
            name=tr("Issued papers"), type_ahead=True,
        )  # fmt: skip
        self.table.set_rows(rows)
        self.table.setMinimumHeight(px(300))
        self.table.opened.connect(lambda _: self._accept())
        nothing = Text(tr("Nothing has been issued yet."), "small")
        self.add((self.table, 1), nothing)
        self.table.setVisible(bool(rows))
        nothing.setVisible(not rows)
        self.primary.setEnabled(bool(rows))
        if rows:
            self.table.select_place(0)
            self.table.setFocus()

    def answer(self) -> Archived | None:
        """The paper on which the choice stands."""
        return self.table.current()


def name(kind: str) -> str:
    """What a kind of paper is called."""
    return {
        MONTHLY: tr("Monthly report"),
        MONTHLY_CLINIC: tr("Monthly report, copy of the clinic"),
        ORDER: tr("Order with its reasons"),
        REQUISITION: tr("Requirement in the form of the SSA"),
        papers.STOCK: tr("Stock with its months"),
        papers.EXPIRIES: tr("Expiries"),
        papers.DAYS_OUT: tr("Days without stock"),
        papers.COUNT_SHEET: tr("Count sheet"),
        papers.STOCK_CARD: tr("Stock card"),
        papers.HANDOVER: tr("Handover of the clinic"),
        papers.SESSION: tr("Mentoring session"),
        papers.PROGRESS: tr("Progress in mentoring"),
        papers.SCORECARD: tr("Scorecard of the clinic"),
    }.get(kind, kind)


def of(each: Archived) -> str:
    """What a paper is of, in words."""
    if each.issued.kind == papers.PROGRESS and each.issued.period == papers.WHOLE:
        return tr("The whole clinic")
    return labels.day(each.of.day) if each.of.day else each.of.name(language())


def _state(each: Archived) -> Cell:
    return Cell(chip=("ok", tr("In force"))) if each.current else Cell(chip=("neutral", tr("Replaced")))
