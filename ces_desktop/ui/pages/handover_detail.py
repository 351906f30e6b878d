"""A line of the handover whole: whom it is about, what the data say, what was written, who acknowledged it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent

from ces_desktop.data.queries.handover import Line
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.i18n import tr
from ces_desktop.reports import handover_words as words
from ces_desktop.ui import labels
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, SectionCard, Text, row

NARROW = 310
"""Width in design px under which the button is short."""


class LineDetail(SectionCard):
    """`show_line(line, today)`; `opened` when the person wants to see what it is about."""

    opened = Signal()

    def __init__(self) -> None:
        self.named, self.about = Text("", "strong", wrap=True), Text("", "caption", wrap=True)
        self.facts = Text("", "small", wrap=True)
        self.written_title, self.written = Text(tr("In the words of who hands over"), "caption"), Text("", wrap=True)
        self.left_out, self.read = Text("", "small", wrap=True), Text("", "small", wrap=True)
        self.go = Button(tr("Open the record"), "secondary", icon="user", cap="Enter")
        super().__init__(
            tr("Line"), self.named, self.about, 4, self.facts, 4, self.written_title, self.written, 4, self.left_out,
            self.read, 4, row(self.go, None),
            icon="list-checks", pad=14,
        )  # fmt: skip
        self.go.clicked.connect(self.opened)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the button goes without its icon and key."""
        super().resizeEvent(event)
        self.go.set_short(self.width() < px(NARROW))

    def show_line(self, line: Line, today: date) -> None:
        """Draw a line."""
        self.title.set_text(words.section(line.section))
        self.named.set_text(words.title(line))
        _said(self.about, wording.meta(line.patient, today) if line.patient is not None else "")
        _said(self.facts, "\n".join(words.facts(line)))
        written = line.words if line.section != "other" else ""
        _said(self.written, written)
        self.written_title.setVisible(bool(written))
        _said(self.left_out, tr("Left out: {why}").format(why=line.left_out) if line.left_out else "")
        read = ""
        if line.read_at is not None:
            when = labels.moment(line.read_at, CLINIC_ZONE)
            read = tr("Acknowledged by {name} on {when}").format(name=line.read_by or labels.DASH, when=when)
        _said(self.read, read)
        place = {"supply": tr("Open the item"), "order": tr("Open the order"), "equipment": tr("See the equipment")}
        patient = line.about_type == "patient" and line.patient is not None
        self.go.setVisible(patient or line.section in place)
        self.go.set_words(place.get(line.section, tr("Open the record")))


def _said(part: Text, text: str) -> None:
    part.set_text(text)
    part.setVisible(bool(text))
