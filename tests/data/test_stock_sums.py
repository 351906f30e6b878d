"""Sums kept beside the ledger: right after any order of late, corrected and undone entries, on both databases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import builders
import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from ces_desktop.data.database import Database, transaction
from ces_desktop.data.journal.fold import rebuild, verify
from ces_desktop.data.models import MovementRecord, StockLotRecord, StockMonthRecord, table_of
from ces_desktop.data.queries.stock import card, lots, on_hand
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.upgrade import upgrade
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.errors import Refused
from ces_desktop.services import stock
from ces_desktop.services import undo as undoing
from ces_desktop.services.receipts import Receipt, ReceiptLine, receive
from ces_desktop.services.stock import Correction, Issue, LotChange

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)
ITEM = named_id("item", "010.000.2520.00")
TICKS = count(NOON_16_MARCH)


@pytest.fixture(params=["sqlcipher", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlcipher":
        engine = builders.sqlcipher(tmp_path)
    else:
        engine = sqlalchemy.create_engine(request.getfixturevalue("postgres_url"))
        with transaction(engine, write=True) as connection:
            upgrade(connection)
    database = builders.database(engine, clock=lambda: next(TICKS))
    database.local(load_shipped)
    yield database
    builders.assert_proved(database)
    database.close()


def fresh() -> Id:
    return builders.new_id(next(TICKS))


moves = st.tuples(
    st.sampled_from(["receive", "use", "lose", "hand", "correct", "halve", "expiry", "undo", "redo"]),
    st.integers(1, 40),
    st.integers(0, 100),
    st.sampled_from(["A", "B"]),
    st.integers(-20, 300),
)


def act(db: Database, who: Actor, move: tuple[Any, ...]) -> None:
    """One thing a person does; what is refused changes nothing."""
    kind, units, ago, number, ends = move
    day = (TODAY - timedelta(ago)).isoformat()
    expiry = (TODAY + timedelta(ends)).isoformat()
    clinic = db.installation.clinic
    written = db.read(lambda c: card(c, clinic, ITEM))
    of = written[units % len(written)] if written else None
    request: Any
    if kind == "receive":
        line = ReceiptLine(fresh(), ITEM, units, number, expiry, expired=True)
        action, request = receive, Receipt(fresh(), "supplied", "SSA", day, (line,))
    elif kind in ("use", "lose", "hand"):
        code = {"use": "used", "lose": "damaged", "hand": "outreach"}[kind]
        action, request = stock.remove, Issue(fresh(), ITEM, code, units, day, lotless=kind == "hand")  # type: ignore[assignment]
    elif kind in ("correct", "halve"):
        instead = None if kind == "correct" or of is None else max(1, abs(of.quantity) // 2)
        action, request = stock.correct, Correction(fresh(), of.id if of else fresh(), instead=instead)  # type: ignore[assignment]
    elif kind == "expiry":
        held = db.read(lambda c: lots(c, clinic, [ITEM], TODAY, TODAY)).get(ITEM, [])
        lot = next((x for x in held if x.id is not None), None)
        if lot is None or lot.id is None:
            return
        action, request = stock.change_lot, LotChange(lot.id, lot.number, expiry)  # type: ignore[assignment]
    else:
        with suppress(Refused):
            db.write(undoing.undo if kind == "undo" else undoing.redo, who)
        return
    with suppress(Refused):
        db.write(partial(action, request=request), who)


def check(db: Database) -> None:
    """What is shown is the sum of the movements; no lot was ever below nought; verify agrees."""
    clinic = db.installation.clinic
    m = table_of(MovementRecord)
    columns = (m.c.lot, m.c.quantity, m.c.happened_on)
    rows = db.read(lambda c: c.execute(select(*columns).where(m.c.live == 1).order_by(m.c.happened_on)).all())
    by_lot: defaultdict[Any, int] = defaultdict(int)
    for lot, quantity, _ in rows:
        by_lot[lot] += quantity
    shown = db.read(lambda c: lots(c, clinic, [ITEM], TODAY, TODAY)).get(ITEM, [])
    assert {x.id: x.quantity for x in shown if x.quantity} == {k: v for k, v in by_lot.items() if v}
    total = sum(by_lot.values())
    assert db.read(lambda c: on_hand(c, clinic, [ITEM])).get(ITEM, 0) == total
    written = db.read(lambda c: card(c, clinic, ITEM))
    if written:
        assert written[0].balance == total
        assert written[-1].balance == written[-1].quantity
    assert db.read(verify).equal


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(moves, min_size=3, max_size=14))
def test_sums_are_right_after_any_order_of_late_and_corrected_entries(db: Database, told: list[Any]) -> None:
    who = replace(builders.actor(), since=db.last_hlc())
    for move in told:
        act(db, who, move)
    check(db)


def test_no_lot_falls_below_nought_on_any_day(db: Database) -> None:
    who = replace(builders.actor(), since=db.last_hlc())
    for n in range(60):
        act(
            db,
            who,
            (
                ["receive", "use", "lose", "correct", "halve", "undo"][n % 6],
                7 * n % 23 + 1,
                11 * n % 90,
                "AB"[n % 2],
                99,
            ),
        )
    m = table_of(MovementRecord)
    columns = (m.c.lot, m.c.quantity, m.c.happened_on)
    rows = db.read(lambda c: c.execute(select(*columns).where(m.c.live == 1)).all())
    for lot in {r.lot for r in rows}:
        for ago in range(100, -1, -1):
            until = (TODAY - timedelta(ago)).isoformat()
            assert sum(r.quantity for r in rows if r.lot == lot and r.happened_on <= until) >= 0
    check(db)


def test_a_sum_that_is_wrong_is_found_and_made_anew(db: Database) -> None:
    who = builders.actor()
    act(db, who, ("receive", 40, 90, "A", 200))
    act(db, who, ("use", 10, 3, "A", 0))
    for table, column in ((StockLotRecord, "quantity"), (StockMonthRecord, "stocked")):
        with transaction(db.engine, write=True) as connection:
            connection.execute(update(table_of(table)).values({column: 7}))
        verdict = db.read(verify)
        assert [d.split()[0] for d in verdict.differences] == [table.__tablename__]
        db.local(rebuild)
        assert db.read(verify).equal
    months = db.read(lambda c: c.execute(select(StockMonthRecord.month, StockMonthRecord.balance)).all())
    assert [tuple(r) for r in sorted(months)] == [
        ("2025-12", 40), ("2026-01", 40), ("2026-02", 40), ("2026-03", 30),
    ]  # fmt: skip
