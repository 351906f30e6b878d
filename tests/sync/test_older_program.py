"""V10 with a program of the first day: what a newer one wrote passes it byte for byte, and is shown after its update.

The older program is the real one: taken out of this repository's history and run beside ours on a laptop of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import test_exchange
from builders import assert_proved
from sqlalchemy import select
from test_exchange import PHRASE, Desk, desk, enrolled, round_trip

from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.models import OpRecord, OpStatusRecord, PlacementRecord
from ces_desktop.data.work import Work
from ces_desktop.services import clinic
from ces_desktop.sync import hub as hub_actions

FIRST_WITH_EXCHANGE = "2ec98ec5fe6cc309d171fe1410c922aa8c835ae3"
"""The last commit of schema 0010."""
ROOT = Path(__file__).resolve().parents[2]
patch, hub = test_exchange.patch, test_exchange.hub

OLD = """
import json, sys
from pathlib import Path
sys.path.insert(0, "tests")
from builders import assert_proved, register
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.upgrade import HEAD
from ces_desktop.data.vault import CHEAPEST
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic
from ces_desktop.sync import exchange, stick
from sqlalchemy import text
what, root, phrase, *words = sys.argv[1:]
if what == "create":
    new = NewClinic("CAP", "Clínica CAP", "Persona de antes", phrase, frozenset(CLINIC_ROLES))
    print(clinic.create(Path(root), new, cost=CHEAPEST)[1].hex())
    raise SystemExit
here = clinic.open_clinic(ClinicFolder(Path(root) / "CAP"), bytes.fromhex(words.pop(0)), phrase)
db, actor, told = here.database, here.actor, {"head": HEAD}
if what == "join":
    exchange.join(db, actor, Path(words[0]) / "network.json")
    exchange.export(db, actor, Path(words[0]))
    told["words"] = db.read(exchange.status).words
if what == "take":
    arrived = exchange.import_files(db, actor, stick.found(Path(words[0])))
    told["failed"] = [str(one.failure) for one in arrived if one.failure]
if what == "work":
    register(db, actor, 7)
    exchange.export(db, actor, Path(words[0]))
told["marked"] = db.read(lambda c: c.execute(text("select count(*) from op_status")).scalar())
assert_proved(db)
here.close()
print(json.dumps(told))
"""


@dataclass
class OldLaptop:
    """An installation of the older program, run in processes of its own."""

    tree: Path
    root: Path
    user: str = ""

    def run(self, what: str, *words: str | Path) -> str:
        """One step; what it said last."""
        more = [self.user] if self.user else []
        command = [sys.executable, "-c", OLD, what, str(self.root), PHRASE, *more, *map(str, words)]
        environment = {**os.environ, "PYTHONPATH": str(self.tree), "CES_DESKTOP_STATE": str(self.root / "state")}
        done = subprocess.run(command, cwd=self.tree, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    def told(self, what: str, *words: str | Path) -> dict[str, Any]:
        """One step; the facts it told."""
        facts: dict[str, Any] = json.loads(self.run(what, *words))
        return facts


@pytest.fixture
def old(tmp_path: Path) -> OldLaptop:
    """A laptop of the same clinic that was never updated."""
    try:
        command = ["git", "archive", FIRST_WITH_EXCHANGE, "ces_desktop", "resources", "tests/builders.py"]
        packed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("the history with the older program is not here (a shallow clone, or no git)")
    tree = tmp_path / "tree"
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(tree, filter="data")
    laptop = OldLaptop(tree, tmp_path / "old")
    laptop.user = laptop.run("create")
    return laptop


def test_new_to_old_to_new(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk, old: OldLaptop) -> None:
    usb = tmp_path / "usb"
    first = desk(tmp_path, patch, "first", "CAP")
    enrolled(hub, first, usb)
    admitted(hub, old, usb)
    round_trip(hub, first, usb)
    written = staff_written(first)
    first.export(usb)
    told = old.told("take", usb)
    assert told == {"head": "0010", "failed": [], "marked": 2}  # kept, and marked as not understood
    empty(usb)
    told = old.told("work", usb)
    assert told["marked"] == 2
    assert [a.failure for a in hub.take(usb)] == [None]
    assert {h: row for h, row in ops_of(hub).items() if h in written} == written, "not byte for byte"
    assert [row.note for row in placements(hub)] == ["Editada"] and "CAP1000007" in hub.people()
    hub.close()
    first.close()
    patch.setenv("CES_DESKTOP_STATE", str(old.root / "state"))
    updated = clinic.open_clinic(ClinicFolder(old.root / "CAP"), bytes.fromhex(old.user), PHRASE)
    try:
        shown = updated.database.read(lambda c: c.execute(select(PlacementRecord.note)).scalars().all())
        marked = updated.database.read(lambda c: c.execute(select(OpStatusRecord.op)).scalars().all())
        assert (shown, marked) == (["Editada"], [])
        assert_proved(updated.database)
    finally:
        updated.close()


def admitted(hub: Desk, old: OldLaptop, usb: Path) -> None:
    """The older program meets the newer hub: invitation, request, six words, certificate."""
    hub_actions.invite(hub.here.database, hub.here.actor, usb)
    shown = old.told("join", usb)["words"]
    hub.take(usb)
    (asked,) = hub.here.database.read(hub_actions.requests)
    assert asked.words == shown
    hub_actions.certify(hub.here.database, hub.here.actor, asked.device)
    empty(usb)
    hub_actions.answer(hub.here.database, hub.here.actor, usb, [asked.device])
    assert old.told("take", usb)["failed"] == []
    empty(usb)


def staff_written(laptop: Desk) -> dict[bytes, tuple[bytes, bytes | None]]:
    """Ops on a table that the older program does not have."""
    before, db = set(ops_of(laptop)), laptop.here.database
    person = db.clock().to_bytes(16, "big")
    record = PlacementRecord(id=person[::-1], person=person, role="physician", note="Inventada")

    def place(work: Work) -> None:
        work.act("staff.placement")
        work.add(record)

    def edit(work: Work) -> None:
        work.act("staff.placement")
        work.change(PlacementRecord, record.id, note="Editada")

    db.write(place, laptop.here.actor)
    db.write(edit, laptop.here.actor)
    return {h: row for h, row in ops_of(laptop).items() if h not in before}


def ops_of(laptop: Desk) -> dict[bytes, tuple[bytes, bytes | None]]:
    """Header and body of every op, by name."""
    rows = laptop.here.database.read(lambda c: c.execute(select(OpRecord.hash, OpRecord.header, OpRecord.body)).all())
    return {row.hash: (row.header, row.body) for row in rows}


def placements(laptop: Desk) -> list[Any]:
    """What a table shows that the older program does not have."""
    return list(laptop.here.database.read(lambda c: c.execute(select(PlacementRecord.id, PlacementRecord.note)).all()))


def empty(usb: Path) -> None:
    """An empty stick."""
    shutil.rmtree(usb)
    usb.mkdir()
