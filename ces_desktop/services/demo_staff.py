"""The people of a demonstration clinic: physicians of each cohort, who is away when, what is asked for and answered.

The physician changes with the cohort, once a year; consults bear the name of who served on the day. The clinic gives no
consult on days without a physician. A predecessor's access ended with the placement; the notes keep their author.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ces_desktop.data.journal.op import FieldSet, WireValue
from ces_desktop.domain.ids import Id, clinic_id
from ces_desktop.domain.staff import PlacementState, term
from ces_desktop.services.demo_requests import plan_requests
from ces_desktop.services.demo_scribe import Part, Scribe
from ces_desktop.services.demo_seminars import plan_seminars
from ces_desktop.services.demo_visit import row
from ces_desktop.services.staff import MOVES

if TYPE_CHECKING:
    from ces_desktop.services.demo_care import Event

ADD, AWAY = "staff.add", "staff.absence"
_PHYSICIANS = (
    ("Dr. Luis Ocampo", "UNACH"), ("Dra. Marisol Trujillo", "UNAM"), ("Dr. Emilio Santizo", "Tecnológico de Monterrey"),
    ("Dra. Paola Zenteno", "UANL"), ("Dr. Iván Gordillo", "Universidad de Guadalajara"), ("Dra. Itzel Coello", "BUAP"),
)  # fmt: skip
_MENTOR, _HELPER, _WISHING = "Dra. Beatriz Moguel", "T.E. Óscar Velasco", ("Dr. Saúl Roblero", "Dra. Nadia Cancino")
_LEADS = ("physician", "nurse", "store_keeper", "lead")


_NOBODY = Id(b"")


@dataclass(slots=True)
class Served:
    """A physician's year: who, and the first and last day of the service."""

    name: str
    school: str
    cohort: str
    first: date
    last: date
    foreseen: date
    left: str = ""
    person: Id = _NOBODY
    user: Id = _NOBODY
    placement: Id = _NOBODY


