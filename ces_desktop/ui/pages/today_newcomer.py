"""The quiet panel of the first thirty days: what a physician who is new here should look at first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ces_desktop.data.local import newcomer_setting, write_setting
from ces_desktop.data.queries.handover import Newcomer, newcomer
from ces_desktop.domain.access import Right
from ces_desktop.domain.handover import NEW_DAYS, SECTIONS
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import handover_words as words
from ces_desktop.ui.desk import Page
from ces_desktop.ui.pages.today_alerts import Alert

NAMED = 3
"""Sections named in the sentence; the page of the handover shows the others."""


class FirstSteps:
    """`ask()` reads behind the page, then `drawn()` is called; `alerts` are what it has to say."""

    def __init__(self, page: Page, drawn: Callable[[], object]) -> None:
        self._page, self._drawn = page, drawn
        self.alerts: list[Alert] = []

    def ask(self) -> None:
        """Read what is not acknowledged yet, of who may acknowledge."""
        desk = self._page.desk
        if desk.actor.may(Right.SIGN_CONSULTS):
            query = partial(newcomer, clinic=desk.clinic.id, user=desk.actor.user, today=desk.today)
            desk.tasks.read(query, self._show, owner=self._page, latest="today.newcomer")

    def _show(self, found: Newcomer | None) -> None:
        self.alerts = [self._alert(found)] if found is not None else []
        self._drawn()

    def _alert(self, found: Newcomer) -> Alert:
        desk = self._page.desk
        title = tr("First steps here: day {n} of {days}").format(n=found.day, days=NEW_DAYS)
        away = (tr("Put away"), self._put_away)
        if found.unread is None:
            text = tr("Nobody left a handover. Begin with the rescue list and the pharmacy.")
            return Alert("neutral", title, text, ((tr("Rescue"), lambda: desk.open_page("rescue")), away))
        return Alert(
            "neutral", title, _unread(found), ((tr("Open the handover"), lambda: desk.open_page("handover")), away)
        )

    def _put_away(self) -> None:
        desk, user = self._page.desk, self._page.desk.actor.user

        def keep(connection: Any) -> None:
            write_setting(connection, newcomer_setting(user), desk.today.isoformat())

        desk.tasks.local(keep, lambda _: self._show(None), owner=self._page)


def _unread(found: Newcomer) -> str:
    unread = found.unread or {}
    n = sum(unread.values())
    if not n:
        return tr("The handover is read. Look at the rescue list and at what is at risk in the pharmacy.")
    said = trn("{n} line of the handover is to be read", "{n} lines of the handover are to be read", n).format(n=n)
    first = [f"{words.section(s)} {unread[s]}" for s in SECTIONS if unread.get(s)][:NAMED]
    return f"{said}: {', '.join(first)}{'…' if len(unread) > NAMED else '.'}"
