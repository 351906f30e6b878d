"""Months of an item, against the count of every day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.ledger import Entry, balances, days_with_stock
from ces_desktop.domain.supply.months import months, still_stocked

A, B = Id(b"a" * 16), Id(b"b" * 16)
FIRST = date(2025, 11, 20)
days = st.dates(FIRST, FIRST + timedelta(150))
entries = st.lists(
    st.builds(
        Entry,
        day=days,
        lot=st.sampled_from([A, B, None]),
        quantity=st.integers(-20, 20),
        kind=st.sampled_from(["supplied", "dispensed", "used", "expired", "count"]),
    ),
    min_size=1,
    max_size=14,
)


@given(entries, st.none() | days, st.integers(-5, 5))
def test_months_are_those_of_a_count_day_by_day(written: list[Entry], expiry: date | None, opening: int) -> None:
    expiries = {A: expiry, B: None}
    written.sort(key=lambda e: e.day)
    start = written[0].day.replace(day=1)
    before = [Entry(start - timedelta(40), A, opening)]
    got = months({A: opening}, written, expiries)
    month = start
    for one in got:
        assert one.month == month.isoformat()[:7]
        end = month.replace(day=monthrange(month.year, month.month)[1])
        there = days_with_stock([*before, *written], expiries, month, end)
        assert one.stocked == sum(had << n for n, had in enumerate(there))
        until = [e for e in [*before, *written] if e.day <= end]
        assert one.balance == sum(balances(until).values())
        mine = [e for e in written if month <= e.day <= end and e.kind in ("dispensed", "used")]
        assert one.used == -sum(e.quantity for e in mine)
        month = end + timedelta(1)
    assert got[-1].month == written[-1].day.isoformat()[:7]
    left = balances([*before, *written])
    after = days_with_stock([*before, *written], expiries, month, month.replace(day=28))
    assert still_stocked(left, expiries, month) & (2**28 - 1) == sum(had << n for n, had in enumerate(after))


def test_nothing_moved_is_no_month() -> None:
    assert months({A: 3}, [], {}) == []


def test_what_expires_after_the_last_movement_is_there_through_its_last_day() -> None:
    lot, month = Id(b"\1" * 16), date(2026, 4, 1)
    assert still_stocked({lot: 5}, {lot: date(2026, 4, 10)}, month) == 2**10 - 1
    assert still_stocked({lot: 5}, {lot: date(2026, 4, 30)}, month) == 2**30 - 1
    assert still_stocked({lot: 5}, {lot: date(2026, 3, 31)}, month) == 0
