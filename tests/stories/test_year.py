"""The story of a year between three laptops: twelve sessions, four seminars, and the handover to the next physician.

The clinic's first laptop and its second, where the next physician works, and the mentor's; the hub admits them, then a
stick with real bundles goes from hand to hand. What people do is done in the three windows, with keys: also every
sending and receiving. Only the hub, who has no window here, and signing in are services; the clock is the story's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from shutil import rmtree

import pytest
from builders import assert_proved
from driver import PASSPHRASE, Person
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from supervised import Supervisor, machine

from ces_desktop.data import drives, vault
from ces_desktop.data.database import Database
from ces_desktop.data.queries.handover import HandoverFile, latest
from ces_desktop.data.queries.mentoring import actions
from ces_desktop.data.queries.mentoring_sessions import mentoring
from ces_desktop.data.queries.seminars import seminars
from ces_desktop.data.queries.staff import people
from ces_desktop.domain.access import CLINIC_ROLES, HUB_ROLES, MENTOR_ROLES, Role
from ces_desktop.domain.ids import Id, clinic_id
from ces_desktop.services import clinic, users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.users import UserForm
from ces_desktop.sync import exchange, hub, stick
from ces_desktop.ui import application
from ces_desktop.ui.pages.handover_page import HandoverPage
from ces_desktop.ui.pages.mentoring_progress_page import ProgressPage
from ces_desktop.ui.pages.mentoring_session_page import SessionPage
from ces_desktop.ui.pages.mentoring_signed import SignedSessionPage
from ces_desktop.ui.pages.seminars_page import SeminarsPage
from ces_desktop.ui.pages.stick_page import StickPage
from ces_desktop.ui.widgets import InlineNote
from tools.mentored_clinic import Clock

MENTEE, NEXT = "Dra. Pasante Inventada", "Dr. Beto Inventado"
MENTOR, VISITOR = "Dr. Mentor Inventado", "Dra. Visitante Inventada"
START = date(2026, 2, 2)
SESSIONS, EVERY = 12, 28
AT_THE_SECOND = {4, 9}
"""Sessions (from 0) that another mentor writes on the clinic's second laptop; the rest on the mentor's own."""
ITEMS, OBSERVED = 8, {6: 3}
"""Of the usual checklist; sessions with more than one observed consult."""
SEMINARS = {1: "diabetes", 4: "embarazo", 7: "tos", 10: "epilepsia"}
"""After which session each is held."""
CLINIC = clinic_id("CAP")


@dataclass
class Laptop:
    """A computer, its window, and who sits at it."""

    person: Person
    place: Path
    user: Id
    stick: Path = field(repr=False)

    @property
    def opened(self) -> OpenClinic:
        found = self.person.application.open
        assert found is not None
        return found

    @property
    def database(self) -> Database:
        return self.opened.database

    def sit(self) -> Person:
        """This window is the one in front."""
        for frame in QApplication.topLevelWidgets():
            if frame is not self.person.application.frame:
                frame.hide()
        self.person.application.frame.show()
        self.person.application.frame.activateWindow()
        assert QTest.qWaitForWindowActive(self.person.application.frame)
        return self.person

    def go(self, place: str) -> Person:
        """Sit down and open a place."""
        person = self.sit()
        person.window.open_page(place)
        person.settle()
        return person

    def push(self, words: str) -> None:
        """Go to a button and press it."""
        self.person.go_to(words)
        self.person.press("Space")

    def send(self) -> None:
        """F9 on the page of sticks."""
        with machine(self.place / "state"):
            self.go("usb").press("F9")
            self._safe()

    def receive(self) -> None:
        """The other button of that page."""
        with machine(self.place / "state"):
            self.go("usb")
            self.push("Recibir de la memoria")
            self._safe()

    def _safe(self) -> None:
        """The page says that it went well."""
        page = self.person.window.page
        assert isinstance(page, StickPage)
        told = [note.title.text() for note in page.findChildren(InlineNote) if note.isVisible()]
        assert any(title.startswith("Ya puede retirar la memoria.") for title in told), told

    def give(self, *others: Laptop) -> None:
        """All that is new here, on an empty stick from hand to hand."""
        rmtree(self.stick)
        self.stick.mkdir()
        self.send()
        for other in others:
            other.receive()

    def change_hands(self, user: Id, clock: Clock) -> None:
        """Whoever is there signs out, somebody else in."""
        person = self.sit()
        folder = self.opened.folder
        with machine(self.place / "state"):
            person.application.sign_out()
            person.settle()
            person.application.enter(clinic.open_clinic(folder, user, PASSPHRASE, clock=clock))
            person.settle()


@dataclass
class Year:
    """The three laptops, and the day."""

    first: Laptop
    second: Laptop
    mentors: Laptop
    clock: Clock

    def day(self, days: int) -> None:
        """The clock goes to a day of the placement."""
        self.clock.set(START + timedelta(days))


def founded(place: Path, new: clinic.NewClinic, clock: Clock) -> OpenClinic:
    folder, user, _ = clinic.create(place / "data", new, cost=vault.CHEAPEST, clock=clock)
    return clinic.open_clinic(folder, user, PASSPHRASE, clock=clock)


def trip(laptop: Laptop, office: Supervisor) -> None:
    """The stick goes to the hub and comes back with its answer."""
    office.empty()
    laptop.send()
    office.answer(laptop.database.installation.device)
    laptop.receive()


def admitted(laptop: Laptop, office: Supervisor, visits: tuple[str, ...]) -> None:
    """Into the network: invitation, request, certificate; a mentor's with the clinics it visits."""
    office.invite()
    laptop.receive()
    office.empty()
    laptop.send()
    with machine(office.state):
        there, who = office.opened.database, office.opened.actor
        exchange.import_files(there, who, stick.found(office.usb))
        hub.certify(there, who, laptop.database.installation.device, visits)
    trip(laptop, office)


