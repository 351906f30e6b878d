"""A window for page tests: the real tasks on a real encrypted clinic; what pages ask of the desk is written down."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import builders
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtWidgets import QWidget

from ces_desktop.data.database import Database, now_ms
from ces_desktop.domain.access import Actor
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id, clinic_id
from ces_desktop.services.drafts import Draft
from ces_desktop.ui.desk import ClinicFacts, Offer, Page
from ces_desktop.ui.tasks import Failure, Tasks

SETTLE_SECONDS = 30


class DeskDouble:
    """Stands for the window (`ui/desk.py` Desk) in a test.

    `calls` holds what pages asked for as tuples ("open_patient", id); `notes` the audit notes; `previews` the prints
    with their builders; `told` the refusals. `show(page)` does what the window does: size, show, reload, and reload
    again when a table of its topics changed. `settle()` waits until every question was answered.
    """

    def __init__(self, database: Database, actor: Actor | None = None, *, demo: bool = False) -> None:
        self.database = database
        self._actor = actor or builders.actor()
        self.tasks = Tasks(database, self._actor)
        self.clinic = ClinicFacts(
            clinic_id(database.installation.prefix),
            database.installation.prefix,
            "El Mirador",
            "Centro de Salud Inventado El Mirador",
            "CSSSA000001",
            "La Concordia",
            demo,
        )
        self.calls: list[tuple[Any, ...]] = []
        self.notes: list[tuple[str, str, Id | None]] = []
        self.previews: list[tuple[str, Callable[[], bytes], str, Id | None]] = []
        self.tables: list[Callable[[str], bytes] | None] = []
        self.told: list[Failure] = []
        self.late_on: date | None = None
        self.signed: Draft | None = None
        self.toasts: list[tuple[str, bool]] = []
        self.offers: list[Offer | None] = []
        self._pages: list[Page] = []
        self.tasks.refused.connect(self.tell)
        self.tasks.broken.connect(_fail)
        self.tasks.changed.connect(self._changed)

    @property
    def actor(self) -> Actor:
        return self._actor

    @property
    def today(self) -> date:
        return local_day(self.database.clock())

    def show(self, page: QWidget, width: int = 1286, height: int = 712) -> None:
        """Show a page in the room a 1366×768 window leaves it, less the rail and the top bar; wait for its rows."""
        page.resize(width, height)
        page.show()
        if isinstance(page, Page):
            self._pages.append(page)
            page.reload()
        self.settle()

    def settle(self) -> None:
        """Let every question be answered and every answer be drawn."""
        until, quiet = time.monotonic() + SETTLE_SECONDS, 0
        while time.monotonic() < until:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            # Answers may ask again, a page may draw in two steps, widgets thrown away must be gone before a test looks.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if self.tasks.busy:
                quiet = 0
                time.sleep(0.001)  # else this thread takes turns with the one that works out the answer
            else:
                quiet += 1
            if quiet == 3:
                return
        raise AssertionError("the database did not answer")

    def asked(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of that name, oldest first."""
        return [call[1:] for call in self.calls if call[0] == name]

    def close(self) -> None:
        """Wait for what is under way and give the file back."""
        self.tasks.wait()
        self.settle()
        self._pages.clear()
        self.database.close()

    def open_page(self, key: str) -> None:
        self.calls.append(("open_page", key))

    def go_to(self, key: str, arguments: tuple[object, ...]) -> None:
        self.calls.append(("go_to", key, *arguments))

    def open_patient(self, patient: Id) -> None:
        self.calls.append(("open_patient", patient))

    def register_patient(self, typed: str = "") -> None:
        self.calls.append(("register_patient", typed))

    def edit_patient(self, patient: Id) -> None:
        self.calls.append(("edit_patient", patient))

    def resume_draft(self, draft: Id, patient: Id | None = None) -> None:
        self.calls.append(("resume_draft", draft, patient))

    def open_consult(self, patient: Id, encounter: Id | None = None, late_date: date | None = None) -> None:
        more = (encounter, late_date) if encounter or late_date else ()
        self.calls.append(("open_consult", patient, *more))

    def open_encounter(self, encounter: Id) -> None:
        self.calls.append(("open_encounter", encounter))

    def next_person(self, late_date: date | None = None) -> None:
        self.calls.append(("next_person", late_date))

    def enter_late(self, day: date | None) -> None:
        self.calls.append(("enter_late", day))

    def open_household(self, household: Id) -> None:
        self.calls.append(("open_household", household))

    def compare(self, one: Id, other: Id) -> None:
        self.calls.append(("compare", one, other))

    def back(self) -> None:
        self.calls.append(("back",))

    def rebuild(self) -> None:
        self.calls.append(("rebuild",))

    def toast(self, text: str, undo: bool = False, offer: Offer | None = None) -> None:
        self.toasts.append((text, undo))
        self.offers.append(offer)

    def tell(self, failure: Failure) -> None:
        self.told.append(failure)

    def note(self, event: str, about_type: str = "", about: Id | None = None) -> None:
        self.notes.append((event, about_type, about))

    def preview(
        self,
        title: str,
        build: Callable[[], bytes],
        file_name: str,
        about: Id | None = None,
        table: Callable[[str], bytes] | None = None,
    ) -> None:
        self.previews.append((title, build, file_name, about))
        self.tables.append(table)

    def _changed(self, touched: frozenset[str]) -> None:
        for page in self._pages:
            if page.topics & touched:
                page.reload()


def open_desk(folder: Path, actor: Actor | None = None, *, clock: Callable[[], int] = now_ms) -> DeskDouble:
    """A desk over an empty clinic in a folder. Close it at the end of the test (the fixture `desk` does)."""
    return DeskDouble(builders.database(builders.sqlcipher(folder), clock=clock), actor)


def _fail(error: BaseException) -> None:
    """A bug in a task fails the test that made it (pytest-qt takes exceptions out of slots)."""
    raise error
