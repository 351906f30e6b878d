"""The clinical history in the demonstration: asked of most people with a chronic illness, half answered as in life."""

from __future__ import annotations

import random
from collections.abc import Iterator

from ces_desktop.data.journal.op import Added
from ces_desktop.domain.visits import Measured
from ces_desktop.services.demo_chronic import Course
from ces_desktop.services.demo_visit import NewId, measured, row

_OCCUPATIONS = {"female": ("hogar", "campo", "comercio"), "male": ("campo", "cafetal", "albañil")}
_CHOICES: dict[str, tuple[str, ...]] = {
    "schooling": ("none", "primary", "primary", "secondary"),
    "floor": ("earth", "cement", "cement"),
    "water": ("piped", "spring", "well"),
    "toilet": ("latrine", "latrine", "septic"),
    "wood_smoke": ("yes", "yes", "no"),
    "salt_added": ("yes", "no", "no"),
    "sugary_drinks": ("yes", "yes", "no"),
    "exercise": ("yes", "no"),
    "surgery": ("no", "no", "no", "yes"),
    "family_heart": ("no", "no", "unknown"),
    "family_stroke": ("no", "no", "unknown", "yes"),
}
_HABITS = {"tobacco": ("never", "never", "never", "past", "current"), "alcohol": ("never", "past", "current")}


def answers(course: Course, patient: str, day: str, new_id: NewId, rng: random.Random) -> Iterator[Added]:
    """Rows of one sitting; what was not asked has none."""
    inherited = {"family_diabetes": course.diabetes, "family_hypertension": course.hypertension}
    for code, likely in inherited.items():
        word = rng.choices(("yes", "no", "unknown"), (45 if likely else 20, 40, 15))[0]
        yield row("history_item", new_id(), patient=patient, code=code, word=word, happened_on=day)
    for code, words in _CHOICES.items():
        if rng.random() < 0.6:
            yield row("history_item", new_id(), patient=patient, code=code, word=rng.choice(words), happened_on=day)
    work = rng.choice(_OCCUPATIONS[course.who.sex])
    yield row("history_item", new_id(), patient=patient, code="occupation", text=work, happened_on=day)
    for code, words in _HABITS.items():
        if rng.random() < 0.7:
            yield measured(Measured(code, word=rng.choice(words)), patient, None, day, new_id)
