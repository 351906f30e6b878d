"""The locked screen: nothing of the clinic is seen; whoever works here comes back by PIN or passphrase."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.data import vault
from ces_desktop.data.pin import KeyDropped, PinLock
from ces_desktop.data.queries.users import UserRow, user_rows
from ces_desktop.domain.access import Actor
from ces_desktop.domain.calendar import local_day
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.services import clinic as clinics
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui import roles
from ces_desktop.ui.entry.people import PersonButton, SecretField
from ces_desktop.ui.entry.work import Jobs
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, Icon, ScrollBody, Text, box, clear, column, row


class LockScreen(QWidget):
    """`unlocked(Actor)` after a right PIN or passphrase; `dropped(KeyDropped)` when the key is gone; `signed_out`.

    People without a PIN, and whoever prefers it, type the passphrase. Everything slow runs off the GUI thread.
    """

    unlocked = Signal(object)
    signed_out = Signal()
    dropped = Signal(object)

    def __init__(self, opened: OpenClinic, pin_lock: PinLock) -> None:
        super().__init__()
        self.opened, self.pin_lock = opened, pin_lock
        self.people: dict[bytes, PersonButton] = {}
        self._rows: dict[bytes, UserRow] = {}
        self.user: bytes = opened.actor.user
        self.by_phrase = False
        self.jobs = Jobs(self)
        self.jobs.busy.connect(self._set_busy)
        self.setWindowTitle(tr("Locked · CES Desktop"))
        self._list = column(gap=4)
        self._secret_slot = column(gap=0)
        self.left = Text("", "small")
        self.enter = Button(tr("Go on"), "primary", icon="log-in", cap="Enter")
        self.enter.clicked.connect(self.submit)
        self.other_way = Button(tr("Use the passphrase"), "ghost")
        self.other_way.clicked.connect(self._swap)
        self.leave = Button(tr("Sign out"), "ghost", icon="log-out")
        self.leave.clicked.connect(self.signed_out)
        head = row(Icon("lock", 22, "accent"), Text(tr("Locked"), "title"), None, gap=10)
        about = Text(tr("Nothing is lost: the work goes on where it was."), "small", wrap=True)
        links = row(self.other_way, None, self.leave, gap=0)
        card = box(
            column(
                head, about, 4, self._list, 4, self._secret_slot, self.left, 4, self.enter, links,
                gap=6, margins=(28, 24, 28, 20),
            ),
            "card",
        )  # fmt: skip
        card.setFixedWidth(px(440))
        self.setLayout(column((ScrollBody(column(None, row(None, card, None), None, margins=(8, 8, 8, 8)), 0), 1)))
        self.secret = SecretField(tr("PIN"))
        self._draw_secret()
        self.jobs.run(lambda _: self._read(), self._show_people, self.tell)

    def submit(self) -> None:
        """Try what is typed."""
        typed, user = self.secret.text(), self.user
        person = self._rows.get(user)
        if person is None or self.jobs.running:
            return
        if not typed.strip():
            self.secret.complain(tr("Type your passphrase.") if self._asks_phrase() else tr("Type your PIN."))
            return
        by_phrase = self._asks_phrase()
        self.jobs.run(lambda _: self._open(user, typed, person.pin, by_phrase), self.unlocked.emit, self._failed)

    def tell(self, failure: Failure) -> None:
        """Say under the field why it was not taken."""
        self.secret.complain(sentence(failure))

    def focusInEvent(self, _event: QFocusEvent) -> None:
        self.secret.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """↑↓ in the field choose the person."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.people:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if step:
                users = list(self.people)
                here = users.index(self.user) if self.user in users else 0
                self._choose(users[min(max(here + step, 0), len(users) - 1)])
                return True
        return False

    def _open(self, user: bytes, typed: str, verifier: str | None, by_phrase: bool) -> Actor:
        # Who signs in is read before the lock opens: whoever holds no role any more unlocks nothing.
        if verifier is None or by_phrase:
            vault.open(self.opened.folder, user, typed)
            actor = clinics.sign_in(self.opened.database, user)
            self.pin_lock.reopen(verifier)
        else:
            actor = clinics.sign_in(self.opened.database, user)
            self.pin_lock.enter(typed, verifier)
        return actor

    def _read(self) -> tuple[UserRow, ...]:
        database = self.opened.database
        # With a clock behind the last record the day of that record counts, as at sign-in: it shuts nobody out.
        here, today = database.installation.clinic, local_day(database.clock_behind() or database.clock())
        rows = database.read(lambda c: user_rows(c, here, today))
        known = {slot.user for slot in vault.list_slots(self.opened.folder)}
        return tuple(row for row in rows if row.active and (row.id in known or row.pin))

    def _show_people(self, rows: tuple[UserRow, ...]) -> None:
        clear(self._list)
        self._rows = {row.id: row for row in rows}
        self.people = {}
        for person in rows:
            button = PersonButton(person.name, roles.names(person.roles))
            button.clicked.connect(lambda _=False, user=person.id: self._choose(user))
            self.people[person.id] = button
        if len(self.people) <= 4:
            for button in self.people.values():
                self._list.addWidget(button)
        else:
            body = ScrollBody(column(*self.people.values(), gap=4), 0)
            body.setFixedHeight(px(4 * 54))
            self._list.addWidget(body)
        self._choose(self.user if self.user in self._rows else next(iter(self._rows), self.user))

    def _choose(self, user: bytes) -> None:
        self.user, self.by_phrase = user, False
        if user in self.people:
            self.people[user].setChecked(True)
        self._draw_secret()

    def _swap(self) -> None:
        self.by_phrase = not self.by_phrase
        self._draw_secret()

    def _asks_phrase(self) -> bool:
        person = self._rows.get(self.user)
        return self.by_phrase or person is None or person.pin is None

    def _draw_secret(self) -> None:
        clear(self._secret_slot)
        phrase = self._asks_phrase()
        label, most = (tr("Passphrase"), 0) if phrase else (tr("PIN"), 8)
        self.secret = SecretField(label, most=most, digits=not phrase)
        self.secret.entered.connect(self.submit)
        self.secret.edit.installEventFilter(self)
        self._secret_slot.addWidget(self.secret)
        if self.isVisible():  # shown a moment later it would take no focus
            self.secret.show()
        person = self._rows.get(self.user)
        self.other_way.setVisible(person is not None and person.pin is not None)
        self.other_way.set_words(tr("Use the PIN") if phrase else tr("Use the passphrase"))
        self._tell_left()
        self.secret.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_left(self) -> None:
        """How many PINs are left stands under a PIN only."""
        self.left.setVisible(bool(self.left.text()) and not self._asks_phrase())

    def _failed(self, failure: Failure) -> None:
        if isinstance(failure, KeyDropped):
            self.dropped.emit(failure)
            return
        if isinstance(failure, Refused) and failure.code == "vault.wrong_pin":
            n = self.pin_lock.tries_left
            text = trn("{n} try left before it asks the passphrase", "{n} tries left before it asks the passphrase", n)
            self.left.set_text(text.format(n=_in_words(n)))
            self._tell_left()
        self.tell(failure)

    def _set_busy(self, busy: bool) -> None:
        for part in (self.enter, self.secret, self.leave, self.other_way, *self.people.values()):
            part.setEnabled(not busy)
        if not busy:
            self.secret.setFocus(Qt.FocusReason.OtherFocusReason)


def _in_words(n: int) -> str:
    words = {1: tr("One"), 2: tr("Two"), 3: tr("Three"), 4: tr("Four"), 5: tr("Five")}
    return words.get(n, str(n))

