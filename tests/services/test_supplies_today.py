"""How the store stands, as the first page is told it."""

from __future__ import annotations

from datetime import date
from functools import partial

from care import Care
from ordering import TODAY
from supplies import Store

from ces_desktop.data.models import PrescriptionRecord
from ces_desktop.data.queries.shelf import shelf
from ces_desktop.data.queries.shelf_papers import StockPaper
from ces_desktop.data.queries.supply_warnings import keep, supplies
from ces_desktop.data.queries.today import today
from ces_desktop.ui import order_plans


def test_the_first_page_is_told_how_the_store_stands(store: Store) -> None:
    items = store.items()
    store.history(items[0], TODAY, [30] * 12)
    store.history(items[1], TODAY, [120] * 12, left=40)
    store.history(items[2], TODAY, [10] * 12, left=4000)
    store.history(items[3], TODAY, [10] * 12, left=30, expiry="2026-04-20")
    store.history(items[4], TODAY, [10] * 12, left=60)
    store.move(items[4], None, -5, "2026-03-10")
    care = Care(store.db, store.who)
    patient = care.person("diabetes")
    care.add(
        PrescriptionRecord(
            id=care.id(), patient=patient, encounter=care.id(), item=items[1], drug_text="Inventada 850 mg", morning=4,
            days=30, quantity=30, position=1, happened_on="2026-03-02",
        )
    )  # fmt: skip
    found = store.db.read(partial(supplies, clinic=store.clinic, today=TODAY))
    assert found.numbers["out"] == 1 and found.numbers["risk"] == 1 and found.numbers["over"] == 1
    assert found.numbers["expiring"] == 1 and found.numbers["negative"] == 1 and found.numbers["uncounted"] == 5
    assert found.people == 1 and found.delivery_on == "2026-04-15"
    assert found.worst is not None and found.worst.item in {items[0].hex(), items[1].hex()}
    store.db.local(partial(keep, found=found))
    assert store.db.read(partial(today, clinic=store.clinic, day=TODAY)).supplies == found
    store.past_order(date(2026, 3, 1), 20, {items[0]: (100, 0)})
    again = store.db.read(partial(supplies, clinic=store.clinic, today=TODAY))
    assert again.delivery_on == "2026-03-21", "what was sent is awaited then"


def test_what_is_awaited_any_day_hides_no_risk_that_the_shelf_tells(store: Store) -> None:
    """The first page asked until the next delivery, the shelf until what is ordered today: 0 here were 14 there."""
    low, safe, owed = store.items()[:3]
    store.history(low, TODAY, [120] * 12, left=40)
    store.history(safe, TODAY, [10] * 12, left=60)
    store.history(owed, TODAY, [30] * 12, left=60)
    store.move(owed, None, -80, "2026-03-10")
    store.past_order(date(2026, 2, 20), 24, {safe: (100, 0)})
    found = store.db.read(partial(supplies, clinic=store.clinic, today=TODAY))
    assert found.delivery_on == "2026-03-16" and found.numbers["risk"] == 1
    chances = order_plans.chances(store.db, store.clinic, TODAY)
    page = StockPaper(store.db.read(partial(shelf, clinic=store.clinic, today=TODAY)), TODAY, chances)
    told = {row.item.id: page.standing(row) for row in page.rows()}
    assert told == {low: "risk", safe: "over", owed: "negative"}
    assert found.numbers["negative"] == 1 and "out" not in found.numbers, "told once, below zero"


def test_an_empty_store_warns_of_nothing(store: Store) -> None:
    found = store.db.read(partial(supplies, clinic=store.clinic, today=TODAY))
    assert not found.numbers and found.worst is None and found.people == 0
