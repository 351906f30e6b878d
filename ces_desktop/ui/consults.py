"""Consults as the window opens them: of whoever is shown or found, of today or entered late, one after another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.services.drafts import Draft
from ces_desktop.ui import labels

if TYPE_CHECKING:
    from ces_desktop.data.queries.visits import Waiting
    from ces_desktop.ui.desk import Desk, Page
    from ces_desktop.ui.main_window import MainWindow


class Consults:
    """The part of the window that opens consults. `late_on` is the day of the paper being entered, None = today."""

    late_on: date | None = None
    signed: Draft | None = None
    _late_strip: QWidget | None = None
    _late_by: Id | None = None

    @property
    def _window(self) -> MainWindow:
        return cast("MainWindow", self)

    def open_consult(self, patient: Id, encounter: Id | None = None, late_date: date | None = None) -> None:
        day = late_date or (self.late_on if encounter is None else None)
        self._window.go_to("consult", (patient, encounter, day))

    def open_encounter(self, encounter: Id) -> None:
        self._window.go_to("encounter", (encounter,))

    def next_person(self, late_date: date | None = None) -> None:
        window = self._window
        if late_date is not None:
            window.open_page("late")
            window.top.search.summon()
            return
        from ces_desktop.data.queries.visits import waiting_room

        query = partial(waiting_room, clinic=window.clinic.id, day=window.today)
        window.tasks.read(query, partial(_open_next, window), owner=window)

    def go_on_from(self, old: MainWindow) -> None:
        """The window was drawn again: late entry goes on; of another person at the keyboard nothing is taken over."""
        self.signed = old.signed  # who typed it is asked before it comes back
        if old._late_by == self._window.actor.user:
            self.enter_late(old.late_on)

    def enter_late(self, day: date | None) -> None:
        self.late_on, self._late_by = day, self._window.actor.user
        if self._late_strip is not None:
            self._late_strip.hide()
            self._late_strip.deleteLater()
            self._late_strip = None
        if day is not None:
            self._late_strip = _strip(self._window, day)
            self._window.notice_slot.addWidget(self._late_strip)


def new(window: MainWindow) -> None:
    """F3: a consult of the person shown; where nobody is shown, the search that leads to one."""
    patient = getattr(window.page, "patient", None)
    if not window.actor.may(Right.TAKE_VITALS):
        return
    if patient is not None:
        window.open_consult(cast(Id, patient))
    else:
        window.top.search.summon()


def arrive(window: MainWindow) -> None:
    """Vital signs of the person shown, who then waits; where nobody is shown, the search."""
    patient = getattr(window.page, "patient", None)
    if patient is not None:
        window.go_to("vitals", (patient,))
    else:
        window.top.search.summon()


def resume(desk: Desk, draft: Draft) -> None:
    """Open the form a draft belongs to."""
    if draft.form == "vitals" and draft.subject is not None:
        desk.go_to("vitals", (draft.subject,))
        return
    if draft.form == "receive":
        desk.go_to("receive", ())
        return
    if draft.form == "mentoring":
        desk.go_to("mentoring_edit", (draft.id,))
        return
    if draft.form == "addendum":
        desk.open_encounter(Id(bytes.fromhex(draft.content["_encounter"])))
        return
    if draft.form != "consult" or draft.subject is None:
        desk.resume_draft(draft.id, draft.subject)
        return
    from ces_desktop.ui.pages.consult_reading import encounter_of

    desk.open_consult(draft.subject, encounter_of(draft))


def build(window: MainWindow, key: str, arguments: tuple[object, ...]) -> Page:
    """The pages about consults."""
    if key == "encounter":
        from ces_desktop.ui.pages.consult_signed import SignedConsultPage

        return SignedConsultPage(window, cast(Id, arguments[0]))
    if key == "waiting":
        from ces_desktop.ui.pages.consult_waiting import WaitingPage

        return WaitingPage(window)
    if key == "late":
        from ces_desktop.ui.pages.consult_late import LatePage

        return LatePage(window)
    patient, encounter, late_on = (*arguments, None, None)[:3]
    if key == "vitals" or not window.actor.may(Right.SIGN_CONSULTS):
        from ces_desktop.ui.pages.consult_arrival import ArrivalPage

        return ArrivalPage(window, cast(Id, patient), cast("Id | None", encounter))
    from ces_desktop.ui.pages.consult_page import ConsultPage

    return ConsultPage(window, cast(Id, patient), cast("Id | None", encounter), cast("date | None", late_on))


def _open_next(window: MainWindow, waiting: tuple[Waiting, ...]) -> None:
    """Who waits longest; with nobody waiting, the search."""
    if waiting:
        window.open_consult(waiting[0].patient.id, waiting[0].encounter)
    else:
        window.open_page("today")
        window.top.search.summon()


def _strip(window: MainWindow, day: date) -> QWidget:
    from ces_desktop.ui.widgets import Button, InlineNote

    end = Button(tr("End late entry"), "ghost")
    end.clicked.connect(lambda: window.enter_late(None))
    text = tr("Late entry: every consult you open is of {day}.").format(day=labels.weekday_day(day))
    return InlineNote("draft", "", text, (end,))


def commands(window: MainWindow) -> list[tuple[str, str, Callable[[], object]]]:
    """What `>` in the search box offers of care."""
    actor, found = window.actor, list[tuple[str, str, Callable[[], object]]]()
    if actor.may(Right.TAKE_VITALS):
        found.append((tr("New consult"), "F3", lambda: new(window)))
        found.append((tr("Waiting room"), "", lambda: window.open_page("waiting")))
        found.append((tr("Put in the waiting room"), "", lambda: arrive(window)))
    if actor.may(Right.SEE_PATIENTS):
        found.append((tr("Laboratory"), "", lambda: window.open_page("laboratory")))
    if actor.may(Right.SIGN_CONSULTS):
        found.append((tr("Late entry of paper"), "", lambda: window.open_page("late")))
    return found
