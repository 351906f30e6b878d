"""State and duties of a piece of equipment: unknown is not working, a day that cannot be named is said so."""

from __future__ import annotations

from datetime import date

import pytest

from ces_desktop.domain.supply.equipment import KINDS, STATES, Due, Event, due, nearest, since, state_of

TODAY = date(2026, 11, 27)
BOUGHT = date(2023, 5, 10)


def events(*said: tuple[str, str, str | None]) -> list[Event]:
    return [Event(date.fromisoformat(day), kind, state) for day, kind, state in said]  # type: ignore[arg-type]


def test_of_what_nothing_was_noted_nothing_is_known() -> None:
    assert state_of([]) == "unknown" and since([]) is None
    assert due([], "calibration", 12, None, TODAY) == Due("calibration", None, None, "never")
    assert due([], "calibration", None, BOUGHT, TODAY).standing == "not_needed"


def test_the_state_is_that_of_the_last_event_that_says_one() -> None:
    told = events(
        ("2026-01-05", "check", "working"), ("2026-03-01", "fault", "broken"), ("2026-03-09", "repair", "away")
    )
    assert state_of(told) == "away" and since(told) == date(2026, 3, 9)
    told += events(("2026-04-02", "maintenance", None))
    assert state_of(told) == "away"
    told += events(("2026-04-20", "repair", "working"), ("2026-06-01", "calibration", "working"))
    assert state_of(told) == "working" and since(told) == date(2026, 4, 20)


def test_never_calibrated_it_is_due_from_the_day_it_came() -> None:
    assert due([], "calibration", 12, BOUGHT, TODAY) == Due("calibration", None, date(2024, 5, 10), "overdue")


@pytest.mark.parametrize(
    ("done", "standing"),
    [
        ("2025-11-26", "overdue"),
        ("2025-11-27", "soon"),
        ("2025-12-27", "soon"),
        ("2025-12-28", "in_time"),
        ("2026-11-27", "in_time"),
    ],
)
def test_a_duty_is_announced_a_month_before_and_overdue_the_day_after(done: str, standing: str) -> None:
    found = due(events((done, "calibration", "working")), "calibration", 12, BOUGHT, TODAY)
    assert found.standing == standing and found.wants == (standing != "in_time")


def test_the_other_duty_does_not_count_and_a_retired_piece_has_none() -> None:
    told = events(("2026-10-01", "maintenance", "working"))
    assert due(told, "calibration", 12, None, TODAY).standing == "never"
    told += events(("2026-11-01", "retired", "retired"))
    assert due(told, "maintenance", 6, BOUGHT, TODAY).standing == "not_needed"


def test_the_31st_falls_on_the_last_day_of_a_shorter_month() -> None:
    found = due(events(("2026-08-31", "maintenance", "working")), "maintenance", 6, None, TODAY)
    assert found.on == date(2027, 2, 28)


def test_what_is_not_on_record_is_told_first_then_the_earliest() -> None:
    late, never = Due("calibration", None, date(2026, 1, 1), "overdue"), Due("maintenance", None, None, "never")
    assert nearest((late, never)) == never and nearest((late,)) == late
    assert nearest((Due("calibration", None, None, "not_needed"),)) is None


def test_each_kind_leaves_a_state_that_is_one() -> None:
    assert set(STATES) == set(KINDS) and all(STATES[kind] for kind in KINDS)
