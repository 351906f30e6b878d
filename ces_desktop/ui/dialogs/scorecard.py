"""Ask about a scorecard: which one to begin, and what was found of an item with its next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.scorecard import CardItem
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import clean_words
from ces_desktop.domain.scorecard import BY_CODE, Counted, Kind
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.reports import scorecard_words as words
from ces_desktop.services.scorecard import LONGEST, CardRequest, check_found
from ces_desktop.ui.dialogs.dated import Check, refused
from ces_desktop.ui.widgets import ChoiceField, Dialog, FieldRow, TextField

LABEL = 140
FEW = 7
"""Digits that are read; what is longer is no count."""


class CardDialog(Dialog[CardRequest]):
    """Which scorecard is made; a clinic has one baseline."""

    def __init__(self, parent: QWidget | None, new: Id, baseline: bool) -> None:
        said = tr("What the program can count is counted now and kept; the rest is entered by hand.")
        super().__init__(parent, tr("New scorecard"), said, primary=tr("Begin"), icon="clipboard-list", width=620)
        self._new = new
        kinds = (("yearly", words.kind("yearly")),) if baseline else (
            ("baseline", words.kind("baseline")), ("yearly", words.kind("yearly")),
        )  # fmt: skip
        self.kind = ChoiceField(kinds, kinds[0][0], name=tr("Which"), required=True)
        self.note = TextField(name=tr("Note"), limit=LONGEST)
        self.kind_row = FieldRow(tr("Which"), self.kind, required=True, label_width=LABEL)
        self.note_row = FieldRow(tr("Note"), self.note, label_width=LABEL)
        self.add(self.kind_row, self.note_row)
        self.kind.setFocus()

    def answer(self) -> CardRequest | None:
        """The request when it may be kept."""
        checks: tuple[Check, ...] = ((self.note_row, lambda: clean_words(self.note.text(), LONGEST)),)
        if refused((self.note_row,), checks):
            return None
        return CardRequest(self._new, cast(Kind, self.kind.value()), self.note.text())


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found (None of an item that the program counts) and the next step."""

    found: Counted | None
    next_step: str


class CardItemDialog(Dialog[Answered]):
    """An item: yes or no, or so many of so many, where it is entered by hand; and what is to be done about it."""

    def __init__(self, parent: QWidget | None, item: CardItem) -> None:
        said = f"{words.meaning(item.code)} · {words.found(item)}"
        super().__init__(parent, words.item(item.code), said, primary=tr("Save"), icon="save", width=640)
        self._item, self._rule = item, BY_CODE.get(item.code)
        self.step = TextField(item.next_step, name=tr("Step to take"), limit=LONGEST)
        self.step_row = FieldRow(tr("Step to take"), self.step, label_width=LABEL)
        value, whole = item.found.value, item.found.whole
        self.value = _count(value, tr("How many"))
        self.whole = _count(whole, tr("Of how many"))
        self.value_row = FieldRow(tr("How many"), self.value, label_width=LABEL)
        self.whole_row = FieldRow(tr("Of how many"), self.whole, label_width=LABEL)
        held = None if value is None else "yes" if value else "no"
        self.choice = ChoiceField([("yes", tr("Yes")), ("no", tr("No"))], held, name=words.item(item.code))
        self.choice_row = FieldRow(tr("Answer"), self.choice, label_width=LABEL)
        entered = self._rule is not None and not self._rule.counted
        self._how = self._rule.how if entered and self._rule is not None else ""
        rows = {"share": [self.value_row, self.whole_row], "yes_no": [self.choice_row]}.get(self._how, [])
        self.add(*rows, self.step_row)
        for row in (self.value_row, self.whole_row, self.choice_row):
            if row not in rows:
                row.setParent(self)  # of the dialog though not in it: it goes with it
                row.hide()
        (rows[0].control if rows else self.step).setFocus()

    def answer(self) -> Answered | None:
        """What was found when it may be kept; the sentence stands under the field otherwise."""
        rows = [self.step_row] + ([self.value_row, self.whole_row] if self._how == "share" else [])
        checks: list[Check] = [(self.step_row, lambda: clean_words(self.step.text(), LONGEST))]
        if self._how == "share":
            checks.insert(0, (self.value_row, self._check))
        if refused(rows, checks):
            return None
        return Answered(self._found(), self.step.text())

    def _found(self) -> Counted | None:
        if self._how == "yes_no":
            return Counted({"yes": 1, "no": 0}.get(self.choice.value() or ""), 1)
        if self._how == "share":
            return Counted(_number(self.value), _number(self.whole))
        return None

    def _check(self) -> None:
        found = self._found() or Counted()
        if found.value is None and (self.value.value() or self.whole.value()):
            raise Refused("scorecard.share")
        check_found(self._item.code, found)


def _count(value: int | None, name: str) -> TextField:
    return TextField("" if value is None else str(value), name=name, width=110, align="right", limit=12_000)


def _number(field: TextField) -> int | None:
    text = field.value() or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= FEW else None
