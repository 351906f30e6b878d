"""A mentor's laptop or a hub at one of its clinics: which is chosen, and the window as that clinic's pages see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from PySide6.QtCore import QObject, Signal

from ces_desktop.data.database import Outcome
from ces_desktop.data.local import Setting, read_setting, write_setting
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.services.clinic import is_demo
from ces_desktop.ui.desk import ClinicFacts, Desk
from ces_desktop.ui.tasks import EXCHANGE, Failure, Tasks

if TYPE_CHECKING:
    from ces_desktop.sync.sites import Site
    from ces_desktop.ui.main_window import MainWindow

T = TypeVar("T")


def at_clinic(actor: Actor, kind: str) -> Actor:
    """The person with the rights held at a clinic: a mentor's own administration ends there, a hub only reads."""
    if kind == "hub":
        return replace(actor, reads_only=True)
    return replace(actor, roles=actor.roles & {Role.MENTOR})


class SiteTasks:
    """The window's tasks; what is written stands in the scope of the clinic."""

    def __init__(self, tasks: Tasks, site: Id, actor: Actor) -> None:
        self._tasks, self._site, self._actor = tasks, site, actor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tasks, name)

    def write(
        self,
        action: Callable[[Any], T],
        then: Callable[[Outcome[T]], None],
        *,
        owner: QObject,
        failed: Callable[[Failure], None] | None = None,
    ) -> None:
        """As `Tasks.write`, for the clinic; refused where this laptop may not write for it."""
        act = partial(_write_for, action=action, site=self._site, actor=self._actor)
        self._tasks.write(act, then, owner=owner, failed=failed)


class SiteDesk:
    """The window as a page of the chosen clinic sees it: its `clinic`, the person's rights there, and its tasks."""

    def __init__(self, window: MainWindow, clinic: ClinicFacts, actor: Actor) -> None:
        self._window, self.clinic, self.actor = window, clinic, actor
        self.tasks = SiteTasks(window.tasks, clinic.id, actor)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._window, name)


class Visits(QObject):
    """The clinics held here and the one that is chosen; the choice is kept on this laptop."""

    chosen_anew = Signal()
    """Another clinic, or the first, or none any more."""
    known = Signal()
    """The clinics were read."""

    def __init__(self, window: MainWindow, kind: str) -> None:
        super().__init__(window)
        self._window, self._kind = window, kind
        self.clinics: tuple[Site, ...] | None = None
        """By name; None = not read yet."""
        self._chosen: Id | None = None
        window.tasks.changed.connect(self._changed)
        self.look()

    @property
    def chosen(self) -> Site | None:
        """The clinic that the places of a clinic are of."""
        return next((site for site in self.clinics or () if site.id == self._chosen), None)

    def look(self) -> None:
        """Read which clinics there are."""
        self._window.tasks.read(_read, self._show, owner=self, latest="visits")

    def choose(self, site: Id) -> None:
        """Be at this clinic from now on, and after the next start."""
        if site != self._chosen:
            self._chosen = site
            keep = partial(write_setting, name=Setting.VISITED, value=site.hex())
            self._window.tasks.local(keep, lambda _: None, owner=self)
            self.chosen_anew.emit()

    def desk(self) -> Desk | None:
        """The window for a page of the chosen clinic; None while there is none."""
        site = self.chosen
        if site is None:
            return None
        facts = ClinicFacts(
            site.id, site.prefix, site.name, site.official_name, site.clues, site.municipality, is_demo(site.prefix)
        )
        return cast(Desk, SiteDesk(self._window, facts, at_clinic(self._window.actor, self._kind)))

    def _changed(self, topics: frozenset[str]) -> None:
        if topics & {EXCHANGE, "clinic"}:
            self.look()

    def _show(self, read: tuple[tuple[Site, ...], str | None]) -> None:
        before, (self.clinics, kept) = self.chosen, read
        wanted = self._chosen or (Id(bytes.fromhex(kept)) if kept else None)
        here = [site.id for site in self.clinics]
        self._chosen = wanted if wanted in here else next(iter(here), None)
        self.known.emit()
        if self.chosen != before:
            self.chosen_anew.emit()


def _read(connection: Any) -> tuple[tuple[Site, ...], str | None]:
    from ces_desktop.sync.sites import visited

    return visited(connection), read_setting(connection, Setting.VISITED)


def _write_for(work: Any, action: Callable[[Any], T], site: Id, actor: Actor) -> T:
    from ces_desktop.sync.sites import write_for

    return write_for(work, action, site, actor)
