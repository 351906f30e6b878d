"""The years of care of a demonstration clinic, day by day: who comes, who does not, who is looked for.

Rates are our own, chosen so that the figures fall near what was published of such clinics: 56 % of people under care
for hypertension and 41 % of those for diabetes controlled (Duan and others, Health Policy Plan 2018; 33: 707).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from ces_desktop.domain.ids import Id
from ces_desktop.services import demo_chronic, demo_rescue
from ces_desktop.services.demo_chronic import Course
from ces_desktop.services.demo_consult import Consults
from ces_desktop.services.demo_people import Family, Person
from ces_desktop.services.demo_register import Register, Resident, born
from ces_desktop.services.demo_scribe import Scribe, instant

Event = tuple[int, int, Callable[[], None]]
"""Minute of the day, order of making, what is done."""
OPEN_A_MONTH = 23.0
_CROWD = (1.02, 1.04, 1.05, 1.0, 0.98, 0.98, 1.0, 1.0, 0.97, 0.98, 1.0, 0.98)
"""How busy the months are."""
_KEPT = (0.84, 0.88, 0.97, 1.0, 1.0, 0.97, 0.95, 0.94, 0.9, 0.92, 0.86, 0.83)
"""Appointments kept: the coffee harvest takes people away, the rains the road."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much care a clinic gives: `share` of its people are in programmes, `visits` a month in all."""

    people: int
    visits: float
    share: float = 0.10

    @property
    def crowded(self) -> float:
        """People in programmes for each monthly visit that there is room for."""
        return self.people * self.share / (0.62 * self.visits)


