"""The first page of the day: who comes and who waits, unsigned work, the days ahead, figures, what is urgent.

It is drawn from a few small reads. Values of those who come follow at once, figures some seconds later; both fill
places that are kept for them, with the numbers known last until then.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget

from ces_desktop.data.local import Setting
from ces_desktop.data.queries.mentoring import MentoringToday, mentoring_today
from ces_desktop.data.queries.today import Coming, Figures, Supplies, Today, today
from ces_desktop.domain.access import Actor, Right
from ces_desktop.domain.calendar import local_day, local_moment
from ces_desktop.domain.conflicts import LINKED
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr, trn
from ces_desktop.services import drafts
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.drafts import Draft
from ces_desktop.ui import labels
from ces_desktop.ui.consults import resume
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.pages import today_alerts as alerts
from ces_desktop.ui.pages.today_agenda import Agenda
from ces_desktop.ui.pages.today_mentoring import mentoring_alerts
from ces_desktop.ui.pages.today_strips import DaysStrip, DraftStrip
from ces_desktop.ui.pages.today_tiles import Tiles
from ces_desktop.ui.tasks import BACKUPS, EXCHANGE, Tasks
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    EmptyState,
    Heading,
    ScrollBody,
    SectionCard,
    Text,
    Wrapped,
    box,
    column,
    hide_unless,
    row,
)

if TYPE_CHECKING:
    from ces_desktop.data.queries.today_figures import Care
    from ces_desktop.services.backups import BackupState
    from ces_desktop.ui.pages.today_exchange import Exchange
    from ces_desktop.ui.pages.today_newcomer import FirstSteps
    from ces_desktop.ui.pages.today_staff import StaffAlerts

VALUES_AFTER_MS, FIGURES_AFTER_MS = 120, 2_500
"""When what is not of the first drawing is asked: the values of those who come, then what takes a processor longer."""
FIGURES_KEPT_MS = 300_000
"""Figures are counted anew at most so often while people work."""
ALERTS, ALERTS_NARROW = 388, 300
NARROW = 860
"""Page width in design px under which tiles stand two by two and the alerts under the list; the page then scrolls."""
LIST_HEIGHT = 240
CARE = frozenset(
    {"arrival", "encounter", "observation", "appointment", "enrolment", "contact", "lab_request", "prescription"}
)


def ask_ahead(tasks: Tasks, clinic: Id) -> None:
    """Begin to read what the page shows while the window around it is being built."""
    day = local_day(tasks.database.clock())
    tasks.ahead(partial(_answers, clinic=clinic, day=day, user=tasks.actor.user), "today")


def _answers(connection: Any, clinic: Id, day: Any, user: Id) -> tuple[Today, tuple[Draft, ...]]:
    return today(connection, clinic, day), drafts.open_drafts(connection, user)


class TodayPage(Page):
    """Enter opens who is chosen (the consult of who waits), F9 their consult; F4 registers, F3 finds for a consult."""

    topics = drafts.TOPICS | CARE | frozenset(LINKED) | {
        "same_as", "patient_status", BACKUPS, EXCHANGE, Setting.RECOVERY_SHEET.value,
        "staff_request", "staff_request_event", "handover", "handover_line",
    }  # fmt: skip

    def __init__(self, desk: Desk, opened: OpenClinic | None) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._opened = opened
        self._today: Today | None = None
        self._figures: Figures | None = None
        self._counted_at: int | None = None
        self._backup: BackupState | None = None
        self._exchange: Exchange | None = None
        self._sees = desk.actor.may(Right.SEE_PATIENTS)
        self._stocks = desk.actor.may(Right.SEE_STOCK)
        self._supplies: Supplies | None = None
        self._mentoring: MentoringToday | None = None
        self._steps: FirstSteps | None = None
        self._staff: StaffAlerts | None = None
        self.drawn = False
        self.register = Button(tr("Register patient"), "secondary", icon="user-plus", cap="F4")
        self.register.clicked.connect(lambda: desk.register_patient())
        hide_unless(self.register, desk.actor.may(Right.REGISTER_PATIENTS))
        self.consult = Button(tr("Open consult"), "primary", icon="stethoscope", cap="F9")
        self.consult.clicked.connect(self.primary)
        self.consult.hide()
        self.heading = Heading(labels.long_day(desk.today), " ")
        buttons = box(Wrapped(self.register, self.consult, right=True))
        self.tiles = Tiles()
        self.tiles.opened.connect(desk.open_page)
        hide_unless(self.tiles, self._sees)
        self.table = Agenda(desk.today)
        self.table.opened.connect(self._open)
        self._build_list()
        self.drafts = DraftStrip()
        self.drafts.resumed.connect(partial(resume, desk))
        self.drafts.discarded.connect(lambda draft: self.discard(draft.id))
        self.days = DaysStrip()
        hide_unless(self.days, self._sees)
        self.side = alerts.AlertsCard()
        self._body = row((column((self.stack, 1), self.drafts, self.days, gap=12), 1), self.side, gap=12)
        top = box(Wrapped(self.heading, buttons, spread=True))
        whole = column(top, self.tiles, (self._body, 1), gap=12, margins=(20, 14, 20, 14))
        self.setLayout(column((ScrollBody(whole, 0), 1), gap=0))
        self.stack.addWidget(self.card)  # last: a stack shows its first at once, so that it is styled where it stays
        self.setFocusProxy(self.table)

    def _build_list(self) -> None:
        keys = Text(tr("↑↓ choose   Enter open"), "caption")
        self.card = SectionCard(
            tr("Appointments of today"), (self.table, 1), icon="calendar", action=keys, flush=True
        )
        self.stack = QStackedWidget()
        hide_unless(self.stack, self._sees)

    @cached_property
    def free(self) -> SectionCard:
        """Instead of the agenda on a day on which nobody is expected."""
        nobody = EmptyState(tr("Nobody is expected today."), tr("Who arrives appears here."))
        card = SectionCard(tr("Appointments of today"), (nobody, 1), icon="calendar")
        self.stack.addWidget(card)
        return card

    @cached_property
    def empty(self) -> EmptyState:
        """Instead of the agenda where nobody is registered yet."""
        may = self.desk.actor.may(Right.REGISTER_PATIENTS)
        first = Button(tr("Register patient"), "primary", icon="user-plus", cap="F4")
        first.clicked.connect(lambda: self.desk.register_patient())
        next_step = tr("Register the first (F4).") if may else ""
        state = EmptyState(tr("No patients yet."), next_step, *([first] if may else []), size=112)
        self.stack.addWidget(state)
        return state

    def _treats(self) -> bool:
        return self.desk.actor.may(Right.TAKE_VITALS)

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Ask who comes and what is unfinished; the rest is asked behind it."""
        query = partial(_answers, clinic=self.desk.clinic.id, day=self.desk.today, user=self.desk.actor.user)
        self.desk.tasks.read(query, self._show, owner=self, latest="today")

    def _show(self, answers: tuple[Today, tuple[Draft, ...]]) -> None:
        self._today, unfinished = answers
        if self._figures is None or self._today.known is None:
            self._figures = self._today.known
        self._supplies = self._supplies or self._today.supplies
        self.table.show_coming(self._today.coming, self.desk.today)
        self.stack.setCurrentWidget(
            self.card if self._today.coming else self.free if self._today.anybody else self.empty
        )
        n = len(self._today.coming)
        self.consult.setVisible(bool(n) and self._sees and self._treats())
        self.card.set_caption(trn("{n} person", "{n} people", n).format(n=n))
        self.drafts.show_drafts(unfinished, self.desk.today)
        if self._sees:
            self.counted.emit("today", sum(not one.seen for one in self._today.coming))
        self._draw()
        self.drawn = True
        QTimer.singleShot(VALUES_AFTER_MS, self, self.ask_values)
        now = self.desk.tasks.database.clock()
        if self._counted_at is None or now - self._counted_at > FIGURES_KEPT_MS:
            self._counted_at = now
            QTimer.singleShot(FIGURES_AFTER_MS, self, self.count_figures)

    def ask_values(self) -> None:
        """How those who come stand, and whether there is a backup."""
        if self._sees and self._today is not None:
            persons = [one.patient.person for one in self._today.coming]
            query = partial(_care, clinic=self.desk.clinic.id, day=self.desk.today, persons=persons)
            self.desk.tasks.read(query, self._show_values, owner=self, latest="today.values")
        if self._steps is None:
            from ces_desktop.ui.pages.today_newcomer import FirstSteps

            self._steps = FirstSteps(self, self._draw)
        self._steps.ask()
        if self._staff is None:
            from ces_desktop.ui.pages.today_staff import StaffAlerts

            self._staff = StaffAlerts(self, self._draw)
        self._staff.ask()
        if self._opened is not None:
            opened = self._opened
            self.desk.tasks.run(lambda _: _backup_state(opened), self._show_backup, owner=self)
            exchanged = partial(_exchange_state, clinic=self.desk.clinic.id, actor=self.desk.actor)
            self.desk.tasks.read(exchanged, self._show_exchange, owner=self, latest="today.exchange")

    def count_figures(self) -> None:
        """Count the figures of the tiles and what is urgent, and keep them for the next start."""
        if self._stocks:
            stock = partial(_stock, clinic=self.desk.clinic.id, day=self.desk.today)
            self.desk.tasks.read(stock, self._show_supplies, owner=self, latest="today.supplies")
        if self.desk.actor.may(Right.SEE_MENTORING):
            mine = partial(mentoring_today, clinic=self.desk.clinic.id, user=self.desk.actor.user)
            self.desk.tasks.read(mine, self._show_mentoring, owner=self, latest="today.mentoring")
        if not self._sees:
            return
        query = partial(_count, clinic=self.desk.clinic.id, day=self.desk.today)
        self.desk.tasks.read(query, self._show_figures, owner=self, latest="today.figures")

    def _show_values(self, care: Care) -> None:
        self.table.show_standings(care.standings)
        self.days.show_days(care.ahead)

    def _show_figures(self, figures: Figures) -> None:
        self._figures = figures
        self._counted_at = self.desk.tasks.database.clock()
        self._draw()
        self.desk.tasks.local(partial(_keep, figures=figures), _nothing, owner=self, failed=_nothing)

    def _show_supplies(self, found: Supplies) -> None:
        self._supplies = found
        self._draw()
        self.desk.tasks.local(partial(_keep_stock, found=found), _nothing, owner=self, failed=_nothing)

    def _show_mentoring(self, found: MentoringToday) -> None:
        self._mentoring = found
        self._draw()

    def _show_backup(self, state: BackupState) -> None:
        self._backup = state
        self._draw()

    def _show_exchange(self, held: Exchange) -> None:
        self._exchange = held
        self._draw()

    # ------------------------------------------------------------------ drawing
    def _draw(self) -> None:
        if self._today is None:
            return
        if self._sees:
            self.tiles.show_figures(self._figures)
            if self._figures is not None:
                self.counted.emit("rescue", self._figures.rescue)
        found = sorted(self._alerts(self._today), key=lambda alert: alert.state != "bad")  # of a kind as they come
        self.side.show_alerts(found)
        self.heading.set_sentence(self._greeting(self._today, sum(alert.state == "bad" for alert in found)))

    def _alerts(self, held: Today) -> list[alerts.Alert]:
        behind = self._opened.clock_behind if self._opened is not None else None
        found = [*alerts.clock_alert(behind)]
        if self._sees and self._figures is not None:
            found += alerts.care_alerts(self.desk, self._figures)
        if self._stocks:
            found += alerts.supply_alerts(self.desk, self._supplies)
        if self._exchange is not None:
            from ces_desktop.ui.pages.today_exchange import exchange_alerts

            found += exchange_alerts(self.desk, self._exchange)
        found += self._steps.alerts if self._steps is not None else []
        found += self._staff.alerts if self._staff is not None else []
        found += mentoring_alerts(self.desk, self._mentoring)
        return [*found, *alerts.backup_alerts(self.desk, self._backup, held.anybody), *self._sheet_alert(held)]

    def _greeting(self, held: Today, urgent: int) -> str:
        hour = local_moment(self.desk.tasks.database.clock()).hour
        hello = tr("Good morning") if hour < 12 else tr("Good afternoon") if hour < 19 else tr("Good evening")
        n = held.expected
        said = [trn("{n} appointment", "{n} appointments", n).format(n=n)] if self._sees else []
        if urgent:
            said.append(trn("{n} urgent alert", "{n} urgent alerts", urgent).format(n=urgent))
        text = ", ".join(said)
        return f"{hello}, {self.desk.actor.name}." + (f" {text[:1].upper()}{text[1:]}." if text else "")

    def _sheet_alert(self, held: Today) -> list[alerts.Alert]:
        opened = self._opened
        if opened is None or held.sheet_kept or self.desk.clinic.demo:
            return []
        if not self.desk.actor.may(Right.MANAGE_USERS):
            return []
        text = tr("Without it, a forgotten passphrase closes the data for ever.")
        make = (tr("Print recovery sheet"), lambda: self._print_sheet(opened))
        return [alerts.Alert("warn", tr("The recovery sheet is not on paper"), text, (make,))]

    # ------------------------------------------------------------------ acting
    def primary(self) -> None:
        """F9: the consult of who is chosen."""
        one = self.table.current()
        if one is not None and self._treats():
            self.desk.open_consult(one.patient.id, one.encounter)
        elif one is not None:
            self.desk.open_patient(one.patient.id)

    def _open(self, one: Coming) -> None:
        if one.encounter is not None and self._treats():
            self.desk.open_consult(one.patient.id, one.encounter)
        else:
            self.desk.open_patient(one.patient.id)

    def discard(self, draft: Id) -> None:
        """Throw a draft away, after asking: it cannot be brought back."""
        from ces_desktop.ui.widgets import confirm

        text = tr("What was typed in it is lost. Saved records do not change.")
        if confirm(self, tr("Discard what is not finished?"), text, tr("Discard")):
            self.desk.tasks.local(lambda c: drafts.discard(c, draft), lambda _: self.reload(), owner=self)

    def _print_sheet(self, opened: OpenClinic) -> None:
        from ces_desktop.ui.dialogs.passphrase import print_new_sheet

        print_new_sheet(self, self.desk.tasks, opened)

    # ------------------------------------------------------------------ focus and room
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < px(NARROW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._body.direction() != way:
            self._body.setDirection(way)
        self.tiles.share(2 if narrow else 4, self.width() - px(40))
        for button in (self.register, self.consult):
            button.set_short(narrow)
        wide = ALERTS if self.width() >= px(1100) else ALERTS_NARROW
        self.side.setMinimumWidth(0 if narrow else px(wide))
        self.side.setMaximumWidth(self.width() if narrow else px(wide))
        self.stack.setMinimumHeight(px(LIST_HEIGHT))
        self.side.setMinimumHeight(px(LIST_HEIGHT) if narrow else 0)


def _care(connection: Any, clinic: Id, day: Any, persons: list[Id]) -> Care:
    from ces_desktop.data.queries.today_figures import today_care

    return today_care(connection, clinic, day, persons)


def _count(connection: Any, clinic: Id, day: Any) -> Figures:
    from ces_desktop.data.queries.today_figures import today_figures

    return today_figures(connection, clinic, day)


def _keep(connection: Any, figures: Figures) -> None:
    from ces_desktop.data.queries.today_figures import keep

    keep(connection, figures)


def _backup_state(opened: OpenClinic) -> BackupState:
    from ces_desktop.services import backups

    return backups.state(opened)


def _exchange_state(connection: Any, clinic: Id, actor: Actor) -> Exchange:
    from ces_desktop.ui.pages.today_exchange import exchange_state

    return exchange_state(connection, clinic, actor)


def _stock(connection: Any, clinic: Id, day: Any) -> Supplies:
    from ces_desktop.data.queries.supply_warnings import supplies

    return supplies(connection, clinic, day)


def _keep_stock(connection: Any, found: Supplies) -> None:
    from ces_desktop.data.queries.supply_warnings import keep

    keep(connection, found)


def _nothing(_: object) -> None:
    """What could not be kept is counted anew at the next start."""
