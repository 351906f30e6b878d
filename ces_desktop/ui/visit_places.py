"""Places of one clinic on a mentor's laptop or a hub: mentoring, staff, seminars and handover of the one chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.ui import mentoring_places, network_places, staff_places
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.visits import Visits, at_clinic

if TYPE_CHECKING:
    from ces_desktop.sync.sites import Site
    from ces_desktop.ui.main_window import MainWindow

OF_ONE_CLINIC = frozenset({*mentoring_places.NEEDED, *staff_places.NEEDED})
"""Places that a mentor's laptop and a hub have too."""
_OF_A_SESSION = frozenset({"mentoring_edit", "mentoring_session"})


def begin(window: MainWindow) -> Visits | None:
    """The clinics among which the window of a mentor or a hub chooses; None at a clinic."""
    kind = network_places.kind_of(window)
    if kind == network_places.CLINIC:
        return None
    found = Visits(window, kind)

    def say() -> None:
        site = found.chosen if window.place()[0] in OF_ONE_CLINIC else None
        window.top.show_clinic(site.name if site else "", many=len(found.clinics or ()) > 1)

    def again() -> None:
        _again(window)
        say()

    window.top.search.set_words(tr("Search a place or command"))  # no person has a place here
    found.known.connect(say)
    found.chosen_anew.connect(again)
    window.stack.currentChanged.connect(lambda _: say())
    window.top.clinic.clicked.connect(partial(ask, window, found))
    return found


def build(window: MainWindow, key: str, arguments: tuple[object, ...]) -> Page:
    """A new page of a clinic: of this one, or of the one that is chosen."""
    desk: Desk | None = window if window.visits is None else window.visits.desk()
    if desk is None:
        from ces_desktop.ui.pages.no_clinic_page import NoClinicPage

        return NoClinicPage(window)
    if key in staff_places.NEEDED:
        return staff_places.build(desk, key, window.opened if window.visits is None else None)
    return mentoring_places.build(desk, key, arguments)


def actor_at(window: MainWindow, key: str) -> Actor:
    """The person, with the rights that count at a place."""
    kind = network_places.kind_of(window)
    return window.actor if kind == network_places.CLINIC or key not in OF_ONE_CLINIC else at_clinic(window.actor, kind)


def commands(window: MainWindow) -> list[tuple[str, str, Callable[[], object]]]:
    """What `>` in the search box offers of the clinic chosen, and the others to choose."""
    visits = window.visits
    if visits is None:
        return []
    there = actor_at(window, "mentoring")
    found = mentoring_places.commands(window, there) + staff_places.commands(window, there)
    others = [site for site in visits.clinics or () if visits.chosen is None or site.id != visits.chosen.id]
    title = tr("Clinic: {name}")
    return found + [(title.format(name=site.name), "", partial(visits.choose, site.id)) for site in others]


def ask(window: MainWindow, visits: Visits) -> None:
    """Let the person choose among the clinics, each with the day of its last session."""

    def choose(last: dict[Id, str]) -> None:
        from ces_desktop.ui.dialogs.clinics import ClinicDialog, Listed

        listed = [Listed(site, last.get(site.id)) for site in visits.clinics or ()]
        now: Site | None = visits.chosen
        wanted = ClinicDialog(window, listed, now.id if now else None, window.today).ask()
        if wanted is not None:
            visits.choose(wanted)

    window.tasks.read(_last_sessions, choose, owner=window)


def _last_sessions(connection: Any) -> dict[Id, str]:
    from ces_desktop.data.queries.mentoring import last_sessions

    return last_sessions(connection)


def _again(window: MainWindow) -> None:
    """What is open of one clinic gives way to the same place of the other; a session of one is none of the other."""
    from ces_desktop.ui.pages.no_clinic_page import NoClinicPage

    key, arguments = window.place()
    if key not in OF_ONE_CLINIC:
        _forget(window)
        return
    if not isinstance(window.page, NoClinicPage):
        key, arguments = ("mentoring" if key in _OF_A_SESSION else key), ()
    _forget(window)
    window.go_to(key, arguments)


def _forget(window: MainWindow) -> None:
    """Esc leads back to no place of the clinic before."""
    window._trail = [step for step in window._trail if step[0] not in OF_ONE_CLINIC]
