"""Write `tests/sync/golden/clinic-<schema>.json`: an invented clinic as this program's laptop sends it.

    python -m tools.golden_clinic

Once for each schema that goes out, beside the older ones, which are never made again:
`tests/sync/test_earlier_schemas.py` reads them all for ever. The hub that can open it is the simulator's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from benchmarks import bundle, sync_world
from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.op import clinic_scope, load
from ces_desktop.data.local import Setting, read_settings
from ces_desktop.data.models import REFERENCE, SYNCED, OpRecord, table_of, wire_columns
from ces_desktop.data.upgrade import HEAD
from ces_desktop.services.demo import create_demo
from ces_desktop.sync import outbox
from ces_desktop.sync.envelope import AgeEnvelope, identity_text
from ces_desktop.sync.memory_store import MemoryStore
from ces_desktop.sync.records import Certificate, sign
from ces_desktop.sync.store import Member

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "sync" / "golden"
PEOPLE, VISITS, LINE = 8, 4.0, 112


def main() -> None:
    """Make the clinic, ask its tables, frame its ops."""
    target = GOLDEN / f"clinic-{HEAD}.json"
    if target.exists():
        raise SystemExit(f"{target.name} is kept for ever; nothing was written")
    with tempfile.TemporaryDirectory() as place:
        create_demo(Path(place), None, PEOPLE, months=1, visits=VISITS)
        laptop = bundle.opened(ClinicFolder(Path(place) / "DEM"))
        told, data = laptop.read(_told)
        laptop.close()
    file = base64.b64encode(data).decode()
    told["file"] = [file[i : i + LINE] for i in range(0, len(file), LINE)]
    target.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    print(f"{target.name}: {told['count']} ops, {len(data)} bytes")


def _told(connection: Connection) -> tuple[dict[str, Any], bytes]:
    held = read_settings(connection, [Setting.DEVICE_KEYS, Setting.INCARNATION, Setting.CLINIC])
    o = OpRecord
    rows = connection.execute(select(o.hash, o.header, o.body_hash, o.body).order_by(o.n)).all()
    ops = [load(*row) for row in rows]
    keys, clinic = DeviceKeys.from_bytes(bytes.fromhex(held[Setting.DEVICE_KEYS])), bytes.fromhex(held[Setting.CLINIC])
    network, hub_certificate = sync_world.the_network()
    scopes = (clinic_scope(clinic), f"reserved:{clinic.hex()}")
    own = Certificate(
        keys.device_id, keys.signing_public, keys.receiving_public, clinic, scopes, 0, "laptop", sync_world.START
    )
    member = Member(keys, keys.device_id, bytes.fromhex(held[Setting.INCARNATION]), scopes, network)
    store = MemoryStore(incarnation=member.incarnation, keys=keys)
    store.apply(ops)
    for signed in (hub_certificate, sign(sync_world.HUB, own.fields())):
        store.keep("certificate", Certificate.of(signed).device, signed.to_bytes())
    (letter,) = outbox.to_hub(store, member, max(op.head.wall for op in ops) + 1_000)
    letter.manifest.digests = {}  # those of a dict; what the tables said stands beside the file
    names = b"".join(sorted(op.hash for op in ops))
    told = {
        "what": "an invented clinic of this schema, as a bundle for the simulator's hub; what its own tables said",
        "schema": HEAD,
        "hub_secret": identity_text(sync_world.HUB.receiving),
        "ops": hashlib.sha256(names).hexdigest(),
        "count": len(ops),
        "tables": {name: said for name in SYNCED if (said := said_by(connection, name))["rows"]},
    }
    return told, letter.seal(member, AgeEnvelope())


def said_by(connection: Connection, name: str, columns: list[str] | None = None) -> dict[str, Any]:
    """What a table says of rows that ops made: columns, how many rows, SHA-256 over them in order of id."""
    model = SYNCED[name]
    t, columns = table_of(model), columns or sorted(wire_columns(model))
    chosen = select(t.c.id, *(t.c[column] for column in columns)).where(t.c.made_by != REFERENCE).order_by(t.c.id)
    rows = [[row[0].hex().upper(), *map(_plain, row[1:])] for row in connection.execute(chosen)]
    told = json.dumps(rows, ensure_ascii=False)
    return {"columns": columns, "rows": len(rows), "sha256": hashlib.sha256(told.encode()).hexdigest()}


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


if __name__ == "__main__":
    main()
