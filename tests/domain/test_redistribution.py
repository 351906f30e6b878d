"""What to move between clinics: nobody is emptied to fill another, nothing that will expire is carried, vital first."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply import redistribution
from ces_desktop.domain.supply.redistribution import Box, Held, moves
from ces_desktop.domain.supply.warnings import Kept, quantiles_of

TODAY = date(2026, 11, 27)
SOON, LATER = TODAY + timedelta(days=45), TODAY + timedelta(days=700)


def clinic(n: int) -> Id:
    return Id(bytes([n]) * 16)


def held(
    n: int,
    units: int,
    average: float | None,
    *,
    ven: str = "essential",
    until: date = SOON,
    least: float = 3.0,
    pack: int = 1,
    expiry: date | None = LATER,
    product: str = "metformin",
    lively: bool = True,
) -> Held:
    item = Id(product.encode().ljust(16, b".")[:16])
    boxes = (Box(item, Id(bytes([n, 1]) * 8), f"L{n}", expiry, units),) if units > 0 else ()
    lots = ((expiry, units),) if units > 0 and expiry is not None else ()
    kept = Kept(ven, units, 0, None, average, lots)
    return Held(clinic(n), product, kept, until, least, lively, pack, boxes)


def test_who_has_two_years_helps_who_has_nothing() -> None:
    (move,) = moves([held(1, 2_400, 100.0), held(2, 0, 60.0)], TODAY)
    assert (move.giver, move.receiver) == (clinic(1), clinic(2))
    assert move.units == round(60 * 1.4 * (45 + redistribution.LEAST_DAYS) / redistribution.MONTH_DAYS)
    assert move.before == 1.0 and move.after < 0.2
    assert move.leaves is not None and move.leaves > 20


def test_who_has_just_enough_gives_nothing() -> None:
    assert moves([held(1, 300, 100.0), held(2, 0, 60.0)], TODAY) == ()


def test_where_nobody_asks_for_it_all_of_it_can_go() -> None:
    (move,) = moves([held(1, 30, None, lively=False), held(2, 0, 60.0)], TODAY)
    assert move.units == 30 and move.leaves is None


def test_a_lot_about_to_expire_is_not_carried() -> None:
    soon = TODAY + timedelta(days=redistribution.TRAVEL_DAYS - 1)
    assert moves([held(1, 500, None, lively=False, expiry=soon), held(2, 0, 60.0)], TODAY) == ()


def test_no_more_goes_than_is_used_before_it_expires() -> None:
    end = TODAY + timedelta(days=40)
    (move,) = moves([held(1, 500, None, lively=False, expiry=end), held(2, 0, 60.0, until=LATER)], TODAY)
    assert move.units == int(60 * 40 / redistribution.MONTH_DAYS)


def test_what_would_be_lost_first_goes_first() -> None:
    places = [held(1, 5_000, 10.0), held(2, 5_000, 10.0, expiry=TODAY + timedelta(days=200)), held(3, 0, 60.0)]
    assert [m.giver for m in moves(places, TODAY)] == [clinic(2)]


def test_whole_packs_are_moved() -> None:
    (move,) = moves([held(1, 4_000, 10.0, pack=30), held(2, 0, 60.0)], TODAY)
    assert move.units % 30 == 0 and move.units >= 144


def test_the_vital_comes_first() -> None:
    places = [
        held(1, 5_000, 10.0, product="zinc", ven="other"),
        held(2, 0, 60.0, product="zinc", ven="other"),
        held(1, 5_000, 10.0, product="insulin", ven="vital"),
        held(2, 20, 60.0, product="insulin", ven="vital"),
    ]
    assert [m.product for m in moves(places, TODAY)] == ["insulin", "zinc"]


def test_who_lacks_it_and_of_whom_nothing_is_known_gets_nothing() -> None:
    assert moves([held(1, 5_000, 10.0), held(2, 0, None)], TODAY) == ()


PLACES = st.lists(
    st.builds(
        held,
        st.integers(1, 12),
        st.integers(0, 5_000),
        st.one_of(st.none(), st.floats(0.0, 500.0)),
        ven=st.sampled_from(["vital", "essential", "other"]),
        until=st.integers(0, 120).map(lambda days: TODAY + timedelta(days=days)),
        least=st.floats(0.5, 6.0),
        pack=st.sampled_from([1, 10, 30, 100]),
        expiry=st.one_of(st.none(), st.integers(0, 900).map(lambda days: TODAY + timedelta(days=days))),
        lively=st.booleans(),
    ),
    max_size=10,
    unique_by=lambda one: one.clinic,
)


@given(PLACES)
def test_no_move_ever_makes_a_shortage(places: list[Held]) -> None:
    by_clinic = {one.clinic: one for one in places}
    found = moves(places, TODAY)
    givers, receivers = {m.giver for m in found}, {m.receiver for m in found}
    assert not givers & receivers
    for one in givers:
        given_away = sum(m.units for m in found if m.giver == one)
        assert 0 < given_away <= redistribution.spares(by_clinic[one], TODAY) <= by_clinic[one].kept.usable
        left = by_clinic[one].kept.usable - given_away
        quantiles = quantiles_of(by_clinic[one].kept)
        if by_clinic[one].lively and quantiles is not None:
            assert left >= round(quantiles[2] * by_clinic[one].least)
    for move in found:
        assert move.after <= move.before
        assert all(b.units > 0 and (b.expiry is None or b.expiry >= TODAY) for b in move.boxes)
    assert found == moves(list(reversed(places)), TODAY), "the order in which clinics are read does not matter"
