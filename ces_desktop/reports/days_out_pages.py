"""The record of days without stock: a strip of the month for each item that was out, worst class first."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable

from ces_desktop.data.queries.shelf import Shelf, ShelfRow
from ces_desktop.i18n import language, tr
from ces_desktop.reports import charts, fonts, monthly_words, pages, parts, words
from ces_desktop.reports.document import Frame, Paper, cut_code
from ces_desktop.reports.rolled import rolled
from ces_desktop.reports.supply_words import number

STEP, HIGH = 3.15 * mm, 7.5
WIDTHS = (49 * mm, 8 * mm, 31 * STEP + 2, 12 * mm, 12 * mm)
ORDER = {"V": 0, "E": 1}


@dataclass(frozen=True, slots=True)
class Out:
    """An item in a month: for each day of it whether there was any, None = the day is not over."""

    row: ShelfRow
    days: tuple[bool | None, ...]
    unmet: int

    @property
    def out(self) -> int:
        """Days without usable stock."""
        return self.days.count(False)


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of the table: as `Out`, of an item by its name."""

    name: str
    ven: str
    days: tuple[bool | None, ...]
    unmet: int


def outs(shelf: Shelf, month: str, today: date) -> list[Out]:
    """Items in use that the ledger knew in a month; the longest without stock first, vital ones before all."""
    first = date.fromisoformat(f"{month}-01")
    length = monthrange(first.year, first.month)[1]
    found = []
    for row in shelf.rows:
        place = next((n for n, each in enumerate(row.months) if each.month == month), None)
        if place is None or not row.lively or not row.first or row.first > month:
            continue
        bits = row.bits[place]
        days = tuple(None if first + timedelta(n) > today else bool(bits >> n & 1) for n in range(length))
        found.append(Out(row, days, row.months[place].unmet))
    return sorted(found, key=lambda x: (ORDER.get(x.row.item.ven, 2), -x.out, x.row.item.name_es, x.row.item.code))


def build(shelf: Shelf, month: str, today: date, frame: Frame) -> bytes:
    """The file of `shelf.days_out_pdf`."""
    held = outs(shelf, month, today)
    short = [each for each in held if each.out]
    title = tr("Days without stock · {month}").format(month=monthly_words.month_name(month))
    story: list[Flowable] = [parts.Mark(title), parts.text(_summary(held, short), "bold"), parts.gap(1)]
    if short:
        story.append(table([Strip(x.row.item.name(language()), x.row.item.ven, x.days, x.unmet) for x in short]))
    elif held:
        story.append(parts.text(tr("No item in use was without stock on any day.")))
    meaning = tr(
        "A black day began without usable stock (in date) and none came; a white one had some; where nothing "
        "is drawn the day is not over. Days follow from the ledger, nobody types them. Unmet: units asked for"
        " and not there. Items in use: asked for in the last year, or kept here by decision."
    )
    story += [parts.gap(2), parts.text(meaning, "caption")]
    cut = cut_code(month, [[each.row.item.code, list(each.days), each.unmet] for each in short], len(held))
    over = date.fromisoformat(f"{month}-01") + timedelta(31) <= today or today.isoformat()[:7] > month
    paper = Paper(title, "", cut, warning="" if over else tr("MONTH NOT OVER"))
    return pages.build(story, paper, frame)


def _summary(held: Sequence[Out], short: Sequence[Out]) -> str:
    possible = sum(len(each.days) - each.days.count(None) for each in held)
    out = sum(each.out for each in held)
    share = f"{1000 * out // possible / 10:.1f}{words.NBSP}%" if possible else words.DASH
    return tr("Items in use: {n} · out on some day: {short} · item-days without stock: {out} of {of} ({share})").format(
        n=number(len(held)), short=number(len(short)), out=number(out), of=number(possible), share=share
    )


def table(held: Sequence[Strip]) -> Flowable:
    """A line for each item: its name, class, the strip of the month, days out, units unmet."""
    length = len(held[0].days) if held else 31
    heads: list[Any] = [
        parts.text(tr("Item"), "heads"), parts.text(tr("Class"), "heads"), _numbers(length),
        parts.text(tr("Days out"), "heads"), parts.text(tr("Unmet"), "heads"),
    ]  # fmt: skip
    size = 7.5
    rows = [
        [
            parts.fitted(each.name, WIDTHS[0] - 5, size), each.ven or words.DASH, _strip(each.days),
            str(each.days.count(False)), number(each.unmet) if each.unmet else "",
        ]
        for each in held
    ]  # fmt: skip

    def made(some: Sequence[Sequence[Any]]) -> LongTable:
        drawn = LongTable([heads, *some], colWidths=WIDTHS, repeatRows=1)
        drawn.setStyle(
            [
                ("FONT", (0, 0), (-1, -1), fonts.BODY, size),
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
        for place in range(length):
            charts.words(canvas, place * STEP + STEP / 2, 1.2, str(place + 1), 5.2, align="center")

    return charts.Chart(31 * STEP, HIGH, drawn)