class Staff:
    """One clinic's people. `closed` are the days on which no physician is there; call `day` for each day in order."""

    def __init__(self, scribe: Scribe, number: int, seed: int, days: tuple[date, date], nurse: Id) -> None:
        self.scribe, self.nurse = scribe, nurse
        self.start, self.end = days
        self.rng = random.Random(f"staff {seed} {number} {days}")
        self.here = clinic_id(scribe.prefix)
        self._first_user = scribe.user
        self._planned: dict[date, list[Callable[[], None]]] = defaultdict(list)
        self._made: dict[tuple[Id, str], tuple[WireValue, bytes]] = {}
        self.people: list[Id] = []
        """Who goes to seminars: the physician of the day first."""
        self.served = self._terms(8 if number % 2 == 0 else 2, number)
        self.away = {each.name: self._days_off(each) for each in self.served}
        self.closed = frozenset(self._without())
        self._plan()

    def _terms(self, month: int, number: int) -> list[Served]:
        """The cohorts that served from the start to the end; the last is the clinic's first user."""
        rng, cohorts = self.rng, []
        year = self.start.year - 1
        while date(year, month, 1) <= self.end:
            cohorts.append(f"{year:04d}-{month:02d}")
            year += 1
        found: list[Served] = []
        for place, cohort in enumerate(cohorts):
            begin, end = term(cohort)
            if end < self.start:
                continue
            name, school = _PHYSICIANS[(number + place) % len(_PHYSICIANS)]
            first = begin + timedelta(days=rng.choice((0, 2, 3, 4)))
            last = end - timedelta(days=rng.choice((0, 0, 1, 2)))
            found.append(Served(name, school, cohort, min(first, self.end), last, end))
        if len(found) > 2:
            found[-2].last -= timedelta(days=rng.randint(6, 10))
            found[-2].left = "Plaza de residencia que empezó antes"
        found[-1].name, found[-1].school, found[-1].user = "Dra. Ana Robles", "UNACH", self._first_user
        return found

    def _days_off(self, each: Served) -> list[tuple[date, date, str, str]]:
        """A week of leave, an illness, an errand in a year."""
        rng, found = self.rng, list[tuple[date, date, str, str]]()
        wanted = [
            (rng.randint(110, 150), 4, "leave", "Vacaciones"),
            (rng.randint(180, 230), 1, "illness", "Dengue"),
            (rng.randint(260, 300), 2, "leave", ""),
            (rng.randint(40, 70), 0, "errand", "Jurisdicción"),
        ]
        for after, length, kind, note in wanted:
            first = each.first + timedelta(days=after)
            first += timedelta(days=(7 - first.weekday()) % 7 if length > 1 or first.weekday() > 4 else 0)
            last = first + timedelta(days=length)
            if last < min(each.last, self.end):
                found.append((first, last, kind, note))
        return found

    def _without(self) -> set[date]:
        """Days from the start on with nobody placed, or the one who is placed away."""
        found = {
            first + timedelta(days=n)
            for spans in self.away.values()
            for first, last, *_ in spans
            for n in range((last - first).days + 1)
        }
        for before, after in zip(self.served, self.served[1:], strict=False):
            found |= {before.last + timedelta(days=n + 1) for n in range((after.first - before.last).days - 1)}
        return {day for day in found if self.start < day < self.end}

    def on(self, day: date) -> Served:
        """Who serves, or served last, on a day."""
        return next((s for s in reversed(self.served) if s.first <= day), self.served[0])

    # ---------------------------------------------------------------- written
    def _plan(self) -> None:
        self._at(self.start, self._add_others)
        for place, each in enumerate(self.served):
            if each.first <= self.start:
                self._at(self.start, partial(self._enrol, each, "in_service"))
            else:
                self._at(
                    each.first - timedelta(days=self.rng.randint(95, 120)), partial(self._enrol, each, "candidate")
                )
                self._at(each.first - timedelta(days=self.rng.randint(40, 60)), partial(self._move, each, "assigned"))
                self._at(each.first, partial(self._move, each, "in_service"))
            if place < len(self.served) - 1 and each.last >= self.start:
                self._at(each.last, partial(self._move, each, "left" if each.left else "finished"))
            for span in self.away[each.name]:
                if span[0] >= self.start:
                    self._at(span[0], partial(self._absent, each, span))
        coming = self.served[-1].foreseen + timedelta(days=1)
        for name, before in zip(_WISHING, (35, 20), strict=True):
            self._at(self.end - timedelta(days=before), partial(self._wish, name, coming))
        for plan in (plan_requests, plan_seminars):
            for day, act in plan(self.scribe, self, self.rng):
                self._at(day, act)

    def _at(self, day: date, act: Callable[[], None]) -> None:
        if day <= self.end:
            self._planned[max(day, self.start)].append(act)

    def day(self, day: date) -> list[Event]:
        """What is written of the people on a day, before anything else of it."""
        acts = self._planned.pop(day, [])
        events: list[Event] = [(420, -10_000 + n, act) for n, act in enumerate(acts)]
        events.append((421, -9_000, partial(self._sits_down, day)))
        return events

    def _sits_down(self, day: date) -> None:
        self.scribe.user = self.on(day).user or self._first_user

    def _add_others(self) -> None:
        """The nurse, a mentor and a technician, there before the data begin."""
        for name, role, user, since in (
            ("Enf. Julia Méndez", "nurse", self.nurse, "2019-03-01"),
            (_HELPER, "other", None, "2021-06-15"),
            (_MENTOR, "mentor", None, "2022-02-01"),
        ):
            person, placement = self.scribe.id(), self.scribe.id()
            self.scribe.act(ADD, [Part("staff", person, [
                row("staff_person", person, name=name, school="CES" if role == "mentor" else None,
                    user=user.hex() if user else None),
                row("placement", placement, person=person.hex(), at=self.here.hex(), role=role, from_on=since,
                    state="in_service"),
            ])], self._first_user)  # fmt: skip
            if role != "mentor":
                self.people.append(person)

    def _enrol(self, each: Served, state: str) -> None:
        """Who will serve, or serves already; whoever served before the data's last year has a sign-in of their own."""
        scribe = self.scribe
        each.person, each.placement = scribe.id(), scribe.id()
        first, until = (each.first, each.foreseen) if state == "in_service" else term(each.cohort)
        adds = [
            row("staff_person", each.person, name=each.name, school=each.school, licence="MPSS",
                phone=f"961 {self.rng.randint(100, 999)} {self.rng.randint(1_000, 9_999)}",
                user=each.user.hex() if each.user else None),
            row("placement", each.placement, person=each.person.hex(), at=self.here.hex(), role="physician",
                from_on=first.isoformat(), until_on=until.isoformat(), cohort=each.cohort, state=state),
        ]  # fmt: skip
        (made,) = scribe.act(ADD, [Part("staff", each.person, adds)], self._first_user)
        for field, value in (("state", state), ("from_on", first.isoformat()), ("until_on", until.isoformat())):
            self._made[each.placement, field] = (value, made)
        self._made[each.person, "user"] = (each.user.hex() if each.user else None, made)
        if state == "in_service" and not each.user:
            self._sign_on(each)

    def _sign_on(self, each: Served) -> None:
        """A predecessor's access, for as long as the placement lasts."""
        scribe = self.scribe
        each.user = scribe.id()
        until = each.last.isoformat() if each.last <= self.end else None
        span = {"from_on": max(each.first, self.start).isoformat(), "until_on": until}
        roles = [row("user_role", scribe.id(), user=each.user.hex(), role=role, **span) for role in _LEADS]
        adds = [row("app_user", each.user, name=each.name, licence="MPSS"), *roles]
        scribe.act("users.add", [Part("user", each.user, adds)], self._first_user)
        self._set(each.person, "staff_person", "staff.edit", each.person, user=each.user.hex())

    def _move(self, each: Served, state: PlacementState) -> None:
        changes: dict[str, WireValue] = {"state": state}
        if state == "in_service":
            changes["from_on"] = each.first.isoformat()
        if state in ("finished", "left"):
            changes["until_on"] = each.last.isoformat()
        if state == "left":
            changes["reason"] = each.left
            self._made.setdefault((each.placement, "reason"), (None, self._made[each.placement, "state"][1]))
        self._set(each.placement, "placement", MOVES[state], each.person, **changes)
        if state == "in_service" and not each.user:
            self._sign_on(each)

    def _set(self, entity: Id, table: str, kind: str, subject: Id, **changes: WireValue) -> None:
        sets = []
        for field, value in changes.items():
            was, version = self._made[entity, field]
            if value != was:
                sets.append(FieldSet(table, entity, field, value, was, (version,)))
        (made,) = self.scribe.act(kind, [Part("staff", subject, sets=sets)], self._first_user)
        for each in sets:
            self._made[entity, each.field] = (each.value, made)

    def _absent(self, each: Served, span: tuple[date, date, str, str]) -> None:
        first, last, kind, note = span
        absence = row("absence", self.scribe.id(), person=each.person.hex(), kind=kind, from_on=first.isoformat(),
                      until_on=last.isoformat(), note=note or None)  # fmt: skip
        self.scribe.op(AWAY, "staff", each.person, [absence], self._first_user)

    def _wish(self, name: str, coming: date) -> None:
        person, placement = self.scribe.id(), self.scribe.id()
        self.scribe.op(ADD, "staff", person, [
            row("staff_person", person, name=name, school=self.rng.choice(_PHYSICIANS)[1]),
            row("placement", placement, person=person.hex(), at=self.here.hex(), role="physician",
                cohort=coming.isoformat()[:7], state="candidate"),
        ], self._first_user)  # fmt: skip
