"""The strip at the bottom: a reversible act was done, with its undo, and what may follow. Failures never come here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.layout import row
from ces_desktop.ui.widgets.text import Text

if TYPE_CHECKING:
    from ces_desktop.ui.desk import Offer

SECONDS, OFFERED = 10, 30
"""How long it stands; longer where something is offered."""


class Toast(QFrame):
    """One for each window: `say(text, undo=True)` shows it for ten seconds; `undone` when its undo is clicked.

    The window owns the keys. Ctrl+Z undoes the last saved act also after the strip is gone; Ctrl+P takes what is
    offered, Ctrl+D what else is, only while it can be read here.
    """

    undone = Signal()

    def __init__(self, host: QWidget, above: int = 72) -> None:
        super().__init__(host)
        self.setProperty("surface", "toast")
        self._host, self._above = host, above
        self.words = Text("", "body")
        self._offered = _Link()
        self._offered.pressed.connect(self.accept)
        self._further = _Link()
        self._further.pressed.connect(self.accept_further)
        self._undo = _Link(f"{tr('Undo')}  Ctrl+Z")
        self._undo.pressed.connect(self._undo_clicked)
        self.offer: Offer | None = None
        links = self._offered, 24, self._further, 24, self._undo
        self.setLayout(row(self.words, 24, *links, gap=0, margins=(14, 0, 14, 0)))
        self.setFixedHeight(px(40))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        host.installEventFilter(self)
        self.hide()

    def say(self, text: str, undo: bool = False, offer: Offer | None = None, stays: bool = False) -> None:
        """Show the sentence; the one before goes, with what it offered. `stays`: until it is hidden."""
        self.words.set_text(text)
        self._undo.setVisible(undo)
        self._set_offer(offer)
        self.setAccessibleName(f"{text} {self._offered.text()}" if offer else text)
        self._place()
        self.show()
        self.raise_()
        if stays:
            self._timer.stop()
        else:
            self._timer.start((OFFERED if offer else SECONDS) * 1000)
        from PySide6.QtGui import QAccessible, QAccessibleEvent

        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def accept(self) -> bool:
        """Do what is offered, once; False when nothing is."""
        return self._take(self.offer)

    def accept_further(self) -> bool:
        """The same of what else is offered."""
        return self._take(self.offer.further if self.offer else None)

    def _take(self, offer: Offer | None) -> bool:
        if offer is None or not self.isVisible():
            return False
        self.hide()
        self._set_offer(None)
        offer.act()
        return True

    def stand_beside(self, about: object) -> None:
        """Somebody is on the screen: what was offered about another is not offered any more."""
        if self.offer is not None and about is not None and about != self.offer.about:
            self._set_offer(None)
            self._place()

    def _set_offer(self, offer: Offer | None) -> None:
        self.offer = offer
        self._offered.set_text(f"{offer.words}  Ctrl+P" if offer else "")
        self._offered.setVisible(offer is not None)
        further = offer.further if offer else None
        self._further.set_text(f"{further.words}  Ctrl+D" if further else "")
        self._further.setVisible(further is not None)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _undo_clicked(self) -> None:
        self.hide()
        self.undone.emit()

    def _place(self) -> None:
        self.ensurePolished()
        for part in (self.words, self._offered, self._further, self._undo):
            part.ensurePolished()
        width = min(max(self.sizeHint().width(), px(368)), self._host.width() - px(32))
        left = (self._host.width() - width) // 2
        self.setGeometry(left, self._host.height() - px(self._above) - self.height(), width, self.height())


class SavingStrip(Toast):
    """Above the other: what is being written takes long. `saving` says when it does, and when it is written."""

    def __init__(self, host: QWidget, saving: SignalInstance) -> None:
        super().__init__(host, above=120)
        saving.connect(self._tell)

    def _tell(self, slow: bool) -> None:
        if slow:
            self.say(tr("Saving…"), stays=True)
        else:
            self.hide()


class _Link(Text):
    """"Deshacer Ctrl+Z", clickable; not a tab stop, it has a key."""

    pressed = Signal()

    def __init__(self, words: str = "") -> None:
        super().__init__(words, "body", align="right")

    def mousePressEvent(self, _event: QEvent) -> None:
        self.pressed.emit()
