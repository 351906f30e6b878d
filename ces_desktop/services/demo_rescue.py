"""Looking for people who did not come, in the demonstration: two afternoons a week, with what usually comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ces_desktop.services import demo_words as words
from ces_desktop.services.demo_visit import row

if TYPE_CHECKING:
    from ces_desktop.services.demo_care import Care
    from ces_desktop.services.demo_chronic import Course

_OUTCOMES = {
    "promised": 38, "visited": 18, "nobody_home": 24, "refused": 8, "moved": 3, "transferred": 1, "wrong_address": 6,
}  # fmt: skip
KEEPS = 0.55
"""Promises kept."""


def search(care: Care, day: date) -> Iterator[Callable[[], None]]:
    """Contacts of one afternoon: people a month late or more, three times at most and not within three weeks."""
    late = [
        course
        for course in care.courses.values()
        if course.due_on is not None
        and (day - course.due_on).days > 30
        and course.who.leaves_on > day
        and course.sought < 3
        and (course.sought_on is None or (day - course.sought_on).days > 21)
    ]
    many = int(care.load.visits / 350 * 2.2 + care.rng.random())
    for course in care.rng.sample(late, min(many, len(late))):
        yield partial(_contact, care, course, day)


def _contact(care: Care, course: Course, day: date) -> None:
    rng, scribe, who = care.rng, care.scribe, course.who
    if who.last_visit == day:
        return  # was here today for something else
    course.sought, course.sought_on = course.sought + 1, day
    outcome = rng.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
    how = "phone" if who.phone and rng.random() < 0.4 else "home"
    promised = care.next_open(day + timedelta(days=rng.randint(2, 14))) if outcome == "promised" else None
    patient, today = who.id.hex(), day.isoformat()
    rows = [
        row("contact", scribe.id(), patient=patient, outcome=outcome, how=how,
            promised_on=promised.isoformat() if promised else None,
            note=(rng.choice(words.NOBODY_HOME) or None) if outcome == "nobody_home" else None, happened_on=today)
    ]  # fmt: skip
    if promised is not None:
        rows.append(
            row("appointment", scribe.id(), patient=patient, kind="promise", due_on=promised.isoformat(),
                happened_on=today)
        )  # fmt: skip
        if rng.random() < KEEPS * (0.3 if course.gone else 1):
            care.come_on(course, promised)
    if outcome in ("moved", "transferred"):
        rows.append(
            row("patient_status", scribe.id(), patient=patient, status=outcome, happened_on=today,
                place="Tuxtla Gutiérrez" if outcome == "moved" else None)
        )  # fmt: skip
        who.leaves_on = day
    if outcome in ("refused", "wrong_address"):
        course.sought = 3
    scribe.op("rescue.contact", "patient", who.id, rows, care.nurse)
