"""The data table of every list: frozen rows in, painted two-line cells out, never a widget for each cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from ces_desktop.ui.icons import State
from ces_desktop.ui.models.cell_paint import CellDelegate, TitleBar
from ces_desktop.ui.models.column_widths import MEASURED, needs, shares
from ces_desktop.ui.theme import px

RowT = TypeVar("RowT")
Index = QModelIndex | QPersistentModelIndex
Align = Literal["left", "right", "center"]

ROW_ROLE = Qt.ItemDataRole.UserRole
CELL_ROLE = Qt.ItemDataRole.UserRole + 1
MARKED_ROLE = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows: main fact, context caption under it, a state chip, category tags.

    `bold` are the (start, end) spans of `text` drawn in accent semibold (letters that matched a search); `strong` makes
    the main fact semibold; `tone` is its colour token; `letters` draws an initials disc before it. `line` is a
    sparkline (values, places without stock) drawn instead of the words; `badge` draws the text in a square,
    filled where it is "filled"; `boxed` draws it as a field that can be typed into. `gauge` draws a bar in the tone
    beside the text: how full, and where its mark stands (0 to 1). `struck` words are crossed out: taken back.
    """

    text: str = ""
    caption: str = ""
    chip: tuple[State, str] | None = None
    tags: tuple[str, ...] = ()
    bold: tuple[tuple[int, int], ...] = ()
    strong: bool = False
    tone: str = "text"
    letters: str = ""
    line: tuple[tuple[float | None, ...], tuple[int, ...]] | None = None
    badge: Literal["", "plain", "filled"] = ""
    boxed: bool = False
    gauge: tuple[float, float] | None = None
    struck: bool = False

    def words(self) -> str:
        """The cell as one line of plain text: clipboard, screen reader, type-ahead."""
        parts = (self.text, self.caption, self.chip[1] if self.chip else "", *self.tags)
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """One column: title, width in design px (0 = takes what is left), alignment, how a row becomes a cell.

    `sort` gives the value to sort by (None values go last); without it the title cannot be clicked. `droppable` columns
    go first when the window is narrow; their text joins the caption of the first stretching column. `tip`: what the
    title means, where two words do not say it.
    """

    title: str
    cell: Callable[[RowT], Cell]
    width: int = 0
    align: Align = "left"
    sort: Callable[[RowT], Any] | None = None
    droppable: bool = False
    tip: str = ""


@dataclass(slots=True)
class _Order:
    """How the rows stand now."""

    column: int = -1
    descending: bool = False
    rows: list[int] = field(default_factory=list)


