"""Charts of prints, in lines on the page: black, white and patterns, words beside what they name, no legend by colour.

Drawn on the canvas: `reportlab.graphics` would name a font in every file that is not embedded in it. Sizes in points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ces_desktop.reports import fonts
from ces_desktop.reports.drawn import Drawn

Fill = Literal["solid", "diagonal", "dots", "outline"]
FILLS: tuple[Fill, ...] = ("solid", "diagonal", "dots", "outline")
"""In this order in every chart: controlled, uncontrolled, visited without a reading, missed; first, later."""
DARK = 0.28
SMALL = 6.5
DIAGONAL, DOTS = 3.2, 3.4
"""Points from one line, one dot, to the next."""
CLOTH = 16 * DIAGONAL, 40 * DIAGONAL
"""The piece of a pattern that is drawn once: 51 by 128 points, more than most bars."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a stack: its counts in the order of `FILLS` (None = not recorded), label below, total above."""

    label: str
    parts: tuple[int, ...] | None
    above: str = ""
    under: str = ""
    """Second line of the label."""


class Chart(Drawn):
    """A drawing of fixed size that stands in the story like a paragraph."""

    def __init__(self, width: float, height: float, drawn: Callable[[Canvas], None]) -> None:
        super().__init__()
        self.width, self.height, self._drawn = width, height, drawn

    def draw(self) -> None:
        self.canv.saveState()
        self.canv.setLineWidth(0.5)
        self.canv.setFillGray(0)
        self.canv.setStrokeGray(0)
        self._drawn(self.canv)
        self.canv.restoreState()


def filled(canvas: Canvas, x: float, y: float, width: float, height: float, fill: Fill) -> None:
    """A box with one of the four patterns, which a grey photocopy keeps apart."""
    if width <= 0 or height <= 0:
        return
    canvas.setLineWidth(0.6)
    if fill in ("solid", "outline"):
        canvas.setFillGray(DARK if fill == "solid" else 1)
        canvas.rect(x, y, width, height, stroke=1, fill=1)
        canvas.setFillGray(0)
        return
    canvas.saveState()
    edge = canvas.beginPath()
    edge.rect(x, y, width, height)
    canvas.clipPath(edge, stroke=0, fill=0)
    name = _pattern(canvas, fill)
    for across in range(math.ceil(width / CLOTH[0])):
        for up in range(math.ceil(height / CLOTH[1])):
            canvas.saveState()
            canvas.translate(x + across * CLOTH[0], y + up * CLOTH[1])
            canvas.doForm(name)
            canvas.restoreState()
    canvas.restoreState()
    canvas.rect(x, y, width, height, stroke=1, fill=0)


def _pattern(canvas: Canvas, fill: Fill) -> str:
    """The name of a piece of the pattern, drawn once in each file and cut to the box where it is used."""
    name = f"pattern_{fill}"
    if not canvas.hasForm(name):
        canvas.beginForm(name, 0, 0, *CLOTH)
        canvas.setFillGray(1)
        canvas.rect(0, 0, *CLOTH, stroke=0, fill=1)
        canvas.setFillGray(0)
        (_diagonal if fill == "diagonal" else _dots)(canvas, *CLOTH)
        canvas.endForm()
    return name


def _diagonal(canvas: Canvas, width: float, height: float) -> None:
    step, path = DIAGONAL, canvas.beginPath()
    for number in range(-round(height / step), round(width / step)):
        path.moveTo(number * step, 0)
        path.lineTo(number * step + height, height)
    canvas.setLineWidth(0.9)
    canvas.drawPath(path, stroke=1, fill=0)


def _dots(canvas: Canvas, width: float, height: float) -> None:
    """Rows of square dots, every other one half a step aside; a row is one dashed line."""
    step, size, path = DOTS, 0.95, canvas.beginPath()
    for row in range(round(height / step)):
        middle = row * step + 0.6 + size / 2
        path.moveTo(step / 2 if row % 2 else 0.4, middle)
        path.lineTo(width, middle)
    canvas.setLineWidth(size)
    canvas.setDash([size, step - size])
    canvas.drawPath(path, stroke=1, fill=0)


