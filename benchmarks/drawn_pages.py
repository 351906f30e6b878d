"""The pages of a PDF as plain values, and the same drawn again by bare reportlab: the floor of prints.

A page is words at their place in their font and size, paths with their fill and line, and stamps (drawings used many
times, drawn once); `drawn_reading` finds them. `draw` makes one call of `Canvas` for each and knows nothing else: no
layout, no measuring, no wrapping. Coordinates and sizes in points, greys from 0 to 1. A fresh process that draws loads
this module, which therefore loads nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

LINE, CURVE, MOVE = 1, 2, 3
"""Kinds of segments; a curve is three of them."""
Box = tuple[float, float, float, float]
Segment = tuple[int, float, float]
"""Kind (below zero: it also closes the path), x, y."""


@dataclass(frozen=True, slots=True)
class Words:
    """One string; `font` is its name without the mark of a subset."""

    text: str
    font: str
    size: float
    x: float
    y: float
    grey: float


@dataclass(frozen=True, slots=True)
class Path:
    """A path; `fill` and `stroke` None = not filled, no line."""

    segments: tuple[Segment, ...]
    fill: float | None
    stroke: float | None
    width: float
    dash: tuple[float, ...]
    clip: Box | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """The drawing number `form` of `Drawn.forms`, with its origin here."""

    form: int
    x: float
    y: float
    clip: Box | None


Thing = Words | Path | Stamp


@dataclass(slots=True)
class Drawn:
    """All pages in order, and the drawings used more than once."""

    pages: list[list[Thing]] = field(default_factory=list)
    forms: list[tuple[Thing, ...]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def lines(self) -> list[list[str]]:
        """The words of each page."""
        return [[each.text for each in page if isinstance(each, Words)] for page in self.pages]


def draw(drawn: Drawn, fonts: dict[str, str]) -> bytes:
    """The same pages by bare reportlab; `fonts` leads from names in the file to names known to reportlab."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(drawn.width, drawn.height), initialFontName=next(iter(fonts.values())), invariant=1)
    for number, form in enumerate(drawn.forms):
        canvas.beginForm(f"form{number}", 0, 0, drawn.width, drawn.height)
        _draw(canvas, form, fonts)
        canvas.endForm()
    for page in drawn.pages:
        _draw(canvas, page, fonts)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Any, things: Sequence[Thing], fonts: dict[str, str]) -> None:
    """What is already set is not set again: a floor tells the canvas no more than it must."""
    held: dict[str, object] = {}
    for each in things:
        kept = dict(held)
        if not isinstance(each, Words) and each.clip:
            canvas.saveState()
            edge = canvas.beginPath()
            edge.rect(*each.clip)
            canvas.clipPath(edge, stroke=0, fill=0)
        if isinstance(each, Words):
            _set(held, "fill", each.grey, canvas.setFillGray)
            if held.get("font") != (each.font, each.size):
                held["font"] = each.font, each.size
                canvas.setFont(fonts[each.font], each.size)
            canvas.drawString(each.x, each.y, each.text)
        elif isinstance(each, Stamp):
            if not each.clip:
                canvas.saveState()
            canvas.translate(each.x, each.y)
            canvas.doForm(f"form{each.form}")
            canvas.restoreState()
            held = kept
        else:
            if each.fill is not None:
                _set(held, "fill", each.fill, canvas.setFillGray)
            if each.stroke is not None:
                _set(held, "stroke", each.stroke, canvas.setStrokeGray)
                _set(held, "width", each.width, canvas.setLineWidth)
                _set(held, "dash", each.dash, lambda dash: canvas.setDash(list(dash)))
            _trace(canvas, each)
            if each.clip:
                canvas.restoreState()
                held = kept


def _set(held: dict[str, object], name: str, value: Any, tell: Callable[[Any], object]) -> None:
    if held.get(name, () if name == "dash" else None) != value:
        held[name] = value
        tell(value)


def _trace(canvas: Any, each: Path) -> None:
    """The path by the shortest call there is for it: a line, a rectangle, or its segments one by one."""
    fill, stroke = each.fill is not None, each.stroke is not None
    at = each.segments
    if len(at) == 2 and not fill:
        canvas.line(at[0][1], at[0][2], at[1][1], at[1][2])
        return
    if box := _rectangle(at):
        canvas.rect(*box, stroke=int(stroke), fill=int(fill))
        return
    path = canvas.beginPath()
    curve: list[float] = []
    for kind, x, y in at:
        if abs(kind) == MOVE:
            path.moveTo(x, y)
        elif abs(kind) == LINE:
            path.lineTo(x, y)
        else:
            curve += [x, y]
            if len(curve) == 6:
                path.curveTo(*curve)
                curve = []
        if kind < 0:
            path.close()
    canvas.drawPath(path, stroke=int(stroke), fill=int(fill))


def _rectangle(at: Sequence[Segment]) -> Box | None:
    if len(at) not in (4, 5) or len({x for _, x, _ in at}) != 2 or len({y for _, _, y in at}) != 2:
        return None
    xs, ys = [x for _, x, _ in at], [y for _, _, y in at]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
