"""What stands in a story and is drawn by ourselves. reportlab has no types: the one place that says so for all."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable


class Drawn(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A part of a page that draws itself on `canv`, which is there while it is drawn. Sizes in points."""

    canv: Canvas
    width: float
    height: float

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """How large it is where there is so much room."""
        return self.width, self.height