class RecordModel(QAbstractTableModel, Generic[RowT]):
    """Rows as they were read; sorting moves indices, cells are made when they are shown and forgotten at a reset."""

    def __init__(self, columns: Sequence[Column[RowT]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: Sequence[RowT] = ()
        self._order = _Order()
        self._cells: dict[tuple[int, int], Cell] = {}
        self._marked: set[int] = set()

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Show other rows; the sort stays, the marks go."""
        self.beginResetModel()
        self._rows = rows
        self._cells.clear()
        self._marked.clear()
        self._sort()
        self.endResetModel()

    def refresh(self, first: int, last: int) -> None:
        """Rows `first`…`last` of an unsorted list were filled in late: their cells are made again."""
        for place in range(first, last + 1):
            for column in range(len(self.columns)):
                self._cells.pop((place, column), None)
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def row_at(self, place: int) -> RowT:
        """The row shown at a place (0…)."""
        return self._rows[self._order.rows[place]]

    def cell_at(self, place: int, column: int) -> Cell:
        """The cell shown at a place."""
        key = (self._order.rows[place], column)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = self.columns[column].cell(self._rows[key[0]])
        return cell

    def marked(self) -> list[RowT]:
        """The rows marked with Space, in the order shown."""
        return [self._rows[index] for index in self._order.rows if index in self._marked]

    def toggle_mark(self, place: int) -> None:
        """Mark or unmark the row at a place."""
        self._marked ^= {self._order.rows[place]}
        self.dataChanged.emit(self.index(place, 0), self.index(place, len(self.columns) - 1))

    def place_of(self, wanted: Callable[[RowT], bool]) -> int:
        """The place of the first row that is wanted, -1 when none is."""
        return next((p for p, index in enumerate(self._order.rows) if wanted(self._rows[index])), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == CELL_ROLE:
            return self.cell_at(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell_at(index.row(), index.column()).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            column = self.columns[index.column()]
            words = self.cell_at(index.row(), index.column()).words()
            return f"{column.title}: {words}" if column.title else words
        if role == MARKED_ROLE:
            return self._order.rows[index.row()] in self._marked
        if role == ROW_ROLE:
            return self.row_at(index.row())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return self.columns[section].tip or None
        return None

    def retitle(self, place: int, title: str, tip: str) -> None:
        """Another title of a column: what it says only when the rows are there (until which day)."""
        changed = replace(self.columns[place], title=title, tip=tip)
        self.columns = (*self.columns[:place], changed, *self.columns[place + 1 :])
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, place, place)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column that can be sorted; -1 goes back to the order the rows came in."""
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        held = [(old, self._order.rows[old.row()]) for old in kept]
        self._order.column = column
        self._order.descending = order == Qt.SortOrder.DescendingOrder
        self._sort()
        places = {index: place for place, index in enumerate(self._order.rows)} if held else {}
        for old, index in held:
            self.changePersistentIndex(old, self.index(places[index], old.column()))
        self.layoutChanged.emit()

    def sorted_by(self) -> tuple[int, bool]:
        """The column (-1: none) and whether it goes downwards."""
        return self._order.column, self._order.descending

    def _sort(self) -> None:
        rows = list(range(len(self._rows)))
        if 0 <= self._order.column < len(self.columns):
            value = self.columns[self._order.column].sort
            if value is not None:
                keys = [value(row) for row in self._rows]
                known = [index for index in rows if keys[index] is not None]
                known.sort(key=lambda index: keys[index], reverse=self._order.descending)
                rows = known + [index for index in rows if keys[index] is None]
        self._order.rows = rows


class RecordTable(QTableView, Generic[RowT]):
    """`RecordTable([Column(tr("Person"), person_cell), …])`, `set_rows(rows)`; `opened(row)` and `selected(row)`.

    ↑↓ move, Enter or double click opens, Space marks (with `marks=True`), Ctrl+C copies the chosen rows as tabbed text.
    `type_ahead=True`: letters go to the next row whose first column begins with them (not where letters are outcomes).
    `dense` rows are 28 px and one line; otherwise two lines, 46 px (36 with `two_lines=False`).
    """

    opened = Signal(object)
    selected = Signal(object)
    marks_changed = Signal()

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        *,
        name: str = "",
        two_lines: bool = True,
        dense: bool = False,
        type_ahead: bool = False,
        marks: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.records = RecordModel[RowT](columns, self)
        self._type_ahead, self._marks, self._typed = type_ahead, marks, ""
        self._wanted = needs(columns, ())
        self.setModel(self.records)
        self.setAccessibleName(name)
        self.setItemDelegate(CellDelegate(self.records, self))
        self.setHorizontalHeader(TitleBar(self.records, self))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        upright = self.verticalHeader()
        upright.hide()
        upright.setSectionResizeMode(upright.ResizeMode.Fixed)  # one height for all: 100,000 rows need no measuring
        upright.setMinimumSectionSize(px(20))
        upright.setDefaultSectionSize(px(28 if dense else 46 if two_lines else 36))
        self.row_height = upright.defaultSectionSize()
        self.doubleClicked.connect(self._open)
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(800)
        self._forget.timeout.connect(self._forget_typed)

    def set_rows(self, rows: Sequence[RowT], keep: Callable[[RowT], bool] | None = None) -> None:
        """Show these rows; `keep` finds the row to stay selected, else the first is when the table has the focus."""
        at = self.currentIndex().row()
        self.records.set_rows(rows)
        self._measure()
        place = self.records.place_of(keep) if keep is not None else -1
        if place < 0 and rows and (self.hasFocus() or at >= 0):
            place = min(max(at, 0), len(rows) - 1) if keep is None else 0
        if place >= 0:
            self.select_place(place)

    def retitle(self, place: int, title: str, tip: str) -> None:
        """Another title of a column, wide enough for it, and what it means."""
        self.records.retitle(place, title, tip)
        self._measure()

    def select_place(self, place: int) -> None:
        """Select the row at a place and bring it into view."""
        if 0 <= place < self.records.rowCount():
            self.executeDelayedItemsLayout()  # rows just put in: without, Qt scrolls as far as the old ones went
            # Said in full: Qt's own `selectRow` takes a row out again while Ctrl is still held (Ctrl+D, Ctrl+Z).
            self.selectionModel().setCurrentIndex(self.records.index(place, 0), _ALONE)

    def current(self) -> RowT | None:
        """The selected row, None when there is none."""
        place = self.currentIndex().row()
        return self.records.row_at(place) if 0 <= place < self.records.rowCount() else None

    def marked(self) -> list[RowT]:
        """The rows marked with Space."""
        return self.records.marked()

    def fit_height(self, most: int = 0) -> None:
        """Be as high as the rows (at most `most` of them, 0 = all), for a table inside a scrolling page."""
        shown = min(self.records.rowCount(), most) if most else self.records.rowCount()
        self.setFixedHeight(px(30) + shown * self.row_height + 1)

    def copy(self) -> None:
        """The selected rows to the clipboard, a line each, columns by tabs."""
        places = sorted({index.row() for index in self.selectionModel().selectedRows()})
        lines = [
            "\t".join(self.records.cell_at(place, column).words() for column in range(len(self.records.columns)))
            for place in places
        ]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row():
            self.selected.emit(self.records.row_at(current.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key == Qt.Key.Key_Space and self._marks and not self._typed and self.currentIndex().isValid():
            self.records.toggle_mark(self.currentIndex().row())
            self.marks_changed.emit()
        elif key == Qt.Key.Key_Home:
            self.select_place(0)
        elif key == Qt.Key.Key_End:
            self.select_place(self.records.rowCount() - 1)
        elif self._type_ahead and text.isprintable() and text and not event.modifiers() & _CONTROL:
            self._go_to(text)
        elif text.isprintable() and text and not event.modifiers() & _CONTROL:
            event.ignore()  # the page's outcome letters
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width(event.size().width())
        if self.currentIndex().isValid():  # chosen before the table had its place: it would stay out of sight
            self.scrollTo(self.currentIndex())

    def _open(self, index: Index) -> None:
        if index.isValid():
            self.opened.emit(self.records.row_at(index.row()))

    def _measure(self) -> None:
        """Widen what these rows would be cut in; nothing grows narrow again, so columns keep their place."""
        rows = range(min(MEASURED, self.records.rowCount()))
        places = range(len(self.records.columns))
        found = needs(self.records.columns, ([self.records.cell_at(row, place) for place in places] for row in rows))
        wanted = [max(pair) for pair in zip(self._wanted, found, strict=True)]
        if wanted != self._wanted:
            self._wanted = wanted
            self._share_width(self.viewport().width())

    def _share_width(self, room: int) -> None:
        """Fixed columns take theirs, the stretching ones share the rest; too narrow, droppable ones go."""
        delegate = self.itemDelegate()
        assert isinstance(delegate, CellDelegate)
        widths = shares(self.records.columns, self._wanted, room)
        delegate.dropped = tuple(place for place, width in enumerate(widths) if not width)
        for place, width in enumerate(widths):
            self.setColumnHidden(place, not width)
            if width:
                self.setColumnWidth(place, width)

    def _go_to(self, text: str) -> None:
        self._typed += plain(text)
        self._forget.start()
        start = max(0, self.currentIndex().row()) + (1 if len(self._typed) == 1 else 0)
        count = self.records.rowCount()
        for step in range(count):
            place = (start + step) % count
            if plain(self.records.cell_at(place, 0).text).startswith(self._typed):
                self.select_place(place)
                return

    def _forget_typed(self) -> None:
        self._typed = ""


_ALONE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_CONTROL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def plain(text: str) -> str:
    """Lower case without accents, as type-ahead compares: the same folding as in the lists of fields."""
    from ces_desktop.ui.widgets.combo import folded

    return folded(text)
