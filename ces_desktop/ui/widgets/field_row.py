"""A field with everything that helps to fill it: label, last value, control, unit, live chip, note under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.icons import State
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.chip import StatusChip
from ces_desktop.ui.widgets.layout import box, clear, column, hide_unless, row
from ces_desktop.ui.widgets.text import Shape, Text

NoteLevel = Literal["impossible", "unlikely", "missing"]


class FieldRow(QWidget):
    """`FieldRow(tr("Weight"), field, last_value="71.4 · 17-feb", unit="kg")`.

    Notes: *impossible* is red, its fix is taken by Enter in the field; *unlikely* is amber, answered by S/Y or N while
    the cursor is in the field (`answered` tells which); *missing* is red without a fix. Chips share one column when
    rows share `slot`.
    """

    answered = Signal(bool)

    def __init__(
        self,
        label: str,
        control: QWidget,
        *,
        last_value: str = "",
        unit: str = "",
        note: str = "",
        required: bool = False,
        label_width: int = 150,
        last_width: int = 0,
        slot: int = 0,
    ) -> None:
        super().__init__()
        self.control = control
        self._fix: Callable[[], None] | None = None
        self._asks = False
        self.label = Text(_marked(label, required), "label", wrap=True)
        self.label.setFixedWidth(px(label_width))
        self.label.setBuddy(control)
        self.last = Text(last_value, "caption", align="right")
        hide_unless(self.last, bool(last_value) or last_width > 0)
        if last_width:
            self.last.setFixedWidth(px(last_width))
        self.unit = Text(unit, "small")
        self._slotted = slot > 0
        hide_unless(self.unit, unit or self._slotted)  # in a slot it keeps the control at the left, said or not
        self._chip_place = row(gap=0)
        held = self._beside = box(row((control, 1), self.unit, gap=6))
        if slot:
            held.setFixedWidth(px(slot))
        self.hint = Text(note, "caption", wrap=True)
        hide_unless(self.hint, note)
        line = row(self.label, self.last, *((6,) if last_width else ()), (held, 0 if slot else 1), self._chip_place)
        if slot:
            line.addStretch(1)
        under = row(label_width + 8 + (last_width + 14 if last_width else 0), (self.hint, 1), gap=0)
        self._note_place = column(gap=0)
        self.setLayout(column(line, under, self._note_place, gap=3))
        _name(control, label, required)
        for part in [control, *control.findChildren(QWidget)]:
            part.installEventFilter(self)

    def set_widths(self, label: int, last: int, slot: int) -> None:
        """Other widths (design px) for a row that was made with `last_width`; 0 = no slot."""
        self.label.setFixedWidth(px(label))
        self.last.setFixedWidth(px(last))
        if slot:
            self._beside.setFixedWidth(px(slot))

    def set_label(self, label: str, *, required: bool = False) -> None:
        """Another question to the same field, for what was chosen before it."""
        self.label.set_text(_marked(label, required))
        self.control.setAccessibleName("")
        _name(self.control, label, required)

    def set_unit(self, unit: str) -> None:
        """The unit of what was chosen before it."""
        self.unit.set_text(unit)
        self.unit.setVisible(bool(unit) or self._slotted)

    def set_chip(self, state: State | None, text: str = "") -> None:
        """The live state beside the control; None takes it away."""
        clear(self._chip_place)
        if state is not None:
            self._chip_place.addWidget(StatusChip(state, text))

    def set_remark(self, text: str) -> None:
        """A word in the place of the chip that is no state: how much it changed; "" takes it away."""
        clear(self._chip_place)
        if text:
            self._chip_place.addWidget(Text(text, "small"))

    def show_note(
        self, level: NoteLevel, text: str, fix_text: str = "", fix: Callable[[], None] | None = None
    ) -> None:
        """Say what is wrong under the field. `fix` is what Enter (impossible) does; `fix_text` is its button."""
        self.clear_note()
        self._fix, self._asks = fix, level == "unlikely"
        kind = "warn" if level == "unlikely" else "bad"
        actions: list[Button] = []
        if fix is not None and fix_text:
            actions.append(Button(fix_text, "ghost", cap=tr("Enter")))
            actions[0].clicked.connect(self._take_fix)
        if self._asks:
            yes, no = tr("Yes, it is right"), tr("No, correct it")
            actions += [Button(yes, "ghost", cap=yes[:1]), Button(no, "ghost", cap=no[:1])]
            actions[0].clicked.connect(lambda: self._answer(True))
            actions[1].clicked.connect(lambda: self._answer(False))
        for button in actions:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        words = Text(text, "small", wrap=True)
        within = row(Shape("warn" if kind == "warn" else "bad"), (words, 1), *actions, gap=8)
        note = box(within, "note")
        note.setProperty("kind", kind)
        within.setContentsMargins(px(12), px(6), px(8), px(6))
        note.setAccessibleName(text)
        self._note_place.addWidget(note)
        self.setAccessibleDescription(text)
        self._mark("warn" if kind == "warn" else "bad")

    def show_error(self, text: str) -> None:
        """A rule says no: the sentence under the field, no fix."""
        self.show_note("missing", text)

    def clear_note(self) -> None:
        """Take the note and the coloured border away."""
        clear(self._note_place)
        self._fix, self._asks = None, False
        self.setAccessibleDescription("")
        self._mark("")

    def has_note(self) -> bool:
        """True while a note stands under the field."""
        return self._note_place.count() > 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not event.modifiers():
            if self._fix is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take_fix()
                return True
            if self._asks and event.key() in (Qt.Key.Key_S, Qt.Key.Key_Y, Qt.Key.Key_N):
                self._answer(event.key() != Qt.Key.Key_N)
                return True
        return super().eventFilter(watched, event)

    def _take_fix(self) -> None:
        fix = self._fix
        self.clear_note()
        if fix is not None:
            fix()

    def _answer(self, right: bool) -> None:
        self.clear_note()
        self.control.setFocus()
        self.answered.emit(right)

    def _mark(self, level: str) -> None:
        mark = getattr(self.control, "set_state", None)
        if mark is not None:
            mark(level)


def _marked(label: str, required: bool) -> str:
    """The mark of what must be filled in stays with its word."""
    return f"{label}\N{NO-BREAK SPACE}*" if required else label


def _name(control: QWidget, label: str, required: bool) -> None:
    """A control without a name of its own is read by its label."""
    if not control.accessibleName():
        control.setAccessibleName(tr("{label}, required").format(label=label) if required else label)
    inner = control.focusProxy()
    if inner is not None and not inner.accessibleName():
        inner.setAccessibleName(control.accessibleName())
