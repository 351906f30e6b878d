"""The equipment of the clinic with all that happened to each piece: a few dozen pieces, read whole."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import BindParameter, Connection, bindparam, select

from ces_desktop.data.models import EquipmentEventRecord, EquipmentRecord, ItemRecord, UserRecord, table_of
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.equipment import Due, Event, EventKind, State, due, nearest, since, state_of


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a piece as it was noted; `by` = who wrote it down, `done_by` = who did it."""

    id: Id
    day: str
    kind: EventKind
    state: State | None
    detail: str
    done_by: str
    by: str

    @property
    def event(self) -> Event:
        """As the rules read it."""
        return Event(date.fromisoformat(self.day), self.kind, self.state)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of equipment. `acquired_on`: partial ISO date or ""; `happened`: oldest first."""

    id: Id
    item: Id | None
    name: str
    brand: str
    model: str
    serial: str
    inventory: str
    owner: str
    location: str
    acquired_on: str
    calibration_months: int | None
    maintenance_months: int | None
    note: str
    happened: tuple[Happened, ...]

    @property
    def events(self) -> tuple[Event, ...]:
        """As the rules read them."""
        return tuple(each.event for each in self.happened)

    @property
    def state(self) -> State:
        """Whether it works, as far as is known."""
        return state_of(self.events)

    @property
    def since(self) -> date | None:
        """The day from which it has been in that state."""
        return since(self.events)

    def duties(self, today: date) -> tuple[Due, Due]:
        """Its calibration and its maintenance."""
        acquired = _whole(self.acquired_on)
        return (
            due(self.events, "calibration", self.calibration_months, acquired, today),
            due(self.events, "maintenance", self.maintenance_months, acquired, today),
        )

    def due(self, today: date) -> Due | None:
        """The duty that comes first, None where it needs none."""
        return nearest(self.duties(today))


_P, _E, _U, _I = (table_of(m) for m in (EquipmentRecord, EquipmentEventRecord, UserRecord, ItemRecord))
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_PIECES = Prepared(
    lambda: select(
        *(
            _P.c[name]
            for name in (
                "id", "item", "name", "brand", "model", "serial", "inventory", "owner", "location", "acquired_on",
                "calibration_months", "maintenance_months", "note",
            )
        )
    ).where(_P.c.clinic == _CLINIC, _P.c.live == 1)
)  # fmt: skip
_EVENTS = Prepared(
    lambda: (
        select(
            _E.c.equipment, _E.c.id, _E.c.happened_on, _E.c.kind, _E.c.state, _E.c.detail, _E.c.done_by,
            _U.c.name.label("by"), _E.c.recorded_at,
        )
        .join(_U, _U.c.id == _E.c.recorded_by, isouter=True)
        .where(_E.c.clinic == _CLINIC, _E.c.live == 1)
        .order_by(_E.c.happened_on, _E.c.recorded_at, _E.c.id)
    )
)  # fmt: skip
_CATALOGUE = Prepared(
    lambda: (
        select(_I.c.id, _I.c.name_es, _I.c.name_en, _I.c.clinic)
        .where(_I.c.kind == "equipment", _I.c.live == 1)
        .order_by(_I.c.name_es)
    )
)


def kinds_of_equipment(connection: Connection, clinic: Id) -> tuple[tuple[Id, str, str], ...]:
    """What the catalogue knows of equipment: id, Spanish and English name."""
    rows = _CATALOGUE(connection)
    return tuple((Id(key), es or "", en or es or "") for key, es, en, of in rows if of in (NETWORK, clinic))


def pieces(connection: Connection, clinic: Id) -> tuple[Piece, ...]:
    """Every piece of the clinic, by name, then by serial number; retired ones too."""
    happened: defaultdict[bytes, list[Happened]] = defaultdict(list)
    for piece, key, day, kind, state, detail, done_by, by, _ in _EVENTS(connection, clinic=clinic):
        happened[piece].append(
            Happened(Id(key), day, cast(EventKind, kind), cast("State | None", state), detail or "", done_by or "",
                     by or "")
        )  # fmt: skip
    found = [
        Piece(
            id=Id(r["id"]),
            item=None if r["item"] is None else Id(r["item"]),
            name=r["name"] or "",
            brand=r["brand"] or "",
            model=r["model"] or "",
            serial=r["serial"] or "",
            inventory=r["inventory"] or "",
            owner=r["owner"] or "",
            location=r["location"] or "",
            acquired_on=r["acquired_on"] or "",
            calibration_months=r["calibration_months"],
            maintenance_months=r["maintenance_months"],
            note=r["note"] or "",
            happened=tuple(happened.get(r["id"], ())),
        )
        for r in _PIECES.records(connection, clinic=clinic)
    ]
    return tuple(sorted(found, key=lambda p: (p.name.casefold(), p.serial, p.id)))


def piece(connection: Connection, clinic: Id, equipment: Id) -> Piece | None:
    """One piece, None where the clinic has no such."""
    return next((p for p in pieces(connection, clinic) if p.id == equipment), None)


def _whole(partial: str) -> date | None:
    """The first day that a partial date can mean: a duty counted from it is announced rather early than late."""
    if not partial:
        return None
    return date.fromisoformat(f"{partial}-01-01"[:10] if len(partial) == 4 else f"{partial}-01"[:10])
