"""A table of any length, handed to the pages in pieces.

reportlab cuts a page off a long table by copying all that is left of it: a table twice as long takes four times the
time. Here only the piece at hand is ever a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from reportlab.platypus import Flowable, LongTable

from ces_desktop.reports.drawn import Drawn

PIECE = 80
"""Rows of a piece: more than any page holds, so that heads stand at the top of pages alone."""
ENDLESS = 1_000_000.0
"""Points: higher than every page, so that it is asked to split."""


class Rolled(Drawn):
    """Rows, and how a table is `made` of some of them with its `heads` (so many rows, repeated) on top."""

    def __init__(
        self, rows: Sequence[Sequence[Any]], made: Callable[[Sequence[Sequence[Any]]], LongTable], heads: int
    ) -> None:
        super().__init__()
        self._rows, self._made, self._heads = rows, made, heads

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        return width, ENDLESS

    def split(self, width: float, height: float) -> list[Flowable]:
        """What fits on the page as a table, and the rest; nothing where not one row fits."""
        parts = self._made(self._rows[:PIECE]).splitOn(self.canv, width, height)
        if not parts:
            return []
        # The row that was cut in two is, with its second half, the first of those left.
        left = [*(row for part in parts[1:] for row in part._cellvalues[self._heads :]), *self._rows[PIECE:]]
        return [parts[0], rolled(left, self._made, self._heads)] if left else parts


def rolled(
    rows: Sequence[Sequence[Any]], made: Callable[[Sequence[Sequence[Any]]], LongTable], heads: int = 1
) -> Flowable:
    """The table itself where it is short."""
    return Rolled(rows, made, heads) if len(rows) > PIECE else made(rows)
