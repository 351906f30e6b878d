"""Mentoring on the first page: what is open of what was agreed, a session to be signed, a visit that is late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from ces_desktop.data.queries.mentoring import MentoringToday
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.pages.today_alerts import Alert

NAMED = 3
"""Actions that are told in words; as many as a session agrees."""


def mentoring_alerts(desk: Desk, found: MentoringToday | None) -> Iterator[Alert]:
    """What the person mentored sees first: their open actions; then what they have not signed; then the cadence."""
    if found is None:
        return
    from ces_desktop.domain.mentoring import LATE_AFTER, cadence  # by then a reader has loaded it

    go = ((tr("Open mentoring"), lambda: desk.open_page("mentoring")),)
    for session, day in found.unsigned:
        act = ((tr("Read and sign"), partial(desk.go_to, "mentoring_session", (session,))),)
        text = tr("The mentor signed it. Read it, answer and sign.")
        yield Alert("warn", tr("Mentoring session of {day}").format(day=labels.day(day)), text, act)
    if found.open:
        yield _open(desk, found, go)
    stands = cadence(found.last, desk.today)
    if stands.standing == "late" and found.last:
        title = trn("Mentoring is {n} day late", "Mentoring is {n} days late", stands.late_by).format(n=stands.late_by)
        text = tr("Last session {day}; one is due every {n} days.").format(day=labels.day(found.last), n=LATE_AFTER)
        yield Alert("warn", title, text, go)


def _open(desk: Desk, found: MentoringToday, go: tuple[tuple[str, Callable[[], object]], ...]) -> Alert:
    n, today = len(found.open), desk.today.isoformat()
    late = sum(bool(a.due_on) and a.due_on < today for a in found.open)
    title = trn("{n} action agreed in mentoring", "{n} actions agreed in mentoring", n).format(n=n)
    if late:
        title += " · " + trn("{n} late", "{n} late", late).format(n=late)
    told = [f"{a.text} ({_short(a.due_on)})" if a.due_on else a.text for a in found.open[:NAMED]]
    if n > NAMED:
        told.append(trn("and {n} other action", "and {n} other actions", n - NAMED).format(n=n - NAMED))
    return Alert("warn" if late else "due", title, " · ".join(told), go)


def _short(day: str) -> str:
    return labels.short_day(date.fromisoformat(day))


