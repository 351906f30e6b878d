"""Orders: never negative, in whole packs, never beyond what the person, the budget or the expiry allows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ces_desktop.domain.supply import replenish
from ces_desktop.domain.supply.replenish import Item
from ces_desktop.errors import Refused


def paths(mean: float, seed: int = 1) -> np.ndarray:
    """Invented demand: 500 paths of four months."""
    return np.random.default_rng(seed).negative_binomial(2, 2 / (2 + mean), (500, 4)).astype(float)


MONTHS = replenish.protection([1.0, 1.0, 2.0], [2.0], 500, 1)
items = st.builds(
    Item,
    ven=st.sampled_from(["vital", "essential", "other"]),
    on_hand=st.integers(-50, 500),
    in_transit=st.integers(0, 300),
    pack=st.integers(1, 100),
    shelf_months=st.one_of(st.none(), st.floats(0, 24)),
    most=st.one_of(st.none(), st.integers(0, 400)),
    pack_cost=st.floats(0.5, 90),
)


@settings(max_examples=100, deadline=None)
@given(items, st.floats(0.1, 200))
def test_an_order_is_whole_packs_within_its_limits(item: Item, mean: float) -> None:
    found = replenish.order(item, paths(mean), MONTHS)
    assert found.quantity >= 0 and found.quantity % item.pack == 0
    assert item.most is None or found.quantity <= item.most
    assert found.quantity < max(found.up_to - item.on_hand - item.in_transit, 0) + item.pack
    assert found.risk_with <= found.risk_without
    if item.most is None and item.shelf_months is None:
        assert found.risk_with <= 1 - replenish.SERVICE[item.ven] + 1e-9


@settings(max_examples=60, deadline=None)
@given(st.lists(items, max_size=6), st.floats(0, 2000))
def test_a_budget_is_kept_and_no_item_gets_more_than_it_needs(several: list[Item], budget: float) -> None:
    demand = [paths(5.0 + 9 * at, at) for at in range(len(several))]
    found = replenish.allocate(several, demand, MONTHS, budget)
    cost = sum(one.quantity // item.pack * item.pack_cost for one, item in zip(found, several, strict=True))
    assert cost <= budget + 1e-6
    for one, item, path in zip(found, several, demand, strict=True):
        assert 0 <= one.quantity <= replenish.order(item, path, MONTHS).quantity
        assert one.quantity % item.pack == 0


def test_what_is_under_way_counts_against_the_expiry() -> None:
    item = Item("vital", 30, in_transit=50, shelf_months=6.0)
    assert replenish.most_of(item, np.full(100, 120.0)) == 40


def test_each_pack_is_paid_at_its_price() -> None:
    several = [Item("vital", 0, pack_cost=10.0), Item("vital", 0, pack_cost=10.0)]
    found = replenish.allocate(several, [paths(20, 1), paths(20, 2)], MONTHS, 50.0)
    assert sum(one.quantity for one in found) == 5


def test_with_money_for_all_everybody_gets_the_whole_order() -> None:
    several = [Item("vital", 0, pack=10), Item("other", 20), Item("essential", 3, pack=7)]
    demand = [paths(20, 1), paths(4, 2), paths(60, 3)]
    found = replenish.allocate(several, demand, MONTHS, 1e9)
    assert [one.quantity for one in found] == [
        replenish.order(item, path, MONTHS).quantity for item, path in zip(several, demand, strict=True)
    ]


def test_what_is_scarce_goes_to_the_vital_first() -> None:
    several = [Item("other", 0), Item("vital", 0)]
    found = replenish.allocate(several, [paths(20, 1), paths(20, 1)], MONTHS, 60)
    assert found[1].quantity > found[0].quantity


def test_a_vital_item_is_protected_more_and_stock_in_transit_is_deducted() -> None:
    vital, other = (replenish.order(Item(ven, 0), paths(20), MONTHS) for ven in ("vital", "other"))
    assert vital.up_to > other.up_to
    assert replenish.order(Item("vital", 5, 10), paths(20), MONTHS).quantity == vital.quantity - 15


def test_what_would_expire_is_not_ordered() -> None:
    free = replenish.order(Item("vital", 0), paths(20), MONTHS)
    short = replenish.order(Item("vital", 0, shelf_months=1.0), paths(20), MONTHS)
    assert short.quantity < free.quantity
    unused = float((paths(20)[:, 0] < short.quantity).mean())
    assert unused <= replenish.EXPIRY_RISK


def test_one_pack_of_a_vital_item_is_ordered_where_there_is_none_though_it_may_expire() -> None:
    rare = {"pack": 50, "shelf_months": 6.0}
    for item, quantity in (
        (Item("vital", 0, **rare), 50), (Item("vital", -3, 2, **rare), 50),
        (Item("vital", 1, **rare), 0), (Item("vital", 0, 1, **rare), 0), (Item("essential", 0, **rare), 0),
        (Item("vital", 0, most=49, **rare), 0), (Item("vital", 0, most=50, **rare), 50),
    ):  # fmt: skip
        assert replenish.order(item, paths(1.0), MONTHS).quantity == quantity, item
    assert replenish.order(Item("vital", 0, **rare), np.zeros((500, 4)), MONTHS).quantity == 0, "nobody asks for it"


def test_part_of_a_month_takes_part_of_it_and_a_long_wait_goes_on() -> None:
    demand = replenish.demand_over(np.array([[10.0, 20.0], [10.0, 20.0]]), np.array([1.5, 4.0]))
    assert demand.tolist() == [20.0, 60.0]


def test_no_deliveries_yet_is_the_usual_cycle() -> None:
    assert set(replenish.protection([], [], 50, 1)) == {3.0}


@pytest.mark.parametrize(
    ("code", "item"), [("replenish.class", Item("V", 0)), ("replenish.pack", Item("vital", 0, pack=0))]
)
def test_what_cannot_be_is_refused(code: str, item: Item) -> None:
    with pytest.raises(Refused) as refused:
        replenish.order(item, paths(3), MONTHS)
    assert refused.value.code == code
