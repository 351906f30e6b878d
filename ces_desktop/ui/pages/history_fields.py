"""One question of the clinical history as a row: last answer and its date, three states, words beside them."""

from __future__ import annotations

import json
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.data.measures import measures
from ces_desktop.data.queries.care import HistoryAnswer
from ces_desktop.domain.calendar import interval
from ces_desktop.domain.clinical_history import Question
from ces_desktop.domain.measures import implausible, parse, show
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.reports import clinical_history_words as words
from ces_desktop.services.clinical_history import Answer
from ces_desktop.services.patients_status import clean_text
from ces_desktop.ui import labels, messages
from ces_desktop.ui.dialogs.dated import partial_field, readable
from ces_desktop.ui.widgets import (
    ChoiceField,
    ComboField,
    DateField,
    FieldRow,
    Option,
    TextField,
    box,
    column,
    yes_no_field,
)

LABEL, LONGEST = 220, 12_000
FEW = 5


class AnswerRow(FieldRow):
    """`answer()` after `look()`; `typed()` and `take()` carry a draft."""

    edited = Signal()

    def __init__(self, question: Question, held: HistoryAnswer | None, today: date) -> None:
        self.question, self.held, self._today = question, held, today
        self._measure = measures().get(question.code) if question.kind == "measure" else None
        name = words.question(question.code) if self._measure is None else self._measure.name(language())
        self.choice: ChoiceField | ComboField | None = None
        self.words: TextField | None = None
        self.day: DateField | None = None
        self.number: TextField | None = None
        control = self._made(name)
        super().__init__(name, control, note=_told(question, held), label_width=LABEL)
        self.control = control.focusProxy() or control
        self._before = self.typed()
        self._connect()

    def _connect(self) -> None:
        if self.question.kind == "yes_no" and self.choice is not None:
            self.choice.changed.connect(self._show_words)
        for part in (self.choice, self.words, self.day, self.number):
            if part is not None:
                part.changed.connect(self.edited)

    def _made(self, name: str) -> QWidget:
        kind = self.question.kind
        if self._measure is not None and self._measure.numeric:
            self.number = TextField(name=name, width=90, align="right", limit=LONGEST)
            return self.number
        if kind == "day":
            self.day = partial_field(self._today, name)
            return self.day
        if kind == "text":
            self.words = TextField(name=name, limit=LONGEST)
            return self.words
        return self._chosen(name)

    def _chosen(self, name: str) -> QWidget:
        if self.question.kind != "yes_no":
            options = self._options()
            if len(options) <= FEW:
                self.choice = ChoiceField(options, name=name, unsure=self._measure is None)
            else:
                self.choice = ComboField([Option(key, word) for key, word in options], name=name)
            return self.choice
        self.choice = yes_no_field(name=name)
        said = tr("{question}: which, when").format(question=name)
        self.words = TextField(name=said, limit=LONGEST, placeholder=tr("which, when"))
        self.words.hide()
        held = box(column(self.choice, self.words, gap=4))
        held.setFocusProxy(self.choice)
        return held

    def _options(self) -> list[tuple[str, str]]:
        if self._measure is not None:
            names = self._measure.options_es if language() == "es" else self._measure.options_en
            return list(zip(self._measure.options, names, strict=True))
        return [(word, words.option(word)) for word in self.question.options]

    def _show_words(self) -> None:
        """Which and when is asked of a yes alone; what was written stays in sight."""
        if self.words is not None and self.choice is not None:
            self.words.setVisible(self.choice.value() == "yes" or bool(self.words.text()))

    def typed(self) -> str:
        """What stands in the row, as a draft keeps it."""
        return json.dumps([
            self.choice.value() if self.choice is not None else None,
            self.words.text() if self.words is not None else "",
            self.day.edit.text() if self.day is not None else "",
            self.number.text() if self.number is not None else "",
        ])  # fmt: skip

    def take(self, typed: str) -> None:
        """Fill the row from a draft."""
        word, text, day, number = json.loads(typed)
        if self.choice is not None:
            self.choice.set_value(word)
        if self.words is not None:
            self.words.setText(text)
            if self.question.kind == "yes_no":
                self._show_words()
        if self.day is not None:
            self.day.edit.setText(day)
            self.day._read()
        if self.number is not None:
            self.number.setText(number)

    def changed_by_hand(self) -> bool:
        """Whether anything was typed since the row was made."""
        return self.typed() != self._before

    def look(self) -> bool:
        """Whether what is typed may be kept; if not the sentence stands under it."""
        self.clear_note()
        try:
            self._check()
        except Refused as refusal:
            self.show_error(messages.sentence(refusal))
            return False
        return True

    def _check(self) -> None:
        if self.words is not None:
            clean_text(self.words.text())
        if isinstance(self.choice, ComboField) and self.choice.unlisted():
            raise Refused("consult.unlisted")
        if self.day is not None:
            readable(self.day)
            if self.day.value() and interval(self.day.value() or "")[0] > self._today:
                raise Refused("care.future")
        if self.number is not None and self._measure is not None:
            value = parse(self._measure, self.number.text())
            if value is not None and implausible(self._measure, value, "", None) in ("impossible", "unlikely"):
                raise Refused("measures.impossible")

    def answer(self) -> Answer | None:
        """The answer given; None where nothing is. Only after `look`."""
        word = self.choice.value() if self.choice is not None else None
        text = self.words.text().strip() if self.words is not None else ""
        value = None
        if self.day is not None:
            text = self.day.value() or ""
        if self.number is not None and self._measure is not None:
            value = parse(self._measure, self.number.text())
        if word is None and not text and value is None:
            return None
        return Answer(self.question.code, word, text, value)


def _told(question: Question, held: HistoryAnswer | None) -> str:
    """`última respuesta: Sí, en 2019 · 17-mar-2026`; "" when nobody answered."""
    if held is None:
        return ""
    known = measures().get(question.code)
    if held.value is not None and known is not None:
        said = show(known, held.value)
    elif held.word is not None:
        said = known.option_name(held.word, language()) if known and known.options else words.option(held.word)
    else:
        said = ""
    text = labels.day(held.text) if question.kind == "day" and held.text else held.text
    whole = ", ".join(part for part in (said, text) if part)
    return tr("last answer: {answer} · {day}").format(answer=whole, day=labels.day(held.day or None))
