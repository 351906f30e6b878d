"""The running application: wizard, sign-in, clinic window or lock screen, and when it locks by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLibraryInfo, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from ces_desktop import i18n, settings
from ces_desktop.data.pin import KeyDropped, PinLock
from ces_desktop.domain.access import Actor
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.services import clinic as clinics
from ces_desktop.services.audit import AuditBuffer
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui import keys, labels, later, messages, network_places, places, theme
from ces_desktop.ui.collector import WindowCollector
from ces_desktop.ui.desk import ClinicFacts
from ces_desktop.ui.frame import Frame
from ces_desktop.ui.later import Later
from ces_desktop.ui.main_window import MainWindow
from ces_desktop.ui.pages import today_page
from ces_desktop.ui.tasks import BACKUPS, Failure, Progress, Tasks
from ces_desktop.ui.usb_badge import UsbWatch
from ces_desktop.ui.widgets import InlineNote

if TYPE_CHECKING:
    from ces_desktop.data.backup import BackupInfo
    from ces_desktop.ui.entry.sign_in import SignIn
    from ces_desktop.ui.entry.wizard import Wizard

_WAKE_SECONDS = 45
"""A tick of 15 s that comes later than this means that the laptop slept: lock."""
_TOUCHES = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel)  # asked of every event there is
_BACKUP_AFTER_MS = 20_000
"""The backup of the day begins this long after the sign-in: not while the person waits for the first page."""


class Application(QObject):
    """Owns the open clinic and leads from wizard or sign-in to the window, the lock and back."""

    def __init__(self, app: QApplication, root: Path) -> None:
        super().__init__()
        self.app = app
        self.root = root
        self.settings = settings.load()
        self.frame = Frame()
        self.open: OpenClinic | None = None
        self.window: MainWindow | None = None
        self.tasks: Tasks | None = None
        self._view: QWidget | None = None
        self._pin: PinLock | None = None
        self._restored = False
        self._daily: Progress | None = None
        self._touched = self._ticked = time.monotonic()
        self._later: Later | None = None
        self._qt_texts = QTranslator(self)
        self.dress()
        self._tick = QTimer(self)
        self._tick.timeout.connect(self._watch)
        self._tick.start(15_000)

    def dress(self) -> None:
        """Language, theme and zoom as chosen."""
        i18n.use(self.settings.language)
        self._speak(self.settings.language)
        theme.apply(self.app, theme.load(self.settings.theme, self.settings.zoom / 100))
        self.frame.setStyleSheet("")

    def _speak(self, language: i18n.Language) -> None:
        """Qt's own buttons and file dialogs in the language of the program; English is what Qt speaks by itself."""
        self.app.removeTranslator(self._qt_texts)
        if self._qt_texts.load("qtbase_" + language, QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            self.app.installTranslator(self._qt_texts)

    def start(self) -> None:
        """Show the wizard on a fresh machine, else the sign-in."""
        if clinics.known_clinics(self.root):
            self.show_sign_in()
        else:
            self.show_wizard()

    def quiet_for(self) -> float:
        """Seconds since somebody typed or clicked."""
        return time.monotonic() - self._touched

    def show_wizard(self) -> None:
        """First run, or one more clinic."""
        from ces_desktop.ui.entry.wizard import Wizard

        wizard = Wizard(self.root, first=not clinics.known_clinics(self.root))
        wizard.language_chosen.connect(lambda code: self._language_in_entry(wizard, code))
        wizard.opened.connect(self.enter)
        wizard.joined.connect(self._enter_with_request)
        wizard.left.connect(self.show_sign_in)
        self._show_entry(wizard)

    def show_sign_in(self) -> None:
        """Who enters?"""
        from ces_desktop.ui.entry.sign_in import SignIn

        page = SignIn(self.root, self.settings)
        page.opened.connect(self.enter)
        page.wizard_wanted.connect(self.show_wizard)
        page.language_chosen.connect(lambda code: self._language_in_entry(page, code))
        self._show_entry(page)

    def enter(self, opened: OpenClinic) -> None:
        """A passphrase opened a clinic: show its window."""
        self.open = opened
        self.settings = settings.update(
            lambda s: replace(s, last_clinic=opened.database.installation.prefix, last_user=opened.actor.user.hex())
        )
        self._pin = PinLock(opened.key)
        self.tasks = Tasks(opened.database, opened.actor)
        self.tasks.broken.connect(_raise)
        if self._later is None:
            self.tasks.idle.connect(self._first_answers)
        if network_places.first(opened.facts["kind"]) == "today":
            today_page.ask_ahead(self.tasks, Id(bytes.fromhex(opened.facts["id"])))
        self._draw_window()
        self._touched = self._ticked = time.monotonic()  # what the laptop slept before is no absence
        if self.window is not None:
            self.window.note("sign_in")
            if self._restored:
                self.window.note("restore")
        self._restored = False
        QTimer.singleShot(_BACKUP_AFTER_MS, self, self._back_up_if_due)

    def _enter_with_request(self, opened: OpenClinic, failure: Failure | None) -> None:
        """Another laptop of a clinic begins at its stick: the six words, and what comes next."""
        self.enter(opened)
        if self.window is not None:
            self.window.open_page("usb")
            if failure is not None:
                places.show_notice(self.window, messages.sentence(failure))

    def _first_answers(self) -> None:
        """The first page has what it shows: now the rest, piece by piece."""
        if self._later is None:
            self._later = Later(self.frame, self._rest())

    def _rest(self) -> Iterator[object]:
        yield from later.qt_classes()
        # Only now: it makes all those classes, and until now nobody could be away for long.
        self.app.installEventFilter(self)
        yield from later.modules()
        if self.window is not None and isValid(self.window):
            yield self.window.popup

    def lock(self) -> None:
        """Blank the window; the key stays for a PIN, for thirty minutes at most."""
        if self.window is None or self.tasks is None or self._pin is None or self._pin.locked or self.open is None:
            return
        for dialog in self.app.topLevelWidgets():
            if isinstance(dialog, QDialog) and dialog.isVisible():
                dialog.reject()
        self._stop_daily_backup()
        self.window.note("lock")
        self.window.leave()
        self._pin.lock()
        from ces_desktop.ui.entry.lock import LockScreen

        screen = LockScreen(self.open, self._pin)
        screen.unlocked.connect(self.unlock)
        screen.signed_out.connect(self.sign_out)
        screen.dropped.connect(self._drop)
        self._show_entry(screen)

    def unlock(self, actor: Actor) -> None:
        """The same person goes on where they were; another gets a window of their own."""
        if self.open is None or self.window is None or self.tasks is None:
            return
        if actor.user == self.open.actor.user:
            entry, self._view = self._view, None
            self.frame.show_view(self.window)
            if entry is not None:
                self.frame.remove_view(entry)
            keys.to_page(self.window)
        else:
            self.open.actor = self.tasks.actor = actor
            self._draw_window()
            self.window.note("sign_in")
        self._touched = time.monotonic()
        QTimer.singleShot(_BACKUP_AFTER_MS, self, self._back_up_if_due)

    def sign_out(self) -> None:
        """Give up key and file; only a passphrase opens again."""
        if self.open is None or self.window is None:
            return
        self._stop_daily_backup()
        self.window.leave()
        window, self.window = self.window, None
        self.frame.remove_view(window)
        self.open.close()
        self.open = self.tasks = None  # the tasks hold the database, and it the key
        if self._pin is not None:
            self._pin.drop()
        self.show_sign_in()

    def _drop(self, failure: Failure) -> None:
        """The key is gone (five PINs, thirty minutes): sign-in, which says so."""
        from ces_desktop.ui.entry.sign_in import SignIn

        self.sign_out()
        if isinstance(self._view, SignIn):
            self._view.tell(failure)

    def restore(self, info: BackupInfo) -> None:
        """Close the clinic, put a backup in its place, and ask who enters."""
        if self.open is None or self.window is None or self.tasks is None:
            return
        from ces_desktop.services import backups
        from ces_desktop.ui.dialogs.restore import WaitView

        self._stop_daily_backup()
        self.window.leave()
        opened, tasks = self.open, self.tasks
        window, self.window = self.window, None
        self.open = None
        self._show_entry(WaitView(tr("Restoring the backup"), tr("Do not turn the computer off.")))
        self.frame.remove_view(window)

        def done(note: QWidget) -> None:
            opened.close()  # a backup that was refused left it open
            self.tasks = None
            if self._pin is not None:
                self._pin.drop()
            self.show_sign_in()
            self.frame.show_note(note)

        def restored(_kept: Path | None) -> None:
            self._restored = True
            when = labels.moment(info.made_at, CLINIC_ZONE)
            text = tr("The data are as on {when}. What they replaced is kept beside them.").format(when=when)
            done(InlineNote("ok", tr("The backup was restored. Sign in."), text))

        def failed(failure: Failure) -> None:
            done(InlineNote("bad", tr("The backup was not restored."), messages.sentence(failure)))

        tasks.run(lambda _: backups.restore_open(opened, info), restored, owner=self, failed=failed)

    def _back_up_if_due(self) -> None:
        """The backup of the day, behind everything else; a failure is a notice, and stays on the start page."""
        opened, window, tasks = self.open, self.window, self.tasks
        if opened is None or window is None or tasks is None or self._daily is not None:
            return
        from ces_desktop.services import backups

        def told(made: BackupInfo | None) -> None:
            self._daily = None
            if made is not None:
                tasks.changed.emit(frozenset({BACKUPS}))

        def failed(failure: Failure) -> None:
            told(None)
            tasks.changed.emit(frozenset({BACKUPS}))
            if self.window is not None:
                text = tr("Today's backup was not made. {why}").format(why=messages.sentence(failure))
                places.show_notice(self.window, text)

        self._daily = tasks.run(lambda p: backups.back_up_if_due(opened, p.step), told, owner=self, failed=failed)

    def _stop_daily_backup(self) -> None:
        """Nobody waits for it at lock or sign-out; it begins again at the next sign-in."""
        if self._daily is not None:
            self._daily.cancel()
            self._daily = None

    def redraw(self) -> None:
        """Draw the window again after language, theme or zoom changed; the place is kept."""
        self.settings = settings.load()
        self.dress()
        if self.window is not None:
            place = self.window.place()
            self.window.leave()
            self._draw_window(place)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self._touched = time.monotonic()
        return False

    def _draw_window(self, place: tuple[str, tuple[object, ...]] | None = None) -> None:
        if self.open is None or self.tasks is None:
            return
        facts = self.open.facts
        place = place or (network_places.first(facts["kind"]), ())
        prefix = facts["prefix"]
        clinic = ClinicFacts(
            Id(bytes.fromhex(facts["id"])),
            prefix,
            facts["name"],
            facts["official_name"],
            facts["clues"],
            facts["municipality"],
            clinics.is_demo(prefix),
        )
        old = self.window
        audit = AuditBuffer(self.open.actor)
        window = self.window = MainWindow(self.tasks, clinic, audit, self.open)
        window.lock_wanted.connect(self.lock)
        window.sign_out_wanted.connect(self.sign_out)
        window.rebuild_wanted.connect(self.redraw)
        window.zoom_wanted.connect(self._zoom)
        window.restore_wanted.connect(self.restore)
        UsbWatch(window)
        self.frame.show_view(window)
        if old is not None:
            self.tasks.changed.disconnect(old._changed)
            self.tasks.refused.disconnect(old.tell)
            window.go_on_from(old)
            self.frame.remove_view(old)
        entry, self._view = self._view, None
        if entry is not None:
            self.frame.remove_view(entry)
        window.go_to(*place)
        self._warn(self.open, window)

    def _warn(self, opened: OpenClinic, window: MainWindow) -> None:
        """What the person must know on entering: data held elsewhere, a wrong clock, restored or moved data."""
        if opened.database.read_only:
            window.notice("storage.in_use")
        elif opened.clock_behind is not None:
            window.notice("storage.clock_behind")
        elif opened.renewed is not None:
            window.notice(f"clinic.{opened.renewed}")
            opened.renewed = None

    def _show_entry(self, view: QWidget) -> None:
        old, self._view = self._view, view
        self.frame.show_view(view)
        view.setFocus()
        if old is not None:
            self.frame.remove_view(old)

    def _zoom(self, step: int) -> None:
        def change(s: settings.Settings) -> settings.Settings:
            return replace(s, zoom=100 if step == 0 else s.zoom + step)

        settings.update(change)
        self.redraw()

    def _language_in_entry(self, view: Wizard | SignIn, language: i18n.Language) -> None:
        """Wizard and sign-in draw themselves again, so that what was typed stays."""
        self.settings = settings.update(lambda s: replace(s, language=language))
        self.dress()
        view.redraw()

    def _watch(self) -> None:
        now = time.monotonic()
        slept = now - self._ticked > _WAKE_SECONDS
        self._ticked = now
        if self._pin is None or self.open is None:
            return
        if self._pin.locked:
            if self._pin.expire():
                self._drop(KeyDropped("time"))
        elif slept or now - self._touched > self.settings.lock_minutes * 60:
            self.lock()


def _raise(error: BaseException) -> None:
    raise error


def run(root: Path) -> int:
    """Open the application window and stay until it is closed; returns the exit code."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setApplicationName("CES Desktop")
    application = Application(app, root)
    collector = WindowCollector(application, application.quiet_for)
    application.frame.show()
    application.start()
    code = app.exec()
    collector.stop()
    if application.open is not None:
        if application.window is not None:
            application.window.leave()
        application.open.close()
    return int(code)
