"""F12: a sheet over the window, so that nobody beside the desk reads a name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget
from shiboken6 import isValid

from ces_desktop.i18n import tr
from ces_desktop.ui.widgets import Text, column


class PrivacySheet(QFrame):
    """Covers its host until F12 or Esc; what is being typed stays under it, and no key reaches what nobody sees."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setProperty("surface", "page")
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._host = host
        self._before: QWidget | None = None
        title = Text(tr("Screen covered"), "title", align="center")
        self.setLayout(column(None, title, Text(tr("F12 shows it again."), "muted", align="center"), None, gap=8))
        host.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Cover or show."""
        if self.isVisible():
            self.hide()
            if self._before is not None and isValid(self._before):  # the page may have drawn itself anew meanwhile
                self._before.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._before = self._host.window().focusWidget()
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # else the keys of the window and of the covered page would act
            return True
        return super().event(event)

    def focusNextPrevChild(self, _forward: bool) -> bool:
        return False  # Tab would lead under the sheet

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F12):
            self.toggle()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._host.rect())
        return False
