"""Headings with a rule under them, and lines to write on: drawn on the canvas, as a table of each costs ten times."""

from __future__ import annotations

from reportlab.lib.colors import Color, black

from ces_desktop.reports import fonts
from ces_desktop.reports.drawn import Drawn

HEADING = 10.5


class Headline(Drawn):
    """Bold words over a rule as wide as the text. Sizes in points."""

    def __init__(self, words: str, width: float) -> None:
        super().__init__()
        self._words, self.width, self.height = words, width, 16.0

    def draw(self) -> None:
        self.canv.setFillColor(black)
        self.canv.setStrokeColor(black)
        self.canv.setFont(fonts.BOLD, HEADING)
        self.canv.drawString(0, 4.5, self._words)
        self.canv.setLineWidth(0.6)
        self.canv.line(0, 0, self.width, 0)


class Rules(Drawn):
    """Empty lines to write on by hand, `step` points from one to the next; not parted by the end of a page."""

    def __init__(self, count: int, step: float, width: float, thick: float, colour: Color) -> None:
        super().__init__()
        self.width, self.height = width, count * step
        self._count, self._step, self._thick, self._colour = count, step, thick, colour

    def draw(self) -> None:
        self.canv.setStrokeColor(self._colour)
        self.canv.setLineWidth(self._thick)
        for place in range(self._count):
            self.canv.line(0, place * self._step, self.width, place * self._step)
