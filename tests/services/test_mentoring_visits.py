"""A mentor's laptop writes for the clinics it visits: a hub, two clinics and a mentor, with real bundles between."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import mentoring as made
import pytest
from builders import assert_proved
from supervised import PHRASE
from valleys import Laptop, Valley, today
from visiting import refused

from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.queries.mentoring import actions, last_sessions
from ces_desktop.data.queries.mentoring_sessions import SessionFile, session_file
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import clinic, mentoring, undo
from ces_desktop.sync import exchange, sites


@pytest.fixture
def valley(clinic_folder: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valley]:
    found = Valley(tmp_path, monkeypatch)
    yield found
    for laptop in (found.mentor, found.cap):
        assert_proved(laptop.db)
    found.close()


def held(laptop: Laptop, site: Id, name: str = "session") -> SessionFile | None:
    """A session of a clinic as it stands on a laptop."""
    found = laptop.db.read(partial(session_file, clinic=site, session=made.key(name)))
    return found[0] if found else None


def test_a_session_written_at_the_mentors_reaches_that_clinic_and_no_other(valley: Valley) -> None:
    cap, ref, mentor = valley.cap, valley.ref, valley.mentor
    assert [site.prefix for site in mentor.db.read(sites.visited)] == ["CAP", "REF"]
    day = today(mentor)
    valley.write(partial(mentoring.save, session=valley.session(day)))
    valley.write(partial(mentoring.sign, session=made.key("session"), side="mentor"))
    valley.trip(mentor)
    valley.trip(cap)
    valley.trip(ref)
    file = held(cap, cap.site)
    assert file is not None and file.state == "by_mentor" and file.session.actions[0].text == "Revisar pies"
    assert held(ref, cap.site) is None and held(ref, ref.site) is None
    assert valley.hub.opened.database.read(last_sessions) == {cap.site: day}


def test_both_sign_each_at_their_own_laptop_and_then_it_is_read_only_at_both(valley: Valley) -> None:
    cap, mentor = valley.cap, valley.mentor
    begun = valley.session(today(mentor))
    with cap.at() as db:  # somebody who mentors begins it on the clinic's laptop, under a name of that laptop
        here = replace(cap.who, roles=frozenset({Role.MENTOR}))
        db.write(partial(mentoring.save, session=begun), here)
    valley.hand(cap, mentor)
    file = held(mentor, cap.site)
    assert file is not None and file.state == "open"
    more = replace(begun, actions=(*begun.actions, replace(begun.actions[0], id=made.key("two"), text="Otra cosa")))
    valley.write(partial(mentoring.save, session=more))
    valley.write(partial(mentoring.sign, session=begun.id, side="mentor"))
    arrived = valley.hand(mentor, cap)
    assert arrived and all(one.failure is None for one in arrived), "the clinic had to wait for the hub"
    with cap.at() as db:
        db.write(partial(mentoring.sign, session=begun.id, side="mentee"), cap.who)
        refused("mentoring.closed", lambda: db.write(partial(mentoring.save, session=begun), here))
    valley.hand(cap, mentor)
    for laptop in (cap, mentor):
        file = held(laptop, cap.site)
        assert file is not None and file.state == "closed" and not file.altered and len(file.session.actions) == 2
    refused("mentoring.closed", lambda: valley.write(partial(mentoring.save, session=begun)))
    valley.write(partial(mentoring.add, session=begun.id, text="Se llamó el lunes.", remark=made.key("later")))
    valley.hand(mentor, cap)
    file = held(cap, cap.site)
    assert file is not None and [r.text for r in file.remarks] == ["Se llamó el lunes."]


def test_an_edit_unseen_by_who_signed_last_is_told_at_both(valley: Valley) -> None:
    """The mentor changes the session while the clinic, which has not heard of it, signs what both had signed before."""
    cap, mentor = valley.cap, valley.mentor
    begun = valley.session(today(mentor))
    valley.write(partial(mentoring.save, session=begun))
    valley.write(partial(mentoring.sign, session=begun.id, side="mentor"))
    valley.hand(mentor, cap)
    changed = replace(begun, actions=(replace(begun.actions[0], text="Revisar ojos"),))
    valley.write(partial(mentoring.save, session=changed))
    with cap.at() as db:
        db.write(partial(mentoring.sign, session=begun.id, side="mentee"), cap.who)
    valley.hand(mentor, cap)
    valley.hand(cap, mentor)
    files = [held(laptop, cap.site) for laptop in (cap, mentor)]
    assert all(f is not None and f.state == "closed" and f.altered for f in files)


def test_nothing_is_written_for_a_clinic_that_is_not_visited_or_in_anothers_scope(valley: Valley) -> None:
    mentor, cap, ref = valley.mentor, valley.cap, valley.ref
    begun = valley.session(today(mentor))
    valley.write(partial(mentoring.save, session=begun))
    sign = partial(mentoring.sign, session=begun.id, side="mentor")
    refused("mentoring.unknown", lambda: valley.write(sign, ref.site))
    refused("journal.other_clinic", lambda: valley.write(partial(mentoring.save, session=begun), ref.site))
    refused("sync.other_clinic", lambda: valley.write(partial(mentoring.save, session=begun), made.key("nowhere")))
    office = valley.hub.opened
    act = partial(sites.write_for, action=partial(mentoring.save, session=begun), site=cap.site, actor=office.actor)
    refused("sync.other_clinic", lambda: office.database.write(act, office.actor))
    assert held(mentor, cap.site) is not None and held(mentor, ref.site) is None


def test_what_was_done_for_a_clinic_is_undone_for_that_clinic(valley: Valley) -> None:
    cap, mentor = valley.cap, valley.mentor
    begun = valley.session(today(mentor))
    valley.write(partial(mentoring.save, session=begun))
    valley.write(partial(mentoring.review, action=begun.actions[0].id, state="done"))
    valley.hand(mentor, cap)
    assert [a.state for a in cap.db.read(partial(actions, clinic=cap.site))] == ["done"]
    with mentor.at() as db:
        assert db.write(undo.undo, mentor.who).value == "mentoring.action_done"
    valley.hand(mentor, cap)
    assert [a.state for a in cap.db.read(partial(actions, clinic=cap.site))] == ["open"]
    with mentor.at() as db:
        assert db.write(undo.redo, mentor.who).value == "mentoring.action_done"
    valley.hand(mentor, cap)
    assert [a.state for a in cap.db.read(partial(actions, clinic=cap.site))] == ["done"]


def test_a_restored_mentors_laptop_goes_on_in_each_clinics_log_alone(valley: Valley, tmp_path: Path) -> None:
    """What stands in one clinic's scope names nothing of another's: each clinic can check its chain."""
    cap, ref, mentor = valley.cap, valley.ref, valley.mentor
    valley.write(partial(mentoring.save, session=valley.session(today(mentor))))
    valley.write(partial(mentoring.save, session=valley.session(today(mentor), "other")), ref.site)
    folder = mentor.opened.folder.path
    mentor.opened.close()
    kept = tmp_path / "kept"
    shutil.copytree(folder, kept)
    with mentor.at():
        mentor.opened = clinic.open_clinic(ClinicFolder(folder), mentor.who.user, PHRASE)
    valley.write(partial(mentoring.save, session=valley.session(today(mentor), "lost")), ref.site)
    mentor.opened.close()
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    with mentor.at():
        mentor.opened = clinic.open_clinic(ClinicFolder(folder), mentor.who.user, PHRASE)
    assert mentor.opened.renewed == "restored", "what was written last, for a clinic, was not missed"
    valley.write(partial(mentoring.save, session=valley.session(today(mentor), "again")))
    valley.write(partial(mentoring.save, session=valley.session(today(mentor), "again2")), ref.site)
    valley.hand(mentor, cap, ref)
    assert held(cap, cap.site, "again") is not None and held(ref, ref.site, "again2") is not None
    for each in (cap, ref):
        assert each.db.read(exchange.status).aside == ()
