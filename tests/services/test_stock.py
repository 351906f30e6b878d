"""The shelf on a real encrypted file: receive, use, lose, correct; each undone; the same request is kept once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import builders
import pytest
from sqlalchemy import select

from ces_desktop.data.database import Database
from ces_desktop.data.models import (
    DeliveryRecord,
    ItemShelfRecord,
    MovementRecord,
    OrderLineRecord,
    SupplyOrderRecord,
    UnmetDemandRecord,
    table_of,
)
from ces_desktop.data.queries.orders import order_file
from ces_desktop.data.queries.stock import Lot, Movement, card, lots
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.errors import Refused
from ces_desktop.services import stock
from ces_desktop.services import undo as undoing
from ces_desktop.services.receipts import Receipt, ReceiptLine, receive
from ces_desktop.services.stock import Correction, Issue, LotChange, ShelfRequest, Unmet

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)
LOSARTAN = named_id("item", "010.000.2520.00")
PARACETAMOL = named_id("item", "010.000.0104.00")


@pytest.fixture
def who() -> Actor:
    return builders.actor()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    ticks = count(NOON_16_MARCH)
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: next(ticks))
    database.local(load_shipped)
    yield database
    builders.assert_proved(database)
    database.close()


def fresh() -> Id:
    return builders.new_id(NOON_16_MARCH)


def do(db: Database, who: Actor, action: Callable[..., Any], request: Any) -> Any:
    return db.write(partial(action, request=request), who).value


def line(quantity: int, number: str = "A1", expiry: str | None = "2027-03-31", item: Id = LOSARTAN, **more: Any) -> Any:
    return ReceiptLine(fresh(), item, quantity, number, expiry, **more)


def came(db: Database, who: Actor, *lines: ReceiptLine, day: str = "2026-03-01", **more: Any) -> Id:
    request = Receipt(fresh(), more.pop("kind", "supplied"), "SSA", day, lines, **more)
    return Id(do(db, who, receive, request))


def out(quantity: int, kind: str = "used", day: str = "2026-03-16", item: Id = LOSARTAN, **more: Any) -> Issue:
    return Issue(fresh(), item, kind, quantity, day, **more)


def shelf(db: Database, item: Id = LOSARTAN, day: date = TODAY) -> list[Lot]:
    found = db.read(lambda c: lots(c, db.installation.clinic, [item], day, TODAY))
    return found.get(item, [])


def held(db: Database, item: Id = LOSARTAN, day: date = TODAY) -> dict[str, int]:
    return {lot.number: lot.quantity for lot in shelf(db, item, day)}


def cards(db: Database, item: Id = LOSARTAN) -> list[Movement]:
    return db.read(lambda c: card(c, db.installation.clinic, item))


def undo(db: Database, who: Actor) -> str:
    return str(db.write(undoing.undo, who).value)


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def test_a_lot_is_found_again_by_what_its_box_says(db: Database, who: Actor) -> None:
    first = Receipt(fresh(), "supplied", "SSA", "2026-03-01", (line(60, " b12 "), line(30), line(9, "A1")))
    assert do(db, who, receive, first) == do(db, who, receive, first)
    came(db, who, line(40, "B12", pack=30), line(5, "B12", "2028-01-31"), day="2026-03-10")
    assert [(lot.number, lot.expiry, lot.quantity) for lot in shelf(db)] == [
        ("A1", date(2027, 3, 31), 39),
        ("B12", date(2027, 3, 31), 100),
        ("B12", date(2028, 1, 31), 5),
    ]
    assert undo(db, who) == "supply.receive"
    assert held(db) == {"A1": 39, "B12": 60}
    undo(db, who)
    assert held(db) == {}
    do(db, who, receive, first)
    assert held(db) == {"A1": 39, "B12": 60}, "a form sent again after an undo is kept anew"


def test_what_a_delivery_must_say(db: Database, who: Actor) -> None:
    wrong = {
        "supply.quantity": partial(came, db, who, line(0)),
        "supply.pack": partial(came, db, who, line(1, pack=0)),
        "supply.no_lines": partial(came, db, who),
        "supply.expiry": partial(came, db, who, line(1, expiry="marzo")),
        "supply.future": partial(came, db, who, line(1), day="2026-03-17"),
        "supply.too_old": partial(came, db, who, line(1), day="2006-03-17"),
        "supply.no_day": partial(came, db, who, line(1), day="ayer"),
        "supply.kind": partial(came, db, who, line(1), kind="dispensed"),
        "supply.item_unknown": partial(came, db, who, line(1, item=fresh())),
        "supply.order_unknown": partial(came, db, who, line(1), order=fresh()),
        "supply.came_expired": partial(came, db, who, line(1, expiry="2026-02-28")),
    }
    for code, act in wrong.items():
        refused(code, act)
    refused("access.not_allowed", partial(came, db, builders.actor(Role.MENTOR), line(1)))
    came(db, who, line(10, "V1", "2026-02-28", expired=True))
    refused("supply.not_enough", partial(do, db, who, stock.remove, out(1)))
    do(db, who, stock.remove, out(10, "expired"))
    assert held(db) == {"V1": 0}


def test_first_expired_goes_first_another_lot_with_a_reason(db: Database, who: Actor) -> None:
    came(db, who, line(20, "LATE", "2028-03-31"), line(10, "SOON", "2026-04-30"), line(5, "GONE", "2026-03-05"))
    late = next(lot.id for lot in shelf(db) if lot.number == "LATE")
    do(db, who, stock.remove, out(12))
    assert held(db) == {"GONE": 5, "SOON": 0, "LATE": 18}
    undo(db, who)
    refused("supply.override_missing", partial(do, db, who, stock.remove, out(4, lot=late)))
    request = out(4, lot=late, override="opened")
    assert do(db, who, stock.remove, request).movements == do(db, who, stock.remove, request).movements
    assert held(db) == {"GONE": 5, "SOON": 10, "LATE": 16}
    assert cards(db)[0].reason == "opened"
    gone = next(lot.id for lot in shelf(db) if lot.number == "GONE")
    refused("supply.lot_not_usable", partial(do, db, who, stock.remove, out(1, lot=gone)))
    assert refused("supply.not_enough", partial(do, db, who, stock.remove, out(27))).facts["missing"] == 1


def test_what_expired_leaves_only_as_a_loss_and_a_loss_may_be_of_any_lot(db: Database, who: Actor) -> None:
    came(db, who, line(20, "LATE", "2028-03-31"), line(5, "GONE", "2026-03-05"))
    late = next(lot.id for lot in shelf(db) if lot.number == "LATE")
    refused("supply.lot_not_usable", partial(do, db, who, stock.remove, out(1, "expired", lot=late)))
    assert refused("supply.not_enough", partial(do, db, who, stock.remove, out(6, "expired"))).facts["missing"] == 1
    do(db, who, stock.remove, out(5, "expired"))
    do(db, who, stock.remove, out(3, "damaged", lot=late, note="se mojó"))
    assert held(db) == {"GONE": 0, "LATE": 17}
    assert cards(db)[0].note == "se mojó"
    refused("supply.negative_loss", partial(do, db, who, stock.remove, out(3, "lost", lotless=True)))
    refused("supply.kind", partial(do, db, who, stock.remove, out(3, "supplied")))


def test_in_the_hand_makes_stock_negative_by_the_line_without_a_lot(db: Database, who: Actor) -> None:
    came(db, who, line(10))
    given = do(db, who, stock.remove, out(14, "outreach", lotless=True))
    assert (given.lotless, held(db)) == (4, {"A1": 0, "": -4})
    do(db, who, stock.remove, out(2, lotless=True))
    assert held(db) == {"A1": 0, "": -6}
    assert (cards(db)[0].lot, cards(db)[0].balance) == (None, -6)


def test_two_lines_of_one_action_do_not_take_the_same_units(db: Database, who: Actor) -> None:
    came(db, who, line(10))

    def both(work: Work) -> Any:
        work.act("supply.use")
        return stock.issue(work, [out(6), out(6)])

    assert refused("supply.not_enough", lambda: db.write(both, who)).facts["missing"] == 2
    assert held(db) == {"A1": 10}


def test_a_late_entry_takes_what_was_there_then_and_is_not_gone_since(db: Database, who: Actor) -> None:
    came(db, who, line(10, "OLD", "2026-03-10"), day="2026-02-01")
    came(db, who, line(50, "NEW", "2028-01-31"), day="2026-03-12")
    do(db, who, stock.remove, out(8, "used", "2026-03-02"))
    refused("supply.too_old", partial(do, db, who, stock.remove, out(1, day="2020-01-01")))
    day = date(2026, 3, 1)
    assert held(db, day=day) == {"OLD": 2, "NEW": 0}, "8 of the 10 left on the second"
    assert refused("supply.not_enough", partial(do, db, who, stock.remove, out(3, day="2026-03-01"))).facts == {
        "missing": 1
    }
    do(db, who, stock.remove, out(2, day="2026-03-01"))
    assert held(db) == {"OLD": 0, "NEW": 50}
    assert [(m.day, m.balance) for m in cards(db)] == [
        ("2026-03-12", 50), ("2026-03-02", 0), ("2026-03-01", 8), ("2026-02-01", 10),
    ]  # fmt: skip


def test_a_wrong_movement_is_taken_back_on_its_day_and_written_right(db: Database, who: Actor) -> None:
    came(db, who, line(300), day="2026-03-01")
    wrong = cards(db)[0].id
    do(db, who, stock.remove, out(25, day="2026-03-05"))
    assert refused("supply.already_given", partial(do, db, who, stock.correct, Correction(fresh(), wrong))).facts == {
        "missing": 25
    }
    fix = Correction(fresh(), wrong, "era una caja", instead=30)
    do(db, who, stock.correct, fix)
    do(db, who, stock.correct, fix)
    assert held(db) == {"A1": 5}
    assert next((m.day, m.quantity, m.balance) for m in cards(db)) == ("2026-03-05", -25, 5)
    taken_back = next(m for m in cards(db) if m.id == wrong)
    assert taken_back.reversed_by == fix.id
    refused("supply.reversed_before", partial(do, db, who, stock.correct, Correction(fresh(), wrong)))
    refused("supply.is_reversal", partial(do, db, who, stock.correct, Correction(fresh(), fix.id)))
    refused("supply.movement_unknown", partial(do, db, who, stock.correct, Correction(fresh(), fresh())))
    assert undo(db, who) == "supply.correct"
    assert held(db) == {"A1": 275}
    assert undo(db, who) == "supply.use"
    do(db, who, stock.correct, Correction(fresh(), wrong))
    assert held(db) == {"A1": 0}
    signed = builders.actor(Role.STORE_KEEPER)
    assert db.write(partial(stock.keep, request=ShelfRequest(fresh(), LOSARTAN)), signed).value is None


def test_an_action_that_was_taken_back_by_another_is_not_undone(db: Database, who: Actor) -> None:
    came(db, who, line(30))
    other = builders.actor()
    do(db, other, stock.correct, Correction(fresh(), cards(db)[0].id))
    assert refused("undo.changed_since", partial(undo, db, who)).facts["what"] == "movement"


def test_a_lot_typed_wrong_is_corrected(db: Database, who: Actor) -> None:
    came(db, who, line(30), line(5, "B2", "2026-03-10", expired=True), day="2026-03-11")
    expired = shelf(db)[0].id
    assert expired is not None
    refused("supply.lot_exists", partial(do, db, who, stock.change_lot, LotChange(expired, "a1", "2027-03-31")))
    refused("supply.lot_unknown", partial(do, db, who, stock.change_lot, LotChange(fresh(), "a1", None)))
    do(db, who, stock.change_lot, LotChange(expired, "b2", "2027-03-10", 30, "refrigerador"))
    lot = shelf(db)[0]
    assert (lot.number, lot.expiry, lot.pack, lot.location) == ("B2", date(2027, 3, 10), 30, "refrigerador")
    assert undo(db, who) == "supply.lot"
    assert shelf(db)[0].expiry == date(2026, 3, 10)


def test_what_is_kept_here_and_what_was_asked_for_in_vain(db: Database, who: Actor) -> None:
    do(db, who, stock.keep, ShelfRequest(fresh(), LOSARTAN, location="B-3", most=900))
    do(db, who, stock.keep, ShelfRequest(fresh(), LOSARTAN, "named_patient"))
    t = table_of(ItemShelfRecord)
    assert [tuple(r) for r in db.read(lambda c: c.execute(select(t.c.kept, t.c.most)).all())] == [
        ("named_patient", None)
    ]
    undo(db, who)
    assert [tuple(r) for r in db.read(lambda c: c.execute(select(t.c.kept, t.c.most)).all())] == [("yes", 900)]
    asked = Unmet(fresh(), LOSARTAN, 60, "2026-03-16", "out")
    assert do(db, who, stock.note_unmet, asked) == do(db, who, stock.note_unmet, asked)
    u = table_of(UnmetDemandRecord)
    assert db.read(lambda c: c.execute(select(u.c.quantity).where(u.c.live == 1)).scalars().all()) == [60]
    undo(db, who)
    assert db.read(lambda c: c.execute(select(u.c.quantity).where(u.c.live == 1)).scalars().all()) == []


def test_an_order_is_received_in_parts_and_in_place_of_another(db: Database, who: Actor) -> None:
    order, asked = fresh(), [fresh(), fresh()]

    def ordered(work: Work) -> None:
        work.act("test.order")
        work.add(SupplyOrderRecord(id=order, source="SSA", state="sent", happened_on="2026-02-01"))
        for key, item, units in zip(asked, (LOSARTAN, PARACETAMOL), (90, 100), strict=True):
            work.add(OrderLineRecord(id=key, order=order, item=item, requested=units))

    db.write(ordered, who)
    m = table_of(MovementRecord)

    def state() -> str:
        found = db.read(lambda c: order_file(c, db.installation.clinic, order))
        assert found is not None
        return found.order.state

    came(db, who, line(60), order=order)
    assert state() == "partly_received"
    came(db, who, line(30), line(100, "P1", item=PARACETAMOL), order=order)
    assert state() == "received"
    lines = db.read(lambda c: c.execute(select(m.c.line, m.c.quantity).order_by(m.c.quantity)).all())
    assert [tuple(r) for r in lines] == [(asked[0], 30), (asked[0], 60), (asked[1], 100)]
    undo(db, who)
    assert state() == "partly_received"
    d = table_of(DeliveryRecord)
    assert len(db.read(lambda c: c.execute(select(d.c.id).where(d.c.live == 1)).all())) == 1
