"""What is proposed: from prescriptions, real deliveries, months without stock, within a budget; on encrypted files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from care import Care
from ordering import TODAY, lively, picture, planned
from supplies import Store

from ces_desktop.data.models import PrescriptionRecord, UnmetDemandRecord
from ces_desktop.data.queries.adherence import fetched
from ces_desktop.data.queries.replenishment import Standing, standing
from ces_desktop.domain.supply.proposal import Wanted, histories_of
from ces_desktop.services import order_planning


def test_prescriptions_speak_for_a_new_regimen(store: Store) -> None:
    item = store.items()[5]
    care = Care(store.db, store.who)
    patient = care.person("diabetes")
    assert item not in picture(store).items
    care.add(
        PrescriptionRecord(
            id=care.id(), patient=patient, encounter=care.id(), item=item, drug_text="Inventada 850 mg", morning=4,
            noon=0, afternoon=4, night=0, days=30, quantity=60, position=1, happened_on="2026-03-02",
        )
    )  # fmt: skip
    need = picture(store).needs[item]
    assert round(need.units, 1) == 60.9 and len(need.people) == 1
    [line] = planned(store).lines
    assert line.item == item and line.quantity > 100
    care.status(patient, "moved", "2026-03-10")
    assert item not in picture(store).needs


@pytest.mark.parametrize(("each", "linked", "expected"), [(60, True, 0.83), (30, True, 0.75), (60, False, 0.8)])
def test_what_is_fetched_of_prescriptions_is_learnt(store: Store, each: int, linked: bool, expected: float) -> None:
    item, care, lot = store.items()[5], Care(store.db, store.who), store.lot(store.items()[5], "2027-12-31")
    for n in range(4):
        line = care.id()
        care.add(
            PrescriptionRecord(
                id=line, patient=care.person("diabetes"), encounter=care.id(), item=item, drug_text="Inventada 850 mg",
                morning=4, noon=0, afternoon=4, night=0, days=90, quantity=180, position=1,
                happened_on=f"2025-12-0{n + 1}",
            )
        )  # fmt: skip
        for day in ("2025-12-01", "2025-12-20", "2026-01-20", "2026-02-20"):
            kind = "prescription" if linked else None
            store.move(item, lot, -each, day, document_kind=kind, line=line if linked else None)
    held = picture(store)
    assert round(held.adherence, 2) == expected
    [one] = order_planning.wanted_of(held)
    assert one.adherence == held.adherence
    [asked] = histories_of([one])
    assert asked.need is not None and asked.need[0] == one.need * held.adherence


def test_a_line_that_was_asked_for_and_not_there_was_fetched_too(store: Store) -> None:
    item, care = store.items()[5], Care(store.db, store.who)
    line = care.id()
    care.add(
        PrescriptionRecord(
            id=line, patient=care.person("diabetes"), encounter=care.id(), item=item, drug_text="Inventada 850 mg",
            morning=4, noon=0, afternoon=4, night=0, days=30, quantity=60, position=1, happened_on="2025-12-05",
        ),
        UnmetDemandRecord(id=care.id(), item=item, quantity=40, line=line, reason="partly", happened_on="2026-01-05"),
        UnmetDemandRecord(id=care.id(), item=item, quantity=40, line=None, reason="out", happened_on="2026-01-06"),
    )  # fmt: skip
    store.move(item, store.lot(item, None), -20, "2026-01-05", document_kind="prescription", line=line)
    found = store.db.read(partial(fetched, clinic=store.clinic, since=date(2025, 12, 16), until=TODAY))
    assert found == {item: 60}


def test_real_deliveries_say_how_long_it_takes(store: Store) -> None:
    one, other = lively(store)
    for month in (3, 5, 9, 11):
        store.past_order(date(2025, month, 1), 25, {one: (100, 50), other: (10, 10)})
    taught = picture(store).supply["SSA"]
    assert {round(30.4375 * lead) for lead in taught.leads} == {25}
    assert len(taught.reviews) == 3 and all(abs(x - 60 / 110) < 1e-9 for x in taught.fills)
    made = planned(store)
    assert (made.arrives[0] - TODAY).days == 25 and made.covers > made.arrives[0]


def test_months_without_stock_do_not_shrink_the_order(store: Store) -> None:
    """Beside what the same item, as empty, would have been proposed on the day before the stock-out began."""
    one, *_ = store.items()
    store.history(one, TODAY, [40] * 21 + [None] * 3)
    first_day = store.db.read(partial(standing, clinic=store.clinic, today=date(2025, 12, 1)))
    [before] = order_planning.plan(first_day, "SSA", None).lines
    [after] = planned(store).lines
    assert before.quantity > 0 and after.quantity >= 0.9 * before.quantity
    assert after.quantity >= 0.9 * 40 * 3, "a month on the way and two until the next"
    assert [share for _, share in after.recent][-3:] == [0, 0, 0]
    assert after.classic < after.quantity / 2


def test_what_is_new_from_one_source_begins_where_its_family_is_from_the_other(store: Store) -> None:
    new, usual, *_ = store.items()
    known, beside, *_ = store.items(source="CES")
    store.history(new, TODAY, [3])
    store.history(usual, TODAY, [3] * 20)
    store.history(known, TODAY, [90] * 20)
    store.history(beside, TODAY, [90] * 20)
    held = picture(store)
    families = {new: "invented", known: "invented"}
    related = replace(held, items={k: replace(x, family=families.get(k, k.hex())) for k, x in held.items.items()})
    strangers = replace(held, items={k: replace(x, family=k.hex()) for k, x in held.items.items()})
    assert [len(history.consumption) for history in order_planning.kin_of(related, _wanted(related))] == [20]
    assert not order_planning.kin_of(strangers, _wanted(strangers))
    with_family, alone = (order_planning.plan(each, "SSA", None) for each in (related, strangers))
    by_item = [{line.item: line.quantity for line in made.lines} for made in (with_family, alone)]
    assert by_item[0].keys() == by_item[1].keys() == {new, usual}, "items of the other source are not asked for"
    assert by_item[0][new] > 1.3 * by_item[1][new]
    assert abs(by_item[0][usual] - by_item[1][usual]) <= 2


def _wanted(held: Standing) -> list[Wanted]:
    return order_planning.wanted_of(held, "SSA")


def test_a_budget_is_kept(store: Store) -> None:
    lively(store)
    [free] = [line for line in planned(store).lines if line.quantity]
    [pack] = [one.pack for one in planned(store).outlook.wanted if one.item == free.item]
    packs = free.quantity // pack
    [tight] = [line for line in planned(store, budget=packs - 1).lines if line.quantity]
    assert tight.quantity < free.quantity and "budget" in tight.limits


def test_the_same_picture_gives_the_same_proposal(store: Store) -> None:
    lively(store)
    assert planned(store).lines == planned(store).lines
