"""Consults made whole for tests, signed and read back, and what refuses them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import builders
import pytest

from ces_desktop.data.database import Database
from ces_desktop.data.queries.visit_form import VisitForm, visit_form
from ces_desktop.data.queries.visits import waiting_room
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.visits import Diagnosed, Dose, Line, Measured, Note, Requested, Visit
from ces_desktop.errors import Refused
from ces_desktop.services import visits

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)
PRESSURE = (Measured("systolic", 138), Measured("diastolic", 84))


def fresh() -> Id:
    return builders.new_id(NOON_16_MARCH)


def diagnosed(code: str, first: bool = True) -> Diagnosed:
    return Diagnosed(named_id("diagnosis", code), code, first)


def line(drug: str = "Losartán 50 mg", days: int = 30, **more: Any) -> Line:
    return Line(fresh(), more.pop("item", None), drug, Dose(morning=4), "oral", days, days, **more)


def whole(patient: Id, **more: Any) -> Visit:
    """A consult with something in every part."""
    given: dict[str, Any] = {
        "note": Note("Refiere estar bien", "Sin edema", "", "Sigue igual"),
        "measured": PRESSURE,
        "diagnoses": (diagnosed("I10X"),),
        "prognosis": "good",
        "lines": (line(),),
        "requests": (Requested(fresh(), "hba1c"),),
        "programmes": ("hypertension",),
        "next_on": "2026-04-13",
    }
    return Visit(more.pop("encounter", fresh()), patient, more.pop("happened_on", "2026-03-16"), **(given | more))


def sign(db: Database, who: Actor, visit: Visit) -> Id:
    return db.write(partial(visits.sign, visit=visit), who).value


def form(db: Database, patient: Id, encounter: Id | None = None, today: date = TODAY) -> VisitForm:
    here = db.installation.clinic
    found = db.read(partial(visit_form, clinic=here, patient=patient, today=today, encounter=encounter))
    assert found is not None
    return found


def waiting(db: Database) -> list[Id]:
    return [w.encounter for w in db.read(partial(waiting_room, clinic=db.installation.clinic, day=TODAY))]


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    return caught.value