def words(
    canvas: Canvas, x: float, y: float, text: str, size: float = SMALL, *, align: str = "left", bold: bool = False,
    halo: bool = False, inverse: bool = False,
) -> None:  # fmt: skip
    """Words on their base line; `halo` puts white behind them, so that a pattern does not eat them."""
    name = fonts.BOLD if bold else fonts.BODY
    wide = stringWidth(text, name, size)
    left = x - (wide / 2 if align == "center" else wide if align == "right" else 0)
    if halo:
        canvas.setFillGray(1)
        canvas.rect(left - 1.6, y - 1.4, wide + 3.2, size + 1, stroke=0, fill=1)
    if halo or inverse:
        canvas.setFillGray(1 if inverse else 0)
    if (canvas._fontname, canvas._fontsize) != (name, size):
        canvas.setFont(name, size)
    canvas.drawString(left, y, text)
    if inverse:
        canvas.setFillGray(0)


def hundred(columns: Sequence[Column], names: Sequence[str], width: float, height: float) -> Chart:
    """Stacked bars of 100 %, per cent in each part that has room, names of the parts beside the last bar.

    `columns` hold counts in the order of `names`; one of nobody, or not recorded, is an empty place with a dash.
    """
    return Chart(width, height, lambda canvas: _stack(canvas, columns, names, width, height, None))


def stacked(columns: Sequence[Column], names: Sequence[str], width: float, height: float) -> Chart:
    """Stacked bars of counts, each part with its number, totals above, names beside the last bar."""
    most = max((sum(each.parts or ()) for each in columns), default=0)
    return Chart(width, height, lambda canvas: _stack(canvas, columns, names, width, height, max(most, 1)))


def _stack(
    canvas: Canvas, columns: Sequence[Column], names: Sequence[str], width: float, height: float, most: int | None
) -> None:
    named = max((stringWidth(name, fonts.BODY, 7) for name in names), default=0) + 20
    foot, head = 20, 11
    room, tall = width - named, height - foot - head
    slot = room / max(len(columns), 1)
    thick = min(slot * 0.74, 44)
    canvas.line(0, foot, room, foot)
    middles: list[float] = []
    for place, each in enumerate(columns):
        middle = slot * (place + 0.5)
        words(canvas, middle, foot - 8, each.label, align="center")
        words(canvas, middle, foot - 16, each.under, align="center")
        total = sum(each.parts or ())
        if not total:
            words(canvas, middle, foot + 3, "\N{EN DASH}" if each.parts is None else "0", 7, align="center")
            continue
        scale = tall / (most or total)
        tops = _pile(canvas, each.parts or (), middle - thick / 2, foot, thick, scale, total if most is None else None)
        words(canvas, middle, tops[-1][1] + 3, each.above or str(total), align="center", bold=most is not None)
        middles = [(low + high) / 2 for low, high in tops]
    _names(canvas, names, middles or [foot + 10 * n for n in range(len(names))], room + 4)


def _pile(
    canvas: Canvas, parts: Sequence[int], x: float, y: float, thick: float, scale: float, whole: int | None
) -> list[tuple[float, float]]:
    """The parts of one bar from the foot up; returns the lower and upper edge of each."""
    edges = []
    for part, fill in zip(parts, FILLS, strict=False):
        high = part * scale
        filled(canvas, x, y, thick, high, fill)
        text = str(part) if whole is None else f"{(200 * part + whole) // (2 * whole)}"
        if high >= 9 and stringWidth(text, fonts.BODY, SMALL) + 2 < thick:
            dark = fill == "solid"
            words(canvas, x + thick / 2, y + high / 2 - 2.3, text, align="center", halo=not dark, inverse=dark)
        edges.append((y, y + high))
        y += high
    return edges


