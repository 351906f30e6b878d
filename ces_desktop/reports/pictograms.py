"""Small pictures in lines for people who do not read, drawn on a 24 × 24 grid; they survive a photocopy."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

Picture = Literal["house", "calendar", "pill", "phone", "sunrise", "sun", "sunset", "moon"]


def draw(canvas: Canvas, picture: Picture, left: float, bottom: float, side: float) -> None:
    """One picture, `side` points wide and high."""
    canvas.saveState()
    canvas.translate(left, bottom)
    canvas.scale(side / 24, side / 24)
    canvas.setLineWidth(1.7)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    _DRAWINGS[picture](canvas)
    canvas.restoreState()


def _polygon(canvas: Canvas, *points: tuple[float, float], closed: bool = False, fill: int = 0) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.close()
    canvas.drawPath(path, stroke=1, fill=fill)


def _house(canvas: Canvas) -> None:
    _polygon(canvas, (2, 12), (12, 21.5), (22, 12))
    _polygon(canvas, (5, 10), (5, 2.5), (19, 2.5), (19, 10))
    _polygon(canvas, (9.5, 2.5), (9.5, 9.5), (14.5, 9.5), (14.5, 2.5))


def _calendar(canvas: Canvas) -> None:
    canvas.roundRect(2.5, 2.5, 19, 17.5, 2)
    canvas.line(2.5, 14.5, 21.5, 14.5)
    canvas.line(8, 17.8, 8, 22.2)
    canvas.line(16, 17.8, 16, 22.2)
    for x in (8, 12, 16):
        for y in (10.5, 6.5):
            canvas.circle(x, y, 0.7, stroke=0, fill=1)


def _pill(canvas: Canvas) -> None:
    """A capsule, one half filled."""
    canvas.translate(12, 12)
    canvas.rotate(45)
    canvas.roundRect(-11, -5, 22, 10, 5)
    path = canvas.beginPath()
    path.moveTo(0, -5)
    path.lineTo(6, -5)
    path.curveTo(12.6, -5, 12.6, 5, 6, 5)
    path.lineTo(0, 5)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)


def _phone(canvas: Canvas) -> None:
    canvas.roundRect(6, 1.5, 12, 21, 2.5)
    canvas.line(10, 20, 14, 20)
    canvas.circle(12, 4.8, 0.9, stroke=0, fill=1)


def _rays(canvas: Canvas, x: float, y: float, angles: list[int]) -> None:
    for angle in angles:
        turn = angle * pi / 180
        canvas.line(x + 7.6 * cos(turn), y + 7.6 * sin(turn), x + 10.4 * cos(turn), y + 10.4 * sin(turn))


def _half_sun(canvas: Canvas, arrow_up: bool) -> None:
    """The sun at the horizon; an arrow says whether it comes or goes, since a grey copy tells them apart only so."""
    canvas.line(1, 5, 23, 5)
    path = canvas.beginPath()
    path.moveTo(7, 5)
    path.curveTo(7, 11.7, 17, 11.7, 17, 5)
    canvas.drawPath(path, stroke=1, fill=0 if arrow_up else 1)
    _rays(canvas, 12, 5, [25, 155])
    head = 22 if arrow_up else 13.5
    tail = 13.5 if arrow_up else 22
    barb = -3 if arrow_up else 3
    canvas.line(12, tail, 12, head)
    _polygon(canvas, (9, head + barb), (12, head), (15, head + barb))


def _sunrise(canvas: Canvas) -> None:
    _half_sun(canvas, arrow_up=True)


def _sunset(canvas: Canvas) -> None:
    _half_sun(canvas, arrow_up=False)


def _sun(canvas: Canvas) -> None:
    canvas.circle(12, 12, 4.8)
    _rays(canvas, 12, 12, list(range(0, 360, 45)))


def _moon(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.moveTo(14, 21)
    path.curveTo(2.5, 19.5, 2.5, 4.5, 14, 3)
    path.curveTo(16, 2.8, 18.2, 3.6, 20, 5.2)
    path.curveTo(11, 5, 8.6, 15.6, 14, 21)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)


_DRAWINGS = {
    "house": _house,
    "calendar": _calendar,
    "pill": _pill,
    "phone": _phone,
    "sunrise": _sunrise,
    "sun": _sun,
    "sunset": _sunset,
    "moon": _moon,
}
