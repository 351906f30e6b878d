"""The items of a checklist to be answered as one watches: a key an item, and the next one is there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import RESULTS, Checklist, Item, Result
from ces_desktop.i18n import tr
from ces_desktop.ui.messages import mentoring as said
from ces_desktop.ui.pages.mentoring_words import tongue
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import ChoiceField, Rule, Tag, Text, clear, column, row
from ces_desktop.ui.widgets.form import go_on


class ItemField(ChoiceField):
    """Answered by 1 to 4, in the order shown; ↑↓ go to the item before or after."""

    moved = Signal(int)

    def __init__(self, item: Item, value: Result | None) -> None:
        name = item.texts[tongue()] + (f", {tr('critical')}" if item.critical else "")
        super().__init__([(result, said.result_words(result)) for result in RESULTS], value, name=name)
        self.item = item

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in ("1", "2", "3", "4"):
            self._choose(RESULTS[int(event.text()) - 1])
            go_on(self)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)


class Answers(QWidget):
    """`show_list(checklist, results)`; `results()`; `changed` at each answer."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows = column(gap=4)
        self.setLayout(self._rows)
        self.fields: list[ItemField] = []

    def show_list(self, checklist: Checklist | None, results: dict[Id, Result]) -> None:
        """Show the items of a list with what was answered."""
        clear(self._rows)
        self.fields = [ItemField(item, results.get(item.id)) for item in (checklist.items if checklist else ())]
        for place, field in enumerate(self.fields):
            if place:
                self._rows.addWidget(Rule())
            words = Text(field.item.texts[tongue()], "body", wrap=True)
            marks = [Tag(tr("critical"), "bad")] if field.item.critical else []
            field.setMaximumWidth(px(400))
            self._rows.addLayout(row((words, 1), *marks, (field, 2), gap=8))
            field.changed.connect(self.changed.emit)
            field.moved.connect(lambda step, place=place: self._go(place + step))

    def results(self) -> dict[Id, Result]:
        """What was answered, by item."""
        return {
            field.item.id: result for field in self.fields for result in RESULTS if field.value() == result
        }  # fmt: skip

    def _go(self, place: int) -> None:
        if 0 <= place < len(self.fields):
            self.fields[place].setFocus(Qt.FocusReason.TabFocusReason)
