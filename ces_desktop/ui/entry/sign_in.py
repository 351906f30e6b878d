"""Who enters? A person, their passphrase, and the clinic opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from ces_desktop import __version__, i18n
from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import DEMO_PREFIX
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.i18n import tr
from ces_desktop.services import clinic as clinics
from ces_desktop.services import hub_server
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.settings import Settings
from ces_desktop.ui import labels
from ces_desktop.ui.entry import demo
from ces_desktop.ui.entry.people import Artwork, PersonButton, SecretField
from ces_desktop.ui.entry.recovery import RecoveryForm
from ces_desktop.ui.entry.server_password import ServerPassword
from ces_desktop.ui.entry.sites import clinic_title
from ces_desktop.ui.entry.work import Jobs
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, InlineNote, ProgressPanel, ScrollBody, Text, Wrapped, box, clear, column, row

RIGHT = 508


@dataclass(slots=True)
class _Kept:
    """What must survive drawing the screen again (another language): clinic, person, what is typed."""

    folder: ClinicFolder | None = None
    user: bytes = b""
    typed: str = ""


class SignIn(QWidget):
    """The sign-in of one of this laptop's clinics. Nothing typed is lost by a refusal or a change of language."""

    opened = Signal(object)
    wizard_wanted = Signal()
    language_chosen = Signal(str)

    def __init__(self, root: Path, settings: Settings) -> None:
        super().__init__()
        self.root, self.settings = root, settings
        self._kept = _Kept()
        self.clinics = clinics.known_clinics(root)
        named = [folder for folder in self.clinics if folder.prefix == settings.last_clinic]
        real = [folder for folder in self.clinics if folder.prefix != DEMO_PREFIX]
        self._kept.folder = next(iter(named + real + self.clinics), None)
        self._kept.user = bytes.fromhex(settings.last_user) if _is_hex(settings.last_user) else b""
        self.jobs = Jobs(self)
        self.jobs.busy.connect(self._set_busy)
        self.jobs.cancelled.connect(self._cancelled)
        self._form: RecoveryForm | ServerPassword | None = None
        self._outer = row(gap=0)
        self.setLayout(self._outer)
        self._minute = QTimer(self)
        self._minute.timeout.connect(self._tell_time)
        self._minute.start(15_000)
        self.redraw()

    @property
    def folder(self) -> ClinicFolder | None:
        """The clinic shown."""
        return self._kept.folder

    def redraw(self) -> None:
        """Draw everything in the language in use; what was typed stays, in a form too."""
        form, typed = self._form, self._form.typed if self._form is not None else ()
        clear(self._outer)
        self.setWindowTitle(tr("Sign in · CES Desktop"))
        prefix = self._kept.folder.prefix if self._kept.folder else ""
        foot = tr("Data encrypted on this laptop · version {version}").format(version=__version__)
        self.art = Artwork(clinic_title(prefix), foot)
        self.panels = QStackedWidget()
        self.panels.addWidget(self._enter_panel())
        self._form = None
        no_trace = tr("Cancelling leaves nothing behind.")
        self.progress = ProgressPanel(tr("Opening the clinic"), cancel_text=no_trace, reserve=True)
        self.progress.cancelled.connect(self.jobs.cancel)
        self._middle = column(None, self.panels, self.progress, None, gap=4)
        self._low = self._foot()
        side = box(column((ScrollBody(self._middle, 0), 1), self._low, gap=0))
        side.setMinimumWidth(px(400))
        side.setMaximumWidth(px(RIGHT))
        self._outer.addWidget(self.art, 858)
        self._outer.addWidget(side, RIGHT)
        self._inset()
        self._tell_time()
        if self.isVisible():  # shown a moment later it would take no focus
            side.show()
        if form is None:
            self._focus_secret()
        else:
            self._put_back(form, typed)

    def tell(self, failure: Failure) -> None:
        """Say under the passphrase why one is here (a dropped key, a refusal)."""
        self.secret.complain(sentence(failure))

    def focusInEvent(self, _event: QFocusEvent) -> None:
        self._focus_secret()

    def _inset(self) -> None:
        """Wide margins where there is room for them."""
        side = px(60 if self.width() >= px(1200) else 16)
        self._middle.setContentsMargins(side, px(12), side, 0)
        self._low.setContentsMargins(side, px(4), side, px(20))

    def _enter_panel(self) -> QWidget:
        self.people: dict[bytes, PersonButton] = {}
        self.secret = SecretField(tr("Passphrase"))
        self.secret.set_text(self._kept.typed)
        self.secret.changed.connect(self._remember)
        self.secret.entered.connect(self.enter)
        self.secret.edit.installEventFilter(self)
        self.enter_button = Button(tr("Sign in"), "primary", icon="log-in", cap="Enter")
        self.enter_button.clicked.connect(self.enter)
        self.forgot = Button(tr("I forgot my passphrase"), "ghost")
        self.forgot.clicked.connect(self.show_recovery)
        self.demo = Button(tr("Open demonstration"), "ghost")
        self.demo.clicked.connect(self.open_demo)
        self.other = Button(tr("Other clinic"), "ghost", icon="building-2")
        self.other.clicked.connect(self._offer_clinics)
        title = Text(tr("Who enters?"), "title")
        links = Wrapped(self.forgot, self.demo, gap=0, spread=True)
        panel = box(
            column(
                row(title, None, self.other, margins=(0, 0, -6, 0)),
                self._people_list(), 6, self.secret, 4, self.enter_button, links, gap=6,
            )
        )  # fmt: skip
        return panel

    def _people_list(self) -> QWidget:
        slots: list[vault.Slot] = []
        trouble: Failure | None = None
        if self._kept.folder is not None:
            try:
                slots = vault.list_slots(self._kept.folder)
            except (Refused, Unavailable) as failure:
                trouble = failure
        for slot in slots:
            last = slot.user.hex() == self.settings.last_user
            button = PersonButton(slot.name, tr("Last to sign in here") if last else "")
            button.clicked.connect(lambda _=False, user=slot.user: self._choose(user))
            self.people[slot.user] = button
        if self.people and self._kept.user not in self.people:
            self._kept.user = next(iter(self.people))
        if self._kept.user in self.people:
            self.people[self._kept.user].setChecked(True)
        items: list[QWidget] = list(self.people.values())
        if trouble is not None:
            items = [InlineNote("bad", text=sentence(trouble))]
        for part in (self.secret, self.enter_button, self.forgot):
            part.setEnabled(bool(self.people))
        inner = column(*items, gap=4)
        if len(items) <= 4:
            return box(inner)
        body = ScrollBody(inner, 0)
        body.setFixedHeight(px(4 * 54 + 20))
        return body

    def _foot(self) -> QWidget:
        words = {"es": "Español", "en": "English"}
        buttons: list[QWidget] = []
        for code, name in words.items():
            if code == i18n.language():
                buttons.append(Text(name, "smallstrong"))
            else:
                button = Button(name, "ghost")
                button.clicked.connect(lambda _=False, code=code: self._choose_language(code))
                self.language_button = button
                buttons.append(button)
        self.when = Text("", "caption", align="right")
        return box(row(buttons[0], Text("·", "caption"), buttons[1], None, self.when, gap=6))

    # ------------------------------------------------------------------ acts
    def enter(self) -> None:
        """Open the clinic with the passphrase typed."""
        folder, user, phrase = self._kept.folder, self._kept.user, self.secret.text()
        if folder is None or self.jobs.running:
            return
        if not phrase.strip():
            self.secret.complain(tr("Type your passphrase."))
            return
        self.secret.say_nothing()
        self._start(tr("Opening the clinic"), cancellable=False)
        self.jobs.run(lambda _: clinics.open_clinic(folder, user, phrase), self._opened, self._not_opened)

    def show_recovery(self) -> None:
        """The printed key in place of a passphrase."""
        folder = self._kept.folder
        if folder is None or self.jobs.running:
            return
        name = self.people[self._kept.user].shown_text()
        self._show_form(RecoveryForm(folder, self._kept.user, name, self.jobs))

    def _not_opened(self, failure: Failure) -> None:
        """Of a server that takes another password now, ask for that; else say why."""
        if failure.code == hub_server.WRONG_PASSWORD:
            self._ask_password()
        else:
            self.tell(failure)

    def _ask_password(self) -> None:
        folder = self._kept.folder
        if folder is not None:
            self._show_form(ServerPassword(folder, self._kept.user, self._kept.typed, self.jobs))

    def _show_form(self, form: RecoveryForm | ServerPassword) -> None:
        form.started.connect(lambda: self._start(tr("Opening the clinic"), cancellable=False))
        form.opened.connect(self._opened)
        form.left.connect(self._leave_form)
        self._form = form
        self.panels.addWidget(form)
        self.panels.setCurrentWidget(form)
        form.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_back(self, form: RecoveryForm | ServerPassword, typed: tuple[str, ...]) -> None:
        if isinstance(form, RecoveryForm):
            self.show_recovery()
        else:
            self._ask_password()
        if self._form is not None:
            self._form.put(typed)

    def open_demo(self) -> None:
        """Invented people: opened, or made first."""
        if self.jobs.running:
            return
        self._start(tr("Preparing the demonstration"), cancellable=True)
        progress = self.jobs.run(lambda progress: demo.open_demo(self.root, progress), self._opened, self.tell)
        progress.moved.connect(self.progress.advance)

    def choose_clinic(self, folder: ClinicFolder) -> None:
        """Show another clinic of this laptop."""
        self._kept.folder, self._kept.typed = folder, ""
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._inset()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._form is not None:
            self._leave_form()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """↑↓ in the passphrase choose the person, so that nobody needs the mouse."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if step and self.people:
                users = list(self.people)
                place = min(max(users.index(self._kept.user) + step, 0), len(users) - 1)
                self._choose(users[place])
                return True
        return False

    def _choose(self, user: bytes) -> None:
        self._kept.user = user
        self.people[user].setChecked(True)
        self._focus_secret()

    def _focus_secret(self) -> None:
        if self._form is None:
            self.secret.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remember(self) -> None:
        self._kept.typed = self.secret.text()

    def _choose_language(self, code: str) -> None:
        if not self.jobs.running:
            self.language_chosen.emit(code)

    def _offer_clinics(self) -> None:
        menu = QMenu(self)
        for folder in self.clinics:
            if self._kept.folder is None or folder.prefix != self._kept.folder.prefix:
                act = menu.addAction(clinic_title(folder.prefix))
                act.triggered.connect(lambda _=False, folder=folder: self.choose_clinic(folder))
        menu.addSeparator()
        menu.addAction(tr("New clinic, or a backup…")).triggered.connect(self.wizard_wanted)
        menu.popup(self.other.mapToGlobal(QPoint(0, self.other.height())))

    def _leave_form(self) -> None:
        form, self._form = self._form, None
        if form is not None and not self.jobs.running:
            self.panels.setCurrentIndex(0)
            self.panels.removeWidget(form)
            form.deleteLater()
            self._focus_secret()

    def _start(self, title: str, cancellable: bool) -> None:
        self.progress.title.set_text(title)
        self.progress.cancel.setVisible(cancellable)
        self.progress.bar.setRange(0, 0)
        self.progress.count.set_text("")
        self.progress.start()

    def _opened(self, opened: OpenClinic) -> None:
        self._kept.typed = ""
        self.secret.edit.clear()
        self.opened.emit(opened)

    def _cancelled(self) -> None:
        self.secret.complain(tr("Cancelled. Nothing was left behind."))

    def _set_busy(self, busy: bool) -> None:
        if not busy:
            self.progress.finish()
        self.panels.setEnabled(not busy)
        self.language_button.setEnabled(not busy)
        for part in (self.secret, self.enter_button, self.forgot):
            part.setEnabled(bool(self.people) and not busy)

    def _tell_time(self) -> None:
        now = datetime.now(CLINIC_ZONE)
        self.when.set_text(f"{labels.weekday_day(now.date())}, {now:%H:%M}")


def _is_hex(text: str) -> bool:
    try:
        return bool(bytes.fromhex(text))
    except ValueError:
        return False
