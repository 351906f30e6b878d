"""What does not fit: words wider or higher than the widget that shows them, and a language longer than any of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionFrame,
    QWidget,
)

from ces_desktop import i18n
from ces_desktop.ui.models.record_table import RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import StatusChip, Tag, Text, UsbBadge, paint

SLACK = 1  # px: rounding of a font's fractional widths


def clipped(widget: QWidget) -> list[str]:
    """A line for each visible part of `widget` (shown and laid out) that is too small for what it says.

    Shortened labels (`Text(elide=True)`) are meant to be shortened and pass. What a scroll area shows upright may be
    longer than the window, but never wider.
    """
    return [line for part in [widget, *widget.findChildren(QWidget)] if part.isVisible() for line in _complaints(part)]


def _complaints(part: QWidget) -> Iterator[str]:
    width, height = part.width() + SLACK, part.height() + SLACK
    if isinstance(part, QLabel):
        if part.text() and not (isinstance(part, Text) and part.elides()):
            needs = part.heightForWidth(part.width()) if part.wordWrap() else part.sizeHint().height()
            if not part.wordWrap() and part.sizeHint().width() > width:
                yield f"label {part.text()!r}: {part.width()} px of {part.sizeHint().width()}"
            if needs > height:
                yield f"label {part.text()!r}: {part.height()} px high of {needs}"
    elif isinstance(part, QAbstractButton | StatusChip | Tag | UsbBadge):
        least = part.minimumSizeHint()
        if part.hasHeightForWidth():
            least.setHeight(max(least.height(), part.heightForWidth(part.width())))
        if least.isValid() and (least.width() > width or least.height() > height):
            name = part.accessibleName() or part.objectName()
            yield f"{type(part).__name__} {name!r}: {part.width()}×{part.height()} of {least.width()}×{least.height()}"
    elif isinstance(part, QLineEdit) and part.placeholderText() and not part.property("part"):
        needs = part.fontMetrics().horizontalAdvance(part.placeholderText())
        room = _room_of(part)
        if not part.text() and needs > room:
            yield f"placeholder {part.placeholderText()!r}: {room} px of {needs}"
    elif isinstance(part, QScrollArea) and part.widget() is not None:
        needs = part.widget().minimumSizeHint().width()
        if needs > part.viewport().width() + SLACK:
            yield f"page {part.width()} px wide needs {needs}"
    yield from _outside(part)


def cut_cells(widget: QWidget) -> list[str]:
    """A line for each title, state and figure (a date, a count) that is cut in a visible table within `widget`.

    A name may be cut: its tip says it whole.
    """
    tables = [part for part in [widget, *widget.findChildren(RecordTable)] if isinstance(part, RecordTable)]
    return [line for table in tables if table.isVisible() for line in _cut_in(table)]


def _cut_in(table: RecordTable[Any]) -> Iterator[str]:
    columns = table.records.columns
    for place, column in enumerate(columns):
        if table.isColumnHidden(place):
            continue
        room = table.columnWidth(place) - 2 * px(10) + SLACK
        needs = paint.width_of(column.title, "caption", True)
        if column.width and needs > room:
            yield f"title {column.title!r}: {room} px of {needs}"
        for line in range(table.records.rowCount()):
            top = table.rowViewportPosition(line)
            if top + table.row_height <= 0 or top >= table.viewport().height():
                continue
            cell = table.records.cell_at(line, place)
            if cell.chip is not None and paint.chip_width(cell.chip[1]) > room:
                yield f"state {cell.chip[1]!r}: {room} px of {paint.chip_width(cell.chip[1])}"
            figure = column.width and len(cell.text) <= 16 and any(letter.isdigit() for letter in cell.text)
            if figure and not cell.line and paint.width_of(cell.text, "body", cell.strong) > room:
                yield f"figure {cell.text!r}: {room} px of {paint.width_of(cell.text, 'body', cell.strong)}"


def _outside(part: QWidget) -> Iterator[str]:
    """A part that reaches over the edge of the part that holds it."""
    holder = part.parentWidget()
    if not isinstance(part, Text | QAbstractButton) or holder is None:
        return
    name, place = part.accessibleName(), part.geometry()
    if place.right() > holder.width():
        yield f"{type(part).__name__} {name!r} reaches {place.right()} of {holder.width()} px"
    if place.bottom() > holder.height():
        yield f"{type(part).__name__} {name!r} reaches down to {place.bottom()} of {holder.height()} px"


def _room_of(line: QLineEdit) -> int:
    """Width in px that Qt has for the words in it: less border, padding, and 2 px at each end."""
    option = QStyleOptionFrame()
    line.initStyleOption(option)
    inside = line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, line)
    margins = line.textMargins()
    return inside.width() - margins.left() - margins.right() - 4 + SLACK


@contextmanager
def pseudo_language(factor: float = 1.35) -> Iterator[None]:
    """Every text of the program grows by `factor` (accented, in brackets), blanks kept: what a longer language does.

    Pages built inside show pseudo text; build and measure them inside the block.
    """

    def grown(text: str) -> str:
        if not text.strip():
            return text
        extra = max(1, round(len(text) * (factor - 1)) - 2)
        words = " ".join(["ñandú"] * (extra // 6 + 1))[:extra]
        return f"[{text} {words}]" if extra > 2 else f"[{text}]"

    class Pseudo:
        def gettext(self, text: str) -> str:
            return grown(text)

        def ngettext(self, one: str, many: str, n: int) -> str:
            return grown(one if n == 1 else many)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "_current", Pseudo())
        yield
