"""The focus ring of buttons: 2 px, outside the widget with a gap, moving nothing."""

from __future__ import annotations

from weakref import ref

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget
from shiboken6 import isValid

from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint

REACH = 4  # 2 px of air, 2 px of ring
_Reason = Qt.FocusReason


class FocusRing(QWidget):
    """Drawn on the nearest ancestor with room for it; lives while its widget has the focus.

    It keeps neither alive: a dialog that was closed belongs to Python and would end with the last ring on it, while Qt
    is ending that ring as a part of it.
    """

    def __init__(self, target: QWidget, radius: int = 6) -> None:
        self._target, self._radius = ref(target), radius
        host, watched = _host(target)
        super().__init__(host)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for widget in watched:
            widget.installEventFilter(self)
        self._place()
        self.show()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        target = self._target()
        if target is None or not isValid(target):
            return False
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        elif event.type() in (QEvent.Type.Hide, QEvent.Type.Show):
            self.setVisible(target.isVisible())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint.ring(QPainter(self), self.rect(), self._radius + REACH - 1)

    def _place(self) -> None:
        target, host = self._target(), self.parentWidget()
        if target is not None and host is not None:
            self.setGeometry(_around(target, host))
            self.raise_()


def _around(target: QWidget, host: QWidget) -> QRect:
    reach = px(REACH)
    return QRect(target.mapTo(host, QPoint(0, 0)), target.size()).adjusted(-reach, -reach, reach, reach)


def _host(target: QWidget) -> tuple[QWidget, list[QWidget]]:
    """The nearest ancestor that shows the whole ring, not above what scrolls; and all whose moving moves the ring."""
    watched = [target]
    host = target.parentWidget() or target
    while not host.isWindow() and not host.rect().contains(_around(target, host)):
        parent = host.parentWidget()
        if parent is None or isinstance(parent.parentWidget(), QAbstractScrollArea):
            break
        watched.append(host)
        host = parent
    return host, watched


def by_key(event: QFocusEvent, before: bool) -> bool:
    """Whether the focus came by the keyboard or from the program; a click needs no ring, the hand knows where it is.

    A window or a menu that comes and goes leaves it as it was.
    """
    if event.reason() in (_Reason.ActiveWindowFocusReason, _Reason.PopupFocusReason, _Reason.MenuBarFocusReason):
        return before
    return event.reason() != _Reason.MouseFocusReason


class Ringed:
    """Mixed into a widget: shows the ring while it has the focus by keyboard."""

    _ring: FocusRing | None = None
    _keyed = False

    def ring_on(self, event: QFocusEvent, radius: int = 6, around: QWidget | None = None) -> None:
        """Call from focusInEvent; `around` is the part of the widget that is seen, where it is not the whole."""
        self._keyed = by_key(event, self._keyed)
        if self._keyed and isinstance(self, QWidget):
            self.ring_off()
            self._ring = FocusRing(around or self, radius)

    def ring_off(self) -> None:
        """Call from focusOutEvent."""
        ring, self._ring = self._ring, None
        if ring is not None and isValid(ring):  # its host may have gone first
            ring.hide()
            ring.deleteLater()
