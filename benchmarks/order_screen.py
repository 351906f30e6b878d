"""The order of a clinic with 600 items over 60 months, on the encrypted file: read, worked out, asked again.

Worked out = read everything in one snapshot, forecast, propose, with what was learnt before (learning is behind the
screen and measured by itself). The floor of that is the forecast alone; the floor of reading is the same sums by bare
SQL. Another budget and a late truck are answered from the kept paths.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.journal import stock_sums
from ces_desktop.data.journal.bulk import fetch, insert_lists
from ces_desktop.data.models import REFERENCE
from ces_desktop.data.queries.replenishment import Standing, standing
from ces_desktop.data.reference import NETWORK, load_shipped
from ces_desktop.data.upgrade import HEAD, upgrade
from ces_desktop.domain.ids import Id, clinic_id, named_id
from ces_desktop.domain.supply.forecast import forecast
from ces_desktop.domain.supply.proposal import HORIZON, LEVELS, histories_of, risks
from ces_desktop.services import order_planning

ITEMS, MONTHS, LOTS, VISITS = 600, 60, 20, 240
UNTIL = date(2026, 3, 16)
KEY = bytes(range(32))
CLINIC = clinic_id("DEM")
BARE = (
    "SELECT item, month, used, stocked FROM stock_month WHERE clinic = ? AND month >= '2021-04'",
    "SELECT item, lot, quantity FROM stock_lot WHERE clinic = ?",
    "SELECT id, item, expiry, recorded_at FROM lot WHERE clinic = ?",
)


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Medians; the two sides of a pair take turns."""
    folder = measure.cached(f"order-screen-{ITEMS}-{MONTHS}-{seed}-schema-{HEAD}", lambda place: build(place, seed))
    n = 3 if quick else 9
    engine = cipher.engine(folder / "clinic.db", KEY)
    bare = cipher.connect(folder / "clinic.db", KEY, read_only=True)

    def read() -> Standing:
        with transaction(engine, write=False) as connection:
            return standing(connection, CLINIC, UNTIL)

    def floor() -> None:
        for sql in BARE:
            bare.execute(sql, (CLINIC,)).fetchall()

    reading, least = measure.alternate(read, floor, n)
    yield measure.figure(
        "order_screen.read", measure.median(reading), "ms", n=n, peer="the same sums by bare SQL",
        peer_value=measure.median(least),
    )  # fmt: skip
    held = read()
    learning = measure.milliseconds(partial(order_planning.learn, held, seed))
    trained = order_planning.learn(held, seed)
    histories = histories_of(order_planning.wanted_of(held, "SSA"))
    whole, alone = measure.alternate(
        lambda: order_planning.plan(read(), "SSA", trained),
        lambda: forecast(histories, HORIZON, LEVELS, seed, trained),
        n,
    )
    yield measure.figure(
        "order_screen.worked_out", measure.median(whole), "ms", n=len(histories), peer="the forecast alone",
        peer_value=measure.median(alone),
    )  # fmt: skip
    yield measure.figure("order_screen.learning_behind_it", learning, "ms", n=1)
    made = order_planning.plan(held, "SSA", trained)
    packs = sum(line.quantity // one.pack for line, one in zip(made.lines, made.outlook.wanted, strict=True))
    budget = measure.median(measure.repeat(lambda: order_planning.shared(made, packs // 2), n))
    yield measure.figure("order_screen.another_budget", budget, "ms", n=n)
    asked = [line.quantity for line in made.lines]
    late = measure.median(measure.repeat(lambda: risks(made.outlook, asked, 3.0), n))
    yield measure.figure("order_screen.late_truck", late, "ms", n=n)
    bare.close()
    engine.dispose()


def build(folder: Path, seed: int) -> None:
    """Every item comes each third month and leaves four times a month, a third of them slow; some run out."""
    engine = cipher.engine(folder / "clinic.db", KEY, create=True)
    rng = random.Random(seed)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        load_shipped(connection)
        items = [named_id("item", f"PED-{n}") for n in range(ITEMS)]
        columns = (
            "id", "clinic", "made_by", "recorded_at", "live", "code", "kind", "name_es", "unit", "ven", "source",
            "pack",
        )  # fmt: skip
        insert_lists(
            connection, "item", columns,
            [(key, NETWORK, REFERENCE, 0, 1, f"PED-{n}", "medicine", f"Inventado {n} mg", "tablet", "VEN"[n % 3], "SSA",
              (1, 10, 30)[n % 3]) for n, key in enumerate(items)],
        )  # fmt: skip
        for number, item in enumerate(items):
            lots, rows = _history(item, (1, 8, 40)[number % 3], rng)
            insert_lists(connection, "lot", _LOT, lots)
            insert_lists(connection, "movement", _MOVEMENT, rows)
            stock_sums.refresh(connection, {row[0] for row in rows}, set())
    with transaction(engine, write=True) as connection:
        connection.connection.cursor().execute("ANALYZE")
        assert fetch(connection, "SELECT count(*) FROM stock_month")[0][0] > ITEMS * MONTHS // 2
    engine.dispose()


_LOT = ("id", "clinic", "made_by", "recorded_at", "live", "item", "number", "expiry", "source")
_MOVEMENT = (
    "id", "clinic", "made_by", "recorded_at", "live", "item", "lot", "quantity", "kind", "document_kind", "happened_on",
)  # fmt: skip


def _history(item: Id, mean: int, rng: random.Random) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    span = round(MONTHS * 30.4)
    start, every = UNTIL - timedelta(days=span), span // LOTS
    lots: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []

    def move(day: int, lot: bytes, units: int, kind: str) -> None:
        happened = (start + timedelta(days=day)).isoformat()
        rows.append((os.urandom(16), CLINIC, bytes(32), day, 1, item, lot, units, kind, "delivery", happened))

    for n in range(LOTS):
        lot = os.urandom(16)
        came = (start + timedelta(days=n * every)).toordinal() - date(1970, 1, 1).toordinal()
        expiry = start + timedelta(days=n * every + rng.randrange(300, 900))
        lots.append((lot, CLINIC, bytes(32), came * 86_400_000, 1, item, f"L{n}", expiry.isoformat(), "SSA"))
        left = max(1, mean * VISITS // LOTS * rng.choice((5, 9, 11, 13)) // 10)
        move(n * every, lot, left, "supplied")
        for day in sorted(rng.randrange(1, every) for _ in range(VISITS // LOTS)):
            out = min(left, rng.randrange(0, 2 * mean + 1))
            if out:
                move(n * every + day, lot, -out, "dispensed")
                left -= out
    return lots, rows
