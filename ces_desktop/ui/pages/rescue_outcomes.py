"""The docked bar of the rescue list: a letter for each outcome, and the day some of them ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.domain.calendar import parse_day
from ces_desktop.domain.rescue import LEAVING, Outcome
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui import messages
from ces_desktop.ui.pages import rescue_words as words
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DateField,
    Dialog,
    FieldRow,
    OutcomeKey,
    Text,
    TextField,
    Wrapped,
    box,
    column,
)

LETTERS: dict[str, Outcome] = {
    "V": "visited", "P": "promised", "N": "nobody_home", "R": "refused",
    "M": "moved", "T": "transferred", "F": "died", "X": "wrong_address",
}  # fmt: skip
BY_PHONE = "L"
BARE = 1060
"""Width in design px under which nothing but the keys stands in the bar."""
PROPOSED_DAYS = 7
"""A promise is proposed for the same weekday of the next week."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What a letter, and the day after it, came to; days are ISO. `left_on` and `cause` as of `ContactRequest`."""

    outcome: Outcome
    how: str
    happened_on: str
    promised_on: str | None = None
    left_on: str | None = None
    cause: str | None = None


class OutcomeBar(QFrame):
    """`take(letter)` notes at once or asks a day in place; `noted(Noted)`, and `closed` when a question went away.

    With Shift every letter but P asks on which day they were looked for: a visit noted the evening after.
    """

    noted = Signal(object)
    closed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.setProperty("surface", "dock")
        self.setMinimumHeight(px(56))
        self._today, self._promise_days, self._who = today, PROPOSED_DAYS, ""
        self._asked: tuple[Outcome, bool] | None = None
        self.keys = {letter: OutcomeKey(letter, words.outcome(code)) for letter, code in LETTERS.items()}
        for letter, key in self.keys.items():
            key.clicked.connect(lambda _=False, letter=letter: self.take(letter))
        self.phone = OutcomeKey(BY_PHONE, tr("By telephone"), checkable=True)
        self.phone.setToolTip(tr("The next outcome came of a telephone call"))
        self._lead, self._hint = Text(tr("Outcome:"), "smallstrong"), Text(tr("Ctrl+Z undo"), "caption")
        parts = self._lead, *self.keys.values(), self.phone, self._hint
        self._choose = box(Wrapped(*parts, gap=4, spread=True, middle=True))
        self.question = Text("", "smallstrong")
        self.day = DateField(self._parse, name=tr("Day"), explain=messages.sentence, width=130)
        self.save = Button(tr("Save"), "primary", cap="Enter")
        self.leave = Button(tr("Cancel"), "secondary", cap="Esc")
        self.save.clicked.connect(self._answer)
        self.leave.clicked.connect(self.cancel)
        self.day.edit.returnPressed.connect(self._answer)
        self.trouble = Text("", "small", tone="bad")
        self._ask = box(
            Wrapped(self.question, self.day, self.leave, self.save, self.trouble, gap=10, middle=True)
        )
        self._ask.hide()
        self.setLayout(column(self._choose, self._ask, gap=0, margins=(20, 8, 20, 8)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the keys need more than one line, they stand alone."""
        super().resizeEvent(event)
        for part in (self._lead, self._hint):
            part.setVisible(self.width() >= px(BARE))

    @property
    def asking(self) -> bool:
        """Whether a day is being asked for."""
        return self._asked is not None

    def set_person(self, name: str, promise_days: int) -> None:
        """Whom the next letter is about, and the longest promise in days."""
        self._who, self._promise_days = name, promise_days

    def set_possible(self, possible: bool, leaving: bool, reason: str) -> None:
        """Which letters act: all, none (why), or all but those that change the status."""
        for letter, key in self.keys.items():
            key.set_possible(possible and (leaving or LETTERS[letter] not in LEAVING), reason)
        self.phone.set_possible(possible, reason)

    def take(self, letter: str, dated: bool = False) -> bool:
        """Act on a letter; True when it was one of ours."""
        if letter == BY_PHONE:
            self.phone.click()
            return True
        if letter not in LETTERS:
            return False
        if self.keys[letter].isEnabled():
            self._begin(LETTERS[letter], dated)
        return True

    def cancel(self) -> None:
        """Put the question away."""
        if self._asked is not None:
            self._close()

    def _begin(self, outcome: Outcome, dated: bool) -> None:
        if outcome == "died":
            answer = DiedDialog(self.window(), self._who, self._today).ask()
            if answer is not None:
                self._tell(Noted(outcome, self._how(), self._today.isoformat(), None, *answer))
            self.closed.emit()
            return
        dated = dated and outcome != "promised"
        if outcome not in ("promised", "moved", "transferred", "wrong_address") and not dated:
            self._tell(Noted(outcome, self._how(), self._today.isoformat()))
            return
        self._asked = (outcome, dated)
        self._say()
        proposed = self._today
        if outcome == "promised":
            proposed += timedelta(days=min(PROPOSED_DAYS, self._promise_days))
        self.day.set_value(proposed.isoformat())
        self.trouble.set_text("")
        self._choose.hide()
        self._ask.show()
        self.day.setFocus(Qt.FocusReason.OtherFocusReason)
        self.day.edit.selectAll()

    def _say(self) -> None:
        assert self._asked is not None
        outcome, dated = self._asked
        questions = {
            "promised": tr("On which day will they come?"),
            "moved": tr("Moved since when?"),
            "transferred": tr("Transferred since when?"),
        }
        looked = tr("{outcome}. On which day were they looked for?").format(outcome=words.outcome(outcome, self._how()))
        self.question.set_text(looked if dated or outcome not in questions else questions[outcome])

    def _how(self) -> str:
        return "phone" if self.phone.isChecked() else "home"

    def _parse(self, text: str) -> str | None:
        day = parse_day(text, self._today)
        return day.isoformat() if day else None

    def _answer(self) -> None:
        if self._asked is None:
            return
        outcome, dated = self._asked
        day = self.day.value()
        try:
            if day is None:
                raise Refused("calendar.not_a_day" if self.day.unread() else "rescue.no_day")
            self._check(outcome, dated, date.fromisoformat(day))
        except Refused as refused:
            self.trouble.set_text(messages.sentence(refused))
            self.day.set_state("bad")
            self.day.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        today = self._today.isoformat()
        if outcome == "promised":
            told = Noted(outcome, self._how(), today, promised_on=day)
        elif outcome in LEAVING and not dated:
            told = Noted(outcome, self._how(), today, left_on=day)
        else:
            told = Noted(outcome, self._how(), day)
        self._close()
        self._tell(told)

    def _check(self, outcome: Outcome, dated: bool, day: date) -> None:
        if outcome == "promised":
            if day < self._today:
                raise Refused("rescue.promise_past")
            if day > self._today + timedelta(days=self._promise_days):
                raise Refused("rescue.promise_far", days=self._promise_days)
        elif day > self._today:
            raise Refused("rescue.future" if dated or outcome == "wrong_address" else "status.future")

    def _tell(self, noted: Noted) -> None:
        self.phone.setChecked(False)
        self.noted.emit(noted)

    def _close(self) -> None:
        self._asked = None
        self._ask.hide()
        self._choose.show()
        self.closed.emit()


class DiedDialog(Dialog[tuple[str, str | None]]):
    """Asks before somebody is marked as dead: (ISO day, cause)."""

    def __init__(self, parent: QWidget | None, name: str, today: date) -> None:
        text = tr("{name} leaves the lists and the indicators from the day you write. It can be corrected later.")
        super().__init__(parent, tr("Mark as died?"), text.format(name=name), primary=tr("Mark"), width=560)
        self._today = today
        self.day = DateField(self._parse, name=tr("Date"), explain=messages.sentence)
        self.day.set_value(today.isoformat())
        self.cause = TextField(limit=200)
        self.day_row = FieldRow(tr("Date"), self.day, required=True, label_width=150)
        self.add(self.day_row, FieldRow(tr("Cause, if known"), self.cause, label_width=150))
        self.day.setFocus()
        self.day.edit.selectAll()

    def answer(self) -> tuple[str, str | None] | None:
        """The day and cause; None with the reason under the field."""
        self.day_row.clear_note()
        day = self.day.value()
        try:
            if day is None:
                raise Refused("calendar.not_a_day" if self.day.unread() else "status.no_day")
            if date.fromisoformat(day) > self._today:
                raise Refused("status.future")
        except Refused as refused:
            self.day_row.show_error(messages.sentence(refused))
            self.day.setFocus()
            return None
        return day, self.cause.value()

    def _parse(self, text: str) -> str | None:
        day = parse_day(text, self._today, "past")
        return day.isoformat() if day else None
