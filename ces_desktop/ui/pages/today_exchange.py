"""What the first page says of exchange: edits to decide between, and that the supervisor heard nothing for long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ces_desktop.domain.access import Actor, Right
from ces_desktop.domain.conflicts import tables_for
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr, trn
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.messages import exchange_age as words
from ces_desktop.ui.pages.today_alerts import Alert

if TYPE_CHECKING:
    from ces_desktop.sync.standing import Standing


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where exchange stands, and how many edits wait for a person to decide."""

    standing: Standing
    conflicts: int


def exchange_state(connection: Any, clinic: Id, actor: Actor) -> Exchange:
    """Read behind the first drawing of the page; of edits, those that somebody is shown."""
    from ces_desktop.data.queries.conflicts import waiting
    from ces_desktop.sync.standing import standing

    return Exchange(standing(connection), waiting(connection, clinic, tables_for(actor)))


def exchange_alerts(desk: Desk, held: Exchange | None) -> Iterator[Alert]:
    """Reminders at 30, 60 and 90 days with the way to the USB page; nothing waits for them."""
    if held is None:
        return
    if held.conflicts:
        n = held.conflicts
        title = trn("{n} fact was changed on two computers", "{n} facts were changed on two computers", n).format(n=n)
        yield Alert("warn", title, tr("Choose which stands."), ((tr("Review"), lambda: desk.open_page("conflicts")),))
    said = words.reminder(held.standing, desk.today)
    if said is None:
        return
    found = words.age_of(held.standing, desk.today)
    urgent = found is not None and found.step == 90
    go = ((tr("Open the USB page"), lambda: desk.open_page("usb")),) if desk.actor.may(Right.EXCHANGE) else ()
    yield Alert("bad" if urgent else "warn", *said, go)
