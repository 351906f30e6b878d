"""Which clinic's places are to be shown: those held here, each with the day of its last mentoring session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import cadence
from ces_desktop.i18n import tr
from ces_desktop.sync.sites import Site
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages.mentoring_words import cadence_chip
from ces_desktop.ui.widgets import Dialog


@dataclass(frozen=True, slots=True)
class Listed:
    """A clinic and the day of its last session, None = it had none."""

    site: Site
    last: str | None


class ClinicDialog(Dialog[Id]):
    """Type the beginning of a name or go with ↑↓; Enter takes it."""

    def __init__(self, parent: QWidget | None, clinics: Sequence[Listed], chosen: Id | None, today: date) -> None:
        text = tr("Mentoring, staff and handover are shown for one clinic at a time.")
        super().__init__(parent, tr("Choose a clinic"), text, primary=tr("Show it"), icon="check")
        self.table = RecordTable[Listed](
            [
                Column(tr("Clinic"), lambda one: Cell(one.site.name, one.site.prefix, strong=True), 0,
                       sort=lambda one: one.site.name.casefold()),
                Column(tr("Mentoring"), lambda one: Cell(chip=cadence_chip(cadence(one.last, today))), 210),
            ],
            name=tr("Clinics"), type_ahead=True,
        )  # fmt: skip
        self.table.set_rows(clinics, keep=lambda one: one.site.id == chosen)
        if self.table.current() is None:
            self.table.select_place(0)
        self.table.fit_height(7)
        self.table.opened.connect(lambda _: self._accept())
        self.add(self.table)
        self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        else:
            super().keyPressEvent(event)

    def answer(self) -> Id | None:
        """The clinic on which the choice stands."""
        one = self.table.current()
        return one.site.id if one is not None else None
