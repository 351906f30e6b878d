"""Mentoring for tests: a mentor and who is mentored, and a session as a request."""

from __future__ import annotations

from functools import partial
from typing import Any

import builders

from ces_desktop.data.database import Database
from ces_desktop.data.queries.checklists import checklists, offered
from ces_desktop.data.queries.mentoring_sessions import SessionFile, session_file
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.mentoring import Action, Checklist, Observed, Person, Result, Session


def key(name: str) -> Id:
    """An id by a word."""
    return named_id("test", name)


def mentor() -> Actor:
    """Somebody who mentors."""
    return builders.actor(Role.MENTOR, name="Dr. Mentor Inventado")


def chronic(db: Database) -> Checklist:
    """The shipped list for chronic care."""
    lists = db.read(partial(checklists, clinic=db.installation.clinic))
    return next(each for each in offered(lists) if each.code == "chronic")


def observed(checklist: Checklist, result: Result = "met", name: str = "one", patient: Id | None = None) -> Observed:
    """A consult in which every item was seen alike."""
    return Observed(key(name), patient, checklist.id, results={item.id: result for item in checklist.items})


def session(leads: Actor, led: Actor, day: str, name: str = "session", **more: Any) -> Session:
    """A session of these two with one agreed action."""
    people = (
        Person(key(f"{name}.mentor"), "mentor", leads.user, leads.name),
        Person(key(f"{name}.mentee"), "mentee", led.user, led.name),
    )
    known: dict[str, Any] = {
        "actions": (Action(key(f"{name}.action"), "Revisar pies", led.user, led.name, "2026-04-17"),)
    }
    return Session(key(name), day, "on_site", people, **(known | more))


def held(db: Database, name: str = "session") -> SessionFile:
    """The session as it stands."""
    return held_at(db, db.installation.clinic, name)


def held_at(db: Database, site: Id, name: str = "session") -> SessionFile:
    """A session of a clinic that is held there."""
    found = db.read(partial(session_file, clinic=site, session=key(name)))
    assert found is not None
    return found[0]
