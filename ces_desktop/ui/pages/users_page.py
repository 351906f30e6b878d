"""The people who sign in: who, with which roles since when, and the own PIN, passphrase and recovery sheet."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtGui import QFocusEvent

from ces_desktop.data.queries.users import UserRow, user_rows
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE, local_day
from ces_desktop.i18n import tr, trn
from ces_desktop.services import users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui import labels, roles
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.dialogs.passphrase import SHEET_TOPIC, PassphraseDialog, print_new_sheet
from ces_desktop.ui.dialogs.pin import PIN_TOPIC, PinDialog
from ces_desktop.ui.dialogs.user import UserDialog
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    Heading,
    ScrollBody,
    SectionCard,
    Text,
    column,
    confirm,
    hide_unless,
    row,
)


class UsersPage(Page):
    """The list with the own things at its right; the docked bar acts on who is chosen. F9 adds a person."""

    topics = frozenset({"app_user", "user_role", PIN_TOPIC, SHEET_TOPIC})

    def __init__(self, desk: Desk, opened: OpenClinic) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._opened = opened
        self._manages = desk.actor.may(Right.MANAGE_USERS)
        self.heading = Heading(tr("People who sign in"), "")
        self.table = RecordTable[UserRow](_columns(desk.today), name=tr("People who sign in"), type_ahead=True)
        self.table.selected.connect(lambda _: self._allow())
        self.table.opened.connect(lambda _: self.change())
        self.add_button = Button(tr("Add person"), "primary", icon="user-plus", cap="F9")
        self.change_button = Button(tr("Change"), icon="pencil", cap="Enter")
        self.phrase_button = Button(tr("New passphrase"), icon="key-round")
        self.off_button = Button(tr("Take off"), icon="ban")
        self.add_button.clicked.connect(self.add)
        self.change_button.clicked.connect(self.change)
        self.phrase_button.clicked.connect(self.give_passphrase)
        self.off_button.clicked.connect(self.take_off)
        self.bar = DockedBar(self.add_button, self.change_button, self.phrase_button, self.off_button)
        card = SectionCard("", (self.table, 1), flush=True)
        self.own = self._own_card()
        side = ScrollBody(column(self.own, None), 0)
        side.setFixedWidth(self.own.sizeHint().width() + px(14))
        body = row((card, 1), side, gap=12)
        self.setLayout(
            column((column(self.heading, (body, 1), gap=12, margins=(20, 16, 20, 12)), 1), self.bar, gap=0)
        )
        self.setFocusProxy(self.table)
        self._allow()

    def reload(self) -> None:
        """Read the people again; who is chosen stays chosen."""
        query = partial(user_rows, clinic=self.desk.clinic.id, today=self.desk.today)
        self.desk.tasks.read(query, self._show, owner=self, latest="users")

    def primary(self) -> None:
        """F9: add a person."""
        self.add()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    # ------------------------------------------------------------------ acts
    def add(self) -> None:
        """A new person with a passphrase of their own."""
        if self._manages and UserDialog(self, self.desk.tasks, self._opened).ask():
            self.desk.toast(tr("The person can sign in."))

    def change(self) -> None:
        """Name, licence and roles of who is chosen."""
        person = self.table.current()
        if not self._manages or person is None:
            return
        dialog = UserDialog(self, self.desk.tasks, self._opened, person)
        if dialog.ask():  # nothing to undo where nothing changed: Ctrl+Z would take back the act before
            self.desk.toast(tr("Saved.") if dialog.changed else tr("It stays as it was."), undo=dialog.changed)

    def give_passphrase(self) -> None:
        """A new passphrase for who is chosen (the own one asks the old)."""
        person = self.table.current()
        if not self._manages or person is None or not person.active:
            return
        other = None if person.id == self.desk.actor.user else person
        if PassphraseDialog(self, self.desk.tasks, self._opened, other).ask():
            self.desk.toast(tr("The new passphrase counts from now on."))

    def take_off(self) -> None:
        """Who is chosen signs in no more; what they wrote stays theirs."""
        person = self.table.current()
        if not self._manages or person is None or not person.active:
            return
        text = tr("{name} will not sign in any more. What they recorded stays under their name.")
        text = text.format(name=person.name)
        if confirm(self, tr("Take off this person's access?"), text, tr("Take off")):
            opened, user = self._opened, person.id
            self.desk.tasks.run(lambda _: users.leave(opened, user), lambda _: self._changed(), owner=self)

    def set_pin(self) -> None:
        """The own PIN."""
        mine = next((row for row in self._rows() if row.id == self.desk.actor.user), None)
        if PinDialog(self, self.desk.tasks, self._opened, bool(mine and mine.pin)).ask():
            self.desk.toast(tr("The PIN was changed."))

    def change_passphrase(self) -> None:
        """The own passphrase."""
        if PassphraseDialog(self, self.desk.tasks, self._opened).ask():
            self.desk.toast(tr("The new passphrase counts from now on."))

    def _own_card(self) -> SectionCard:
        self.pin_button = Button(tr("Set or change PIN"), icon="lock")
        self.own_phrase = Button(tr("Change my passphrase"), icon="key-round")
        self.sheet_button = Button(tr("New recovery sheet"), icon="printer")
        self.pin_button.clicked.connect(self.set_pin)
        self.own_phrase.clicked.connect(self.change_passphrase)
        self.sheet_button.clicked.connect(lambda: print_new_sheet(self, self.desk.tasks, self._opened))
        hide_unless(self.sheet_button, self._manages)
        about = Text(tr("The PIN only reopens the locked screen."), "caption", wrap=True)
        return SectionCard(
            tr("Your access"), self.pin_button, about, 4, self.own_phrase, self.sheet_button, icon="user-cog"
        )

    def _rows(self) -> list[UserRow]:
        return [self.table.records.row_at(place) for place in range(self.table.records.rowCount())]

    def _changed(self) -> None:
        self.desk.tasks.changed.emit(frozenset({"user_role"}))
        self.desk.toast(tr("The access was taken off."))

    def _show(self, rows: tuple[UserRow, ...]) -> None:
        chosen = self.table.current()
        self.table.set_rows(rows, keep=lambda row: chosen is not None and row.id == chosen.id)
        if self.table.current() is None:
            self.table.select_place(0)
        n = sum(row.active for row in rows)
        self.heading.set_sentence(trn("{n} person may enter today.", "{n} people may enter today.", n).format(n=n))
        self._allow()

    def _allow(self) -> None:
        person = self.table.current()
        reason = tr("Who leads the clinic does this.")
        self.add_button.set_possible(self._manages, reason)
        held = self._manages and person is not None
        active = held and person is not None and person.active
        self.change_button.set_possible(held, reason)
        self.phrase_button.set_possible(active, reason if not self._manages else tr("This person has no access."))
        oneself = person is not None and person.id == self.desk.actor.user
        why = reason if not self._manages else tr("Nobody takes off their own access.") if oneself else ""
        self.off_button.set_possible(active and not oneself, why or tr("This person has no access."))


def _columns(today: date) -> list[Column[UserRow]]:
    def since(person: UserRow) -> Cell:
        if person.active:
            return Cell(labels.day(person.since), labels.ago(date.fromisoformat(person.since or ""), today))
        return Cell(labels.day(person.until), tr("last day"))

    def pin(person: UserRow) -> Cell:
        if not person.active:
            return Cell(chip=("neutral", tr("No access")))
        return Cell(chip=("ok", tr("PIN set")) if person.pin else ("unknown", tr("No PIN")))

    def seen(person: UserRow) -> Cell:
        if not person.last_seen:
            return Cell(labels.DASH)
        return Cell(labels.day(local_day(person.last_seen)), labels.clock(person.last_seen, CLINIC_ZONE))

    def held(person: UserRow) -> Cell:
        """Two in a line: four in one would be cut."""
        names = roles.names(person.roles).split(" · ")
        return Cell(" · ".join(names[:2]) or labels.DASH, " · ".join(names[2:]))

    return [
        Column(
            tr("Person"),
            lambda p: Cell(p.name, p.licence, strong=True, tone="text" if p.active else "text3",
                           letters=labels.initials(p.name)),
            sort=lambda p: p.name.casefold(),
        ),
        Column(tr("Roles"), held, width=240, droppable=True),
        Column(tr("Since"), since, width=120, sort=lambda p: p.since, droppable=True),
        Column(tr("PIN here"), pin, width=130),
        Column(tr("Last sign-in"), seen, width=130, sort=lambda p: p.last_seen, droppable=True),
    ]  # fmt: skip
