"""The frame around every view: wizard, sign-in, lock screen, the window of a clinic."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QStackedLayout, QWidget

from ces_desktop.ui.widgets import clear, column


class Frame(QWidget):
    """The one top-level window; it holds whichever view is on."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("frame")
        self.views = QStackedLayout()
        self.views.setContentsMargins(0, 0, 0, 0)
        self._notes = column(gap=0)
        self.setLayout(column(self._notes, (self.views, 1), gap=0))
        self.resize(1366, 728)
        self.setMinimumSize(1000, 560)

    def show_view(self, view: QWidget) -> None:
        """Put a view on top; the one before stays only if someone keeps it."""
        clear(self._notes)
        if self.views.indexOf(view) < 0:
            self.views.addWidget(view)
        self.views.setCurrentWidget(view)
        self.setWindowTitle(view.windowTitle() or "CES Desktop")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key while nobody has the focus comes here alone: it is the view's, as one that no field took."""
        view = self.views.currentWidget()
        if view is not None and QApplication.focusWidget() in (None, self):
            view.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def show_note(self, note: QWidget) -> None:
        """A note above the view, until another view comes."""
        self._notes.addWidget(note)

    def remove_view(self, view: QWidget) -> None:
        """Throw a view away."""
        self.views.removeWidget(view)
        view.hide()
        view.deleteLater()
