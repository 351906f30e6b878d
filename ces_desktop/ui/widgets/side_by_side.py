"""A list and what is told of its chosen row: side by side where there is room, else one under the other."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.layout import ScrollBody, row

WIDE, TIGHT = 1_000, 640
"""Design px of the page: from the first on the side has its whole width; under the second it goes below."""
_NO_LIMIT = 16_777_215  # QWIDGETSIZE_MAX


class SideBySide(ScrollBody):
    """`SideBySide(main, side, 520, 360)`: `main` takes what is left beside the side's width, or its narrow one."""

    def __init__(self, main: QWidget, side: QWidget, width: int, narrow: int) -> None:
        self._side, self._width, self._narrow = side, width, narrow
        self._both = row((main, 1), side, gap=14)
        super().__init__(self._both, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        under = self.width() < px(TIGHT)
        way = QBoxLayout.Direction.TopToBottom if under else QBoxLayout.Direction.LeftToRight
        if self._both.direction() != way:
            self._both.setDirection(way)
        if under:
            self._side.setMinimumWidth(0)
            self._side.setMaximumWidth(_NO_LIMIT)
        else:
            self._side.setFixedWidth(px(self._width if self.width() >= px(WIDE - 40) else self._narrow))