class Care:
    """One clinic's care. Call `plan` once, `meet` for each person registered, `day` for each day in order."""

    def __init__(self, scribe: Scribe, register: Register, load: Load, nurse: Id, days: tuple[date, date, date],
                 rng: random.Random) -> None:  # fmt: skip
        self.scribe, self.register, self.load, self.nurse, self.rng = scribe, register, load, nurse, rng
        self.start, self.end, self.today = days
        self.closed: frozenset[date] = frozenset()
        """Days without a physician: nobody is given a consult."""
        self._day = self.start
        self.courses: dict[int, Course] = {}
        self.consults = Consults(scribe, nurse, rng, days[1], self.later, self.next_open)
        self._wanted: dict[int, tuple[str, date]] = {}
        self._planned: dict[date, list[Course]] = defaultdict(list)
        self._later: dict[date, list[Event]] = defaultdict(list)
        self._people: list[Resident] = []
        self._order = 0

    def plan(self, families: Iterable[Family]) -> None:
        """Choose who is ill, more of the old, and the day on which each is first seen for it."""
        rng = self.rng
        keyed = []
        people = [p for f in families for p in f.people if not p.again]
        for person in people:
            age = (person.registered_on - born(person, person.registered_on)).days / 365
            if age >= 20:
                keyed.append((rng.random() ** (1 / (age - 14) ** 1.25), person.number, person))
        keyed.sort(reverse=True)
        early = 0.6 if self.load.crowded < 1 else 0.3
        for _, number, person in keyed[: round(len(people) * self.load.share)]:
            kind = rng.choices(("hypertension", "both", "diabetes"), (55, 20, 25))[0]
            self._wanted[number] = (kind, self._first_seen(person, early))

    def meet(self, number: int) -> None:
        """Somebody was registered, or registered again."""
        who = self.register.residents[number]
        if who.records:
            if self.rng.random() < 0.5:
                self.later(self.next_open(self._day + timedelta(days=self.rng.randint(8, 60))), 500,
                          partial(self._merge, who))  # fmt: skip
            return
        self._people.append(who)
        if number in self._wanted:
            kind, first = self._wanted[number]
            every = self._interval()
            course = demo_chronic.new_course(who, kind, self.next_open(max(first, self._day)), every, self.rng)
            self.courses[number] = course
            self._planned[course.next_on].append(course)

    def try_out(self, who: Resident) -> None:
        """The record to try things out is ill too: no figure may count it."""
        course = demo_chronic.new_course(who, "both", self.next_open(self.start + timedelta(days=2)), 1, self.rng)
        self.courses[who.number] = course
        self._planned[course.next_on].append(course)

    def day(self, day: date) -> list[Event]:
        """What happens on a day besides registrations, in no order."""
        self._day = day
        events = self._later.pop(day, [])
        coming = [c for c in self._planned.pop(day, []) if c.next_on == day and c.who.leaves_on > day]
        if not self.open_on(day):
            self._postpone(coming, day)
            return events
        mean = self.load.visits / OPEN_A_MONTH * _CROWD[day.month - 1]
        most = int(1.5 * mean + 4)
        self._postpone(coming[most:], day)
        coming = coming[:most]
        wanted = max(0.3 * mean, mean * self.rng.gauss(1, 0.16) - len(coming))
        paper = self.rng.random() < 1 / 45 and day < self.end - timedelta(days=5)
        for course in coming:
            self._at_clinic(events, day, partial(self._chronic, course, day, paper), paper)
        for _ in range(int(wanted + self.rng.random())):
            who = self._somebody(day)
            if who is not None:
                visit = partial(self.consults.acute, who, day, paper, self.courses.get(who.number))
                self._at_clinic(events, day, visit, paper)
        if day.weekday() in (1, 3):
            events.extend(self._events(demo_rescue.search(self, day)))
        return events

    def open_on(self, day: date) -> bool:
        """Monday to Friday and every other Saturday, not on great feasts; and on the day the demonstration is made."""
        if day == self.today:
            return True
        feast = (day.month, day.day) in ((1, 1), (12, 12), (12, 25), (9, 16), (5, 1), (11, 2))
        if feast or day in self.closed:
            return False
        return day.weekday() < 5 or (day.weekday() == 5 and day.toordinal() // 7 % 2 == 0)

    def come_on(self, course: Course, day: date) -> None:
        """The person will come on this day, or the next on which the clinic is open."""
        course.next_on = self.next_open(day)
        self._planned[course.next_on].append(course)

    def next_open(self, day: date) -> date:
        """This day, or the first after it on which the clinic is open."""
        while not self.open_on(day):
            day += timedelta(days=1)
        return day

    def _interval(self) -> int:
        """Months between appointments: where there is no room for all, people come less often."""
        crowd = self.load.crowded
        if crowd <= 1:
            return 1
        return self.rng.choices((1, 2, 3), (1, crowd / 2, crowd / 2))[0]

    def _first_seen(self, person: Person, early: float) -> date:
        most = 45 if self.rng.random() < early else max(1, (self.end - person.registered_on).days)
        return person.registered_on + timedelta(days=self.rng.randint(0, most))

    def _postpone(self, courses: Iterable[Course], day: date) -> None:
        for course in courses:
            self.come_on(course, day + timedelta(days=1))

    def later(self, day: date, minute: int, action: Callable[[], None]) -> None:
        """Have something done on another day."""
        self._order += 1
        self._later[day].append((minute, self._order, action))

    def _events(self, actions: Iterable[Callable[[], None]]) -> Iterator[Event]:
        for action in actions:
            self._order += 1
            yield self.rng.randint(900, 1_020), self._order, action

    def _at_clinic(self, events: list[Event], day: date, action: Callable[[], None], paper: bool) -> None:
        """In the hours of consults; what was written on paper is typed some days later."""
        if paper:
            typed_on = self.next_open(day + timedelta(days=self.rng.randint(1, 3)))
            self.later(typed_on, self.rng.randint(930, 1_050), action)
            return
        self._order += 1
        minute = self.rng.randint(485, 870) if self.rng.random() < 0.93 else self.rng.randint(930, 1_140)
        events.append((minute, self._order, action))

    def _somebody(self, day: date) -> Resident | None:
        for _ in range(30 if self._people else 0):
            who = self.rng.choice(self._people)
            age = who.age(day)
            likely = 1.0 if age < 5 else 0.85 if age >= 60 or (who.sex == "female" and 15 <= age <= 45) else 0.5
            course = self.courses.get(who.number)
            if course is not None and (course.gone or course.next_on > day + timedelta(days=75)):
                likely *= 0.05  # stays away from the clinic altogether
            if who.leaves_on > day and self.rng.random() < likely:
                return who
        return None

    def _merge(self, who: Resident) -> None:
        self.register.merge(who)
        who.merged = True

    def _chronic(self, course: Course, day: date, paper: bool) -> None:
        if course.who.leaves_on > day:
            first = course.enrolled_on is None
            self.consults.chronic(course, day, paper)
            self._decide(course, first)

    def _decide(self, course: Course, first: bool) -> None:
        """Whether the person keeps the appointment just made, comes late, stays away long, or for good."""
        rng, due = self.rng, course.due_on
        assert due is not None
        if rng.random() < max(0.06 if first else 0.007, 0.004 * self.load.crowded) * course.every:
            course.gone = True
            if rng.random() < 0.2:
                self.come_on(course, due + timedelta(days=rng.randint(330, 560)))
            return
        course.gone = False
        if rng.random() < 0.045:
            self.come_on(course, due + timedelta(days=rng.randint(80, 260)))
        elif rng.random() < course.comes * _KEPT[due.month - 1]:
            self.come_on(course, due + timedelta(days=rng.choice((0, 0, 0, 0, 0, -1, 1, 1, 2, 4))))
        else:
            months = 1
            while rng.random() < 0.5:
                months += 1
            self.come_on(course, due + timedelta(days=28 * (months - 1) + rng.randint(6, 30)))

    def waiting_room(self, now: int) -> None:
        """Three people wait at this moment, with what the nurse has measured so far."""
        rng = random.Random(f"{now}")
        midnight = instant(self.today, 0)
        here = [c for c in self.courses.values() if c.enrolled_on and not c.gone and c.who.leaves_on > self.today]
        for minutes, course in zip((52, 31, 9), rng.sample(here, min(3, len(here))), strict=False):
            if now - minutes * 60_000 > max(midnight, self.scribe.wall):
                self.scribe.at(now - minutes * 60_000)
                self.consults.wait_for(course, self.today, rng)
