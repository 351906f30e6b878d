"""Two laptops of one clinic that have not met: each with its own database; `meet` gives each what the other wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import builders
import sqlalchemy
from sqlalchemy import Engine, select

from ces_desktop.data.database import Database, transaction
from ces_desktop.data.journal.op import Op, load
from ces_desktop.data.models import OpRecord, PatientRecord, table_of
from ces_desktop.data.queries.conflicts import Conflict, conflicts
from ces_desktop.data.upgrade import upgrade
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import conflicts as services
from ces_desktop.services import undo
from ces_desktop.services.conflicts import KeepRequest

NOW = 1_790_000_000_000
LEAD = builders.actor(Role.LEAD, Role.PHYSICIAN, name="Dra. Prueba Inventada")
OTHER = builders.actor(Role.LEAD, Role.NURSE, name="Enf. Ejemplo Inventado")


class Laptops:
    """`first` and `second`, with somebody at each (`doctor`, `nurse`), and a clock that goes on with each write."""

    def __init__(self, first: Engine, second: Engine) -> None:
        self.now = NOW
        here = builders.installation()
        self.first = builders.database(first, installation=here, clock=self._clock)
        there = replace(builders.installation(), slot=1)
        self.second = builders.database(second, installation=there, clock=self._clock)
        self.doctor = builders.actor(name="Dra. Prueba Inventada")
        self.nurse = builders.actor(name="Enf. Ejemplo Inventado")

    def _clock(self) -> int:
        self.now += 1000
        return self.now

    def meet(self) -> None:
        """Each takes in all that the other holds."""
        one, other = ops_of(self.first), ops_of(self.second)
        self.first.receive(other)
        self.second.receive(one)

    def write(self, database: Database, who: Actor, patient: Id, **fields: Any) -> None:
        """Somebody corrects a person's fields at one of the laptops."""

        def action(work: Any) -> None:
            work.act("patients.edit")
            work.change(PatientRecord, patient, **fields)

        database.write(action, who)

    def person(self, database: Database, patient: Id) -> Any:
        """The person's row as that laptop shows it."""
        t = table_of(PatientRecord)
        return database.read(lambda c: c.execute(select(t).where(t.c.id == patient)).mappings().one())

    def waiting(self, database: Database) -> tuple[Conflict, ...]:
        """What waits for a decision there."""
        here = database.installation
        return database.read(partial(conflicts, clinic=here.clinic, device=here.device))

    def undo(self, database: Database, who: Actor) -> str:
        """Ctrl+Z there."""
        return database.write(undo.undo, who).value

    def close(self) -> None:
        """Both proved and given back."""
        for database in (self.first, self.second):
            builders.assert_proved(database)
            database.close()


def both(laptops: Laptops, here: Callable[[Any], Any], there: Callable[[Any], Any], other: Actor = OTHER) -> None:
    """One act at each laptop before they meet, then they meet."""
    laptops.first.write(here, LEAD)
    laptops.second.write(there, other)
    laptops.meet()


def keep(database: Database, held: Conflict, place: int, who: Actor = LEAD) -> None:
    """Somebody lets one of the edits stand."""
    request = KeepRequest(held.table, held.entity, held.fields, held.sides[place].op)
    database.write(partial(services.keep, request=request), who)


def shown(database: Database, model: type[Any], entity: Id) -> Any:
    """A row as that laptop shows it."""
    t = table_of(model)
    return database.read(lambda c: c.execute(t.select().where(t.c.id == entity)).mappings().one())


def healed(laptops: Laptops) -> None:
    """They meet, and nothing waits at either."""
    laptops.meet()
    assert laptops.waiting(laptops.first) == laptops.waiting(laptops.second) == ()


def ops_of(database: Database) -> list[Op]:
    """Every op that a database holds."""
    o = OpRecord
    rows = database.read(lambda c: c.execute(select(o.hash, o.header, o.body_hash, o.body)).all())
    return [load(*row) for row in rows]


def encrypted(folder: Path) -> Laptops:
    """Both on encrypted files."""
    for name in ("first", "second"):
        (folder / name).mkdir()
    return Laptops(builders.sqlcipher(folder / "first"), builders.sqlcipher(folder / "second"))


def with_postgres(folder: Path, url: str) -> Laptops:
    """The second on PostgreSQL, as a hub would be."""
    (folder / "first").mkdir()
    engine = sqlalchemy.create_engine(url)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
    return Laptops(builders.sqlcipher(folder / "first"), engine)
