"""Transfers, loans and kits on a real encrypted file: sent by lot, received by the box, given back, opened, undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import builders
import pytest
from supplies import Store

from ces_desktop.data.database import Database
from ces_desktop.data.queries.stock import on_hand
from ces_desktop.data.queries.transfers import TransferRow, kit_parts, transfers
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import transfers as services
from ces_desktop.services import undo as undoing
from ces_desktop.services.transfers import GiveBack, Kit, KitPart, Moved, Transfer

NOON_16_MARCH = 1_773_684_000_000
TODAY = "2026-03-16"


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


@pytest.fixture
def items(db: Database, who: Actor) -> list[Id]:
    """Two items of which a hundred lie on the shelf in two lots, and some that do not."""
    store = Store(db, who)
    found = store.items()
    for item in found[:2]:
        store.move(item, store.lot(item, "2026-06-30", "SOON"), 40, "2026-03-01")
        store.move(item, store.lot(item, "2028-06-30", "LATE"), 60, "2026-03-01")
    return found


def fresh() -> Id:
    return builders.new_id(NOON_16_MARCH)


def do(db: Database, who: Actor, action: Callable[..., Any], request: Any) -> Any:
    return db.write(partial(action, request=request), who).value


def held(db: Database, item: Id) -> int:
    return db.read(lambda c: on_hand(c, db.installation.clinic, [item])).get(item, 0)


def listed(db: Database) -> list[TransferRow]:
    return db.read(lambda c: transfers(c, db.installation.clinic))


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def sent(*lines: Moved, kind: str = "transfer", **more: Any) -> Transfer:
    return Transfer(fresh(), more.pop("direction", "sent"), kind, more.pop("other", "RHO"), TODAY, lines, **more)


def test_what_is_sent_expires_first_and_has_a_folio(db: Database, who: Actor, items: list[Id]) -> None:
    request = sent(Moved(items[0], 50), Moved(items[1], 10))
    assert do(db, who, services.move, request) == do(db, who, services.move, request)
    [row] = listed(db)
    assert (row.folio, row.other, {(x.number, x.quantity) for x in row.lines}) == (
        "CAP-T-2026-001", "RHO", {("SOON", -40), ("LATE", -10), ("SOON", -10)},
    )  # fmt: skip
    assert (held(db, items[0]), held(db, items[1])) == (50, 90)
    do(db, who, services.move, sent(Moved(items[0], 1)))
    assert listed(db)[0].folio == "CAP-T-2026-002"
    db.write(undoing.undo, who)
    assert db.write(undoing.undo, who).value == "supply.transfer"
    assert held(db, items[0]) == 100 and listed(db) == []


def test_what_comes_is_found_by_its_box(db: Database, who: Actor, items: list[Id]) -> None:
    lines = Moved(items[0], 30, number=" late", expiry="2028-06-30"), Moved(items[3], 5, number="N1")
    do(db, who, services.move, sent(*lines, direction="received", folio="RHO-T-2026-009"))
    [row] = listed(db)
    assert (row.direction, row.folio, len(row.lines)) == ("received", "RHO-T-2026-009", 2)
    assert (held(db, items[0]), held(db, items[3])) == (130, 5)
    old = Moved(items[0], 3, number="OLD", expiry="2026-01-31")
    refused("supply.came_expired", partial(do, db, who, services.move, sent(old, direction="received")))


def test_a_loan_is_owed_until_it_came_back(db: Database, who: Actor, items: list[Id]) -> None:
    loan = do(db, who, services.move, sent(Moved(items[0], 50), Moved(items[1], 10), kind="loan"))
    assert listed(db)[0].owed == {items[0]: 50, items[1]: 10} and listed(db)[0].open_loan

    def back(*lines: Moved, whole: bool = False) -> Any:
        return do(db, who, services.give_back, GiveBack(fresh(), loan, TODAY, lines, whole))

    assert refused("transfer.too_much", partial(back, Moved(items[1], 11))).facts["most"] == 10
    assert back(Moved(items[0], 50, number="NEW", expiry="2029-01-31")) is False
    assert listed(db)[0].owed == {items[1]: 10}
    refused("supply.no_lines", back)
    assert back(whole=True) is True
    assert listed(db)[0].returned_on == TODAY and not listed(db)[0].open_loan
    refused("transfer.returned", partial(back, Moved(items[1], 1)))
    assert db.write(undoing.undo, who).value == "supply.give_back" and listed(db)[0].open_loan
    borrowed = do(db, who, services.move, sent(Moved(items[4], 20), kind="loan", direction="received"))
    assert do(db, who, services.give_back, GiveBack(fresh(), borrowed, TODAY, (Moved(items[4], 20),))) is True
    assert held(db, items[4]) == 0


def test_kits_are_opened_into_what_they_hold(db: Database, who: Actor, items: list[Id]) -> None:
    kit, part, other = items[0], items[5], items[6]
    opened = Kit(fresh(), kit, 2, TODAY)
    refused("kit.no_parts", partial(do, db, who, services.open_kit, opened))
    for item, units in ((part, 3), (other, 1), (part, 4)):
        do(db, who, services.set_part, KitPart(fresh(), kit, item, units))
    assert [u for _, u in sorted(db.read(lambda c: kit_parts(c, db.installation.clinic))[kit], key=lambda p: p[1])] == [
        1, 4,
    ]  # fmt: skip
    assert do(db, who, services.open_kit, opened) == 2 and do(db, who, services.open_kit, opened) == 0
    assert (held(db, kit), held(db, part), held(db, other)) == (98, 8, 2)
    assert db.write(undoing.undo, who).value == "supply.kit"
    assert (held(db, kit), held(db, part)) == (100, 0)
    do(db, who, services.set_part, KitPart(fresh(), kit, other, 0))
    assert len(db.read(lambda c: kit_parts(c, db.installation.clinic))[kit]) == 1
    refused("supply.not_enough", partial(do, db, who, services.open_kit, Kit(fresh(), kit, 101, TODAY)))
    refused("kit.itself", partial(do, db, who, services.set_part, KitPart(fresh(), kit, kit, 1)))


def test_what_a_transfer_must_say(db: Database, who: Actor, items: list[Id]) -> None:
    good = Moved(items[0], 1)
    wrong = {
        "transfer.other": sent(good, other="  "),
        "transfer.direction": sent(good, direction="sideways"),
        "supply.kind": sent(good, kind="gift"),
        "supply.no_lines": sent(),
        "supply.quantity": sent(Moved(items[0], 0)),
        "supply.not_enough": sent(Moved(items[0], 101)),
        "supply.item_unknown": sent(Moved(fresh(), 1)),
    }
    for code, request in wrong.items():
        refused(code, partial(do, db, who, services.move, request))
    late = Transfer(fresh(), "sent", "transfer", "RHO", "2026-03-17", (good,))
    refused("supply.future", partial(do, db, who, services.move, late))
    refused("access.not_allowed", partial(do, db, builders.actor(Role.MENTOR), services.move, sent(good)))
    refused("transfer.gone", partial(do, db, who, services.give_back, GiveBack(fresh(), fresh(), TODAY, (good,))))
    plain = do(db, who, services.move, sent(good))
    refused("transfer.no_loan", partial(do, db, who, services.give_back, GiveBack(fresh(), plain, TODAY, (good,))))
    assert held(db, items[0]) == 99
