"""Keeps the badge of the top bar true: how old the last bundle is that the supervisor confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from ces_desktop.domain.access import Right
from ces_desktop.i18n import tr
from ces_desktop.ui.messages import exchange_age as words
from ces_desktop.ui.tasks import EXCHANGE
from ces_desktop.ui.widgets.topbar import UsbLevel

if TYPE_CHECKING:
    from ces_desktop.sync.standing import Standing
    from ces_desktop.ui.main_window import MainWindow

FIRST_MS, AGAIN_MS = 1_500, 1_800_000
"""Behind the first page; then each half hour, since a laptop is left open over midnight."""
_LEVELS: dict[str, UsbLevel] = {"ok": "text2", "warn": "warn", "bad": "bad", "clock": "bad"}


class UsbWatch(QObject):
    """Reads the state after the first page, after each exchange, and from time to time; a click opens the USB page."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._badge = window.top.usb
        window.tasks.changed.connect(self._changed)
        if window.actor.may(Right.EXCHANGE):
            self._badge.set_way(tr("Open the USB page"))
            self._badge.clicked.connect(lambda: window.open_page("usb"))
        QTimer.singleShot(FIRST_MS, self, self.look)
        again = QTimer(self)
        again.timeout.connect(self.look)
        again.start(AGAIN_MS)

    def look(self) -> None:
        """Ask the database."""
        self._window.tasks.read(_standing, self._show, owner=self._window, latest="usb.badge")

    def _changed(self, topics: frozenset[str]) -> None:
        if EXCHANGE in topics:
            self.look()

    def _show(self, held: Standing) -> None:
        today = self._window.today
        found = words.age_of(held, today)
        level: UsbLevel = _LEVELS[found.level] if found is not None else "text2"
        self._badge.set_state(words.badge(held, today), level)


def _standing(connection: Any) -> Standing:
    from ces_desktop.sync.standing import standing

    return standing(connection)