def _names(canvas: Canvas, names: Sequence[str], middles: Sequence[float], x: float) -> None:
    """A swatch and a name for each part, at the height of the part in the last bar, never one over the other."""
    at = -100.0
    for name, middle, fill in zip(names, middles, FILLS, strict=False):
        at = max(middle - 3, at + 10)
        filled(canvas, x, at - 1, 9, 8, fill)
        words(canvas, x + 12, at, name, 7)


def bar(share: float, width: float, height: float = 7) -> Chart:
    """One lying bar in a cell of a table; `share` from 0 to 1 of the width."""
    return Chart(
        width, height, lambda canvas: filled(canvas, 0, 0.5, max(width * min(share, 1), 0), height - 1, "solid")
    )


def cascade(steps: Sequence[tuple[str, int, int]], width: float) -> Chart:
    """Steps (name, n, N) as lying bars under each other, n/N and per cent beside each."""
    tall, named = 13, 92
    height = tall * len(steps)
    said = [f"{n}/{of} ({(200 * n + of) // (2 * of)} %)" if of else f"{n}/{of}" for _, n, of in steps]

    def drawn(canvas: Canvas) -> None:
        room = width - named - 6 - max(stringWidth(text, fonts.BODY, 7) for text in said)
        for place, ((name, n, of), text) in enumerate(zip(steps, said, strict=True)):
            y = height - tall * (place + 1)
            words(canvas, 0, y + 3, name, 7)
            canvas.rect(named, y + 1, room, tall - 4, stroke=1, fill=0)
            filled(canvas, named, y + 1, room * n / of if of else 0, tall - 4, "solid")
            words(canvas, named + room + 4, y + 3, text, 7)

    return Chart(width, height, drawn)


def target_line(
    points: Sequence[tuple[str, int | None]], target: int | None, target_name: str, width: float, height: float
) -> Chart:
    """Values over time joined by a line, each with its number; the target is a dashed line with its name.

    A None breaks the line: what was not measured is not drawn through.
    """
    known = [value for _, value in points if value is not None]
    most = max([*known, target or 0, 1])
    foot, head = 12, 10

    def drawn(canvas: Canvas) -> None:
        tall, slot = height - foot - head, width / max(len(points), 1)
        canvas.line(0, foot, width, foot)
        if target is not None:
            y = foot + tall * target / most
            canvas.setDash(3, 2)
            canvas.line(0, y, width, y)
            canvas.setDash()
            words(canvas, width, y + 2, target_name, align="right", halo=True)
        before: tuple[float, float] | None = None
        for place, (label, value) in enumerate(points):
            x = slot * (place + 0.5)
            words(canvas, x, foot - 8, label, align="center")
            if value is None:
                words(canvas, x, foot + 3, "\N{EN DASH}", align="center")
                before = None
                continue
            here = x, foot + tall * value / most
            if before is not None:
                canvas.setLineWidth(1.1)
                canvas.line(*before, *here)
            canvas.circle(*here, 1.6, stroke=1, fill=1)
            words(canvas, x, here[1] + 3.5, str(value), align="center", halo=True)
            before = here

    return Chart(width, height, drawn)


def sparkline(values: Sequence[int | None], width: float, height: float = 16) -> Chart:
    """The last months as a small line from zero up, the last one with a dot; a None breaks it."""
    most = max([value for value in values if value is not None] + [1])

    def drawn(canvas: Canvas) -> None:
        slot = (width - 4) / max(len(values) - 1, 1)
        canvas.setLineWidth(0.3)
        canvas.line(0, 1, width, 1)
        canvas.setLineWidth(0.9)
        before: tuple[float, float] | None = None
        for place, value in enumerate(values):
            here = None if value is None else (2 + slot * place, 1 + (height - 4) * value / most)
            if here is not None and before is not None:
                canvas.line(*before, *here)
            elif here is not None:
                canvas.circle(*here, 0.5, stroke=0, fill=1)
            before = here
        if before is not None:
            canvas.circle(*before, 1.5, stroke=0, fill=1)

    return Chart(width, height, drawn)
