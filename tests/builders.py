"""What tests start from: an open clinic on a real encrypted file, someone who may do everything, a patient."""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine

from ces_desktop.data import cipher
from ces_desktop.data.database import Database, now_ms, transaction
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.models import PatientRecord, PatientStatusRecord
from ces_desktop.data.upgrade import upgrade
from ces_desktop.data.work import Installation, Work
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id, clinic_id, human_id, new_id

KEY = bytes(range(32))
_made = count(1)


def next_id(now_ms: int) -> Id:
    """A new id after all that this gave before: those of one millisecond would come in any order otherwise."""
    return new_id(now_ms, lambda length: next(_made).to_bytes(length, "big"))


def installation(prefix: str = "CAP", slot: int = 0) -> Installation:
    """A laptop of the clinic with that prefix, with a fresh device and incarnation."""
    return Installation(clinic_id(prefix), prefix, os.urandom(16), os.urandom(8), slot)


def actor(*roles: Role, name: str = "Dra. Prueba Inventada") -> Actor:
    """Someone with these roles, or with all of the clinic's."""
    held = frozenset(roles) or frozenset({Role.PHYSICIAN, Role.NURSE, Role.STORE_KEEPER, Role.LEAD})
    return Actor(new_id(now_ms()), name, held, new_id(now_ms()))


def sqlcipher(folder: Path) -> Engine:
    """An empty, migrated, encrypted database in a folder: a copy of the first that was asked for."""
    (folder / "clinic.db").write_bytes(_empty())
    return cipher.engine(folder / "clinic.db", KEY)


@lru_cache(maxsize=1)
def _empty() -> bytes:
    with TemporaryDirectory(prefix="ces-test-") as folder:
        path = Path(folder) / "clinic.db"
        engine = cipher.engine(path, KEY, create=True)
        with transaction(engine, write=True) as connection:
            upgrade(connection)
        engine.dispose()  # the last connection to a file takes its log in and away
        assert not path.with_name("clinic.db-wal").exists()
        return path.read_bytes()


def database(engine: Engine, **options: Any) -> Database:
    """An open clinic over a migrated engine."""
    return Database(engine, options.pop("installation", None) or installation(), **options)


def register(db: Database, who: Actor, number: int = 1, **fields: Any) -> Id:
    """A registered person, clearly invented; `fields` replace those of the row."""
    patient = next_id(db.clock())
    values: dict[str, Any] = {
        "human_id": human_id(db.installation.prefix, db.installation.slot, number),
        "given": "Inventada",
        "paternal": "Prueba",
        "maternal": "Ejemplo",
        "paternal_kind": "given",
        "maternal_kind": "given",
        "sex": "female",
        "birth": "1967-07-14",
        "birth_precision": "day",
        "happened_on": "2026-01-15",
    }

    def action(work: Work) -> None:
        work.act("patients.register")
        work.add(PatientRecord(id=patient, **values | fields))
        work.add(PatientStatusRecord(id=work.new_id(), patient=patient, status="active", happened_on="2026-01-15"))

    db.write(action, who)
    return patient


def assert_proved(db: Database) -> None:
    """Every synced table equals fold(ops): data and service tests end with this."""
    verdict = db.read(verify)
    assert verdict.equal, (verdict.differences[:5], verdict.broken[:5])
