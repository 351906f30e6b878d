"""Several supervisors share a hub on PostgreSQL: two import at once, and nothing is lost, doubled or torn."""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy

from benchmarks import bundle, sync_steps, sync_world
from benchmarks.sync_box import dict_box
from benchmarks.sync_case import Case
from ces_desktop.data.database import Database, transaction
from ces_desktop.data.journal.fold import verify
from ces_desktop.sync import exchange
from ces_desktop.sync.envelope import AgeEnvelope
from ces_desktop.sync.journal_store import JournalStore


def test_two_importers_at_once(postgres_url: str, tmp_path: Path) -> None:
    """The same clinic's bundles, each by two threads at once, the later first in one of them."""
    case = Case(1, dict_box, AgeEnvelope(), two=False, mentor=False)
    laptop = case.sites[0]
    paths = []
    for number in range(4):
        for _ in range(3):
            sync_steps.register(case, laptop)
        path = tmp_path / f"{number}.mbx"
        [data] = case.pack(laptop)  # this seed does not send in parts
        path.write_bytes(data)
        paths.append(path)
    first = bundle.hub_on(sqlalchemy.create_engine(postgres_url))
    with case.hub.box.transaction() as store:
        certificates = list(store.records("certificate").values())
    with transaction(first.engine, write=True) as connection:
        sync_world.become_hub(connection, certificates)
    second = Database(sqlalchemy.create_engine(postgres_url), first.installation)
    told: list[exchange.Arrived] = []

    def work(hub: Database, order: list[Path]) -> None:
        told.extend(exchange.import_files(hub, bundle.WHO, order))

    threads = [
        threading.Thread(target=work, args=(first, paths)),
        threading.Thread(target=work, args=(second, paths[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.failure for one in told] == [None] * 8
    receipts = [one.receipt for one in told if one.receipt is not None]
    assert sum(receipt.again for receipt in receipts) == 4 and sum(receipt.fresh for receipt in receipts) == 12
    with transaction(first.engine, write=False) as connection:
        assert len(JournalStore(connection).links(None)) == 12
        assert verify(connection).equal
    first.close()
    second.close()
