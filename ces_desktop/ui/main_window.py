"""The window of an open clinic: rail, search, the place one is at, and the keys that work everywhere."""

from __future__ import annotations

from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from ces_desktop.domain.access import Actor
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Unavailable
from ces_desktop.services import audit as auditing
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui import keys, labels, messages, network_places, places, visit_places
from ces_desktop.ui.consults import Consults
from ces_desktop.ui.desk import Build, ClinicFacts, Offer, Page, Table
from ces_desktop.ui.privacy import PrivacySheet
from ces_desktop.ui.tasks import Failure, Tasks
from ces_desktop.ui.widgets import Rail, SavingStrip, Toast, TopBar, box, column, row

if TYPE_CHECKING:
    from ces_desktop.ui.widgets.search_popup import SearchPopup


class MainWindow(Consults, QWidget):
    """Implements `Desk`. It owns no data: pages ask through `tasks` and reload when what they show changed."""

    lock_wanted = Signal()
    sign_out_wanted = Signal()
    rebuild_wanted = Signal()
    zoom_wanted = Signal(int)
    restore_wanted = Signal(object)
    """A BackupInfo to put in the place of the open data."""

    def __init__(
        self, tasks: Tasks, clinic: ClinicFacts, audit: auditing.AuditBuffer, opened: OpenClinic | None = None
    ) -> None:
        super().__init__()
        self.opened = opened
        self.tasks = tasks
        self.clinic = clinic
        self._audit = audit
        self._pages: dict[str, Page] = {}
        self._stale: set[Page] = set()
        self._trail: list[tuple[str, tuple[object, ...]]] = []
        self.setObjectName("window")
        self.setWindowTitle(f"{clinic.name} · CES Desktop")
        self.rail = Rail(places.rail_entries(self.actor, network_places.kind_of(self)))
        self.rail.chosen.connect(self.open_page)
        self.top = TopBar(labels.initials(self.actor.name), self.actor.name, clinic.name, demo=clinic.demo)
        self.top.user.clicked.connect(self.lock_wanted)
        self.notice_slot, self.banner_slot = column(), column()
        self.stack = QStackedWidget()
        body = box(column(self.top, self.notice_slot, self.banner_slot, (self.stack, 1), gap=0))
        self.setLayout(row(self.rail, (body, 1), gap=0))
        self.toast_strip, self.saving_strip = Toast(body), SavingStrip(body, tasks.saving)
        self.toast_strip.undone.connect(self.undo)
        self.top.search.entered.connect(self._enter_search)
        self.sheet = PrivacySheet(self)
        tasks.changed.connect(self._changed)
        tasks.refused.connect(self.tell)
        self._minute = QTimer(self)
        self._minute.timeout.connect(self.write_audit)
        self._minute.start(auditing.WRITE_EVERY_MS)
        self._keys = keys.left_over(self)
        keys.bind(self)
        self.visits = visit_places.begin(self)

    @cached_property
    def popup(self) -> SearchPopup:
        """What hangs from the search box: built when first needed, or behind the first page (`later`)."""
        from ces_desktop.ui.widgets.search_popup import SearchPopup

        self.top.search.entered.disconnect(self._enter_search)
        return SearchPopup(self, self.top.search, partial(places.commands, self), people=self.visits is None)

    @property
    def actor(self) -> Actor:
        return self.tasks.actor

    @property
    def today(self) -> date:
        return local_day(self.tasks.database.clock())

    def _enter_search(self) -> None:
        self.popup._entered()  # the first time it could not hear the box itself

    @property
    def page(self) -> Page | None:
        """The page one is at."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    def open_page(self, key: str) -> None:
        if key == "lock":
            self.lock_wanted.emit()
            return
        self._go(key)

    def open_patient(self, patient: Id) -> None:
        self._go("patient", patient)

    def register_patient(self, typed: str = "") -> None:
        self._go("registration", typed)

    def edit_patient(self, patient: Id) -> None:
        self._go("edit_patient", patient)

    def resume_draft(self, draft: Id, patient: Id | None = None) -> None:
        self._go("draft", draft, patient)

    def open_household(self, household: Id) -> None:
        self._go("household", household)

    def compare(self, one: Id, other: Id) -> None:
        places.compare(self, one, other)

    def back(self) -> None:
        if len(self._trail) > 1 and self._may_leave():
            self._trail.pop()
            self._show(*self._trail[-1])

    def toast(self, text: str, undo: bool = False, offer: Offer | None = None) -> None:
        self.toast_strip.say(text, undo, offer)

    def tell(self, failure: Failure) -> None:
        places.show_failure(self, messages.sentence(failure))

    def notice(self, code: str) -> None:
        """A note under the top bar that stays until it is closed."""
        places.show_notice(self, messages.sentence(Unavailable(code)))

    def note(self, event: str, about_type: str = "", about: Id | None = None) -> None:
        self._audit.note(event, self.tasks.database.clock(), about_type, about)

    def preview(self, title: str, build: Build, file_name: str, about: Id | None = None, table: Table = None) -> None:
        places.preview(self, title, build, file_name, about, table)

    def rebuild(self) -> None:
        self.rebuild_wanted.emit()

    # ------------------------------------------------------------------ what the window does by itself
    def undo(self) -> None:
        """Ctrl+Z: reverse the last saved act."""
        places.undo(self)

    def redo(self) -> None:
        """Ctrl+Shift+Z: bring it back."""
        places.redo(self)

    def write_audit(self) -> None:
        """Write the gathered audit events; what cannot be written now is kept for the next minute."""
        if self._audit.empty or self.tasks.database.read_only:
            return
        taken = self._audit.take()
        keep = partial(self._audit.give_back, taken)
        self.tasks.write(
            partial(auditing.write_events, taken=taken), lambda _: None, owner=self, failed=lambda _: keep()
        )

    def leave(self) -> None:
        """Before locking or closing: drafts and audit to the disk, everything asked for done."""
        self._may_leave()
        self.write_audit()
        self.tasks.wait()

    def place(self) -> tuple[str, tuple[object, ...]]:
        """Where one is, to return there after the window was drawn again."""
        if self.page is not None and self.page.kept is not None and not self.page.finished:
            return "draft", self.page.kept
        return self._trail[-1] if self._trail else ("today", ())

    def go_to(self, key: str, arguments: tuple[object, ...]) -> None:
        """Return to a place given by `place`."""
        self._go(key, *arguments)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that neither the focused field nor a button of the page took."""
        act = self._keys.get(event.key())
        if act is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            act()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.leave()
        super().closeEvent(event)

    def _go(self, key: str, *arguments: object) -> None:
        if not (places.may_enter(self, key) and self._may_leave()):
            return
        step = (key, arguments)
        if self._trail and self.page is not None and self.page.finished:
            self._trail.pop()
        if not self._trail or self._trail[-1] != step:
            self._trail = [*self._trail, step][-40:]
        self._show(key, arguments).arrive()

    def _may_leave(self) -> bool:
        return self.page is None or self.page.may_leave()

    def _show(self, key: str, arguments: tuple[object, ...]) -> Page:
        page = places.build(self, key, arguments) if key not in self._pages else self._pages[key]
        leaving = self.page
        if self.stack.indexOf(page) < 0:
            self.stack.addWidget(page)
            if key in places.KEPT:
                self._pages[key] = page
            page.reload()
        elif page in self._stale or key in places.KEPT:
            page.reload()
        self._stale.discard(page)
        held: QWidget | None = page.focusWidget()  # asked before the stack gives the focus to any button
        self.stack.setCurrentWidget(page)
        if leaving is not None and leaving is not page and leaving not in self._pages.values():
            self.stack.removeWidget(leaving)
            leaving.deleteLater()
        self._set_banner(page.banner(), keep=leaving in self._pages.values())
        self.rail.set_current(key, places.rail_key(key))
        focus = QApplication.focusWidget()
        own = held is None and (page.focusProxy() is not None or page.focusPolicy() != Qt.FocusPolicy.NoFocus)
        if own or focus is None or not page.isAncestorOf(focus):
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        return page

    def _set_banner(self, banner: QWidget | None, keep: bool = True) -> None:
        """Put a page's banner above it; the one before goes with its page, since nothing else would delete it."""
        while (item := self.banner_slot.takeAt(0)) is not None:
            old = item.widget()
            if old is not None and old is not banner:
                old.setParent(None)
                if not keep:
                    old.deleteLater()
        if banner is not None:
            self.banner_slot.addWidget(banner)
            banner.show()

    def _changed(self, topics: frozenset[str]) -> None:
        for page in [*self._pages.values(), self.page]:
            if page is None or not page.topics & topics:
                continue
            if page is self.page:
                page.reload()
            else:
                self._stale.add(page)
