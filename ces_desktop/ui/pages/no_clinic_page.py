"""In place of a clinic's page on a mentor's laptop or a hub that holds no clinic yet."""

from __future__ import annotations

from ces_desktop.domain.access import Right
from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.widgets import Button, EmptyState, ScrollBody, column


class NoClinicPage(Page):
    """Says what is missing, with the way to the sticks; another page comes in its place once a clinic is known."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        usb = Button(tr("Open the USB page"), "primary", icon="usb", cap="F9")
        usb.clicked.connect(self.primary)
        self._may = desk.actor.may(Right.EXCHANGE)
        next_step = tr("The hub says which clinics this computer has; their records come with a stick.")
        state = EmptyState(tr("No clinic yet."), next_step, *([usb] if self._may else []), size=112)
        self.setLayout(column(ScrollBody(column(state), 0)))
        if self._may:
            self.setFocusProxy(usb)

    def primary(self) -> None:
        """F9: the sticks."""
        if self._may:
            self.desk.open_page("usb")
