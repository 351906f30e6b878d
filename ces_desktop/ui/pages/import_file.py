"""First step of importing a register: choose the file; below, what was imported before, to be undone whole."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.i18n import tr
from ces_desktop.services.register_mappings import PastImport
from ces_desktop.ui import labels
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, EmptyState, SectionCard, Text, column, row


class FileStep(QWidget):
    """`choose` opens the file dialog; `undo_wanted(PastImport)` asks to take one back."""

    undo_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.choose = Button(tr("Choose the file"), "secondary", icon="folder-open")
        about = Text(
            tr("A table saved as CSV, or an Excel workbook. First it is shown; nothing is kept until you say so."),
            "small", wrap=True,
        )  # fmt: skip
        self.undo = Button(tr("Undo the chosen import"), "ghost", icon="undo-2")
        self.undo.clicked.connect(self._undo)
        self.past = RecordTable[PastImport](_columns(), name=tr("Imported before"))
        self.past.selected.connect(lambda _: self._allow())
        none = EmptyState(tr("No register was imported on this laptop yet."), tr("What is imported is listed here."))
        self.stack = QStackedWidget()
        self.stack.addWidget(none)
        self.stack.addWidget(self.past)
        first = SectionCard(tr("The register"), about, row(self.choose, None), icon="file-text")
        second = SectionCard(tr("Imported before"), (self.stack, 1), icon="history", action=self.undo, flush=False)
        second.setMinimumHeight(px(190))
        self.setLayout(column(first, (second, 1), gap=12))
        self.setFocusProxy(self.choose)
        self._allow()

    def show_past(self, past: tuple[PastImport, ...]) -> None:
        """List them."""
        self.past.set_rows(past)
        self.stack.setCurrentIndex(1 if past else 0)
        if past and self.past.current() is None:
            self.past.select_place(0)
        self._allow()

    def _allow(self) -> None:
        chosen = self.past.current()
        why = tr("Choose an import from the list.") if chosen is None else tr("It was undone already.")
        self.undo.set_possible(chosen is not None and not chosen.undone, why)

    def _undo(self) -> None:
        chosen = self.past.current()
        if chosen is not None and not chosen.undone:
            self.undo_wanted.emit(chosen)


def _columns() -> list[Column[PastImport]]:
    return [
        Column(tr("Register"), lambda p: Cell(p.register, p.file, strong=True)),
        Column(tr("When"), lambda p: Cell(labels.moment(p.at, CLINIC_ZONE)), 190, droppable=True),
        Column(tr("New people"), lambda p: Cell(labels.number(p.registered)), 110, "right"),
        Column(tr("Left out"), lambda p: Cell(labels.number(p.rejected)), 110, "right", droppable=True),
        Column("", lambda p: Cell(), 16),
        Column("", lambda p: Cell(chip=("neutral", tr("undone")) if p.undone else None), 130),
    ]
