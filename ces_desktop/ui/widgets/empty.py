"""What a list says when it is empty: the fact, what comes next, one thing to do."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QWidget

from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.layout import column, hide_unless, row
from ces_desktop.ui.widgets.ridges import Ridges
from ces_desktop.ui.widgets.text import Align, Text


class EmptyState(QWidget):
    """`EmptyState(tr("No patients yet"), tr("Register the first."), Button(…))`.

    64 px disc with the words beside it inside a card; 112 px with the words under it on an empty page. `inset`: px
    around the former, in a card whose table touches its sides.
    """

    def __init__(
        self, fact: str, next_step: str = "", *actions: Button, size: Literal[64, 112] = 64, inset: int = 0
    ) -> None:
        super().__init__()
        self.setAccessibleName(f"{fact} {next_step}".strip())
        align: Align = "left" if size == 64 else "center"
        self.fact = Text(fact, "strong", wrap=True, align=align)
        self.next_step = Text(next_step, "small", wrap=True, align=align)
        hide_unless(self.next_step, next_step)
        disc = Ridges(size)
        if size == 64:
            buttons = row(*actions, None, gap=4)
            words = column(None, self.fact, self.next_step, buttons, None, gap=2)
            self.setLayout(row(column(None, disc, None), (words, 1), gap=14, margins=(inset, 0, inset, inset // 2)))
        else:
            buttons = row(None, *actions, None)
            self.setLayout(column(None, row(None, disc, None), 8, self.fact, self.next_step, 8, buttons, None, gap=4))
