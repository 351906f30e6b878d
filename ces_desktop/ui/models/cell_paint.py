"""How a cell and a column title are painted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from ces_desktop.ui import icons, labels, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint

if TYPE_CHECKING:
    from ces_desktop.ui.models.record_table import Cell, RecordModel

PAD = 10  # at each side of a cell
_CELL = Qt.ItemDataRole.UserRole + 1
_MARKED = Qt.ItemDataRole.UserRole + 2
_UP = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "right": Qt.AlignmentFlag.AlignRight,
    "center": Qt.AlignmentFlag.AlignHCenter,
}
Index = QModelIndex | QPersistentModelIndex
Chip = tuple[icons.State, str]


class CellDelegate(QStyledItemDelegate):
    """Paints `Cell`s: ground, hairline, disc, main fact with matched letters, caption, tags, chip."""

    def __init__(self, model: RecordModel[Any], view: QTableView) -> None:
        super().__init__(view)
        self._rows, self._view = model, view
        self.dropped: tuple[int, ...] = ()  # columns hidden in a narrow window: their words join the caption
        self._host = next((place for place, column in enumerate(model.columns) if not column.width), 0)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(px(60), self._view.verticalHeader().defaultSectionSize())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect
        cell: Cell = index.data(_CELL)
        painter.save()
        chosen = self._view.selectionModel().isSelected(index)
        if chosen or index.data(_MARKED):
            painter.fillRect(area, theme.colour("select"))
        elif self._view.underMouse() and _hovered(option):
            painter.fillRect(area, theme.colour("row"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        first = index.column() == 0
        if first and chosen and self._view.hasFocus():
            painter.fillRect(QRect(area.left(), area.top(), px(3), area.height()), theme.colour("focus"))
        if first and index.data(_MARKED):
            side = px(14)
            painter.drawPixmap(area.right() - side, area.top() + px(4), icons.pixmap("check", 14, "accent"))
        inner = area.adjusted(px(PAD), 0, -px(PAD), -1)
        self._paint_inside(painter, inner, cell, index)
        painter.restore()

    def _paint_inside(self, painter: QPainter, inner: QRect, cell: Cell, index: Index) -> None:
        align = self._rows.columns[index.column()].align
        if cell.line is not None or cell.badge or cell.boxed or cell.gauge is not None:
            from ces_desktop.ui.models import cell_shapes

            cell_shapes.paint(painter, inner, cell, align)
            return
        if cell.letters:
            _disc(painter, inner, cell.letters)
            inner = inner.adjusted(px(42), 0, 0, 0)
        alone = not cell.text and not cell.caption
        if cell.chip is not None:
            width = min(paint.chip_width(cell.chip[1]), inner.width())
            leads = alone and align == "left"
            left = inner.left() if leads else inner.right() - width + 1
            top = inner.top() + (inner.height() - px(24)) // 2
            paint.chip(painter, QRect(left, top, width, px(24)), *cell.chip)
            taken = width + px(6)
            inner = inner.adjusted(taken, 0, 0, 0) if leads else inner.adjusted(0, 0, -taken, 0)
        if cell.tags:
            inner = _tags(painter, inner, cell.tags, alone)
        states, caption = self._under(cell, index)
        if cell.text or caption or states:
            _words(painter, inner, cell, states, caption, align)

    def _under(self, cell: Cell, index: Index) -> tuple[list[Chip], str]:
        """What stands under the main fact: the states of hidden columns, which may not be lost, then all words."""
        if not self.dropped or index.column() != self._host:
            return [], cell.caption
        hidden: list[Cell] = [index.model().index(index.row(), place).data(_CELL) for place in self.dropped]
        more = [self._told(each, place) for each, place in zip(hidden, self.dropped, strict=True)]
        states = [each.chip for each in hidden if each.chip is not None]
        return states, " · ".join(part for part in (cell.caption, *more) if part)

    def _told(self, cell: Cell, place: int) -> str:
        """A hidden cell in words, without its state; a number says what it is of, a dash alone would say nothing."""
        words = " · ".join(part for part in (cell.text, cell.caption, *cell.tags) if part)
        column = self._rows.columns[place]
        if column.align == "right" and words:
            return f"{column.title} {words}"
        return "" if words == labels.DASH else words

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """A tip with the whole text where it had to be shortened."""
        cell = index.data(_CELL) if index.isValid() else None
        area: QRect = option.rect
        states, caption = self._under(cell, index) if cell is not None else ([], "")
        if cell is not None and _needs(cell, states, caption) > area.width() - 2 * px(PAD):
            said = (cell.text, *(words for _, words in states), caption, cell.chip[1] if cell.chip else "", *cell.tags)
            QToolTip.showText(event.globalPos(), " · ".join(part for part in said if part), view)
        else:
            QToolTip.hideText()
        return True


def _hovered(option: QStyleOptionViewItem) -> bool:
    from PySide6.QtWidgets import QStyle  # its six hundred names are made only when a mouse is there

    state: QStyle.StateFlag = option.state
    return bool(state & QStyle.StateFlag.State_MouseOver)


def _needs(cell: Cell, states: Sequence[Chip], caption: str) -> int:
    """Width the whole cell wants, with what stands under its main fact."""
    under = paint.width_of(caption, "caption") + sum(_state_width(words) for _, words in states)
    width = max(paint.width_of(cell.text, "body", cell.strong), under)
    width += sum(paint.tag_width(tag) + px(6) for tag in cell.tags)
    width += paint.chip_width(cell.chip[1]) if cell.chip else 0
    return width + (px(42) if cell.letters else 0)


def _disc(painter: QPainter, inner: QRect, letters: str) -> None:
    side = min(px(34), inner.height() - px(6))
    spot = QRect(inner.left(), inner.top() + (inner.height() - side) // 2, side, side)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("none_soft"))
    painter.drawEllipse(spot)
    painter.setPen(theme.colour("accent"))
    painter.setFont(theme.font("small", strong=True))
    painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, letters)


def _tags(painter: QPainter, inner: QRect, tags: tuple[str, ...], alone: bool) -> QRect:
    """Tags from the left when the cell has nothing else, else at its right end; what does not fit is counted."""
    top = inner.top() + (inner.height() - px(20)) // 2
    widths = [paint.tag_width(tag) for tag in tags]
    shown: list[tuple[str, int]] = []
    room = inner.width() if alone else inner.width() * 2 // 3
    for place, (tag, width) in enumerate(zip(tags, widths, strict=True)):
        rest = len(tags) - place - 1
        more = paint.tag_width(f"+{rest}") + px(6) if rest else 0
        if shown and width + more > room:
            shown.append((f"+{rest + 1}", paint.tag_width(f"+{rest + 1}")))
            break
        shown.append((tag, min(width, room)))
        room -= width + px(6)
    whole = sum(width + px(6) for _, width in shown)
    left = inner.left() if alone else inner.right() - whole + px(6)
    for tag, width in shown:
        paint.tag(painter, QRect(left, top, width, px(20)), tag)
        left += width + px(6)
    return inner.adjusted(whole, 0, 0, 0) if alone else inner.adjusted(0, 0, -whole, 0)


def _state_width(words: str) -> int:
    """Width of a state within a caption: its shape, its words, a gap."""
    return px(12) + px(4) + paint.width_of(words, "caption", True) + px(8)


def _words(painter: QPainter, inner: QRect, cell: Cell, states: Sequence[Chip], caption: str, align: str) -> None:
    """Main fact, and under it, when there is room for two lines, states and caption."""
    high, low = paint.line_height("body", cell.strong), paint.line_height("caption")
    two = bool(caption or states) and inner.height() >= high + low
    top = inner.top() + (inner.height() - (high + low if two else high)) // 2
    flags = _UP[align] | Qt.AlignmentFlag.AlignVCenter
    line = QRect(inner.left(), top, inner.width(), high)
    if cell.bold and align == "left":
        _spans(painter, line, cell)
    else:
        painter.setPen(theme.colour(cell.tone))
        font = theme.font("body", cell.strong)
        if cell.struck:
            font.setStrikeOut(True)
        painter.setFont(font)
        painter.drawText(line, flags, paint.elided(cell.text, inner.width(), "body", cell.strong))
    if two:
        under = QRect(inner.left(), top + high, inner.width(), low)
        for state, words in states:
            tone = icons.STATE_COLOUR[state]
            painter.drawPixmap(under.left(), under.top() + (low - px(12)) // 2, icons.shape(state, 12))
            painter.setPen(theme.colour(tone))
            painter.setFont(theme.font("caption", strong=True))
            room = under.adjusted(px(12) + px(4), 0, 0, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, paint.elided(words, room.width(), "caption", True))
            under = under.adjusted(_state_width(words), 0, 0, 0)
        painter.setPen(theme.colour("text3"))
        painter.setFont(theme.font("caption"))
        painter.drawText(under, flags, paint.elided(caption, under.width(), "caption"))


def _spans(painter: QPainter, line: QRect, cell: Cell) -> None:
    """The main fact in pieces: matched letters in accent semibold."""
    edges = sorted({0, len(cell.text), *(edge for span in cell.bold for edge in span)})
    left = line.left()
    for start, end in pairwise(edges):
        hit = any(a <= start and end <= b for a, b in cell.bold)
        piece, room = cell.text[start:end], line.right() - left
        if room <= 0:
            return
        painter.setPen(theme.colour("accent" if hit else cell.tone))
        painter.setFont(theme.font("body", hit))
        shown = paint.elided(piece, room, "body", hit)
        painter.drawText(QRect(left, line.top(), room + 2, line.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        left += round(painter.fontMetrics().horizontalAdvance(piece))


class TitleBar(QHeaderView):
    """Column titles: caption semibold over an `edge` line, ▲▼ at the sorted one; a click sorts where it can."""

    def __init__(self, model: RecordModel[Any], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._rows = model
        self.setFixedHeight(px(30))
        self.setMinimumSectionSize(px(20))
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = self.logicalIndexAt(event.position().toPoint())
        if place >= 0 and self._rows.columns[place].sort is not None:
            column, descending = self._rows.sorted_by()
            down = column == place and not descending
            self._rows.sort(place, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
            self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        column = self._rows.columns[logical_index]
        painter.save()
        painter.fillRect(rect, theme.colour("surface"))
        painter.setPen(theme.colour("text2"))
        painter.setFont(theme.font("caption", strong=True))
        sorted_column, descending = self._rows.sorted_by()
        mark = f" {'▼' if descending else '▲'}" if sorted_column == logical_index else ""
        inner = rect.adjusted(px(PAD), 0, -px(PAD), 0)
        title = paint.elided(column.title + mark, inner.width(), "caption", True)
        painter.drawText(inner, _UP[column.align] | Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()
