"""A month of days with and without stock, drawn as one strip for each item; it loads nothing but what it draws with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, Paragraph

from ces_desktop.i18n import tr
from ces_desktop.reports import charts, fonts, parts, words
from ces_desktop.reports.rolled import rolled
from ces_desktop.reports.supply_words import number

STEP, HIGH, SIZE = 3.15 * mm, 7.5, 7.5
WIDTHS = (49 * mm, 8 * mm, 31 * STEP + 2, 12 * mm, 12 * mm)


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of the table: the days of an item by its name; a day is None while it is not known."""

    name: str
    ven: str
    days: tuple[bool | None, ...]
    unmet: int


def table(held: Sequence[Strip]) -> Flowable:
    """A line for each item: its name, on two lines where one is short, class, strip of the month, days out, unmet."""
    length = len(held[0].days) if held else 31
    heads: list[Any] = [
        parts.text(tr("Item"), "heads"), parts.text(tr("Class"), "heads"), _numbers(length),
        _at_right(tr("Days out")), _at_right(tr("Unmet")),
    ]  # fmt: skip
    rows = [
        [
            _named(each.name), each.ven or words.DASH, _strip(each.days),
            str(each.days.count(False)), number(each.unmet) if each.unmet else "",
        ]
        for each in held
    ]  # fmt: skip

    def made(some: Sequence[Sequence[Any]]) -> LongTable:
        drawn = LongTable([heads, *some], colWidths=WIDTHS, repeatRows=1)
        drawn.setStyle(
            [
                ("FONT", (0, 0), (-1, -1), fonts.BODY, SIZE),
                *((name, (0, 0), (-1, -1), 1.6) for name in ("TOPPADDING", "BOTTOMPADDING")),
                *((name, (0, 0), (-1, -1), 2) for name in ("LEFTPADDING", "RIGHTPADDING")),
                ("LEFTPADDING", (2, 0), (2, -1), 1),
                ("RIGHTPADDING", (2, 0), (2, -1), 0),
                ("BACKGROUND", (0, 0), (-1, 0), parts.SHADE),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, parts.HAIR),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("ALIGN", (3, 1), (-1, -1), "RIGHT"),
            ]
        )
        return drawn

    return rolled(rows, made)


def lines_of(name: str) -> int:
    """How many lines of the table a name takes: one or two."""
    return _named(name).count("\n") + 1


def _named(name: str) -> str:
    """On two lines where one is too short: names that begin alike differ at their end."""
    room = WIDTHS[0] - 5
    lines = simpleSplit(name, fonts.BODY, SIZE, room)
    return "\n".join((lines[0], parts.fitted(" ".join(lines[1:]), room, SIZE))) if len(lines) > 1 else name


def _at_right(head: str) -> Flowable:
    return Paragraph(escape(head), ParagraphStyle("at_right", parts.style("heads"), alignment=TA_RIGHT))


def _strip(days: Sequence[bool | None]) -> Flowable:
    def drawn(canvas: Canvas) -> None:
        canvas.setLineWidth(0.3)
        for place, there in enumerate(days):
            if there is not None:
                canvas.setFillGray(1 if there else 0.1)
                canvas.rect(place * STEP + 0.6, 0.4, STEP - 1.2, HIGH - 0.8, stroke=1, fill=1)
        canvas.setFillGray(0)

    return charts.Chart(31 * STEP, HIGH, drawn)


def _numbers(length: int) -> Flowable:
    def drawn(canvas: Canvas) -> None:
        for day in (1, *range(5, length + 1, 5)):  # all of them would be too small to read
            charts.words(canvas, (day - 0.5) * STEP, 0.4, str(day), 7.5, align="center")

    return charts.Chart(31 * STEP, HIGH, drawn)
