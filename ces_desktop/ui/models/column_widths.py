"""How wide the columns of a table are: as designed, or wider where a state, a date or a title would be cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ces_desktop.ui.models.cell_paint import PAD
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint

if TYPE_CHECKING:
    from ces_desktop.ui.models.record_table import Cell, Column

LEAST_STRETCH = 260  # a name must be readable before other columns get their place
LEAST_NAME = 200  # nor may what a wider column wants take a name's last place
LEAST_PART = 0.3  # of a table beside another, too narrow for that
MOST_WIDER = 1.5  # of free words; a state, a title and a figure are never cut
FIGURE = 16  # letters of a date or a number with its unit; longer is a sentence with a number in it
MEASURED = 60  # rows: what stands on the first screen, and some


def title_need(column: Column[Any]) -> int:
    """Width a column needs for its title with the mark of a sorted one."""
    mark = " ▼" if column.sort is not None else ""
    return paint.width_of(column.title + mark, "caption", True) + 2 * px(PAD)


def cell_need(cell: Cell, designed: int) -> int:
    """Width a cell needs in a column of this designed width (px): whole for a state or a figure, bounded for words."""
    if cell.line is not None or cell.badge or cell.gauge is not None:
        return 0  # drawn to the width there is
    need = paint.width_of(cell.text, "body", cell.strong) + (px(8) if cell.boxed else 0)
    under = paint.width_of(cell.caption, "caption")
    if cell.boxed and under:
        return need + px(6) + under + 2 * px(PAD)  # within the field both stand on one line
    need = max(_bounded(cell.text, need, designed), _bounded(cell.caption, under, designed))
    if cell.chip is not None:
        need += paint.chip_width(cell.chip[1]) + (px(6) if need else 0)
    return need + 2 * px(PAD)


def _bounded(words: str, need: int, designed: int) -> int:
    figure = len(words) <= FIGURE and any(letter.isdigit() for letter in words)
    return need if figure else min(need, round(designed * MOST_WIDER) - 2 * px(PAD))


def needs(columns: Sequence[Column[Any]], rows: Iterable[Sequence[Cell]]) -> list[int]:
    """For each column the width (px) its title and these rows need; 0 for those that take what is left."""
    found = [max(px(c.width), title_need(c)) if c.width else 0 for c in columns]
    for cells in rows:
        for place, cell in enumerate(cells):
            if found[place]:
                found[place] = max(found[place], cell_need(cell, px(columns[place].width)))
    return found


def shares(columns: Sequence[Column[Any]], wanted: Sequence[int], room: int) -> list[int]:
    """The width (px) of each column in `room`; 0 = there is no place for this droppable one."""
    stretch = sum(1 for column in columns if not column.width)
    shown = [True] * len(columns)
    name = min(px(LEAST_NAME), round(room * LEAST_PART)) * stretch
    designed = [px(column.width) for column in columns]

    def taken(widths: Sequence[int]) -> int:
        return sum(width for width, here in zip(widths, shown, strict=True) if here)

    for place in reversed(range(len(columns))):
        narrow = taken(designed) + px(LEAST_STRETCH) * stretch > room
        if columns[place].droppable and (narrow or taken(wanted) + name > room):
            shown[place] = False
    more = taken(wanted) - taken(designed)
    spare = max(0, min(more, room - name - taken(designed)))
    widths = [d + (w - d) * spare // more if more else d for d, w in zip(designed, wanted, strict=True)]
    left = max(px(60), (room - taken(widths)) // max(1, stretch))
    return [(width if width else left) if here else 0 for width, here in zip(widths, shown, strict=True)]
