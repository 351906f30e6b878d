"""Supplies of a month beside the same figures counted by hand from plain rows, by another way than the program's."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
from sqlalchemy import text
from supplies import Store

from ces_desktop.data import vault
from ces_desktop.data.models import EquipmentEventRecord, EquipmentRecord
from ces_desktop.data.queries.month_supplies import month_supplies
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.supply.month_supplies import Broken, Lost, MonthOrder, MonthSupplies
from ces_desktop.services import clinic
from ces_desktop.services.demo import PASSPHRASE, create_demo

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)
WRITTEN_OFF = ("expired", "damaged", "stolen", "lost", "cold_chain", "open_vial", "quality", "sample")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    times = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**7))
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: next(times))
    database.local(load_shipped)
    yield Store(database, builders.actor())
    builders.assert_proved(database)
    database.close()


def read(store: Store, month: str) -> MonthSupplies | None:
    return store.db.read(partial(month_supplies, clinic=store.clinic, month=month, today=TODAY))


def test_a_clinic_without_a_shelf_has_no_figures(store: Store) -> None:
    assert read(store, "2026-02") is None


def test_days_before_an_item_was_first_written_in_are_not_days_without_it(store: Store) -> None:
    """In the month in which a clinic began, all was told to have been missing until the day of its inventory."""
    one, other = store.items()[:2]
    for item, day in ((one, "2026-02-20"), (other, "2026-02-26")):
        store.move(item, store.lot(item, "2027-12-31", "A"), 50, day)
    store.move(one, store.lot(one, "2027-12-31", "B"), 5, "2026-02-21")
    store.unmet(other, 3, "2026-02-24")  # asked for in vain: from then on it is known
    store.unmet(one, 1, "2026-02-28")
    held = read(store, "2026-02")
    assert held is not None
    assert (held.in_use, held.days, held.days_out) == (2, 9 + 5, 2)
    assert [x.days for x in held.items] == ["-" * 23 + "00" + "111"]


def test_a_month_says_what_was_there_lost_asked_for_and_broken(store: Store) -> None:
    one, other = store.items()[:2]
    lot = store.lot(one, "2027-12-31", "A")
    store.move(one, lot, 50, "2026-01-10")
    store.move(one, lot, -50, "2026-02-08")
    store.unmet(one, 20, "2026-02-10")
    store.unmet(one, 5, "2026-02-11")
    full = store.lot(other, "2027-12-31", "B")
    store.move(other, full, 500, "2026-01-01")
    store.move(other, full, -10, "2026-02-01")
    store.move(other, full, -7, "2026-02-03", "damaged")
    wrong = store.move(other, full, -4, "2026-02-03", "stolen")
    store.move(other, full, 4, "2026-02-03", "stolen", reverses=wrong)
    store.past_order(date(2026, 2, 2), 10, {one: (60, 0), other: (40, 40)})
    store.past_order(date(2026, 2, 20), 20, {other: (30, 30)})  # came in March
    piece = store.id()
    store.add(
        EquipmentRecord(id=piece, name="Glucómetro inventado"),
        EquipmentEventRecord(
            id=store.id(), equipment=piece, kind="fault", state="broken", happened_on="2026-02-14"
        ),
        EquipmentEventRecord(
            id=store.id(), equipment=piece, kind="repair", state="working", happened_on="2026-03-02"
        ),
    )
    held = read(store, "2026-02")
    assert held is not None
    assert (held.in_use, held.days, held.days_out) == (2, 56, 20)  # out from the 9th to the 28th
    assert [(x.out, x.unmet, x.days) for x in held.items] == [(20, 25, "1" * 8 + "0" * 20)]
    assert (held.unmet, held.unmet_items) == (2, 1)
    assert [(x.cause, x.items, x.units) for x in held.losses] == [("damaged", 1, 7)]  # what was taken back is no loss
    assert held.orders == (
        MonthOrder("T-2026-02-02", "SSA", "2026-02-02", "2026-02-12", 2, 1, 0),
        MonthOrder("T-2026-02-20", "SSA", "2026-02-20", None, 1, 0, 0),
    )
    assert (held.pieces, held.broken) == (1, (Broken("Glucómetro inventado", "broken", "2026-02-14"),))
    later = read(store, "2026-03")
    assert later is not None and later.broken == () and later.items[0].days == "0" * 16 + "-" * 15
    assert [order.full for order in later.orders] == [1, 1]
    assert isinstance(held.losses[0], Lost) and read(store, "2026-02") == held


def test_a_demonstration_month_is_the_one_counted_by_hand(tmp_path: Path) -> None:
    """Days, losses and unmet demand again from bare rows: every day of every item walked, lot by lot."""
    folder, user, _ = create_demo(tmp_path, people=120, months=6)
    opened = clinic.open_with_key(folder, vault.open(folder, user, PASSPHRASE), user)
    try:
        database = opened.database
        today = date.fromtimestamp(database.clock() / 1000)
        first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        month, length = first.isoformat()[:7], monthrange(first.year, first.month)[1]
        found = database.read(
            partial(month_supplies, clinic=database.installation.clinic, month=month, today=today)
        )

        def rows(query: str) -> list[Any]:
            return database.read(lambda c: list(c.execute(text(query))))

        moves = rows("SELECT item, lot, happened_on, quantity, kind FROM movement WHERE live = 1")
        expiries = dict(rows("SELECT id, expiry FROM lot"))
        asked = rows("SELECT item, happened_on FROM unmet_demand WHERE live = 1")
    finally:
        opened.close()
    assert found is not None
    unmet = [item for item, on in asked if on[:7] == month]
    by_item: defaultdict[bytes, list[Any]] = defaultdict(list)
    for row in moves:
        by_item[row[0]].append(row)
    out = 0
    for held in by_item.values():
        if min(r[2] for r in held)[:7] > month:
            continue
        for n in range(length):
            day = (first + timedelta(n)).isoformat()
            usable: defaultdict[bytes | None, int] = defaultdict(int)
            came = False
            for _, lot, on, quantity, _ in held:
                usable[lot] += quantity if on < day else 0
                came = came or (on == day and quantity > 0 and lot is not None and (expiries[lot] or "9") >= day)
            good = sum(q for lot, q in usable.items() if lot is not None and q > 0 and (expiries[lot] or "9") >= day)
            ended = defaultdict(int, usable)
            for _, lot, on, quantity, _ in held:
                ended[lot] += quantity if on == day else 0
            left = sum(q for lot, q in ended.items() if lot is not None and q > 0 and (expiries[lot] or "9") >= day)
            out += not (good + usable[None] > 0 or came or left + ended[None] > 0)
    # items in use are those asked for in a year: in six months all that ever moved, or was decided to be kept
    assert found.days_out == out and found.days == length * found.in_use
    assert (found.unmet, found.unmet_items) == (len(unmet), len(set(unmet)))
    losses: defaultdict[str, set[bytes]] = defaultdict(set)
    for item, _, on, _, kind in moves:
        if kind in WRITTEN_OFF and on[:7] == month:
            losses[kind].add(item)
    assert {x.cause: x.items for x in found.losses} == {kind: len(items) for kind, items in losses.items()}
