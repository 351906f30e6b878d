"""What expires when, and what of it will be left over at the pace of use."""

from __future__ import annotations

from datetime import date, timedelta

from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.expiries import expiring
from ces_desktop.domain.supply.ledger import LotStock

TODAY = date(2026, 3, 16)


def lot(days: int | None, quantity: int, number: str = "L") -> LotStock:
    return LotStock(Id(bytes(15) + b"1"), number, None if days is None else TODAY + timedelta(days), quantity)


def test_lots_stand_in_the_window_in_which_they_expire() -> None:
    found = expiring([lot(days, 5) for days in (400, -1, 0, 91, 92, 360, None)], TODAY, 1.0)
    assert [(each.days, each.within) for each in found] == [(-1, 0), (0, 3), (91, 3), (92, 6), (360, 12), (400, 13)]


def test_what_expires_first_is_used_first_and_the_rest_is_left_over() -> None:
    soon, later = lot(30, 100, "A"), lot(60, 100, "B")
    found = expiring([later, soon], TODAY, 60.0)
    # 31 days at 60 a month use 61 of the first; the 61 days to the end of the second use 120 less those 61
    assert [each.unused for each in found] == [39, 41]


def test_what_has_expired_is_left_over_whole_and_unknown_use_says_nothing() -> None:
    assert [each.unused for each in expiring([lot(-3, 7), lot(20, 9)], TODAY, None)] == [7, None]
    assert [each.unused for each in expiring([lot(20, 9)], TODAY, 0.0)] == [9]
    assert expiring([lot(20, 0), lot(20, -4)], TODAY, 5.0) == []
