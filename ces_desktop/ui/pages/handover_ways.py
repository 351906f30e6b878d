"""The ways from a page of the staff or of mentoring to the handover and the scorecard of the clinic."""

from __future__ import annotations

from functools import partial

from ces_desktop.domain.access import Right
from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.widgets import Button


def ways(desk: Desk) -> tuple[Button, ...]:
    """A button for each of the two that the person may see."""
    found = []
    for place, right, words, icon in (
        ("handover", Right.SEE_PATIENTS, tr("Handover"), "log-out"),
        ("scorecard", Right.SEE_STOCK, tr("Scorecard"), "chart-column"),
    ):
        if desk.actor.may(right):
            button = Button(words, "secondary", icon=icon)
            button.clicked.connect(partial(desk.open_page, place))
            found.append(button)
    return tuple(found)
