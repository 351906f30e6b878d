"""A long work: title, n of N, bar, and what cancelling does. Nothing is shown for less than a second."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.layout import column, hide_unless, row
from ces_desktop.ui.widgets.text import Text

APPEARS_MS = 1000


class ProgressPanel(QWidget):
    """`ProgressPanel(tr("Backing up"), cancel_text=…)`; `start()`, `advance(n, N)`.

    `cancelled` when the person cancels. An empty `cancel_text` means it cannot be cancelled. `reserve` keeps its place
    on the page while nothing is shown, so that nothing moves.
    """

    cancelled = Signal()

    def __init__(self, title: str, *, cancel_text: str = "", reserve: bool = False) -> None:
        super().__init__()
        self.title, self.count = Text(title, "small", elide=True), Text("", "small", align="right")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title)
        self.bar.setRange(0, 0)
        self.cancel = Button(tr("Cancel"), "ghost")
        self.cancel.clicked.connect(self._cancel)
        foot = row((Text(cancel_text, "caption", wrap=True), 1), self.cancel)
        hide_unless(self.cancel, cancel_text)
        self.setLayout(column(row((self.title, 1), self.count), self.bar, foot, gap=4))
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(reserve)
        self.setSizePolicy(policy)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.show)
        self.hide()

    def start(self) -> None:
        """The work begins: the panel appears if it still runs in a second."""
        self.cancel.setEnabled(True)
        self._timer.start(APPEARS_MS)

    def advance(self, done: int, total: int, title: str = "") -> None:
        """n of N; total 0 = not known yet. `title` says what is being done now."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.count.set_text(labels.of(done, total) if total else "")
        if title:
            self.title.set_text(title)

    def finish(self) -> None:
        """The work ended, however it ended."""
        self._timer.stop()
        self.hide()

    def _cancel(self) -> None:
        self.cancel.set_possible(False, tr("Cancelling"))
        self.cancelled.emit()
