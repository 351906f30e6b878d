"""What the prints of a consult and of a day read beyond the screen: allergies, medicines of the list, real people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from ces_desktop.data.models import ItemRecord, PatientRecord
from ces_desktop.data.queries.encounters import Encounter, EncounterView, day_sheet, encounter_view
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.data.queries.visit_form import Allergies, allergies
from ces_desktop.data.queries.visits import records_of
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class Product:
    """A medicine of the list: presentation ("tablet"), strength, unit counted, and its group if it is controlled."""

    form: str
    strength: str
    unit: str
    controlled: str


@dataclass(frozen=True, slots=True)
class ConsultPaper:
    """A signed consult with what its papers also say; `allergies` are those known today."""

    view: EncounterView
    allergies: Allergies
    products: Mapping[Id, Product]


_I, _P = ItemRecord, PatientRecord
_PRODUCTS = Prepared(select(_I.id, _I.form, _I.strength, _I.unit, _I.controlled).where(_I.id.in_(slots())))
_TRIALS = Prepared(select(_P.id).where(_P.id.in_(slots()), _P.test_record == "yes"))


def consult_paper(
    connection: Connection, clinic: Id, encounter: Id, reader: Actor | None = None
) -> ConsultPaper | None:
    """A consult as its note and prescription print it, confidential words only for who may read them; None when it is
    gone."""
    view = encounter_view(connection, clinic, encounter, reader)
    if view is None:
        return None
    records = records_of(connection, clinic, view.encounter.patient)
    lines = (*view.encounter.lines, *view.encounter.stopped)
    items = sorted({line.item for line in lines if line.item is not None})
    products = {
        Id(key): Product(form or "", strength or "", unit or "", "" if controlled in (None, "no") else controlled)
        for key, form, strength, unit, controlled in _PRODUCTS.for_many(connection, items)
    }
    return ConsultPaper(view, allergies(connection, clinic, records), products)


def day_paper(connection: Connection, clinic: Id, day: date) -> tuple[tuple[PatientRow, Encounter], ...]:
    """The sheet of a day without test records."""
    rows = day_sheet(connection, clinic, day)
    trials = {row[0] for row in _TRIALS.for_many(connection, sorted({person.id for person, _ in rows}))}
    return tuple((person, encounter) for person, encounter in rows if encounter.patient not in trials)
