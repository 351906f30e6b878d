"""How old the last confirmed bundle is: levels, reminders, and clocks that are wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ces_desktop.domain.exchange_age import age, believed

DAY = date(2026, 3, 17)


@pytest.mark.parametrize(
    ("days", "level", "step"),
    [
        (0, "ok", 0), (28, "ok", 0), (29, "warn", 0), (30, "warn", 30), (35, "warn", 30), (36, "bad", 30),
        (59, "bad", 30), (60, "bad", 60), (89, "bad", 60), (90, "bad", 90), (400, "bad", 90), (1825, "bad", 90),
    ],
)  # fmt: skip
def test_levels_and_reminders(days: int, level: str, step: int) -> None:
    found = age(DAY, DAY + timedelta(days=days))
    assert (found.days, found.level, found.step) == (days, level, step)


@pytest.mark.parametrize("today", [date(2000, 1, 1), date(2026, 3, 15), date(2062, 1, 1)])
def test_a_clock_in_2000_or_set_forward_is_said_and_reminds_of_nothing_else(today: date) -> None:
    found = age(DAY, today)
    assert (found.level, found.step) == ("clock", 0)


def test_a_day_of_difference_is_two_clocks_and_no_news() -> None:
    assert age(DAY, DAY - timedelta(days=1)).level == "ok"


def test_a_bundle_made_by_a_wrong_clock_is_as_old_as_its_confirmation() -> None:
    floor, confirmed = 1_000, 9_000
    assert believed(5_000, confirmed, floor) == 5_000
    assert believed(10, confirmed, floor) == confirmed
    assert believed(99_000, confirmed, floor) == confirmed