@pytest.fixture
def year(qapp: QApplication, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Year]:
    """The network on the first day of the placement; nothing happens by itself while the story runs."""
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    monkeypatch.setattr(application, "_BACKUP_AFTER_MS", 10**9)
    clock, usb = Clock(START), tmp_path / "memoria"
    usb.mkdir()
    monkeypatch.setattr(drives, "inserted", lambda: [drives.drive(usb)])
    with machine(tmp_path / "centro" / "state"):
        new = clinic.NewClinic("HUB", "Supervisión inventada", "Lic. Prueba", PASSPHRASE, HUB_ROLES, kind="hub")
        opened = founded(tmp_path / "centro", new, clock)
        hub.found_hub(opened.database, opened.actor, "Red inventada")
    office = Supervisor(opened, usb, tmp_path / "centro" / "state")
    laptops = []
    for someone, name, prefix, who, roles, kind in (
        (person, "primera", "CAP", MENTEE, CLINIC_ROLES, "clinic"),
        (Person(qapp, tmp_path), "segunda", "CAP", NEXT, CLINIC_ROLES, "clinic"),
        (Person(qapp, tmp_path), "mentoria", "MEN", MENTOR, MENTOR_ROLES, "mentor"),
    ):
        someone.application._tick.stop()
        with machine(tmp_path / name / "state"):
            new = clinic.NewClinic(prefix, f"Inventada {prefix}", who, PASSPHRASE, roles, kind=kind)
            here = founded(tmp_path / name, new, clock)
            someone.application.enter(here)
            someone.settle()
        laptops.append(Laptop(someone, tmp_path / name, here.actor.user, usb))
        admitted(laptops[-1], office, (f"clinic:{CLINIC.hex()}",) if kind == "mentor" else ())
    for laptop in laptops[:2]:
        trip(laptop, office)
    yield Year(*laptops, clock)
    for laptop in laptops[1:]:
        laptop.person.leave()
    opened.close()


