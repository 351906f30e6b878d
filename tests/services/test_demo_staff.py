"""The people of a demonstration clinic: cohorts, days without a physician, requests, seminars; the same from a seed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from ces_desktop.data import cipher, vault
from ces_desktop.data.database import transaction
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.models import OpRecord
from ces_desktop.data.queries.seminars import seminars
from ces_desktop.data.queries.staff import people, physician_coverage
from ces_desktop.data.queries.staff_requests import requests
from ces_desktop.domain.ids import Id, clinic_id
from ces_desktop.services import demo
from ces_desktop.services.demo_scribe import instant

HERE = clinic_id("DEM")
END = date(2026, 11, 21)


def told(connection: Connection) -> tuple[object, ...]:
    """Everything the pages of the staff show, without ids."""
    known = people(connection, HERE)
    return (
        [(p.name, [(q.state, q.from_on, q.until_on) for q in p.placements], len(p.absences)) for p in known],
        [(r.text, r.asked_on, r.state) for r in requests(connection, HERE)],
        [(s.title, s.from_on, len(s.marks), len(s.answers)) for s in seminars(connection, HERE)],
    )


def made(root: Path) -> tuple[Connection, tuple[object, ...]]:
    clinic = demo.Clinic(0, 12, 24, 7, END, instant(date(2026, 11, 22), 600), visits=0)
    folder, user = demo.write_clinic(root, clinic)
    engine = cipher.engine(folder.database, vault.open(folder, Id(user), demo.PASSPHRASE))
    with transaction(engine, write=False) as connection:
        _look(connection)
        found = told(connection)
    engine.dispose()
    return connection, found


def _look(connection: Connection) -> None:
    assert verify(connection).equal
    physicians = [q for p in people(connection, HERE) for q in p.placements if q.role == "physician"]
    assert len({q.cohort for q in physicians if q.state in ("in_service", "finished", "left")}) >= 2
    assert {q.state for q in physicians} >= {"in_service", "candidate"}
    days = physician_coverage(connection, HERE, date(2025, 11, 22), END)
    assert days.known == 365 and 5 <= days.uncovered <= 40 and days.of(END) == "covered"
    asked = requests(connection, HERE)
    assert len(asked) > 15 and any(r.open and r.age(END).late for r in asked) and any(not r.open for r in asked)
    taught = seminars(connection, HERE)
    assert len(taught) > 20 and any(s.answers for s in taught)
    gained = [s for s in taught if s.questions]
    assert all(3 <= len(s.questions) <= 5 for s in gained)
    names = {p.user for p in people(connection, HERE)}
    authors = set(connection.execute(select(OpRecord.user)).scalars())
    assert len(authors & names) >= 3, "notes bear the name of who served"


@pytest.mark.usefixtures("clinic_folder")
def test_two_cohorts_serve_and_the_same_seed_gives_the_same_people(tmp_path: Path) -> None:
    assert made(tmp_path / "one")[1] == made(tmp_path / "two")[1]
