"""The first page of the day: what the register holds, who came last, what is waiting. Every figure opens its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QStackedWidget, QWidget

from ces_desktop.data.local import Setting
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.data.queries.today import TodayFigures, today_figures
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE, local_day, local_moment
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr, trn
from ces_desktop.services import backups, drafts
from ces_desktop.services.backups import BackupState
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.drafts import Draft
from ces_desktop.ui import labels
from ces_desktop.ui.consults import resume
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.tasks import Progress, Tasks
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    EmptyState,
    Heading,
    Rule,
    ScrollBody,
    SectionCard,
    Shape,
    StatTile,
    StatusChip,
    Text,
    box,
    clear,
    column,
    hide_unless,
    row,
)

if TYPE_CHECKING:
    from ces_desktop.data.queries.duplicates import Pair

OLD_BACKUP_DAYS = 7
PAIRS_KEPT_MS = 600_000
PAIRS_AFTER_MS, AT_ONCE = 3_000, 1_000
"""Comparing everybody takes a processor for seconds: it begins when the page has long been drawn, or they are few."""
ALERTS, ALERTS_NARROW = 388, 300
NARROW = 860
"""Page width in design px under which tiles stand two by two and the alerts under the list; the page then scrolls."""
LIST_HEIGHT = 240


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that waits: state, what, in which words, and what can be done (words, act)."""

    state: State
    title: str
    text: str
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()


def ask_ahead(tasks: Tasks, clinic: Id) -> None:
    """Begin to read what the page shows while the window around it is being built."""
    today = local_day(tasks.database.clock())
    tasks.ahead(partial(_answers, clinic=clinic, today=today, user=tasks.actor.user), "today")


def _answers(connection: Any, clinic: Id, today: date, user: Id) -> tuple[TodayFigures, tuple[Draft, ...]]:
    return today_figures(connection, clinic, today), drafts.open_drafts(connection, user)


