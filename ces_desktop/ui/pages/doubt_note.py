"""The note that two computers changed what a page shows before they met, and the key that leads to both edits."""

from __future__ import annotations

from collections.abc import Sequence

from ces_desktop.data.queries.conflicts import Conflict
from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.messages import conflicts as words
from ces_desktop.ui.widgets import Button, InlineNote


class DoubtNote(InlineNote):
    """`tell(conflicts)` of what the page shows; hidden without any. `review` (F7) opens the list at them.

    `apart`: the page gives the button its place, where the note is too narrow to bear it.
    """

    def __init__(self, desk: Desk, held: Sequence[Conflict] = (), *, apart: bool = False) -> None:
        self._desk = desk
        self._held = tuple(held)
        self.review = Button(tr("Review"), "ghost", shortcut="F7")
        self.review.clicked.connect(self._open)
        super().__init__("warn", text=_said(self._held), actions=() if apart else (self.review,))
        # At a clinic that is visited there is no such list: its own people choose.
        self._here = desk.tasks.database.installation.clinic == desk.clinic.id
        if not held:
            self.hide()  # never shown here: without a place yet, it would be a window of its own
        if not (held and self._here):
            self.review.hide()

    def tell(self, held: Sequence[Conflict]) -> None:
        """Say which fields are in doubt."""
        self._held = tuple(held)
        self.text.set_text(_said(self._held))
        self.setAccessibleName(self.text.text())
        self.setVisible(bool(held))
        self.review.setVisible(bool(held) and self._here)

    def _open(self) -> None:
        if self._held:
            self._desk.go_to("conflicts", (self._held[0].about or self._held[0].entity,))


def _said(held: tuple[Conflict, ...]) -> str:
    return tr("Changed on two computers, to review: {fields}.").format(fields=words.in_doubt(held))