def mentored(at: Laptop, n: int) -> None:
    """A session: what is open comes back, every second time one is done; consults are observed; one more is agreed.

    The mentor signs. In the first half of the year the third item is met in part.
    """
    person = at.go("mentoring")
    person.press("F9")
    page = person.window.page
    assert isinstance(page, SessionPage)
    assert page.before.carried.records.rowCount() == n - n // 2
    if n % 2:
        page.before.carried.setFocus()
        page.before.carried.select_place(0)
        person.press("C")
    assert [p.name for p in page.before.people()] == [person.window.actor.name, MENTEE]
    person.press("Ctrl+Enter")
    for consult in range(OBSERVED.get(n, 1)):
        if consult:
            person.press("Enter")
        observed(person, "11211111" if n < SESSIONS // 2 else "1" * ITEMS)
    person.press("Ctrl+Enter", "Ctrl+Enter")
    person.type(f"acuerdo {n}")
    person.press("Enter", "Enter", "Enter", "F9")
    assert isinstance(person.window.page, SignedSessionPage), page.bar.words.text()


def observed(person: Person, answers: str) -> None:
    """One consult, of somebody who is not named: the list as offered, a key an answer, on to the next consult."""
    person.press("Enter", "Enter")
    person.type(answers)
    person.press("Enter")


def countersigned(at: Laptop) -> None:
    """Who was mentored opens the newest session and signs."""
    person = at.go("mentoring")
    person.press("Enter", "F9")


def placed(at: Laptop) -> Id:
    """The placement, as it is typed."""
    person = at.go("staff")
    end = START + timedelta(364)
    person.answer_with(
        *"pasante", "Enter", "Enter", "Right", "Enter", "Enter", *f"{START:%d%m%Y}", "Enter", *f"{end:%d%m%Y}", "Enter",
        *"unach", "Enter", "Enter", "Enter", "Enter", *"pas", "Enter", "F9",
    )  # fmt: skip
    person.press("F9")
    (one,) = at.database.read(partial(people, clinic=CLINIC))
    assert [p.state for p in one.placements] == ["in_service"] and one.user == at.user
    return one.id


def taught(at: Laptop, title: str, who: Id) -> None:
    """A seminar: written, attended, its quiz asked, answered before and after."""
    person = at.go("seminars")
    page = person.window.page
    assert isinstance(page, SeminarsPage)
    person.answer_with("Enter", *title, "Enter", *"ces", "F9")
    person.press("F9")
    page.table.setFocus()
    person.answer_with("Right", "F9")
    person.press("Enter")
    asked = [key for n in "123" for key in (*f"caso{n}", "Enter", *"uno;dos;tres", "Enter", "abc"[int(n) - 1], "Enter")]
    person.answer_with(*asked, "F9")
    at.push("Preguntas")
    for letters in ("acb", "abc"):
        person.answer_with("Enter", "Enter", *letters, "F9")
        at.push("Respuestas del cuestionario")
    held = next(s for s in at.database.read(partial(seminars, clinic=CLINIC)) if s.title == title)
    before, after = held.score(who, "pre"), held.score(who, "post")
    assert before is not None and after is not None and (before.right, after.right) == (1, 3)
    assert held.presence(who) == 100
    assert [(q.text, q.options, q.correct) for q in held.questions] == [
        (f"caso{n}", ("uno", "dos", "tres"), n) for n in (1, 2, 3)
    ]


def prepared(at: Laptop) -> None:
    """The handover to the next physician, with a line of one's own."""
    person = at.go("handover")
    person.answer_with(*"Beto", "Down", "Enter", "F9")
    person.press("F9")
    person.answer_with(*"llaves", "F9")
    person.press("N")


def pack(at: Laptop) -> HandoverFile:
    found = at.database.read(partial(latest, clinic=CLINIC))
    assert found is not None
    return found


def consults(at: Laptop) -> list[int]:
    """How many were observed in each session, the oldest first; all their items are answered."""
    files = sorted(at.database.read(partial(mentoring, clinic=CLINIC)).files, key=lambda f: f.session.happened_on)
    assert {len(o.results) for f in files for o in f.session.observed} == {ITEMS}
    assert [f.score.percent == 100 for f in files] == [n >= SESSIONS // 2 for n in range(SESSIONS)]
    return [len(f.session.observed) for f in files]


def states(at: Laptop) -> list[str]:
    """How each session stands there."""
    return [file.state for file in at.database.read(partial(mentoring, clinic=CLINIC)).files]


@pytest.mark.covers("S1", "S3", "S4", "S5", "S6")
def test_a_year(year: Year) -> None:
    first, second, mentors = year.first, year.second, year.mentors
    form = UserForm(VISITOR, "", frozenset({Role.MENTOR}))
    second.change_hands(users.join(second.opened, form, PASSPHRASE).value, year.clock)
    pasante = placed(first)
    for n in range(SESSIONS):
        year.day(10 + EVERY * n)
        at = second if n in AT_THE_SECOND else mentors
        first.give(at)
        mentored(at, n)
        at.give(first)
        year.day(12 + EVERY * n)
        countersigned(first)
        assert states(first) == ["closed"] * (n + 1)
        if n in SEMINARS:
            taught(first, SEMINARS[n], pasante)

    person = first.go("mentoring_progress")
    page = person.window.page
    assert isinstance(page, ProgressPage) and page._held is not None
    assert page._held.tally.open == 6 and page._held.last_score == 100

    year.day(358)
    prepared(first)
    asked = pack(first)
    assert asked.head.incoming == second.user and asked.lines[-1].words == "llaves"
    assert [line.section for line in asked.lines].count("action") == 6

    first.give(second)
    year.day(366)
    second.change_hands(second.user, year.clock)
    person = second.go("handover")
    for read in range(1, len(asked.lines) + 1):
        assert isinstance(person.window.page, HandoverPage)
        person.press("R")
        assert pack(second).head.progress.read == read
    second.give(first, mentors)
    first.give(mentors)

    for laptop in (first, second, mentors):
        assert states(laptop) == ["closed"] * SESSIONS
        assert consults(laptop) == [OBSERVED.get(n, 1) for n in range(SESSIONS)]
        closed = [a.state for a in laptop.database.read(partial(actions, clinic=CLINIC))]
        assert (closed.count("done"), closed.count("open")) == (6, 6)
        titles = {s.title for s in laptop.database.read(partial(seminars, clinic=CLINIC))}
        assert titles >= set(SEMINARS.values())
        done = pack(laptop)
        assert done.head.progress.done and {line.read_by for line in done.lines} == {NEXT}
        assert_proved(laptop.database)
