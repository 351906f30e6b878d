"""Lines and words of the search popup: the choice, the line that registers, and how results are counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ces_desktop.data.queries.search import SearchAnswer
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import icons, labels, theme
from ces_desktop.ui.models.record_table import Cell, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint

QUOTED = 60
"""Letters of what was typed that the popup's sentences repeat."""
Command = tuple[str, str, Callable[[], object]]
"""Title, keys (may be empty), what it does."""


@dataclass(frozen=True, slots=True)
class Line:
    """One choice of the list: a person, a near spelling, a command or "register new", and its place among them."""

    kind: str
    place: int


class NewPerson(QAbstractButton):
    """The line that registers who was searched; always last."""

    def __init__(self) -> None:
        super().__init__()
        self._words, self._chosen = "", False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(px(36))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_words(self, text: str) -> None:
        """What it offers."""
        self._words = text
        self.setAccessibleName(text)
        self.update()

    def shown_text(self) -> str:
        """What is written on it."""
        return self._words

    def set_chosen(self, chosen: bool) -> None:
        """Draw it as the chosen line."""
        self._chosen = chosen
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._chosen or self.underMouse():
            painter.fillRect(self.rect(), theme.colour("select" if self._chosen else "row"))
        middle = self.height() // 2
        painter.drawPixmap(px(14), middle - px(9), icons.pixmap("user-plus", 18, "accent"))
        cap = paint.cap_width("F4")
        words = self.rect().adjusted(px(40), 0, -cap - px(24), 0)
        painter.setFont(theme.font("body", strong=True))
        painter.setPen(theme.colour("accent"))
        shown = paint.elided(self._words, words.width(), "body", True)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        paint.key_cap(painter, QRect(self.width() - cap - px(12), middle - px(10), cap, px(20)), "F4")


def quiet(table: RecordTable[Any]) -> RecordTable[Any]:
    """A table as a list: no titles, and the focus stays in the box."""
    table.horizontalHeader().hide()
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return table


def command_cell(command: Command) -> Cell:
    """The title of a command."""
    return Cell(command[0])


def keys_cell(command: Command) -> Cell:
    """The keys that do the same."""
    return Cell(command[1], tone="text3")


def quotable(text: str) -> str:
    """What was typed as a sentence can hold it: one short line, without marks that would turn its words round."""
    shown = "".join(mark for mark in " ".join(text.split()) if mark.isprintable())
    return shown if len(shown) <= QUOTED else f"{shown[: QUOTED - 1].rstrip()}…"


def count_words(answer: SearchAnswer) -> str:
    """How many people were found."""
    if answer.recent:
        return tr("Recent people") if answer.rows else tr("Search a person")
    if answer.more:
        return tr("More than {n} people").format(n=labels.number(answer.total // 50 * 50))
    n = answer.total
    if not n:
        return ""
    return trn("{n} person", "{n} people", n).format(n=n)


def nobody_words(text: str, answer: SearchAnswer) -> str:
    """What an empty list says."""
    if answer.recent:
        return tr("Type the beginnings of the names: “lo pe ma” finds López Pérez María.")
    return tr("No match for “{typed}”.").format(typed=quotable(text))
