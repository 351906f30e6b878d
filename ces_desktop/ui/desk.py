"""What a page may ask of the window around it, and what the window asks of a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id
from ces_desktop.services.drafts import Draft
from ces_desktop.ui.tasks import Failure, Tasks

Build = Callable[[], bytes]
"""Makes a print, away from the GUI thread."""
Table = Callable[[str], bytes] | None
"""Makes the rows of a print for a spreadsheet, of ".xlsx" or ".csv"; None = they are no table."""


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """The clinic this window is open on, as shown in the top bar and on every print."""

    id: Id
    prefix: str
    name: str
    official_name: str
    clues: str
    municipality: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What may follow what was just done, by Ctrl+P while the strip says so: `words`, and what it does.

    It goes when somebody else than the person it is `about` comes on the screen. `further`: what else may follow, by
    Ctrl+D.
    """

    words: str
    act: Callable[[], object]
    about: Id | None = None
    further: Offer | None = None


class Desk(Protocol):
    """The window, as pages see it. Pages do not know each other: they ask the desk to open a place."""

    tasks: Tasks
    clinic: ClinicFacts

    @property
    def actor(self) -> Actor: ...

    signed: Draft | None
    """What was typed in the consult signed last: it comes back if the signature is undone."""

    late_on: date | None
    """The day of the paper being entered, said under the top bar; None = consults are of today."""

    @property
    def today(self) -> date: ...

    def open_page(self, key: str) -> None:
        """Go to a place of the rail or of the settings: "today", "patients", "rescue", "households", "users"…"""

    def go_to(self, key: str, arguments: tuple[object, ...]) -> None:
        """Go to a place that needs to know about what: ("history", (patient,))."""

    def open_patient(self, patient: Id) -> None:
        """Show a person's page (and note the view in the audit)."""

    def register_patient(self, typed: str = "") -> None:
        """Open an empty registration; `typed` is what was searched, to start the name with."""

    def edit_patient(self, patient: Id) -> None:
        """Open the identity form of a registered person."""

    def resume_draft(self, draft: Id, patient: Id | None = None) -> None:
        """Open the form a draft belongs to, filled; `patient` is who it corrects (None: someone new)."""

    def open_consult(self, patient: Id, encounter: Id | None = None, late_date: date | None = None) -> None:
        """Open the consult of a person: that one from the waiting room, the one left open, or a new one.

        `late_date` = entered from paper; without it the late day in force, if there is one. Whoever may not sign takes
        vital signs instead.
        """

    def open_encounter(self, encounter: Id) -> None:
        """Show a signed consult, with its addenda."""

    def next_person(self, late_date: date | None = None) -> None:
        """After a consult: who waits next, or the search; entering paper, the search with the same day."""

    def enter_late(self, day: date | None) -> None:
        """From now on consults opened are of that day, said under the top bar; None ends it."""

    def open_household(self, household: Id) -> None:
        """Show a household."""

    def compare(self, one: Id, other: Id) -> None:
        """Show two records side by side, to merge or to keep apart."""

    def back(self) -> None:
        """Return to the place before (Esc)."""

    def toast(self, text: str, undo: bool = False, offer: Offer | None = None) -> None:
        """Say that a reversible act succeeded; with `undo`, offer Ctrl+Z; `offer` is taken with Ctrl+P."""

    def tell(self, failure: Failure) -> None:
        """Say in the person's language why something was refused or unavailable."""

    def note(self, event: str, about_type: str = "", about: Id | None = None) -> None:
        """Add a view, search, print or export to the audit buffer."""

    def preview(
        self,
        title: str,
        build: Build,
        file_name: str,
        about: Id | None = None,
        table: Table = None,
    ) -> None:
        """Build a PDF off the GUI thread and show it: print, save, close. `file_name` holds no name of a person.

        `table` gives the same rows for a spreadsheet, ".xlsx" or ".csv", where the person saves it as that.
        """

    def rebuild(self) -> None:
        """Draw the window again (language, theme or zoom changed); drafts and the open place are kept."""


class Page(QWidget):
    """A place of the window. Subclasses build their widgets in `__init__` and fill them in `reload`."""

    topics: frozenset[str] = frozenset()
    """Tables shown here: a change to any of them reloads the page while it is visible, or when it is next shown."""

    finished = False
    """True of a form that was saved: Esc does not come back to it."""

    counted = Signal(str, int)
    """A place of the rail and how many wait there: the badge."""

    kept: tuple[Id, Id | None] | None = None
    """The draft a form holds (and whom it corrects): drawn again, the window opens it filled."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def reload(self) -> None:
        """Ask the database again; keep selection, scroll position and what is being typed."""

    def arrive(self) -> None:
        """Somebody comes here by the rail or a key, not back by Esc; a page that was kept begins anew."""

    def primary(self) -> None:
        """F9: the docked primary button."""

    def print_page(self) -> None:
        """F8: print what this page shows."""

    def banner(self) -> QWidget | None:
        """The patient banner to pin under the top bar, if this page is about one person."""
        return None

    def may_leave(self) -> bool:
        """Called before another place opens; forms save their draft here and answer True."""
        return True
