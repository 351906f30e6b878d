"""The proposed order: never negative, never past a limit, not shrunk by stock-outs, answered again from paths."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply import proposal, replenish
from ces_desktop.domain.supply.forecast import PATHS, History
from ces_desktop.domain.supply.orders import (
    FORGOTTEN_DAYS,
    Past,
    Received,
    Supply,
    counted_on,
    learnt,
    outcome,
    state_of,
)
from ces_desktop.domain.supply.proposal import HORIZON, Outlook, Wanted
from ces_desktop.errors import Refused

CYCLE = Supply((0.6, 1.0, 1.4), (2.0, 2.0, 2.3), (0.5, 0.8, 1.0))
NAMES = iter(range(1, 10**6))


def steady(mean: float, months: int = 36, seed: int = 1, empty: int = 0) -> History:
    """Poisson demand; the last `empty` months without a single day of stock."""
    used = np.random.default_rng(seed).poisson(mean, months).astype(float)
    exposure = np.ones(months)
    if empty:
        used, exposure = np.append(used, np.zeros(empty)), np.append(exposure, np.zeros(empty))
    return History("2022-01", used.tolist(), exposure.tolist(), product=f"p{next(NAMES)}")


def wanted(history: History | None, on_hand: int = 0, ven: str = "essential", **more: object) -> Wanted:
    return Wanted(Id(next(NAMES).to_bytes(16, "big")), ven, history, on_hand, **more)  # type: ignore[arg-type]


def proposed(*items: Wanted, budget: int | None = None, supply: Supply = CYCLE) -> list[proposal.Line]:
    return proposal.propose(proposal.look(items, supply, 7), budget)


items = st.builds(
    wanted,
    st.one_of(
        st.none(),
        st.builds(
            steady,
            st.sampled_from([0.0, 0.2, 3.0, 40.0, 2000.0]),
            st.integers(1, 40),
            st.integers(0, 99),
            st.integers(0, 4),
        ),
    ),
    st.integers(-30, 3000),
    st.sampled_from(sorted(replenish.SERVICE)),
    lots=st.lists(st.tuples(st.one_of(st.none(), st.floats(0, 20)), st.integers(-5, 500)), max_size=3).map(tuple),
    in_transit=st.integers(0, 300),
    pack=st.sampled_from([1, 7, 30, 100]),
    room=st.one_of(st.none(), st.integers(0, 900)),
    lives=st.one_of(st.none(), st.floats(0, 24)),
    named=st.booleans(),
    people=st.integers(0, 2),
    need=st.sampled_from([0.0, 30.0, 61.0]),
)


@settings(max_examples=40)
@given(st.lists(items, min_size=1, max_size=6), st.one_of(st.none(), st.integers(0, 40)), st.integers(0, 8))
def test_never_negative_never_past_a_limit(held: list[Wanted], budget: int | None, weeks: int) -> None:
    outlook = proposal.look(held, CYCLE, 3)
    lines = proposal.propose(outlook, budget, weeks)
    assert [line.item for line in lines] == [one.item for one in held]
    for one, line in zip(held, lines, strict=True):
        assert line.quantity >= 0 and line.quantity % one.pack == 0
        assert line.classic >= 0 and line.classic % one.pack == 0
        if one.room is not None:
            assert line.quantity <= one.room
        if one.named and not one.people:
            assert line.quantity == 0 and line.limits == ("named",)
        elif one.history is None and not one.people:
            assert line.quantity == 0 and line.limits == ("unknown",)
        assert 0 <= line.risk_with <= line.risk_without <= 1 and 0 <= line.risk_before <= 1
        assert line.out == tuple(sorted(line.out))
        assert math.isclose(sum(weight for _, weight in line.members), 1.0)
    if budget is not None:
        assert sum(line.quantity // one.pack for one, line in zip(held, lines, strict=True)) <= budget


@settings(max_examples=20)
@given(st.lists(items, min_size=1, max_size=5), st.sampled_from([0, 3, 10]))
def test_as_the_rule_for_one_item_has_it(held: list[Wanted], packs: int) -> None:
    """All at once, by arrays, is what `replenish` answers for each, lots and goods on the way left aside."""
    plain = [
        Wanted(x.item, x.ven, x.history, x.on_hand, (), 0, x.pack, None, x.lives, False, 30.0, 1, x.product)
        for x in held
    ]
    outlook = proposal.look(plain, CYCLE, 5)
    months = outlook.lead + outlook.review
    lives = float(np.median(outlook.lead))
    rules = [replenish.Item(x.ven, x.on_hand, 0, x.pack, None if x.lives is None else x.lives + lives) for x in plain]
    paths = list(outlook.forecasts.paths)
    alone = [replenish.order(rule, path, months) for rule, path in zip(rules, paths, strict=True)]
    assert [line.quantity for line in proposal.propose(outlook)] == [order.quantity for order in alone]
    shared = replenish.allocate(rules, paths, months, packs)
    if sum(order.quantity // x.pack for order, x in zip(alone, plain, strict=True)) > packs:
        assert [line.quantity for line in proposal.propose(outlook, packs)] == [order.quantity for order in shared]


@settings(max_examples=15)
@given(st.sampled_from([2.0, 15.0, 120.0, 900.0]), st.integers(0, 200), st.integers(18, 48), st.integers(3, 5))
def test_three_months_without_stock_do_not_shrink_the_order(mean: float, seed: int, months: int, empty: int) -> None:
    before, after = steady(mean, months, seed), steady(mean, months, seed, empty)
    [one] = proposed(wanted(before))
    [other] = proposed(wanted(after))
    assert other.quantity >= 0.9 * one.quantity
    assert other.quantity >= 0.9 * mean * float(np.mean(CYCLE.leads) + np.mean(CYCLE.reviews))
    assert other.classic == 0, "what most stock systems would order of it"


def test_the_risk_with_an_order_counts_on_what_usually_comes_of_one() -> None:
    one = wanted(steady(40), 10, "vital")
    outlooks = [proposal.look([one], Supply((1.0,), (2.0,), fills), 7) for fills in ((), (1.0,), (0.7,), (0.0,))]
    lines = [proposal.propose(outlook)[0] for outlook in outlooks]
    assert len({line.quantity for line in lines}) == 1 and lines[0].quantity > 80
    told, whole, part, none = (line.risk_with for line in lines)
    assert told == whole <= 1 - replenish.SERVICE["vital"] + 1e-9
    assert whole < part < none == lines[3].risk_without
    assert {line.risk_whole for line in lines} == {whole}
    [asked] = proposal.risks(outlooks[2], [lines[2].quantity])[1]
    [more] = proposal.risks(outlooks[2], [2 * lines[2].quantity])[1]
    assert asked == part and more < asked


def test_more_stock_is_never_more_order_and_a_vital_item_gets_no_less() -> None:
    history = steady(30)
    by_stock = [proposed(wanted(history, stock))[0].quantity for stock in (0, 40, 80, 200, 10_000)]
    assert by_stock == sorted(by_stock, reverse=True) and by_stock[-1] == 0
    by_class = [proposed(wanted(history, 10, ven))[0].quantity for ven in ("other", "essential", "vital")]
    assert by_class == sorted(by_class)


def test_what_is_coming_is_deducted_as_far_as_it_usually_comes() -> None:
    history = steady(50)
    none, whole, half = (
        proposed(wanted(history, in_transit=transit), supply=Supply((1.0,), (2.0,), (fill,)))[0].quantity
        for transit, fill in ((0, 1.0), (60, 1.0), (60, 0.5))
    )
    assert whole == none - 60
    assert half == none - 30


def test_what_expires_before_it_is_needed_does_not_cover_the_need() -> None:
    history = steady(20)
    fresh = proposed(wanted(history, 60, lots=((None, 60),)))[0]
    dying = proposed(wanted(history, 60, lots=((0.5, 60),)))[0]
    assert dying.quantity >= fresh.quantity + 45, "sixty units, ten used in half a month"
    [lost] = proposal.spoilt(proposal.look([wanted(history, 60, lots=((0.5, 60),))], CYCLE, 1), 0)
    assert lost > 0.95


def test_nothing_that_would_hardly_be_used_in_time_is_ordered() -> None:
    [line] = proposed(wanted(steady(20), lives=1.0))
    free = proposed(wanted(steady(20)))[0]
    assert 0 < line.quantity < free.quantity and line.limits == ("expiry",)


def test_a_vital_item_that_ran_out_is_not_left_at_nothing_for_fear_of_waste() -> None:
    vital, essential = (proposed(wanted(steady(1), 0, ven, lives=4.0, pack=50))[0] for ven in ("vital", "essential"))
    assert (vital.quantity, vital.limits) == (50, ("spared",)) and vital.risk_with < 0.05
    assert (essential.quantity, essential.limits) == (0, ("expiry",))
    assert proposed(wanted(steady(1), 0, "vital", lives=4.0, pack=50, room=20))[0].quantity == 0


def test_what_spoils_on_the_shelf_does_not_forbid_what_replaces_it() -> None:
    held = {"lives": 12.0, "lots": ((0.2, 60),)}
    [line] = proposed(wanted(steady(5), 60, **held))
    assert line.quantity >= 12, "sixty that spoil this week are no stock for the next year"


def test_a_shelf_holds_what_fits_when_the_truck_comes() -> None:
    [line] = proposed(wanted(steady(30), 20, room=50))
    assert line.quantity == 50 and line.limits == ("room",), "the twenty are used by then"


def test_a_named_patient_and_a_new_regimen_are_ordered_by_the_prescriptions() -> None:
    alone = wanted(None, named=True, people=1, need=30.0)
    [line] = proposed(alone)
    assert line.quantity >= 48, "two months at least of a tablet a day"
    assert dict(line.members)["need"] == pytest.approx(1.0)
    assert proposed(wanted(None, named=True))[0].quantity == 0


def test_a_late_truck_is_answered_from_the_same_paths() -> None:
    outlook = proposal.look([wanted(steady(30), 45), wanted(steady(3), 90)], CYCLE, 2)
    ordered = [line.quantity for line in proposal.propose(outlook)]
    before = [proposal.risks(outlook, ordered, weeks) for weeks in (0, 1, 3, 6)]
    for at in range(2):
        near, far = [float(x[0][at]) for x in before], [float(x[1][at]) for x in before]
        assert near == sorted(near) and far == sorted(far)
    assert before[0][0][0] < before[-1][0][0], "45 tablets do not last ten weeks"
    assert [line.quantity for line in proposal.propose(outlook)] == ordered, "nothing was refitted"
    usual, low, high, until = proposal.arrival(outlook)
    assert low <= usual <= high < until


def test_out_of_stock_is_certain_and_the_dates_are_in_order() -> None:
    out, low, plenty = proposed(wanted(steady(30)), wanted(steady(30), 15), wanted(steady(30), 5000))
    assert out.risk_before == out.risk_without == 1.0 and out.out == (0.0, 0.0, 0.0)
    assert 0.2 < low.out[0] <= low.out[1] <= low.out[2] < 1.2
    assert plenty.out == (math.inf,) * 3 and plenty.quantity == 0 and plenty.risk_without == 0


def test_what_is_out_and_seldom_asked_for_is_out_all_the_same() -> None:
    (out,) = proposed(wanted(steady(0.2)))
    assert out.risk_before == 1.0


def test_averages_are_corrected_for_days_without_stock() -> None:
    history = History("2025-01", [60.0, 60.0, 30.0, 0.0, math.nan], [1.0, 1.0, 0.5, 0.0, 0.0])
    assert proposal.corrected_average(history) == 60.0
    assert proposal.classic_average(history) == 10.0
    assert proposal.corrected_average(None) is None
    assert proposal.corrected_average(History("2025-01", [5.0], [0.2])) is None, "six days say nothing of a month"


def test_the_same_question_has_the_same_answer() -> None:
    held = [wanted(steady(12), 30), wanted(steady(0.4), 1)]
    assert proposed(*held, budget=3) == proposed(*held, budget=3)
    assert isinstance(proposal.look(held, Supply(), 1), Outlook)
    assert proposal.look(held, Supply(), 1).forecasts.paths.shape == (2, PATHS, HORIZON)


# ------------------------------------------------------------------ orders and what they teach
def test_how_a_line_stands() -> None:
    from datetime import date

    today = date(2026, 3, 16)
    told = {
        (100, 0, 0, False, "2026-03-20"): "waiting",
        (100, 0, 0, False, "2026-03-10"): "late",
        (100, 0, 0, True, None): "none",
        (100, 60, 0, True, None): "partly",
        (100, 100, 0, False, None): "complete",
        (100, 130, 0, False, None): "more",
        (100, 40, 60, False, None): "substituted",
    }
    for (asked, own, other, closed, expected), word in told.items():
        assert outcome(asked, Received(own, other), expected, today, closed) == word


def test_the_state_follows_what_came() -> None:
    assert state_of("sent", [(10, Received()), (5, Received())]) == "sent"
    assert state_of("sent", [(10, Received(4)), (5, Received())]) == "partly_received"
    assert state_of("partly_received", [(10, Received(6, 4)), (5, Received(5))]) == "received"
    assert state_of("received", [(10, Received())]) == "received", "closed: nothing more is expected"
    assert state_of("cancelled", [(10, Received(10))]) == "cancelled"
    assert state_of("sent", []) == "sent"


def test_what_is_long_overdue_is_no_longer_counted_on() -> None:
    from datetime import date, timedelta

    today = date(2026, 3, 16)
    assert counted_on("sent", "2026-02-01", "2026-03-01", today)
    assert counted_on("partly_received", "2026-02-01", None, today)
    assert not counted_on("sent", "2025-11-01", "2025-12-01", today)
    last = (today - timedelta(days=FORGOTTEN_DAYS)).isoformat()
    assert counted_on("sent", None, last, today) and not counted_on("sent", None, last, today + timedelta(days=1))
    assert not counted_on("draft", None, None, today) and not counted_on("received", "2026-03-01", None, today)


def test_times_are_learnt_of_the_season_where_it_has_been_seen() -> None:
    from datetime import date

    dry = [Past(f"2025-{m:02d}-01", f"2025-{m:02d}-25", 100, 80) for m in (1, 3, 5)]
    wet = [Past(f"2025-{m:02d}-01", f"2025-{m + 1:02d}-20", 100, 40) for m in (7, 8, 9)]
    in_march, in_july = learnt([*dry, *wet], date(2026, 3, 16)), learnt([*dry, *wet], date(2026, 7, 16))
    assert max(in_march.leads) < 0.9 < min(in_july.leads)
    assert set(in_march.fills) == {0.8, 0.4}
    assert learnt([Past("2025-01-01", "2025-02-01", 10, 15)], date(2026, 3, 16)).fills == (1.0,)
    assert learnt([], date(2026, 3, 16), 60, 30) == Supply((30 / 30.4375,), (60 / 30.4375,), ())
    assert learnt([], date(2026, 3, 16)) == Supply()
    fresh = learnt([Past("2026-03-01", None, 50, 0)], date(2026, 3, 16))
    assert fresh.leads == () and fresh.fills == (), "not come yet is not never came"
    with pytest.raises(Refused):
        learnt([], date(2026, 3, 16), 0)
