"""How keys move through a form: Enter = next field, Ctrl+Enter = save; in a note Enter is a new line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ces_desktop.ui.widgets.choice import ChoiceField


class FormFlow(QObject):
    """`FormFlow(container)` makes every field in the container obey; keep it as an attribute of the page.

    `save` on Ctrl+Enter, `ended` when Enter is pressed in the last field (focus the primary button there).
    Fields get the key first: an open list takes its line, a note under a field takes its fix.
    """

    save = Signal()
    ended = Signal()

    def __init__(self, container: QWidget) -> None:
        super().__init__(container)
        self._container = container
        container.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                return False
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.save.emit()
            elif not self.advance():
                self.ended.emit()
            return True
        return False

    def advance(self) -> bool:
        """Move to the next field of the container; False when there is none."""
        here = QApplication.focusWidget()
        step = here.nextInFocusChain() if here is not None else None
        while step is not None and step is not here:
            if step is self._container or (not self._container.isAncestorOf(step) and _later(here, step)):
                pass
            elif self._container.isAncestorOf(step) and _is_field(step):
                step.setFocus(Qt.FocusReason.TabFocusReason)
                return True
            step = step.nextInFocusChain()
            if step is self._first():
                return False
        return False

    def _first(self) -> QWidget | None:
        """The first field of the container in tab order: coming back to it means the form is at its end."""
        step = self._container.nextInFocusChain()
        for _ in range(10_000):
            if step is None or step is self._container:
                return None
            if self._container.isAncestorOf(step) and _is_field(step):
                return step
            step = step.nextInFocusChain()
        return None


def _later(here: QWidget | None, step: QWidget) -> bool:
    return here is not None and here.window() is step.window()


def _is_field(widget: QWidget) -> bool:
    """What Enter stops at: visible, enabled, takes the focus by Tab and is not a button (links are for Tab)."""
    if isinstance(widget, QAbstractButton) and not isinstance(widget.parentWidget(), ChoiceField):
        return False
    policy = widget.focusPolicy()
    return (
        widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and bool(policy & Qt.FocusPolicy.TabFocus)
    )
