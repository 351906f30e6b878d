"""The ledger: first expired first out exactly or refused; sums whatever the order; days with and without stock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.supply.ledger import Entry, LotStock, balances, days_with_stock, pick, usable_stock
from ces_desktop.errors import Refused

TODAY = date(2026, 11, 27)
A, B, C = (bytes([n]) * 16 for n in (1, 2, 3))

lots = st.lists(
    st.builds(
        LotStock,
        lot=st.sampled_from([A, B, C]),
        number=st.sampled_from(["1", "2"]),
        expiry=st.none() | st.dates(TODAY - timedelta(40), TODAY + timedelta(400)),
        quantity=st.integers(-5, 60),
    ),
    unique_by=lambda x: x.lot,
)


@given(lots, st.integers(1, 120))
def test_what_expires_first_goes_first_exactly_or_it_is_refused(held: list[LotStock], wanted: int) -> None:
    there = {x.lot: x for x in held if x.usable(TODAY)}
    total = sum(x.quantity for x in there.values())
    if total < wanted:
        with pytest.raises(Refused) as refused:
            pick(held, wanted, TODAY)
        assert refused.value.facts["missing"] == wanted - total
        return
    picks = pick(held, wanted, TODAY)
    assert sum(p.quantity for p in picks) == wanted and all(p.quantity > 0 for p in picks)
    days = [there[p.lot].expiry or date.max for p in picks]
    assert days == sorted(days)
    assert all(p.quantity == there[p.lot].quantity for p in picks[:-1])
    untouched = [x.expiry or date.max for lot, x in there.items() if lot not in {p.lot for p in picks}]
    assert all(day >= days[-1] for day in untouched)


def test_a_lot_chosen_by_the_person_goes_first_and_never_an_expired_one() -> None:
    held = [LotStock(A, "1", TODAY, 5), LotStock(B, "2", None, 5), LotStock(C, "3", TODAY - timedelta(1), 9)]
    assert [(p.lot, p.quantity) for p in pick(held, 7, TODAY, first=B)] == [(B, 5), (A, 2)]
    with pytest.raises(Refused, match="lot_not_usable"):
        pick(held, 1, TODAY, first=C)
    with pytest.raises(Refused, match="quantity"):
        pick(held, 0, TODAY)


def test_what_was_handed_out_without_a_lot_is_not_there_to_give() -> None:
    held = [LotStock(A, "1", TODAY, 5), LotStock(None, "", None, -2), LotStock(C, "3", TODAY - timedelta(1), 9)]
    assert usable_stock(held, TODAY) == 3
    assert usable_stock(held[1:], TODAY) == 0


entries = st.lists(
    st.builds(
        Entry,
        day=st.dates(TODAY - timedelta(30), TODAY),
        lot=st.sampled_from([A, B]),
        quantity=st.integers(-20, 20),
    ),
    max_size=12,
)


@given(entries, st.randoms())
def test_sums_do_not_depend_on_the_order_of_writing(written: list[Entry], random: object) -> None:
    shuffled = list(written)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert balances(shuffled) == balances(written)
    taken_back = [Entry(e.day, e.lot, -e.quantity) for e in written]
    assert balances([*shuffled, *taken_back]) == {}


def test_a_day_that_sold_out_had_stock_and_the_next_had_none() -> None:
    start = date(2026, 3, 1)
    ledger = [
        Entry(start - timedelta(9), A, 10),
        Entry(start + timedelta(1), A, -10),
        Entry(start + timedelta(4), B, 5),
    ]
    expiries = {A: None, B: start + timedelta(5)}
    there = days_with_stock(ledger, expiries, start, start + timedelta(6))
    assert there == [True, True, False, False, True, True, False]  # the last day only expired stock is left


def test_what_sells_out_on_the_first_day_asked_about_was_there_on_it() -> None:
    ledger = [Entry(TODAY - timedelta(9), A, 4), Entry(TODAY - timedelta(1), A, -4, "dispensed")]
    assert days_with_stock(ledger, {A: None}, TODAY - timedelta(1), TODAY) == [True, False]


@given(entries)
def test_days_with_stock_are_those_of_a_count_day_by_day(written: list[Entry]) -> None:
    first = TODAY - timedelta(20)
    got = days_with_stock(written, {A: None, B: TODAY - timedelta(10)}, first, TODAY)
    for number, had in enumerate(got):
        day = first + timedelta(number)
        good = [A] if day > TODAY - timedelta(10) else [A, B]
        left = lambda until, lot: sum(e.quantity for e in written if e.lot == lot and e.day <= until)  # noqa: E731
        began = any(left(day - timedelta(1), lot) > 0 for lot in good)
        came = any(e.day == day and e.quantity > 0 and e.lot in good for e in written)
        assert had == (began or came)
