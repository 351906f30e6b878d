"""Two laptops of a clinic receive boxes of one lot before they exchange: to people, and on paper, it is one lot."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path

import builders
import pytest
from sqlalchemy import select

from ces_desktop.data import cipher
from ces_desktop.data.database import Database, transaction
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.fold import all_ops
from ces_desktop.data.models import LotRecord
from ces_desktop.data.queries.count_sheet import count_sheet
from ces_desktop.data.queries.counts import count_file
from ces_desktop.data.queries.shelf import shelf
from ces_desktop.data.queries.stock import Lot, card, lots
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.upgrade import upgrade
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.supply.ledger import one_lot
from ces_desktop.services import counts, stock
from ces_desktop.services import undo as undoing
from ces_desktop.services.receipts import Receipt, ReceiptLine, receive
from ces_desktop.services.stock import Issue, LotChange

NOON_16_MARCH = 1_773_684_000_000
TODAY, DAY, BEFORE, EXPIRY = date(2026, 3, 16), "2026-03-16", "2026-03-10", "2027-05-31"
LOSARTAN = named_id("item", "010.000.2520.00")
WHO = builders.actor()
TICKS = count(NOON_16_MARCH)


def fresh() -> Id:
    return builders.new_id(next(TICKS))


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    made = []
    for slot in (0, 1):
        engine = cipher.engine(tmp_path / f"{slot}.db", builders.KEY, create=True)
        with transaction(engine, write=True) as connection:
            upgrade(connection)
        here = builders.installation("CAP", slot)
        made.append(builders.database(engine, installation=here, clock=lambda: next(TICKS)))
        made[-1].local(load_shipped)
    yield made[0], made[1]
    exchange(*made)
    for database in made:
        builders.assert_proved(database)
        database.close()


def exchange(one: Database, other: Database) -> None:
    """Each gets what the other wrote, in no order."""
    written = [list(db.read(lambda c: list(all_ops(c, [])))) for db in (one, other)]
    for db, ops in zip((other, one), written, strict=True):
        random.Random(1).shuffle(ops)
        with transaction(db.engine, write=True) as connection:
            apply(connection, ops)


def came(db: Database, units: int, number: str = "A24", day: str = DAY, expiry: str | None = EXPIRY) -> None:
    line = ReceiptLine(fresh(), LOSARTAN, units, number, expiry)
    db.write(partial(receive, request=Receipt(fresh(), "supplied", "SSA", day, (line,))), WHO)


def used(db: Database, units: int, lot: Id | None = None) -> None:
    issue = Issue(fresh(), LOSARTAN, "used", units, DAY, lot=lot, override="opened" if lot else None)
    db.write(partial(stock.remove, request=issue), WHO)


def held(db: Database, day: date = TODAY) -> list[Lot]:
    clinic = db.installation.clinic
    return [x for x in db.read(lambda c: lots(c, clinic, [LOSARTAN], day, TODAY)).get(LOSARTAN, []) if x.quantity]


def rows(db: Database) -> set[bytes]:
    return set(db.read(lambda c: c.execute(select(LotRecord.id).where(LotRecord.live == 1)).scalars().all()))


def test_one_lot_on_the_shelf_and_everywhere_after_the_exchange(laptops: tuple[Database, Database]) -> None:
    one, other = laptops
    came(one, 90, day=BEFORE)
    came(other, 30)
    exchange(one, other)
    for db in laptops:
        clinic = db.installation.clinic
        assert len(rows(db)) == 2  # nothing is lost: each laptop wrote its own
        assert [(x.number, x.quantity) for x in held(db)] == [("A24", 120)]
        (row,) = db.read(lambda c, clinic=clinic: shelf(c, clinic, TODAY)).rows
        assert [(x.number, x.quantity) for x in row.lots] == [("A24", 120)]
        sheet = db.read(lambda c, clinic=clinic: count_sheet(c, clinic, TODAY)).lines
        assert [x.number for x in sheet] == ["A24"]
        (lot,) = {x.lot for x in db.read(lambda c, clinic=clinic: card(c, clinic, LOSARTAN))}
        assert lot == held(db)[0].id
        assert [x.quantity for x in held(db, date(2026, 3, 12))] == [90]  # of that day only what came before
    used(one, 100)  # more than either laptop received: one lot, taken in one go
    used(other, 15)
    came(other, 7)
    exchange(one, other)
    assert [(x.number, x.quantity) for x in held(one)] == [(x.number, x.quantity) for x in held(other)] == [("A24", 12)]
    assert len(rows(one)) == 2  # what comes again finds it


def test_a_lot_without_number_and_a_lot_known_by_its_other_row(laptops: tuple[Database, Database]) -> None:
    one, other = laptops
    came(one, 20, number="", expiry=None)
    came(other, 30, number="", expiry=None)
    was = held(other)[0].id
    exchange(one, other)
    assert [x.quantity for x in held(other)] == [50]
    used(other, 40, lot=was)  # a page opened before the exchange still names its own row
    assert [x.quantity for x in held(other)] == [10]


def test_a_correction_corrects_all_of_it_and_an_undone_receipt_parts_nothing(
    laptops: tuple[Database, Database],
) -> None:
    one, other = laptops
    came(one, 90, day=BEFORE)
    came(other, 30)
    exchange(one, other)
    (lot,) = held(one)
    assert lot.id is not None
    request = LotChange(lot.id, "A42", EXPIRY, location="B2")
    one.write(partial(stock.change_lot, request=request), WHO)
    exchange(one, other)
    for db in laptops:
        assert [(x.number, x.quantity, x.location) for x in held(db)] == [("A42", 120, "B2")]
    came(other, 60, number="A42")
    other.write(undoing.undo, WHO)
    exchange(one, other)
    for db in laptops:
        assert [(x.number, x.quantity) for x in held(db)] == [("A42", 120)]


def test_a_row_taken_back_leaves_its_movements_with_the_lot(laptops: tuple[Database, Database]) -> None:
    """The row that stood for the lot is undone after units were given in its name: they came out of the other boxes."""
    one, other = laptops
    came(one, 10)
    came(other, 50)
    exchange(one, other)
    used(other, 30)  # named by the first row, which stands for the lot
    one.write(undoing.undo, WHO)
    exchange(one, other)
    for db in laptops:
        assert [(x.number, x.quantity) for x in held(db)] == [("A24", 20)]


def test_a_count_has_it_once(laptops: tuple[Database, Database]) -> None:
    one, other = laptops
    came(one, 90, number="OLD")
    exchange(one, other)
    count_id = one.write(partial(counts.start, request=counts.Start(fresh())), WHO).value
    exchange(one, other)
    for db, units in ((one, 4), (other, 6)):  # a lot that nobody knew of is found at both laptops
        found = counts.Found(fresh(), count_id, LOSARTAN, units, "A24", EXPIRY)
        db.write(partial(counts.found, request=found), WHO)
    exchange(one, other)
    for db in laptops:
        file = db.read(lambda c, db=db: count_file(c, db.installation.clinic, count_id))
        assert file is not None
        told = [(x.number, x.counted) for x in file.lines]
        assert sorted(told) == [("A24", 6), ("OLD", None)]  # what was counted last stands
        assert (file.head.lines, file.head.counted) == (2, 1)
        sheet = db.read(lambda c, db=db: count_sheet(c, db.installation.clinic, TODAY)).lines
        assert sorted(x.number for x in sheet) == ["A24", "OLD"]
    line = next(x for x in file.lines if x.number == "OLD")
    other.write(partial(counts.note, request=counts.Counted(line.id, 90)), WHO)
    assert other.write(partial(counts.close, request=counts.Close(count_id)), WHO).value == 1
    exchange(one, other)
    for db in laptops:
        assert {x.number: x.quantity for x in held(db)} == {"A24": 6, "OLD": 90}


def test_the_same_row_stands_for_a_lot_in_any_order() -> None:
    boxes = [(b"3", "A", "2027", 1), (b"1", "A", "2027", 0), (b"2", "A", "2027", 1), (b"4", None, None, 1),
             (b"5", "", "", 1), (b"6", "A", None, 1), (b"0", "V", None, 0)]  # fmt: skip
    wanted = {b"1": b"2", b"2": b"2", b"3": b"2", b"4": b"4", b"5": b"4", b"6": b"6", b"0": b"0"}
    for seed in range(20):
        random.Random(seed).shuffle(boxes)
        assert one_lot(boxes) == wanted
