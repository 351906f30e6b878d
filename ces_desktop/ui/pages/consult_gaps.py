"""What is asked once before a signature: why a key reading is missing, the prognosis, and what else is not there."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.domain.visits import Gap
from ces_desktop.i18n import tr
from ces_desktop.ui.messages import consult as words
from ces_desktop.ui.widgets import ChoiceField, FieldRow, Shape, Text, box, clear, column, row


class GapsPanel(QFrame):
    """Above the bar. `ask(gaps)` shows it and gives the first question the cursor; a second F9 signs as it is."""

    prognosed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "note")
        self.setProperty("kind", "warn")
        self._place = column(gap=6)
        self.setLayout(row(column(Shape("warn"), None), (box(self._place), 1), gap=10, margins=(20, 10, 20, 10)))
        self.asked: frozenset[Gap] = frozenset()
        self.reason: ChoiceField | None = None
        self.hide()

    def ask(self, gaps: Iterable[Gap]) -> bool:
        """Ask what was not asked yet; False when nothing new is missing."""
        found = tuple(gaps)
        new = frozenset(found) - self.asked
        if not new:
            return False
        self.asked |= new
        clear(self._place)
        self._place.addWidget(Text(self._title(found), "smallstrong", wrap=True))
        questions: list[QWidget] = []
        if "reading" in found:
            chosen = self.reason.value() if self.reason is not None else None
            self.reason = ChoiceField(words.unmeasured(), chosen, name=tr("Why it was not measured"))
            questions.append(FieldRow(tr("Why it was not measured"), self.reason, label_width=190))
        if "prognosis" in found:
            field = ChoiceField(words.prognosis(), name=tr("Prognosis"))
            field.changed.connect(lambda: self.prognosed.emit(field.value() or ""))
            questions.append(FieldRow(tr("Prognosis"), field, label_width=190))
        for each in questions:
            self._place.addWidget(each)
        self.show()
        if questions:
            first = questions[0]
            assert isinstance(first, FieldRow)
            first.control.setFocus()
        return True

    def unmeasured(self) -> str | None:
        """Why a key reading is missing; None while nobody said."""
        return self.reason.value() if self.reason is not None else None

    @staticmethod
    def _title(gaps: tuple[Gap, ...]) -> str:
        names = {
            "reading": tr("the reading of the programme"),
            "diagnosis": tr("the diagnosis"),
            "prognosis": tr("the prognosis"),
            "next_visit": tr("the next visit"),
        }
        missing = ", ".join(names[gap] for gap in gaps)
        return tr("Missing: {what}. F9 again: sign it so.").format(what=missing)
