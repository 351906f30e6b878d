"""Typing a quantity into the row of a table, and the question why it is another than proposed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QMenu, QTableView, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.pages import order_words as words
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import TextField

DIGITS = frozenset("0123456789")


class QuantityField(TextField):
    """Over the cell of the chosen row: digits, + and - by the pack; Enter keeps it (`kept(units)`), Esc does not."""

    kept = Signal(int)
    dropped = Signal()

    def __init__(self, table: QTableView, column: int) -> None:
        super().__init__(name=tr("Ask for"), align="right", limit=8)
        self.setParent(table.viewport())
        self._table, self._column, self._pack = table, column, 1
        self.hide()

    def begin(self, row: int, pack: int, units: int, typed: str) -> None:
        """Open over a row: with the digit typed, or with a pack more or less."""
        area = self._table.visualRect(self._table.model().index(row, self._column))
        self.setGeometry(area.adjusted(px(4), px(4), -px(4), -px(5)))
        self._pack = pack
        if typed in DIGITS:
            self.setText(typed)
        else:
            self.setText(str(units))
            self._step(typed)
        self.set_state("")
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if typed == "":
            self.selectAll()

    def _step(self, sign: str) -> None:
        units = self._units()
        if units is not None and sign in ("+", "-"):
            whole = units + self._pack if sign == "+" else max(0, units - self._pack)
            self.setText(str(whole))

    def _units(self) -> int | None:
        text = self.text().replace(",", "").strip()
        return int(text) if text.isdigit() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            units = self._units()
            if units is None:
                self.set_state("bad")
                return
            self.hide()
            self.kept.emit(units)
        elif event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.dropped.emit()
        elif event.text() in ("+", "-"):
            self._step(event.text())
        elif event.text() and event.text().isprintable() and event.text() not in DIGITS:
            return  # a quantity has digits alone
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isVisible() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.hide()


def ask_reason(
    parent: QWidget, at: QPoint, chosen: str, take: Callable[[str], None], leave: Callable[[], None]
) -> QMenu:
    """A menu of reasons by number at a place of the screen; `leave` where none is taken."""
    menu = QMenu(parent)
    menu.setAccessibleName(tr("Why another quantity?"))
    title = menu.addSection(tr("Why another quantity?"))
    title.setEnabled(False)
    taken: list[str] = []
    for number, (code, text) in enumerate(words.reasons().items(), 1):
        act = menu.addAction(f"&{number % 10}  {text.replace('&', '&&')}")
        act.triggered.connect(partial(_take, code, taken, take))
        if code == chosen:
            menu.setActiveAction(act)
    if not chosen:
        menu.setActiveAction(menu.actions()[1])
    menu.aboutToHide.connect(lambda: None if taken else _after(menu, taken, leave))
    menu.popup(at)
    return menu


def _take(code: str, taken: list[str], take: Callable[[str], None], _: bool = False) -> None:
    taken.append(code)
    take(code)


def _after(menu: QMenu, taken: list[str], leave: Callable[[], None]) -> None:
    """A menu hides before its action is told: whether one was taken is known a moment later."""
    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, menu, lambda: None if taken else leave())
