"""A fact of a record: label, value, and the way to its history; what was not asked says so."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.button import IconButton
from ces_desktop.ui.widgets.layout import row
from ces_desktop.ui.widgets.text import Text

LABEL = 160


class FactRow(QWidget):
    """`FactRow(tr("Telephone"), "963 555 0142", history)`: Tab reaches the small clock, Enter opens the history."""

    def __init__(self, label: str, value: str, history: Callable[[], object] | None = None) -> None:
        super().__init__()
        name = Text(label, "label", wrap=True)
        name.setFixedWidth(px(LABEL))
        name.ensurePolished()
        name.setMinimumHeight(name.heightForWidth(px(LABEL)))
        self.value = Text(value or tr("not asked"), "body", tone="" if value else "text3", wrap=True, selectable=True)
        parts: list[QWidget] = []
        if history is not None:
            clock = IconButton("history", tr("History of {field}").format(field=label.lower()), size=16, tone="text3")
            clock.setFixedSize(px(28), px(28))
            clock.clicked.connect(lambda: history())
            parts.append(clock)
        self.setLayout(row(name, (self.value, 1), *parts, gap=8))
        self.setMinimumHeight(px(28))
        self.setAccessibleName(f"{label}: {self.value.text()}")
