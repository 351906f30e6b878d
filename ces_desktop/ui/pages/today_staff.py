"""What the first page tells of the staff: requests past their day, a service that should begin or end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ces_desktop.data.queries.staff import people
from ces_desktop.data.queries.staff_requests import Request, requests
from ces_desktop.domain.access import Right
from ces_desktop.domain.staff_requests import URGENCIES
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import staff_words as words
from ces_desktop.ui.desk import Page
from ces_desktop.ui.pages.today_alerts import Alert

Placed = tuple[tuple[str, str], ...]
"""Name and what a placement asks for: "begin" or "end"."""


class StaffAlerts:
    """`ask()` reads behind the page, `alerts` holds what is to be told; `drawn` is called when it is there."""

    def __init__(self, page: Page, drawn: Callable[[], object]) -> None:
        self._page, self._drawn = page, drawn
        self.alerts: list[Alert] = []

    def ask(self) -> None:
        """Read again."""
        desk = self._page.desk
        if not desk.actor.may(Right.SEE_STAFF):
            return
        clinic, today = desk.clinic.id, desk.today

        def read(connection: Any) -> tuple[list[Request], Placed]:
            late = [r for r in requests(connection, clinic) if r.open and r.age(today).late]
            late.sort(key=lambda r: (URGENCIES.index(r.urgency), -r.age(today).late, r.id))
            waits = ((p.name, q.attention(today)) for p in people(connection, clinic) for q in p.placements)
            return late, tuple((name, what) for name, what in waits if what in ("begin", "end"))

        desk.tasks.read(read, self._show, owner=self._page, latest="today.staff")

    def _show(self, read: tuple[list[Request], Placed]) -> None:
        desk, (late, placed) = self._page.desk, read
        found = []
        go = ((tr("Open requests"), lambda: desk.open_page("staff_requests")),)
        if late:
            first, n = late[0], len(late)
            title = trn("{n} request is late", "{n} requests are late", n).format(n=n)
            days = first.age(desk.today).days_open
            said = trn("{kind}: {text} · open {n} day", "{kind}: {text} · open {n} days", days)
            text = said.format(kind=words.request_words(first.kind), text=first.text, n=days)
            found.append(Alert("bad" if first.urgency == "urgent" else "warn", title, text, go))
        to_staff = ((tr("Open staff"), lambda: desk.open_page("staff")),)
        for name, what in placed:
            begins = tr("The service of {name} should have begun")
            title = begins if what == "begin" else tr("The term of {name} is over")
            found.append(Alert("warn", title.format(name=name), tr("Note what became of it."), to_staff))
        self.alerts = found
        self._drawn()
