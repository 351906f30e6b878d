"""Record numbers that two people of a clinic bear: two laptops gave them before they met, or a laptop was copied."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ces_desktop.data.journal.bulk import chunks
from ces_desktop.data.journal.derive import identity_of
from ces_desktop.data.models import OpRecord, PatientAliasRecord, PatientRecord, table_of
from ces_desktop.domain.identity import display_name
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class Clash:
    """A number, who was registered with it first and keeps it, and who came later (with the laptop that wrote them)."""

    number: str
    first: Id
    first_name: str
    later: Id
    later_name: str
    device: bytes


@dataclass(frozen=True, slots=True)
class Alias:
    """Another number of a person: "renumbered" or "other_clinic", and that clinic's name."""

    number: str
    origin: str
    place: str


def number_clashes(connection: Connection, clinic: Id) -> tuple[Clash, ...]:
    """By number; which of two came first is told alike at every laptop (the ops' clock, then their hash)."""
    p, o = PatientRecord, OpRecord
    living = p.clinic == clinic, p.live == 1, p.human_id.is_not(None)
    several = select(p.human_id).where(*living).group_by(p.human_id).having(func.count(p.person.distinct()) > 1)
    numbers = connection.execute(several.order_by(p.human_id)).scalars().all()
    t = table_of(PatientRecord)
    found = []
    for part in chunks(list(numbers)):
        query = select(t, o.hlc, o.device).join(o, o.hash == t.c.made_by).where(*living, t.c.human_id.in_(part))
        rows = connection.execute(query.order_by(t.c.human_id, o.hlc, o.hash, t.c.id)).mappings().all()
        first = rows[0]
        for row in rows:
            if row["human_id"] != first["human_id"]:
                first = row
            elif row["person"] != first["person"]:
                names = display_name(identity_of(first)), display_name(identity_of(row))
                found.append(
                    Clash(row["human_id"], Id(first["id"]), names[0], Id(row["id"]), names[1], row["device"])
                )
    return tuple(found)


def aliases(connection: Connection, clinic: Id, patient: Id) -> tuple[Alias, ...]:
    """The other numbers of a person, the oldest first."""
    a = PatientAliasRecord
    query = select(a.number, a.origin, a.place).where(a.clinic == clinic, a.patient == patient, a.live == 1)
    rows = connection.execute(query.order_by(a.recorded_at, a.id)).all()
    return tuple(Alias(r.number or "", r.origin or "", r.place or "") for r in rows)
