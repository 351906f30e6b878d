"""Type-ahead over a list: the words narrow it, accents do not matter, Enter takes the marked line and goes on."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ces_desktop.ui import theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.field import TextField

LINES = 8  # in view at once
SHOWN = 50  # a longer list is narrowed by typing, not by scrolling
_KEY, _CAPTION = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the list: the value it stands for, its words, and a caption in grey."""

    key: str
    text: str
    caption: str = ""


def folded(text: str) -> str:
    """Lower case without accents, to compare what was typed with what is written."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def narrow(options: Sequence[Option], typed: str) -> list[Option]:
    """The options in which every typed word begins a word; those that begin with the whole typed text come first."""
    words = folded(typed).split()
    found = []
    for option in options:
        text = folded(f"{option.text} {option.caption}")
        starts = text.replace("-", " ").replace("(", " ").split()
        if all(any(start.startswith(word) for start in starts) for word in words):
            found.append((not text.startswith(" ".join(words)), option))
    return [option for _, option in sorted(found, key=lambda pair: pair[0])]


class ComboField(TextField):
    """`ComboField(options)`; `value()` is the key of the chosen option, `free=True` also takes unlisted words.

    `find` replaces the search in a long list (typed text → options). `value()` of free words is None: ask `text()`.
    """

    chosen = Signal(str)

    def __init__(
        self,
        options: Sequence[Option] = (),
        value: str | None = None,
        *,
        name: str = "",
        width: int = 0,
        placeholder: str = "",
        free: bool = False,
        find: Callable[[str], Sequence[Option]] | None = None,
    ) -> None:
        super().__init__(name=name, width=width, placeholder=placeholder)
        self._options, self._free, self._find = tuple(options), free, find
        self._key: str | None = None
        self._lines = QStandardItemModel(self)
        self._popup = QListView(self)
        self._popup.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self._popup.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._popup.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay in the field
        self._popup.setProperty("part", "popup")
        self._popup.setAccessibleName(name)
        self._popup.setModel(self._lines)
        self._popup.setItemDelegate(_Lines(self._popup))
        self._popup.clicked.connect(self._clicked)
        self.textEdited.connect(self._typed)
        self.set_value(value)

    def set_options(self, options: Sequence[Option]) -> None:
        """Another list; a chosen key that is no longer in it is taken back."""
        self._options = tuple(options)
        if self._key is not None and self._option(self._key) is None:
            self.set_value(None)

    def relist(self, options: Sequence[Option]) -> None:
        """Another list beside words that may be written already: they stay."""
        self._options = tuple(options)

    def value(self) -> str | None:
        """The chosen key; None when nothing was chosen or the words are free."""
        return self._key

    def set_value(self, value: str | None) -> None:
        """Choose by key without emitting `changed`; an unknown key shows nothing."""
        option = self._option(value) if value is not None else None
        self._key = option.key if option else None
        self.setText(option.text if option else "")

    def set_option(self, option: Option) -> None:
        """Choose an option that need not be in the list (found by `find`)."""
        self._key = option.key
        self.setText(option.text)

    def offer_again(self) -> None:
        """Draw the open list anew: `find` has more to offer than when the last letter was typed."""
        if self._popup.isVisible() and self._key is None:
            self._offer(self.text())

    def marked(self) -> bool:
        """True while the list is open with a line marked: Enter would take it."""
        return self._popup.isVisible() and self._popup.currentIndex().isValid()

    def unlisted(self) -> bool:
        """True when words are written that are no option of the list and free words are not taken."""
        return self._key is None and not self._free and bool(self.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, open_ = event.key(), self._popup.isVisible()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif open_ and key == Qt.Key.Key_Escape:
            self._popup.hide()
        elif open_ and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take_marked()
            event.ignore()  # the form goes on to the next field as after any other Enter
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving with words that fit one option only, or are exactly its words, chooses it."""
        super().focusOutEvent(event)
        self._popup.hide()
        if self._key is None and self.text().strip():
            fitting, typed = self._fitting(self.text()), folded(self.text().strip())
            exact = [option for option in fitting if folded(option.text) == typed]
            if len(exact) == 1 or (len(fitting) == 1 and not self._free):
                self._take((exact or fitting)[0])

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._popup.hide()

    def _option(self, key: str) -> Option | None:
        return next((option for option in self._options if option.key == key), None)

    def _fitting(self, typed: str) -> list[Option]:
        return list(self._find(typed)) if self._find else narrow(self._options, typed)

    def _typed(self, text: str) -> None:
        self._key = None
        self._offer(text)

    def _offer(self, typed: str) -> None:
        self._lines.clear()
        for option in self._fitting(typed)[:SHOWN]:
            item = QStandardItem(option.text)
            item.setData(option.key, _KEY)
            item.setData(option.caption, _CAPTION)
            self._lines.appendRow(item)
        count = self._lines.rowCount()
        if count == 0:
            self._popup.hide()
            return
        height = min(count, LINES) * px(32) + px(10)
        below = self.mapToGlobal(self.rect().bottomLeft())
        self._popup.setGeometry(below.x(), below.y() + px(2), max(self.width(), px(260)), height)
        self._popup.show()
        if not self._free:  # free words stay as typed unless an arrow chose a line
            self._popup.setCurrentIndex(self._lines.index(0, 0))

    def _step(self, by: int) -> None:
        """An arrow: open the list, or mark the next line."""
        if not self._popup.isVisible():
            self._offer("" if self._key is not None else self.text())
            if self._lines.rowCount():  # an arrow asks for a line, of free words too
                self._popup.setCurrentIndex(self._lines.index(0, 0))
            return
        place = min(max(self._popup.currentIndex().row() + by, 0), self._lines.rowCount() - 1)
        self._popup.setCurrentIndex(self._lines.index(place, 0))

    def _take_marked(self) -> None:
        index = self._popup.currentIndex()
        self._popup.hide()
        if index.isValid():
            self._take(Option(index.data(_KEY), index.data(), index.data(_CAPTION) or ""))

    def _clicked(self, index: QModelIndex) -> None:
        self._popup.setCurrentIndex(index)
        self._take_marked()

    def _take(self, option: Option) -> None:
        self.set_option(option)
        self.changed.emit()
        self.chosen.emit(option.key)


class _Lines(QStyledItemDelegate):
    """Words in body, caption at the right in grey."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(px(200), px(32))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        area: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.colour("select"))
        inner = area.adjusted(px(10), 0, -px(10), 0)
        caption = index.data(_CAPTION) or ""
        room = paint.width_of(caption, "caption") + px(12) if caption else 0
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font("body"))
        words = paint.elided(index.data(), inner.width() - room)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(theme.colour("text3"))
        painter.setFont(theme.font("caption"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, caption)
