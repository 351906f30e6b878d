"""The row of a measure that is answered by a word."""

from __future__ import annotations

from collections.abc import Mapping

from ces_desktop.domain.measures import Measure
from ces_desktop.domain.visits import Measured
from ces_desktop.i18n import language, tr
from ces_desktop.ui.pages.consult_help import field_help
from ces_desktop.ui.pages.consult_measures import MeasureRow
from ces_desktop.ui.pages.consult_values import Subject, capital, last_words
from ces_desktop.ui.pages.registration_fields import narrow_buttons
from ces_desktop.ui.widgets import ChoiceField


class AnswerRow(MeasureRow):
    """A measure that is answered by a word: yes / no / unknown, or an option."""

    def __init__(self, subject: Subject, code: str, label: str = "") -> None:
        self.subject, self.measure = subject, subject.measures[code]
        words = language()
        if self.measure.kind == "yes_no":
            options = [("yes", tr("Yes")), ("no", tr("No"))]
        else:
            options = [(o, capital(self.measure.option_name(o, words))) for o in self.measure.options]
        name = label or self.measure.name(words)
        unsure = self.measure.kind == "yes_no"
        self.field = ChoiceField([o for o in options if o[0] != "unknown"], name=name, unsure=unsure)
        narrow_buttons(self.field)
        super().__init__((code,), name, self.field, last_words(subject, (code,)), slot=0)
        self.field.changed.connect(self.changed)
        self.field.setWhatsThis(field_help(self.measure, subject.sex, subject.age_days))

    def copy_last(self) -> None:
        held = self.subject.last.get(self.codes[0])
        if held is not None and held.word:
            self.fill({self.codes[0]: held.word})
            self.changed.emit()
            self.field.taken.emit()

    def measured(self) -> list[Measured]:
        value = self.field.value()
        return [Measured(self.codes[0], None, value)] if value else []

    def content(self) -> dict[str, str]:
        value = self.field.value()
        return {self.codes[0]: value} if value else {}

    def fill(self, content: Mapping[str, str]) -> None:
        held = content.get(self.codes[0])
        known = {"yes", "no", "unknown", *self.measure.options}
        self.field.set_value(held if held in known else None)

    def _measure(self, code: str) -> Measure:
        return self.subject.measures[code]
