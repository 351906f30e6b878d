"""How keys move through a form: Enter = next field, as is the letter of a choice; Ctrl+Enter = save."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ces_desktop.ui.widgets.check import CheckBox
from ces_desktop.ui.widgets.choice import ChoiceField


class FormFlow(QObject):
    """`FormFlow(container)` makes every field in the container obey; keep it as an attribute of the page.

    `save` on Ctrl+Enter, `ended` when Enter is pressed in the last field, from where `ends_at` leads to a button.
    Fields get the key first: an open list takes its line, a note under a field takes its fix.
    """

    save = Signal()
    ended = Signal()

    def __init__(self, container: QWidget, stops: Callable[[], Sequence[QWidget]] | None = None) -> None:
        super().__init__(container)
        self._container, self._stops = container, stops
        container.installEventFilter(self)
        for choice in container.findChildren(ChoiceField):
            choice.taken.connect(self._go_on)

    def ends_at(self, button: QWidget) -> None:
        """Enter in the last field goes to this button, where Ctrl+Enter saves as it does in the fields."""
        self.ended.connect(lambda: button.setFocus(Qt.FocusReason.TabFocusReason))
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                return False
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.save.emit()
                return True
            if watched is self._container:
                self._go_on()
                return True
        return False

    def _go_on(self) -> None:
        if not self.advance():
            self.ended.emit()

    def fields(self) -> list[QWidget]:
        """The fields Enter stops at, in tab order; a form whose rows come and go gives its own (`stops`)."""
        if self._stops is not None:
            return [stop for stop in self._stops() if _is_field(stop)]
        found: list[QWidget] = []
        step = self._container.nextInFocusChain()
        while step is not None and step is not self._container:
            if self._container.isAncestorOf(step) and _is_field(step):
                found.append(step)
            step = step.nextInFocusChain()
        return found

    def advance(self) -> bool:
        """Move to the next field of the container; False when there is none."""
        fields, here = self.fields(), QApplication.focusWidget()
        place = fields.index(here) + 1 if here in fields else 0
        if place >= len(fields):
            return False
        fields[place].setFocus(Qt.FocusReason.TabFocusReason)
        return True


def _is_field(widget: QWidget) -> bool:
    """What Enter stops at: visible, enabled, takes the focus by Tab and is a box or no button (links are for Tab)."""
    if isinstance(widget, QAbstractButton) and not isinstance(widget, CheckBox):
        return False
    policy = widget.focusPolicy()
    shown = widget.isVisible() and widget.isEnabled()
    return shown and widget.focusProxy() is None and bool(policy & Qt.FocusPolicy.TabFocus)


def go_on(field: QWidget) -> None:
    """The field with the cursor is answered and has nothing left to say: the form around it goes on, as on Enter.

    The form is looked for when it happens: most fields are put into one after its flow was made. Nothing where there is
    none, or where the cursor is elsewhere.
    """
    around = field.parentWidget() if field.hasFocus() else None
    while around is not None:
        flow = around.findChild(FormFlow, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if flow is not None:
            flow._go_on()
            return
        around = around.parentWidget()
