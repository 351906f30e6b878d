"""A figure of the dashboard; it opens the list behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.chip import StatusChip
from ces_desktop.ui.widgets.figures import Sparkline
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
        figure = row(gap=6)
        figure.addWidget(self.number, 0, base)
        figure.addWidget(self.part, 0, base)
        figure.addStretch(1)
        self.part.setContentsMargins(0, 0, 0, px(4))
        side = column(gap=6)
        if chip is not None:
            side.addWidget(chip, 0, Qt.AlignmentFlag.AlignRight)
        side.addStretch(1)
        if values:
            side.addWidget(Sparkline(values, goal=goal), 0, Qt.AlignmentFlag.AlignRight)
        words: list[QWidget] = [Text(label, "label", elide=True)]
        self.setLayout(
            row((column(*words, figure, self.caption, gap=1), 1), side, margins=(14, 10, 14, 12))
        )

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
