"""Parts side by side that go on in a next line where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget, QWidgetItem

from ces_desktop.ui.theme import px


class Wrapped(QLayout):
    """`Wrapped(button, button, …)`: each part keeps its own size; `spread` sends the last one to the right edge.

    `right` puts every line at the right edge; `middle` puts the lines in the middle of a place that is higher, instead
    of at its top.
    """

    def __init__(
        self, *parts: QWidget, gap: int = 8, spread: bool = False, right: bool = False, middle: bool = False
    ) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}  # by width: layouts around it ask dozens of times before they agree
        self._gap, self._spread, self._right, self._middle = px(gap), spread, right, middle
        self.setContentsMargins(0, 0, 0, 0)
        for part in parts:
            self.addWidget(part)

    def addItem(self, item: QLayoutItem) -> None:
        # An item of our own: PySide may take one made by Qt for that of a layout that stood at its address, and end it.
        widget = item.widget()
        self._items.append(item if widget is None else QWidgetItem(widget))

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, place: int) -> QLayoutItem | None:
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int) -> QLayoutItem | None:
        return self._items.pop(place) if 0 <= place < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        spare = rect.height() - self.heightForWidth(rect.width()) if self._middle else 0
        self._place(rect.adjusted(0, max(0, spare // 2), 0, 0), move=True)

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in sizes) + self._gap * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._shown()]
        return QSize(max((size.width() for size in sizes), default=0), max((s.height() for s in sizes), default=0))

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _broken(self, width: int) -> list[list[QLayoutItem]]:
        """The parts by lines of this width, at least one in each."""
        lines: list[list[QLayoutItem]] = []
        x = 0
        for item in self._shown():
            part = item.sizeHint().width()
            if lines and x + part <= width:
                lines[-1].append(item)
            else:
                lines.append([item])
                x = 0
            x += part + self._gap
        return lines

    def _place(self, rect: QRect, move: bool) -> int:
        """Fill lines from left to right; returns the height they take."""
        y, end = rect.y(), rect.right() + 1
        lines = self._broken(rect.width())
        for line in lines:
            sizes = [_size(item, rect.width()) for item in line]
            takes = sum(size.width() for size in sizes) + self._gap * (len(line) - 1)
            high = max(size.height() for size in sizes)
            x = max(rect.x(), end - takes) if self._right else rect.x()
            for item, size in zip(line, sizes, strict=True):
                last = self._spread and item is lines[-1][-1]
                left = max(x, end - size.width()) if last else x
                if move:
                    top = y + (high - size.height()) // 2
                    item.setGeometry(QRect(left, top, min(size.width(), rect.width()), size.height()))
                x += size.width() + self._gap
            y += high + self._gap
        return max(0, y - self._gap - rect.y())


def _size(item: QLayoutItem, width: int) -> QSize:
    """What a part wants; one that wraps too is as high as it becomes in a line of this width."""
    size = item.sizeHint()
    if size.width() > width and item.hasHeightForWidth():
        size.setHeight(item.heightForWidth(width))
    return size
