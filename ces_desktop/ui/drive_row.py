"""One stick in a list of them: its label, where it is, what is free, and that it is chosen or the button to use it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ces_desktop.data.drives import Drive
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.widgets import Button, StatusChip, Text, box, column, row


def drive_row(drive: Drive, chosen: bool, use: Callable[[Path], object]) -> QWidget:
    """The line of a stick; `use` is told its folder."""
    free = tr("{size} free").format(size=labels.size(drive.free)) if drive.free is not None else ""
    place = Text(f"{drive.path}  {free}", "caption", elide=True)
    end: QWidget = StatusChip("ok", tr("Chosen"))
    if not chosen:
        end = Button(tr("Use"), "ghost")
        end.clicked.connect(partial(use, drive.path))
        end.setAccessibleName(tr("Use {stick}").format(stick=drive.label))
    return box(row((column(Text(drive.label, "strong", elide=True), place, gap=2), 1), end))
