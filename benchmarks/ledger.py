"""A ledger of 500,000 movements: the shelf of 600 items and the page of one, on the encrypted file.

The floor of the shelf is what adding it up at every look would cost at least: one sum of the ledger by item and lot,
from its covering index. The floor of an item is bare SQL of the same rows.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.journal import stock_sums
from ces_desktop.data.journal.bulk import fetch, insert_lists
from ces_desktop.data.models import REFERENCE
from ces_desktop.data.queries.conflicts import of_item
from ces_desktop.data.queries.shelf import shelf
from ces_desktop.data.queries.stock_card import item_page
from ces_desktop.data.reference import NETWORK, load_shipped
from ces_desktop.data.upgrade import HEAD, upgrade
from ces_desktop.domain.ids import Id, clinic_id, named_id

ITEMS, MONTHS, MOVEMENTS, LOTS = 600, 60, 500_000, 24
UNTIL = date(2026, 3, 16)
KEY = bytes(range(32))
CLINIC = clinic_id("DEM")
SHAPE = (
    "id", "clinic", "made_by", "recorded_at", "live", "item", "lot", "quantity", "kind", "document_kind", "document",
    "line", "happened_on",
)  # fmt: skip
SUM = "SELECT item, lot, sum(quantity) FROM movement WHERE clinic = ? AND live = 1 GROUP BY item, lot"
OF_ITEM = (
    "SELECT id, lot, quantity, kind, happened_on, reason, note, document, line, reverses, recorded_at, recorded_by "
    "FROM movement WHERE clinic = ? AND item = ? AND live = 1 ORDER BY happened_on DESC, recorded_at DESC LIMIT 200",
    "SELECT lot, sum(quantity) FROM movement WHERE clinic = ? AND item = ? AND live = 1 GROUP BY lot",
    "SELECT substr(happened_on, 1, 7), kind, sum(quantity) FROM movement WHERE clinic = ? AND item = ? AND live = 1 "
    "GROUP BY 1, 2",
    "SELECT * FROM lot WHERE clinic = ? AND item = ? AND live = 1",
)


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Median of the shelf, then p95 of items drawn at random."""
    folder = measure.cached(f"ledger-{MOVEMENTS}-{seed}-schema-{HEAD}", lambda place: build(place, seed))
    n = 7 if quick else 31
    bare = cipher.connect(folder / "clinic.db", KEY, read_only=True)
    engine = cipher.engine(folder / "clinic.db", KEY)

    def ours() -> None:
        with transaction(engine, write=False) as connection:
            shelf(connection, CLINIC, UNTIL)

    def one(item: Id) -> None:
        with transaction(engine, write=False) as connection:
            item_page(connection, CLINIC, item, UNTIL)
            of_item(connection, CLINIC, item)

    def bare_one(item: Id) -> None:
        for sql in OF_ITEM:
            bare.execute(sql, (CLINIC, item)).fetchall()

    whole, floor = measure.alternate(ours, lambda: bare.execute(SUM, (CLINIC,)).fetchall(), n)
    items = _items(engine)
    chosen = random.Random(seed).sample(items, 100 if quick else 400)
    pages, bare_pages = measure.by_turns(chosen, one, bare_one)
    bare.close()
    engine.dispose()
    yield measure.figure(
        "ledger.shelf", measure.median(whole), "ms", n=n,
        peer="the ledger added up by item and lot, bare SQL", peer_value=measure.median(floor),
    )  # fmt: skip
    yield measure.figure(
        "ledger.item", measure.percentile(pages, 95), "ms", n=len(pages),
        peer="the same rows by bare SQL", peer_value=measure.percentile(bare_pages, 95),
    )  # fmt: skip


def build(folder: Path, seed: int) -> None:
    """The ledger: every item comes each second month and leaves on most days, now and then too late or too much."""
    engine = cipher.engine(folder / "clinic.db", KEY, create=True)
    rng = random.Random(seed)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        load_shipped(connection)
        have = [Id(r[0]) for r in fetch(connection, "SELECT id FROM item WHERE kind <> 'equipment'")]
        more = [named_id("item", f"INV-{n}") for n in range(ITEMS - len(have))]
        columns = ("id", "clinic", "made_by", "recorded_at", "live", "code", "kind", "name_es", "unit", "ven", "source")
        insert_lists(
            connection, "item", columns,
            [(k, NETWORK, REFERENCE, 0, 1, f"INV-{n}", "medicine", f"Inventado {n} mg", "tablet", "E", "SSA")
             for n, k in enumerate(more)],
        )  # fmt: skip
        for item in [*have, *more]:
            lots, rows = _history(item, rng)
            shape = ("id", "clinic", "made_by", "recorded_at", "live", "item", "number", "expiry", "source")
            insert_lists(connection, "lot", shape, lots)
            insert_lists(connection, "movement", SHAPE, rows)
            stock_sums.refresh(connection, {r[0] for r in rows}, set())
    with transaction(engine, write=True) as connection:
        connection.connection.cursor().execute("ANALYZE")
    engine.dispose()


def _history(item: Id, rng: random.Random) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Lots used up one after the other, the last ones still there; now and then there is none for a while."""
    span = round(MONTHS * 30.4)
    start = UNTIL - timedelta(days=span)
    leaving = MOVEMENTS // ITEMS - LOTS
    every, mean = span // LOTS, rng.randrange(2, 40)
    made: list[tuple[Any, ...]] = []
    moves: list[tuple[int, bytes, int, str, str]] = []
    days = sorted(rng.randrange(span) for _ in range(leaving))
    held: list[tuple[bytes, list[int]]] = []
    at = 0
    for n in range(LOTS):
        lot, came = os.urandom(16), mean * leaving // LOTS * rng.choice((6, 9, 11, 13)) // 10
        expiry = start + timedelta(days=n * every + rng.randrange(300, 900))
        made.append((lot, CLINIC, bytes(32), 0, 1, item, f"L{n}", expiry.isoformat(), "SSA"))
        moves.append((n * every, lot, came, "supplied", "delivery"))
        held.append((lot, [came]))
        while at < len(days) and (days[at] < (n + 1) * every or n == LOTS - 1):
            if held:
                out = min(held[0][1][0], rng.randrange(1, 2 * mean))
                held[0][1][0] -= out
                moves.append((days[at], held[0][0], -out, "dispensed", "prescription"))
                if not held[0][1][0]:
                    held.pop(0)
            else:
                moves.append((days[at], lot, 1, "count", "count"))
                moves.append((days[at], lot, -1, "dispensed", "prescription"))
            at += 1
    rows = [
        (os.urandom(16), CLINIC, bytes(32), n, 1, item, lot, q, kind, document, os.urandom(16), os.urandom(16),
         (start + timedelta(days=d)).isoformat())
        for n, (d, lot, q, kind, document) in enumerate(moves)
    ]  # fmt: skip
    return made, rows


def _items(engine: Any) -> list[Id]:
    with transaction(engine, write=False) as connection:
        return [Id(r[0]) for r in fetch(connection, "SELECT DISTINCT item FROM stock_month")]
