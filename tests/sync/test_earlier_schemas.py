"""Bundles of invented clinics that earlier programs wrote, kept for ever: each is read whole, and says what it said.

`clinic-0008` and `clinic-0009` are ops of programs from before bundles, framed by the first program that had them; in
the others all is of the program of that schema (`tools/golden_clinic.py`). Beside each stands what the tables of the
program that wrote it said.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks import sync_disks, sync_world
from benchmarks.sync_box import Box, MakeBox
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.models import OpRecord, OpStatusRecord
from ces_desktop.sync import inbox
from ces_desktop.sync.envelope import AgeEnvelope
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Certificate
from ces_desktop.sync.store import Member
from tools.golden_clinic import said_by

GOLDEN = Path(__file__).parent / "golden"
KEPT = sorted(path.stem for path in GOLDEN.glob("clinic-*.json"))


@pytest.fixture(params=["sqlcipher", "postgresql"])
def disks(request: pytest.FixtureRequest) -> Iterator[MakeBox]:
    """How to make a hub's database of each kind."""
    if request.param == "postgresql":
        sync_disks.adopt(request.getfixturevalue("postgres_server"))
    with sync_disks.workshop(request.param) as (make, _):
        yield make


def hub_on(make: MakeBox) -> tuple[Box, Member]:
    """The simulator's hub on an empty database of the present schema."""
    network, certificate = sync_world.the_network()
    box = make(sync_world.HUB, bytes(8), True)
    with box.transaction() as store:
        store.keep("certificate", Certificate.of(certificate).device, certificate.to_bytes())
    return box, Member(sync_world.HUB, sync_world.HUB.device_id, bytes(8), None, network, hub=True)


def test_what_is_kept_is_there() -> None:
    assert {"clinic-0008", "clinic-0009", "clinic-0010", "clinic-0013"} <= set(KEPT)


@pytest.mark.parametrize("name", KEPT)
def test_a_clinic_of_an_earlier_schema_is_read_whole(name: str, disks: MakeBox) -> None:
    told = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    data = base64.b64decode("".join(told["file"]))
    box, hub = hub_on(disks)
    try:
        with box.transaction() as store:
            receipt = inbox.receive(store, hub, data, AgeEnvelope(), sync_world.START)
            assert (receipt.fresh, receipt.aside) == (told["count"], ())
            assert isinstance(store, JournalStore)
            connection = store.connection
            names = sorted(connection.execute(select(OpRecord.hash)).scalars())
            assert hashlib.sha256(b"".join(map(bytes, names))).hexdigest() == told["ops"]
            assert connection.execute(select(OpStatusRecord.op)).all() == []  # nothing in it is unknown
            for table, said in told["tables"].items():
                assert said_by(connection, table, said["columns"]) == said, table
            assert verify(connection).equal
    finally:
        box.close()
