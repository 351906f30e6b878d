"""F1: what the field in hand is for; elsewhere the keys that work today."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Dialog, KeyCap, Text, box, row


class KeysDialog(Dialog[bool]):
    """`KeysDialog(window, text)`: the help of a field, or with an empty text the table of keys."""

    def __init__(self, window: QWidget | None, text: str = "") -> None:
        title = tr("About this field") if text else tr("Keys")
        super().__init__(window, title, text, primary=tr("Close"), width=520 if text else 720)
        self.secondary.hide()
        if not text:
            self.add(box(_table()))

    def answer(self) -> bool | None:
        """Read."""
        return True


def keys() -> tuple[tuple[tuple[str, ...], str], ...]:
    """The keys of the window and of its lists and forms, with what they do."""
    return (
        (("F1",), tr("Help of the field, or this table")),
        (("F2", "Ctrl+K"), tr("Find a person; > for commands")),
        (("F4",), tr("Register a patient")),
        (("F6",), tr("Next part of the window")),
        (("F7",), tr("What two computers changed: both edits")),
        (("F8",), tr("Print")),
        (("Ctrl+P",), tr("Print what was just offered")),
        (("Ctrl+D",), tr("Hand out medicines")),
        (("F9",), tr("The main button")),
        (("F12",), tr("Cover the screen")),
        (("Esc",), tr("Back")),
        (("Ctrl+Z",), tr("Undo the last saved act")),
        (("Alt+1", "Alt+9"), tr("Places of the rail")),
        (("Ctrl +", "Ctrl −"), tr("Larger, smaller")),
        (("↑", "↓", "Enter"), tr("In lists: choose, open")),
        (("Enter",), tr("In forms: next field")),
        (("Ctrl+Enter",), tr("In forms: save")),
        (("Ctrl+↓",), tr("In a note: leave it")),
        (("Ctrl+L",), tr("In a consult: confidential")),
        (("=", "–"), tr("In a measure: as the last one, not measured")),
        (("h", "+28", "e45"), tr("In dates: today, in 28 days, aged 45")),
    )


def _table() -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(px(12))
    grid.setVerticalSpacing(px(7))
    entries = keys()
    half = (len(entries) + 1) // 2
    for place, (caps, words) in enumerate(entries):
        line, side = place % half, 2 * (place // half)
        grid.addLayout(row(*(KeyCap(cap) for cap in caps), None, gap=4), line, side)
        grid.addWidget(Text(words, "small", wrap=True), line, side + 1)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(3, 1)
    return grid
