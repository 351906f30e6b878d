"""The words over a person's trend do not cover each other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ces_desktop.domain.trends import Point, Trend, Without
from ces_desktop.ui import charts, theme

FIRST = date(2026, 1, 5)
GOAL_WIDE, MISSING_WIDE = 76, 90
"""Design px that `meta 130/80` and `sin hidroclorotiazida` take in the caption's letters, rounded up."""


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("missing", range(10, 300, 10))
def test_the_goal_is_not_written_over_a_missing_medicine(missing: int, scale: float) -> None:
    days = [FIRST + timedelta(days=30 * n) for n in range(11)]
    values = (138, 134, 130, 120, 122, 112, 136, 130, 124, 122, 120)
    points = tuple(Point(day.isoformat(), value, value - 46) for day, value in zip(days, values, strict=True))
    gap = Without("losartán 50 mg", FIRST + timedelta(days=missing), 16)
    shown = Trend("pressure", "systolic", points, goal=(130, 80), without=(gap,))
    look = charts.Look(round(640 * scale), round(226 * scale), scale, dict(theme.current().colours))
    found = {label.kind: label for label in charts.draw(shown, look).labels}
    goal, without = found["goal"], found["without"]
    assert goal.y < without.y + charts.WITHOUT_HIGH * scale, "side by side, else the test says nothing"
    begins = without.x - (MISSING_WIDE * scale if without.side == "right" else 0)
    ends = goal.x + GOAL_WIDE / 2 * scale, begins + MISSING_WIDE * scale
    assert ends[0] <= begins or goal.x - GOAL_WIDE / 2 * scale >= ends[1], (goal, without)
