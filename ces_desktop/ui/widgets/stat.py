"""A figure of the dashboard; it opens the list behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame

from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.chip import StatusChip
from ces_desktop.ui.widgets.focus import Ringed
from ces_desktop.ui.widgets.layout import column, row
from ces_desktop.ui.widgets.text import Text


class StatTile(QFrame, Ringed):
    """`StatTile(tr("Hypertension controlled"), "58 %", "41 de 71", caption, chip=…, values=…, goal=60)`.

    `clicked` by mouse, Enter or Space: a figure opens its list.
    """

    clicked = Signal()

    def __init__(
        self,
        label: str,
        number: str,
        part: str = "",
        caption: str = "",
        *,
        chip: StatusChip | None = None,
        values: Sequence[float | None] = (),
        goal: float | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{label}: {number} {part}. {caption}")
        self.number, self.part = Text(number, "number"), Text(part, "small")
        self.caption = Text(caption, "caption", elide=True)
        base = Qt.AlignmentFlag.AlignBottom
        self.label = Text(label, "label", elide=True)
        figure = row(gap=6)
        figure.addWidget(self.number, 0, base)
        figure.addWidget(self.part, 0, base)
        figure.addStretch(1)
        self.part.setContentsMargins(0, 0, 0, px(4))
        top = row((self.label, 1), gap=8)
        top.addStrut(px(24))  # as high as a chip, so that the numbers of tiles side by side stand on one line
        if chip is not None:
            top.addWidget(chip)
        low = row((column(figure, self.caption, gap=1), 1))
        if values:
            from ces_desktop.ui.widgets.figures import Sparkline

            low.addWidget(Sparkline(values, goal=goal), 0, base)
        self.setLayout(column(top, low, None, gap=0, margins=(14, 8, 14, 12)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event, 8)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()
