"""One consult of the demonstration from the waiting room to the signature, and what comes of it in the weeks after."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from ces_desktop.data.measures import measures
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.measures import implausible
from ces_desktop.domain.visits import Kind, Measured, Requested, Visit
from ces_desktop.services import demo_acute, demo_chronic, demo_history
from ces_desktop.services import demo_words as words
from ces_desktop.services.demo_chronic import Course
from ces_desktop.services.demo_register import Resident
from ces_desktop.services.demo_scribe import Scribe
from ces_desktop.services.demo_visit import listed, measured, row, sign

Later = Callable[[date, int, Callable[[], None]], None]
"""(day, minute, action): have something done on a later day."""
WAITING_FOR = 14
"""Last days of which the waiting room is on record."""
ALLERGY, HISTORY, PROBLEM, RESULTS = "care.allergy", "care.history", "care.problem", "care.results"
_PROGRAMMES = {"E119": "diabetes", "I10X": "hypertension"}


class Consults:
    """Writes consults. `later` puts off what follows, `next_open` is the clinic's calendar, `end` the last day."""

    def __init__(
        self, scribe: Scribe, nurse: Id, rng: random.Random, end: date, later: Later, next_open: Callable[[date], date]
    ) -> None:
        self._scribe, self._nurse, self._rng, self._end = scribe, nurse, rng, end
        self._later, self._next_open = later, next_open
        self.given: Callable[[Visit], None] = lambda visit: None
        """Told of each signed consult: what it prescribed is handed out."""
        self._seen: set[tuple[Id, int]] = set()
        """Records with a consult in a year."""

    def acute(self, who: Resident, day: date, late: bool, course: Course | None) -> None:
        """A consult for something passing; `course` = the chronic illness of the same body, if any."""
        rng = self._rng
        base, kind = self._begin(who, day, late, course), self._kind()
        seen = demo_acute.see(demo_acute.choose(who, day, rng), who, day, self._scribe.id, rng)
        facts = seen.measured
        if course is not None:
            pressure = dict(zip(("systolic", "diastolic"), course.pressure(rng), strict=True))
            facts = tuple(replace(m, value=pressure[m.code]) if m.code in pressure else m for m in facts)
        back = self._next_open(day + timedelta(days=seen.back_in)).isoformat() if seen.back_in else None
        self._sign(
            who,
            replace(
                base,
                kind=kind,
                note=seen.note,
                measured=facts,
                diagnoses=seen.diagnoses,
                prognosis=rng.choice(("good", "good", "good", None, None, "guarded")),
                lines=seen.lines,
                requests=seen.requests,
                next_on=back,
                next_reason="Revisión" if back else "",
            ),
        )

    def chronic(self, course: Course, day: date, late: bool) -> None:
        """A consult for hypertension or diabetes; the first one enrols."""
        who, rng = course.who, self._rng
        base = self._begin(who, day, late, course)
        weak = course.seen_on is not None and (day - course.seen_on).days > 75
        first = course.enrolled_on is None
        seen = demo_chronic.see(course, day, self._scribe.id, rng, weak)
        course.seen_on, course.sought = day, 0
        course.due_on = self._next_open(day + timedelta(days=28 * course.every + rng.randint(0, 5)))
        facts = seen.measured
        if first and rng.random() < 0.8:
            facts += (Measured("height", who.height),)
        if first and course.onset is not None:
            self._list_problems(base, [d.code for d in seen.diagnoses], course.onset, who)
        if first and rng.random() < 0.7:
            told = list(demo_history.answers(course, base.patient.hex(), base.happened_on, self._scribe.id, rng))
            self._scribe.op(HISTORY, "patient", base.patient, told, self._nurse)
        self._sign(
            who,
            replace(
                base,
                kind="home_visit" if rng.random() < 0.012 else "consult",
                note=seen.note,
                measured=facts,
                diagnoses=() if rng.random() < 0.012 and not first else seen.diagnoses,
                prognosis="good" if seen.good else "guarded",
                lines=seen.lines,
                stopped=seen.stopped,
                requests=seen.requests,
                programmes=tuple(_PROGRAMMES[d.code] for d in seen.diagnoses) if first else (),
                next_on=course.due_on.isoformat(),
                next_reason="Control",
                unmeasured=seen.unmeasured,
            ),
            course,
        )
        course.enrolled_on = course.enrolled_on or day

    def wait_for(self, course: Course, day: date, rng: random.Random) -> None:
        """Somebody with a chronic illness sits in the waiting room, not yet seen."""
        systolic, diastolic = course.pressure(rng)
        facts = (
            Measured("systolic", systolic),
            Measured("diastolic", diastolic),
            Measured("weight", round(course.who.weight, -2)),
        )
        visit = Visit(self._scribe.id(), course.who.id, day.isoformat(), measured=facts[: rng.randint(2, 3)])
        self._wait(replace(visit, measured=self._sure(visit.measured, course.who, day)))

    def _kind(self) -> Kind:
        luck = self._rng.random()
        return "emergency" if luck < 0.02 else "home_visit" if luck < 0.03 else "consult"

    def _begin(self, who: Resident, day: date, late: bool, course: Course | None) -> Visit:
        """Which record of the person was pulled out, and when; a record found double is used by turns."""
        other = bool(who.records) and self._rng.random() < 0.5 and (who.merged or course is None)
        visit = Visit(
            encounter=self._scribe.id(),
            patient=who.records[0] if other else who.id,
            happened_on=day.isoformat(),
            entered="late" if late else "live",
            started_at=None if late else self._scribe.wall,
            author_name=words.PAPER_AUTHOR if late and self._rng.random() < 0.4 else "",
        )
        self._ask_allergies(who, visit)
        return visit

    def _sure(self, facts: tuple[Measured, ...], who: Resident, day: date) -> tuple[Measured, ...]:
        """What is unlikely was asked back and said to be right."""
        known, age = measures(), (day - who.born).days
        return tuple(
            replace(m, confirmed=True)
            if m.value is not None and implausible(known[m.code], m.value, who.sex, age) == "unlikely"
            else m
            for m in facts
        )

    def _sign(self, who: Resident, visit: Visit, course: Course | None = None) -> None:
        """Write the visit, with the waiting room before it in the last days, and put off what follows from it."""
        scribe, rng = self._scribe, self._rng
        day = date.fromisoformat(visit.happened_on)
        visit = replace(visit, measured=self._sure(visit.measured, who, day))
        written = visit
        if visit.entered == "live":
            if visit.kind == "consult" and day > self._end - timedelta(days=WAITING_FOR):
                self._wait(replace(visit, measured=visit.measured[:3]))
                written = replace(visit, measured=visit.measured[3:])
            scribe.at(scribe.wall + rng.randint(7, 19) * 60_000)
        first = not any((record, day.year) in self._seen for record in self._known_as(who, visit.patient))
        self._seen.add((visit.patient, day.year))
        rows = sign(written, scribe.id, first, who.problems)
        for found in visit.diagnoses:
            who.diagnosed[found.code] = day
        scribe.op("visits.sign", "patient", visit.patient, rows)
        self.given(visit)
        who.last_visit = day if who.last_visit is None else max(day, who.last_visit)
        for asked in visit.requests:
            self._await(who, visit, asked, course)
        if rng.random() < 0.012:
            self._later(day + timedelta(days=rng.randint(1, 4)), rng.randint(500, 900), partial(self._addendum, visit))

    @staticmethod
    def _known_as(who: Resident, record: Id) -> tuple[Id, ...]:
        """The records that the clinic knows to be of the person of one: some found double nobody has joined."""
        return (who.id, *who.records) if who.merged else (record,)

    def _wait(self, visit: Visit) -> None:
        """The nurse puts somebody into the waiting room and takes the first vital signs."""
        scribe = self._scribe
        patient, encounter, day = visit.patient.hex(), visit.encounter.hex(), visit.happened_on
        arrival = row(
            "arrival", scribe.id(), patient=patient, encounter=encounter, happened_on=day, arrived_at=scribe.wall
        )
        taken = [measured(fact, patient, encounter, day, scribe.id) for fact in visit.measured]
        scribe.op("visits.arrive", "patient", visit.patient, [arrival, *taken], self._nurse)

    def _list_problems(self, visit: Visit, codes: list[str], onset: str, who: Resident) -> None:
        """An illness known for years goes to the problem list with its year, before the consult is signed."""
        for code in codes:
            line = listed(visit.patient, code, visit.happened_on, self._scribe.id, who.problems, onset)
            if line is not None:
                self._scribe.op(PROBLEM, "patient", visit.patient, [line])

    def _ask_allergies(self, who: Resident, visit: Visit) -> None:
        """At the first visit somebody asks, mostly; and mostly there are none."""
        if who.known:
            return
        who.known = True
        luck, rng = self._rng.random(), self._rng
        if luck > 0.88:
            return
        patient, day = visit.patient.hex(), visit.happened_on
        fact = row("allergy", self._scribe.id(), patient=patient, state="none_known", happened_on=day)
        if luck < 0.045:
            substance, drug_class, reaction = rng.choice(demo_acute.ALLERGIES)
            severity = rng.choice(("mild", "moderate", "unknown"))
            who.allergic_to = drug_class or ""
            fact = row("allergy", self._scribe.id(), patient=patient, state="present", substance=substance,
                       drug_class=drug_class, reaction=reaction, severity=severity, happened_on=day)  # fmt: skip
        self._scribe.op(ALLERGY, "patient", visit.patient, [fact], self._nurse)

    def _await(self, who: Resident, visit: Visit, asked: Requested, course: Course | None) -> None:
        """Most results come back in weeks, some never."""
        rng, day = self._rng, date.fromisoformat(visit.happened_on)
        taken = day + timedelta(days=rng.randint(2, 12))
        if rng.random() < 0.25 or asked.test == "imaging" or who.leaves_on <= taken:
            return
        if asked.test == "hba1c" and course is not None:
            value = course.hba1c(rng)
        else:
            mean, spread = demo_acute.RESULTS[asked.test]
            value = int(rng.gauss(mean, spread))
        arrives = self._next_open(taken + timedelta(days=rng.randint(5, 30)))
        result = self._sure((Measured(asked.test, value),), who, taken)[0]
        self._later(arrives, rng.randint(500, 900), partial(self._answer, visit, asked, result, taken.isoformat()))

    def _answer(self, visit: Visit, asked: Requested, result: Measured, taken: str) -> None:
        fact = measured(result, visit.patient.hex(), None, taken, self._scribe.id, asked.id)
        self._scribe.op(RESULTS, "patient", visit.patient, [fact], self._nurse)

    def _addendum(self, visit: Visit) -> None:
        scribe = self._scribe
        day = local_day(scribe.wall).isoformat()
        text = row("addendum", scribe.id(), patient=visit.patient.hex(), encounter=visit.encounter.hex(),
                   text=self._rng.choice(words.ADDENDA), happened_on=day)  # fmt: skip
        scribe.op("visits.addendum", "patient", visit.patient, [text])
