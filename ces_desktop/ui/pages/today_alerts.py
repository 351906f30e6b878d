"""What waits: alerts with what can be done about each, beside the agenda of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.today import Figures, Lacking, Supplies, Urgent
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE, local_day
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import language, tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.widgets import Button, Rule, ScrollBody, SectionCard, Shape, Text, box, clear, column, row

if TYPE_CHECKING:
    from ces_desktop.services.backups import BackupState

OLD_BACKUP_DAYS = 7


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that waits: state, what, in which words, and what can be done (words, act)."""

    state: State
    title: str
    text: str
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()


class AlertsCard(SectionCard):
    """`show_alerts(alerts)`: drawn anew only when they say something else."""

    def __init__(self) -> None:
        self.count = Text("", "smallstrong")
        self._list = column(gap=8)
        self._said: list[tuple[State, str, str]] | None = None
        body = ScrollBody(column(self._list, None), 0)
        super().__init__(tr("Alerts"), (body, 1), icon="bell", action=self.count)

    def show_alerts(self, alerts: Sequence[Alert]) -> None:
        """Most pressing first."""
        said = [(alert.state, alert.title, alert.text) for alert in alerts]
        if said == self._said:
            return
        self._said = said
        self.count.set_text(str(len(alerts)) if alerts else "")
        clear(self._list)
        for place, alert in enumerate(alerts):
            if place:
                self._list.addWidget(Rule())
            self._list.addWidget(_alert(alert))
        if not alerts:
            self._list.addWidget(Text(tr("Nothing is waiting."), "small"))


def _alert(alert: Alert) -> QWidget:
    buttons = []
    for verb, act in alert.actions:
        button = Button(verb, "ghost")
        button.clicked.connect(lambda _=False, act=act: act())
        buttons.append(button)
    words = column(Text(alert.title, "smallstrong", wrap=True), Text(alert.text, "small", wrap=True), gap=1)
    if buttons:
        words.addLayout(row(*buttons, None, gap=4))
    part = box(row(column(Shape(alert.state, 18), None), (words, 1), gap=10))
    part.setAccessibleName(f"{alert.title}. {alert.text}")
    return part


def care_alerts(desk: Desk, figures: Figures) -> Iterator[Alert]:
    """Who was very high and not seen again, which results are late, who promised and did not come."""
    for urgent in figures.urgent:
        yield _urgent(desk, urgent)
    for kind, n in figures.more.items():
        if n and kind == "pressure":
            text = trn("{n} more person", "{n} more people", n).format(n=n)
            yield Alert("bad", tr("Very high pressure, not seen again"), text, (_to_rescue(desk),))
        elif n:
            text = trn("{n} more person", "{n} more people", n).format(n=n)
            yield Alert("warn", tr("Results that did not come"), text)
    if figures.broken:
        n = figures.broken
        title = trn("{n} person promised and did not come", "{n} people promised and did not come", n).format(n=n)
        yield Alert("warn", title, tr("They are back on the rescue list."), (_to_rescue(desk),))


def supply_alerts(desk: Desk, found: Supplies | None) -> Iterator[Alert]:
    """The store in one alert, and the item that matters most in another; nothing while all is well."""
    if found is None:
        return
    go = ((tr("Open orders"), lambda: desk.open_page("orders")),)
    n = found.numbers
    if found.worst is not None:
        item = Id(bytes.fromhex(found.worst.item))
        yield _lacking(found, found.worst, ((tr("Open item"), lambda: desk.go_to("item", (item,))),))
    words = {
        "out": tr("{n} out of stock"),
        "risk": tr("≈ {n} at risk"),
        "negative": tr("{n} below zero"),
        "expiring": tr("{n} expiring unused"),
        "over": tr("{n} over a year's use"),
        "uncounted": tr("{n} not counted for 60 days"),
    }
    said = [text.format(n=labels.number(n[kind])) for kind, text in words.items() if n.get(kind)]
    if said:
        vital = found.out_vital + found.risk_vital
        title = trn("Pharmacy: {n} vital item at stake", "Pharmacy: {n} vital items at stake", vital).format(n=vital)
        yield Alert("warn", title if vital else tr("Pharmacy"), " · ".join(said), go)


def _lacking(found: Supplies, worst: Lacking, go: tuple[tuple[str, Callable[[], object]], ...]) -> Alert:
    name = (worst.name_es if language().startswith("es") else worst.name_en) or worst.name_es
    said = []
    if found.delivery_on and found.delivery_on <= found.day:
        said.append(tr("The delivery is awaited any day."))
    elif found.delivery_on:
        said.append(tr("The delivery comes about {day}.").format(day=labels.day(found.delivery_on)))
    if worst.people:
        words = trn("{n} person takes it.", "{n} people take it.", worst.people)
        said.append(words.format(n=worst.people))
    if worst.kind == "out":
        return Alert("bad", tr("{name}: none left").format(name=name), " ".join(said), go)
    day = labels.short_day(date.fromisoformat(worst.day)) if worst.day else ""
    title = tr("{name} runs out about {day}") if day else tr("{name} may run out")
    return Alert("warn", title.format(name=name, day=day), " ".join(said), go)


def _urgent(desk: Desk, urgent: Urgent) -> Alert:
    days = (desk.today - date.fromisoformat(urgent.day)).days if len(urgent.day) == 10 else 0
    patient = Id(bytes.fromhex(urgent.patient))
    open_it = ((tr("Open record"), lambda: desk.open_patient(patient)),)
    if urgent.kind == "pressure":
        title = trn("BP {value}, not seen for {n} day", "BP {value}, not seen for {n} days", days)
        text = " · ".join(part for part in (urgent.name, urgent.place) if part)
        return Alert("bad", title.format(value=urgent.text, n=days), text, open_it)
    text = tr("{name} · asked on {day}").format(name=urgent.name, day=labels.day(urgent.day))
    return Alert("warn", tr("A laboratory result did not come"), text, open_it)


def _to_rescue(desk: Desk) -> tuple[str, Callable[[], object]]:
    return tr("Open the rescue list"), lambda: desk.open_page("rescue")


def clock_alert(behind: int | None) -> Iterator[Alert]:
    """`behind` = UTC ms of the last record when the clock stands before it."""
    if behind is not None:
        text = tr("The last record is from {when}. Check the date.").format(when=labels.moment(behind, CLINIC_ZONE))
        yield Alert("bad", tr("The clock is behind"), text)


def backup_alerts(desk: Desk, state: BackupState | None, anybody: bool) -> Iterator[Alert]:
    """A backup that was not made, has no place to go, or is old; none at all once `anybody` is registered."""
    if state is None or not desk.actor.may(Right.MAKE_BACKUP):
        return
    go = ((tr("Open backups"), lambda: desk.open_page("backups")),)
    if state.trouble is not None:
        yield Alert("warn", tr("Today's backup was not made"), sentence(state.trouble.failure), go)
    elif not state.reachable:
        yield Alert("warn", tr("The backup folder is not there"), str(state.target), go)
    elif state.newest is None and anybody:
        yield Alert("warn", tr("There is no backup yet"), tr("If the laptop is lost, so are the data."), go)
    if state.newest is not None:
        days = (desk.today - local_day(state.newest.made_at)).days
        if days > OLD_BACKUP_DAYS:
            text = tr("{n} days without a copy. If the laptop is lost, so are they.").format(n=days)
            yield Alert("bad", tr("The backup is old"), text, go)
