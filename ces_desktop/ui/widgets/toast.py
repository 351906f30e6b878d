"""The strip at the bottom: a reversible act was done, with its undo. Failures never come here."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.layout import row
from ces_desktop.ui.widgets.text import Text

SECONDS = 10


class Toast(QFrame):
    """One for each window: `say(text, undo=True)` shows it for ten seconds; `undone` when its undo is clicked.

    The window owns the key Ctrl+Z, which undoes the last saved act also after the strip is gone.
    """

    undone = Signal()

    def __init__(self, host: QWidget, above: int = 72) -> None:
        super().__init__(host)
        self.setProperty("surface", "toast")
        self._host, self._above = host, above
        self.words = Text("", "body")
        self._undo = _UndoLink()
        self._undo.pressed.connect(self._undo_clicked)
        self.setLayout(row(self.words, 24, self._undo, gap=0, margins=(14, 0, 14, 0)))
        self.setFixedHeight(px(40))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        host.installEventFilter(self)
        self.hide()

    def say(self, text: str, undo: bool = False) -> None:
        """Show the sentence; the one before goes."""
        self.words.set_text(text)
        self._undo.setVisible(undo)
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(SECONDS * 1000)
        from PySide6.QtGui import QAccessible, QAccessibleEvent

        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _undo_clicked(self) -> None:
        self.hide()
        self.undone.emit()

    def _place(self) -> None:
        self.ensurePolished()
        for part in (self.words, self._undo):
            part.ensurePolished()
        width = min(max(self.sizeHint().width(), px(368)), self._host.width() - px(32))
        left = (self._host.width() - width) // 2
        self.setGeometry(left, self._host.height() - px(self._above) - self.height(), width, self.height())


class _UndoLink(Text):
    """"Deshacer Ctrl+Z", clickable; not a tab stop, its key is Ctrl+Z."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__(f"{tr('Undo')}  Ctrl+Z", "body", align="right")

    def mousePressEvent(self, _event: QEvent) -> None:
        self.pressed.emit()
