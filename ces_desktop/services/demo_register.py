"""The register of a demonstration clinic: households, people, their status and consents, as the forms write them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from ces_desktop.data.journal.op import Added, Fields
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id, human_id
from ces_desktop.services.demo_people import Family, Person
from ces_desktop.services.demo_scribe import Scribe

TRIAL = -1
"""Number of the record to try things out."""


@dataclass(slots=True, eq=False)
class Resident:
    """An invented person as the clinic comes to know them; what they bring along besides their name is drawn here."""

    id: Id
    number: int
    """Of the invented person."""
    sex: str
    born: date
    registered_on: date
    leaves_on: date
    """Nothing is written of them from this day on: they died or moved."""
    weight: int
    """Grams."""
    height: int
    """Millimetres."""
    phone: bool
    records: list[Id] = field(default_factory=list)
    """Registrations besides the first."""
    merged: bool = False
    """Somebody found that the registrations are one person."""
    last_visit: date | None = None
    diagnosed: dict[str, date] = field(default_factory=dict)
    """Last day of each diagnosis."""
    problems: set[str] = field(default_factory=set)
    """Categories on the problem list."""
    allergic_to: str = ""
    """Class of medicines."""
    known: bool = False
    """Somebody asked for allergies and wrote the clinical history."""

    def age(self, day: date) -> int:
        """Whole years, nearly."""
        return (day - self.born).days // 365


class Register:
    """Registers families through a scribe and remembers who is who."""

    def __init__(self, scribe: Scribe, rng: random.Random) -> None:
        self._scribe, self._rng = scribe, rng
        self._registered = 0
        self._houses = 0
        self.residents: dict[int, Resident] = {}
        """By the number of the invented person."""

    def family(self, family: Family, place: bytes | None) -> None:
        """The household and its people, each an op of its own; who is registered again brings no household."""
        scribe = self._scribe
        where: Fields = {"community": place.hex()} if place else {}
        self._houses += 1
        home = None if family.people[0].again else scribe.id()
        head: Id | None = None
        for person in family.people:
            patient = self._person(person, where | ({"household": home.hex()} if home else {}))
            head = head or patient
        if home is not None and head is not None:
            house: Fields = {"number": self._houses, "head": head.hex(), **where}
            scribe.op("households.create", "household", home, [Added("household", home, house)])

    def trial(self) -> Resident:
        """The record on which somebody tried things out: marked, and never counted."""
        scribe, self._registered = self._scribe, self._registered + 1
        patient, day = scribe.id(), local_day(scribe.wall)
        fields: Fields = {
            "human_id": human_id(scribe.prefix, 0, self._registered),
            "given": "Prueba",
            "paternal": "De Captura",
            "paternal_kind": "given",
            "maternal_kind": "none",
            "sex": "female",
            "birth": "1970-01-01",
            "birth_precision": "day",
            "test_record": "yes",
            "happened_on": day.isoformat(),
        }
        active = self._fact("patient_status", patient, {"status": "active", "happened_on": day.isoformat()})
        scribe.op("patients.register", "patient", patient, [Added("patient", patient, fields), active])
        return Resident(patient, TRIAL, "female", date(1970, 1, 1), day, date.max, 65_000, 1_520, phone=False)

    def leave(self, resident: Resident, status: str, day: date) -> None:
        """Somebody died or moved."""
        fact = self._fact("patient_status", resident.id, {"status": status, "happened_on": day.isoformat()})
        self._scribe.op("patients.status", "patient", resident.id, [fact])

    def merge(self, resident: Resident) -> None:
        """The two registrations of a person are found to be one."""
        one, other = sorted((resident.id, resident.records[0]))
        link = self._scribe.id()
        fields: Fields = {"one": one.hex(), "other": other.hex(), "reasons": "[]"}
        self._scribe.op("patients.merge", "patient", one, [Added("same_as", link, fields)])

    def _person(self, person: Person, where: Fields) -> Id:
        scribe, rng = self._scribe, self._rng
        scribe.at(scribe.wall + rng.randint(5_000, 40_000))
        number, self._registered = self._registered, self._registered + 1
        patient = scribe.id()
        day = local_day(scribe.wall)
        fields: Fields = {
            "human_id": human_id(scribe.prefix, number // 999_999, number % 999_999 + 1),  # a laptop gives so many
            "given": person.given,
            "paternal": person.paternal,
            "maternal": person.maternal,
            "paternal_kind": "given" if person.paternal else "unknown",
            "maternal_kind": "given" if person.maternal else "unknown",
            "sex": person.sex,
            "birth": person.birth,
            "birth_precision": person.precision,
            "stated_age": person.stated_age,
            "stated_on": day.isoformat() if person.stated_age is not None else None,
            "mother_name": person.mother,
            "phone": person.phone,
            "reads": rng.choice(("yes", "yes", "yes", "no", None)),
            "happened_on": day.isoformat(),
            **where,
        }
        adds = [
            Added("patient", patient, {f: v for f, v in fields.items() if v is not None}),
            self._fact("patient_status", patient, {"status": "active", "happened_on": day.isoformat()}),
        ]
        if rng.random() < 0.85:
            told: Fields = {"about": "privacy_notice", "answer": "yes", "happened_on": day.isoformat()}
            adds.append(self._fact("consent", patient, told))
        scribe.op("patients.register", "patient", patient, adds)
        if person.again and person.number in self.residents:
            self.residents[person.number].records.append(patient)
        else:
            self.residents[person.number] = _resident(person, patient, day, rng)
        return patient

    def _fact(self, table: str, patient: Id, fields: Fields) -> Added:
        return Added(table, self._scribe.id(), {"patient": patient.hex(), **fields})


def _resident(person: Person, patient: Id, day: date, rng: random.Random) -> Resident:
    birth = born(person, day)
    years = max(0, (day - birth).days) / 365
    tall = 1_520 if person.sex == "female" else 1_630
    if years >= 18:
        height, weight = rng.gauss(tall, 55), max(40_000, int(rng.gauss(64_000 if tall < 1_600 else 70_000, 11_000)))
    else:
        height, weight = min(tall, 500 + 250 * min(years, 1) + 62 * max(0, years - 1)), child_weight(years)
    return Resident(
        id=patient,
        number=person.number,
        sex=person.sex,
        born=birth,
        registered_on=day,
        leaves_on=person.fate[1] if person.fate else date.max,
        weight=weight,
        height=int(height),
        phone=person.phone is not None,
    )


def child_weight(years: float) -> int:
    """Grams of a child of about middle weight."""
    return int(1_000 * (3.3 + 6 * min(years, 1) + 2.1 * max(0.0, years - 1) + 0.06 * max(0.0, years - 8) ** 2))


def born(person: Person, day: date) -> date:
    """The day of birth, nearly: of a stated age the middle of the year that it leaves open."""
    if person.birth and len(person.birth) == 10:
        return date.fromisoformat(person.birth)
    if person.birth:
        return min(date(int(person.birth[:4]), 7, 1), day)
    return day - timedelta(days=365 * (person.stated_age or 30) + 180)