class TodayPage(Page):
    """Tiles, the people registered last, alerts at right. F9 opens who is chosen; F4 registers."""

    topics = drafts.TOPICS | {
        "patient", "same_as", "not_same", "household", "patient_status", backups.TOPIC, Setting.RECOVERY_SHEET.value
    }  # fmt: skip

    def __init__(self, desk: Desk, opened: OpenClinic | None) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._opened = opened
        self._figures: TodayFigures | None = None
        self._pairs: int | None = None
        self._asked, self._asked_at = (-1, -1, -1), 0
        self._backup: BackupState | None = None
        self._drafts: tuple[Draft, ...] = ()
        self._sees = desk.actor.may(Right.SEE_PATIENTS)
        self.register = Button(tr("Register patient"), "primary", icon="user-plus", cap="F4")
        self.register.clicked.connect(lambda: desk.register_patient())
        hide_unless(self.register, desk.actor.may(Right.REGISTER_PATIENTS))
        self.heading = Heading(labels.long_day(desk.today), "", self.register)
        self.tiles = QGridLayout()
        self.tiles.setSpacing(px(12))
        self._shown: list[StatTile] = []
        self._said: dict[str, tuple[object, StatTile]] = {}
        self.table = RecordTable[PatientRow](_columns(desk.today), name=tr("Registered last"))
        self.table.opened.connect(lambda person: desk.open_patient(person.id))
        self.first = Button(tr("Register patient"), "primary", icon="user-plus", cap="F4")
        self.first.clicked.connect(lambda: desk.register_patient())
        next_step = tr("Register the first (F4).") if desk.actor.may(Right.REGISTER_PATIENTS) else ""
        self.empty = EmptyState(tr("No patients yet."), next_step, *([self.first] if next_step else []), size=112)
        self.stack = QStackedWidget()
        keys = Text(tr("↑↓ choose   Enter open"), "caption")
        self.card = SectionCard(tr("Registered last"), (self.table, 1), icon="calendar", action=keys, flush=True)
        self.stack.addWidget(self.card)
        self.stack.addWidget(self.empty)
        hide_unless(self.stack, self._sees)
        self.alert_count = Text("", "smallstrong")
        self.alerts = column(gap=8)
        self.side = SectionCard(
            tr("Alerts"), (ScrollBody(column(self.alerts, None), 0), 1), icon="bell", action=self.alert_count
        )
        self._body = row((self.stack, 1), self.side, gap=12)
        whole = column(self.heading, self.tiles, (self._body, 1), gap=12, margins=(20, 16, 20, 16))
        self.setLayout(column((ScrollBody(whole, 0), 1), gap=0))
        self.setFocusProxy(self.table)

    def reload(self) -> None:
        """Ask for figures and drafts, and for backups; each fills its own place when it comes."""
        clinic, today, user = self.desk.clinic.id, self.desk.today, self.desk.actor.user
        tasks = self.desk.tasks
        query = partial(_answers, clinic=clinic, today=today, user=user)
        tasks.read(query, self._show, owner=self, latest="today")
        if self._opened is not None:
            opened = self._opened
            tasks.run(lambda _: backups.state(opened), self._show_backup, owner=self)

    def primary(self) -> None:
        """F9: open who is chosen."""
        person = self.table.current()
        if person is not None:
            self.desk.open_patient(person.id)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < px(NARROW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._body.direction() != way:
            self._body.setDirection(way)
            self._place_tiles()
        wide = ALERTS if self.width() >= px(1100) else ALERTS_NARROW
        self.side.setMinimumWidth(0 if narrow else px(wide))
        self.side.setMaximumWidth(self.width() if narrow else px(wide))
        self.stack.setMinimumHeight(px(LIST_HEIGHT) if narrow else 0)
        self.side.setMinimumHeight(px(LIST_HEIGHT) if narrow else 0)

    def _place_tiles(self) -> None:
        """In one line; two by two where the window is narrow."""
        across = 2 if self._body.direction() == QBoxLayout.Direction.TopToBottom else max(1, len(self._shown))
        for column_ in range(max(4, self.tiles.columnCount())):
            self.tiles.setColumnStretch(column_, 1 if column_ < across else 0)
        for place, tile in enumerate(self._shown):
            self.tiles.removeWidget(tile)
            self.tiles.addWidget(tile, place // across, place % across)

    # ------------------------------------------------------------------ answers
    def _find_pairs(self, progress: Progress) -> tuple[Pair, ...]:
        from ces_desktop.data.queries.duplicates import pairs_to_review

        clinic = self.desk.clinic.id
        return self.desk.tasks.database.read(lambda c: pairs_to_review(c, clinic, progress.step))

    def _show(self, answers: tuple[TodayFigures, tuple[Draft, ...]]) -> None:
        figures, self._drafts = answers
        self._figures = figures
        chosen = self.table.current()
        self.table.set_rows(figures.latest, keep=lambda r: chosen is not None and r.person == chosen.person)
        if self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if figures.latest else 1)
        self._ask_pairs(figures)
        self._draw()

    def _ask_pairs(self, figures: TodayFigures) -> None:
        """Compare everybody only when somebody came or a verdict was given, or ten minutes passed: it takes long."""
        now = self.desk.tasks.database.clock()
        asked = (figures.people, figures.records, figures.verdicts)
        if self._sees and (asked != self._asked or now - self._asked_at > PAIRS_KEPT_MS):
            self._asked, self._asked_at = asked, now
            if figures.records <= AT_ONCE:
                self._compare()
            else:
                QTimer.singleShot(PAIRS_AFTER_MS, self, self._compare)

    def _compare(self) -> None:
        self.desk.tasks.run(self._find_pairs, self._show_pairs, owner=self)

    def _show_pairs(self, pairs: tuple[Pair, ...]) -> None:
        self._pairs = len(pairs)
        self._draw()

    def _show_backup(self, state: BackupState) -> None:
        self._backup = state
        self._draw()

    # ------------------------------------------------------------------ drawing
    def _draw(self) -> None:
        if self._figures is None:
            return
        before, self._shown = self._shown, self._make_tiles(self._figures)
        if self._shown != before:
            for tile in before:
                self.tiles.removeWidget(tile)
                if tile not in self._shown:
                    tile.hide()
                    tile.deleteLater()
            self._place_tiles()
        clear(self.alerts)
        alerts = self._make_alerts(self._figures)
        self.alert_count.set_text(str(len(alerts)) if alerts else "")
        for place, alert in enumerate(alerts):
            if place:
                self.alerts.addWidget(Rule())
            self.alerts.addWidget(_alert(alert))
        if not alerts:
            self.alerts.addWidget(Text(tr("Nothing is waiting."), "small"))
        self.heading.set_sentence(self._greeting(len(alerts)))

    def _greeting(self, waiting: int) -> str:
        hour = local_moment(self.desk.tasks.database.clock()).hour
        hello = tr("Good morning") if hour < 12 else tr("Good afternoon") if hour < 19 else tr("Good evening")
        said = trn("{n} alert", "{n} alerts", waiting).format(n=waiting) if waiting else tr("nothing is waiting")
        return f"{hello}, {self.desk.actor.name}. {said[:1].upper()}{said[1:]}."

    def _make_tiles(self, figures: TodayFigures) -> list[StatTile]:
        desk, tiles = self.desk, []
        if self._sees:
            tiles.append(self._people_tile(figures))
            tiles.append(self._duplicates_tile())
            alone = tr("{n} without a household").format(n=labels.number(figures.without_household))
            homes = labels.number(figures.households)
            tiles.append(self._tile("households", tr("Households"), homes, "", alone if figures.people else ""))
        if self._backup is not None and desk.actor.may(Right.MAKE_BACKUP):
            tiles.append(self._backup_tile(self._backup))
        return tiles

    def _people_tile(self, figures: TodayFigures) -> StatTile:
        """How many, how many of them new; an empty register has no months to compare."""
        part = caption = ""
        if figures.people:
            new = figures.this_month
            part = tr("{n} new this month").format(n=labels.number(new)) if new else tr("none new this month")
            caption = tr("{n} last month").format(n=labels.number(figures.last_month))
        return self._tile("patients", tr("People registered"), labels.number(figures.people), part, caption)

    def _duplicates_tile(self) -> StatTile:
        n = self._pairs
        if n is None:
            return self._tile("duplicates", tr("Duplicates"), labels.DASH, "", tr("Being compared"))
        chip: tuple[State, str] | None = ("warn", tr("To review")) if n else None
        part = trn("pair", "pairs", n) if n else ""
        caption = tr("Perhaps one person") if n else tr("No two records look alike")
        return self._tile("duplicates", tr("Duplicates"), labels.number(n), part, caption, chip)

    def _backup_tile(self, state: BackupState) -> StatTile:
        newest = state.newest
        if newest is None:
            return self._tile("backups", tr("Last backup"), tr("None yet"), "", "", ("warn", tr("Missing")))
        day, today = local_day(newest.made_at), self.desk.today
        days = (today - day).days
        chip: tuple[State, str] = ("ok", tr("Up to date")) if days <= 1 else ("warn", tr("Old"))
        when = labels.moment(newest.made_at, CLINIC_ZONE)
        return self._tile("backups", tr("Last backup"), labels.ago(day, today), "", when, chip)

    def _tile(
        self, place: str, label: str, number: str, part: str, caption: str, chip: tuple[State, str] | None = None
    ) -> StatTile:
        """A tile; the one that is shown where it says the same: the answers of a reload come one by one."""
        said = (label, number, part, caption, chip)
        if place not in self._said or self._said[place][0] != said:
            tile = StatTile(label, number, part, caption, chip=StatusChip(*chip) if chip else None)
            tile.setObjectName(f"tile_{place}")
            tile.clicked.connect(lambda: self.desk.open_page(place))
            self._said[place] = said, tile
        return self._said[place][1]

    # ------------------------------------------------------------------ alerts
    def _make_alerts(self, figures: TodayFigures) -> list[Alert]:
        found = [*self._clock_alert(), *self._backup_alerts(), *self._sheet_alert(figures)]
        return [*(self._draft_alert(draft) for draft in self._drafts), *found]

    def _draft_alert(self, draft: Draft) -> Alert:
        consult = draft.form == "consult"
        what = tr("Consult") if consult else tr("Changes to a record") if draft.subject else tr("Registration")
        name = " ".join(draft.content.get(part, "") for part in ("_name", "paternal", "maternal", "given")).split()
        when = labels.moment(draft.saved_at, CLINIC_ZONE)
        text = tr("{name} · kept {when}").format(name=" ".join(name) or tr("no name yet"), when=when)
        return Alert(
            "draft",
            tr("{what} not finished").format(what=what),
            text,
            (
                (tr("Continue"), partial(resume, self.desk, draft)),
                (tr("Discard"), lambda: self.discard(draft.id)),
            ),
        )

    def discard(self, draft: Id) -> None:
        """Throw a draft away, after asking: it cannot be brought back."""
        from ces_desktop.ui.widgets import confirm

        text = tr("What was typed in it is lost. Saved records do not change.")
        if confirm(self, tr("Discard what is not finished?"), text, tr("Discard")):
            self.desk.tasks.local(lambda c: drafts.discard(c, draft), lambda _: self.reload(), owner=self)

    def _clock_alert(self) -> list[Alert]:
        if self._opened is None or self._opened.clock_behind is None:
            return []
        last = labels.moment(self._opened.clock_behind, CLINIC_ZONE)
        text = tr("The last record is from {when}. Check the date.").format(when=last)
        return [Alert("bad", tr("The clock is behind"), text)]

    def _backup_alerts(self) -> list[Alert]:
        state = self._backup
        if state is None or not self.desk.actor.may(Right.MAKE_BACKUP):
            return []
        go = ((tr("Open backups"), lambda: self.desk.open_page("backups")),)
        found = []
        if state.trouble is not None:
            found.append(Alert("warn", tr("Today's backup was not made"), sentence(state.trouble.failure), go))
        elif not state.reachable:
            found.append(Alert("warn", tr("The backup folder is not there"), str(state.target), go))
        if state.newest is not None:
            days = (self.desk.today - local_day(state.newest.made_at)).days
            if days > OLD_BACKUP_DAYS:
                text = tr("{n} days without a copy. If the laptop is lost, so are they.").format(n=days)
                found.append(Alert("bad", tr("The backup is old"), text, go))
        return found

    def _sheet_alert(self, figures: TodayFigures) -> list[Alert]:
        opened = self._opened
        if opened is None or figures.sheet_kept or self.desk.clinic.demo:
            return []
        if not self.desk.actor.may(Right.MANAGE_USERS):
            return []
        text = tr("Without it, a forgotten passphrase closes the data for ever.")
        make = (tr("Print recovery sheet"), lambda: self._print_sheet(opened))
        return [Alert("warn", tr("The recovery sheet is not on paper"), text, (make,))]

    def _print_sheet(self, opened: OpenClinic) -> None:
        from ces_desktop.ui.dialogs.passphrase import print_new_sheet

        print_new_sheet(self, self.desk.tasks, opened)


def _alert(alert: Alert) -> QWidget:
    buttons = []
    for verb, act in alert.actions:
        button = Button(verb, "ghost")
        button.clicked.connect(lambda _=False, act=act: act())
        buttons.append(button)
    words = column(Text(alert.title, "smallstrong", wrap=True), Text(alert.text, "small", wrap=True), gap=1)
    if buttons:
        words.addLayout(row(*buttons, None, gap=4))
    shape = Shape(alert.state, 18)
    part = box(row(column(shape, None), (words, 1), gap=10))
    part.setAccessibleName(f"{alert.title}. {alert.text}")
    return part


def _columns(today: date) -> list[Column[PatientRow]]:
    def person(found: PatientRow) -> Cell:
        parts = wording.age(found.age_on(today)), wording.sex(found.identity.sex), found.community or tr("no community")
        return Cell(found.name, " · ".join(parts), strong=True)

    def when(found: PatientRow) -> Cell:
        on = found.registered_on
        return Cell(labels.day(on), labels.ago(date.fromisoformat(on), today) if on and len(on) == 10 else "")

    return [
        Column(tr("Person"), person),
        Column(tr("Record"), lambda r: Cell(r.human_id), width=130, droppable=True),
        Column(tr("Registered"), when, width=140),
    ]
