"""Finding the person a consult or a case is about, as one types; nobody is an answer too."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.data.queries.search import SearchAnswer, search
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.pages import mentoring_words as words
from ces_desktop.ui.widgets import ComboField, Option
from ces_desktop.ui.widgets.lookup import LookupField

FOUND = 8


class PersonField(LookupField):
    """`patient()` is the record chosen; those of `known` are offered first, before anything is typed."""

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__(name=name, placeholder=tr("name, as «lo pe ma»"))
        self._desk = desk
        self.rows: dict[Id, PatientRow] = {}
        self.wanted.connect(self._ask)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.value() is not None:
            ComboField.keyPressEvent(self, event)  # somebody is chosen: the form goes on
        else:
            super().keyPressEvent(event)

    def patient(self) -> Id | None:
        """The record chosen; None = nobody linked."""
        key = self.value()
        return Id(bytes.fromhex(key)) if key else None

    def show_person(self, patient: Id | None, row: PatientRow | None) -> None:
        """Show somebody."""
        if patient is None:
            self.set_value(None)
            return
        if row is not None:
            self.rows[patient] = row
        self.set_option(Option(patient.hex(), row.name if row else tr("A person of the register")))

    def _ask(self, typed: str) -> None:
        desk = self._desk
        query = partial(search, typed=typed, today=desk.today, clinic=desk.clinic.id, limit=FOUND)
        desk.tasks.read(query, partial(self._found_people, typed), owner=self, latest=f"mentoring.{id(self)}")

    def _found_people(self, typed: str, answer: SearchAnswer) -> None:
        self.rows.update((found.id, found) for found in answer.rows)
        options = [Option(p.id.hex(), p.name, words.about(p, self._desk.today)) for p in answer.rows]
        self.offer(typed, options)
