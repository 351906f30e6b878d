"""Days with and without a physician under overlapping placements and absences, cohorts, the age of requests."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain import staff, staff_requests
from ces_desktop.domain.staff import Away, Stint, coverage

DAY = date(2026, 3, 1)
LAST = DAY + timedelta(days=59)
days = st.integers(-40, 100).map(lambda n: DAY + timedelta(days=n))
spans = st.tuples(days, st.none() | st.integers(-3, 60)).map(
    lambda s: (s[0], None if s[1] is None else s[0] + timedelta(days=s[1]))
)
stints = st.lists(st.builds(lambda who, s: Stint(who, *s), st.integers(1, 3), spans), max_size=5)
aways = st.lists(st.builds(lambda who, s: Away(who, *s), st.integers(1, 3), spans), max_size=5)


def inside(day: date, first: date, until: date | None) -> bool:
    return first <= day and (until is None or day <= until)


@given(stints, aways)
def test_each_day_has_the_standing_that_its_definition_says(held: list[Stint], away: list[Away]) -> None:
    found = coverage(held, away, DAY, LAST)
    since = min((s.first for s in held), default=None)
    for n in range(60):
        day = DAY + timedelta(days=n)
        serving = {s.who for s in held if inside(day, s.first, s.until)}
        here = {who for who in serving if not any(a.who == who and inside(day, a.first, a.until) for a in away)}
        expected = "covered" if here else "away" if serving else "vacant" if since and since <= day else "unknown"
        assert found.of(day) == expected
    assert sum(found.count(s) for s in ("covered", "away", "vacant", "unknown")) == 60
    assert found.known == found.uncovered + found.count("covered")
    assert found.of(DAY - timedelta(days=1)) == found.of(LAST + timedelta(days=1)) == "unknown"


@given(stints, aways, stints)
def test_another_physician_never_uncovers_a_day_and_another_absence_never_covers_one(
    held: list[Stint], away: list[Away], more: list[Stint]
) -> None:
    alone, together = coverage(held, away, DAY, LAST), coverage(held + more, away, DAY, LAST)
    for n in range(60):
        day = DAY + timedelta(days=n)
        assert alone.of(day) != "covered" or together.of(day) == "covered"
    fewer = coverage(held, [*away, Away(1, DAY, None)], DAY, LAST)
    assert fewer.count("covered") <= alone.count("covered") and fewer.known == alone.known


@given(stints, aways)
def test_order_and_repetition_change_nothing(held: list[Stint], away: list[Away]) -> None:
    assert coverage(held, away, DAY, LAST) == coverage(held[::-1] * 2, away[::-1] * 2, DAY, LAST)


@given(stints, aways)
def test_gaps_are_the_uncovered_days_and_nothing_else(held: list[Stint], away: list[Away]) -> None:
    found = coverage(held, away, DAY, LAST)
    runs = staff.gaps(found)
    assert sum((last - first).days + 1 for first, last, _ in runs) == found.uncovered
    assert all(found.of(first) == found.of(last) == standing for first, last, standing in runs)
    assert [r[0] for r in runs] == sorted(r[0] for r in runs)


def test_a_hundred_percent_is_said_of_no_gap_only() -> None:
    found = coverage([Stint(1, DAY, None)], [Away(1, DAY, DAY)], DAY, DAY + timedelta(days=399))
    assert found.uncovered == 1 and found.percent == 99
    assert coverage([], [], DAY, LAST).percent is None and coverage([], [], DAY, LAST).known == 0
    assert coverage([Stint(1, DAY, None)], [], LAST, DAY).standings == ()


@given(st.dates(date(1990, 1, 1), date(2120, 1, 1)))
def test_a_first_day_belongs_to_the_nearest_change(day: date) -> None:
    cohort = staff.cohort_of(day)
    assert staff.is_cohort(cohort)
    first, last = staff.term(cohort)
    assert abs((day - first).days) <= 93 and 364 <= (last - first).days <= 365
    coming = staff.next_cohorts(day)
    assert len(coming) == 3 and staff.term(coming[0])[0] >= day and list(coming) == sorted(coming)


def test_what_a_placement_asks_for() -> None:
    today = date(2026, 7, 20)
    assert staff.attention("assigned", date(2026, 7, 20), None, today) == "begin"
    assert staff.attention("assigned", date(2026, 8, 1), None, today) is None
    assert staff.attention("in_service", date(2025, 8, 1), date(2026, 7, 19), today) == "end"
    assert staff.attention("in_service", date(2025, 8, 1), date(2026, 7, 31), today) == "soon"
    assert staff.attention("in_service", date(2025, 8, 1), None, today) is None
    assert staff.attention("finished", date(2025, 8, 1), date(2026, 7, 19), today) is None
    assert not staff.is_cohort("2026-03") and not staff.is_cohort("x026-02")


@given(spans, spans)
def test_two_spans_overlap_when_they_share_a_day(one: tuple[date, date | None], two: tuple[date, date | None]) -> None:
    nearby = [DAY + timedelta(days=n) for n in range(-60, 320)]
    shared = any(inside(day, *one) and inside(day, *two) for day in nearby)
    ordered = all(until is None or until >= first for first, until in (one, two))
    assert not ordered or staff.overlapping([one], *two) == shared


@given(days, st.sampled_from([*staff_requests.URGENCIES, "odd"]), st.none() | days, st.none() | days, days)
def test_a_request_is_late_by_its_day_or_its_urgency(
    asked: date, urgency: str, due: date | None, closed: date | None, today: date
) -> None:
    age = staff_requests.age(asked, urgency, due, closed, today)
    until = closed or today
    assert age.days_open == max(0, (until - asked).days)
    assert (age.late > 0) == (until > age.due) and (due is None or age.due == due)
    assert due is not None or age.due == asked + timedelta(days=staff_requests.WITHIN.get(urgency, 60))


def test_the_state_of_a_request_is_the_last_that_was_said() -> None:
    assert staff_requests.state_of([]) == staff_requests.state_of([None]) == "open"
    assert staff_requests.state_of(["doing", None]) == "doing"
    assert staff_requests.state_of(["doing", "done", "open"]) == "open"


def test_the_next_change_names_who_leaves_who_comes_and_who_would() -> None:
    today = date(2026, 5, 20)
    placed = [
        ("in_service", date(2025, 8, 1), date(2026, 7, 31), "2025-08"),
        ("assigned", date(2026, 8, 3), None, "2026-08"),
        ("candidate", None, None, "2026-08"),
        ("candidate", None, None, "2027-02"),
        ("finished", date(2024, 8, 1), date(2025, 7, 31), "2024-08"),
    ]
    assert staff.next_change(placed, today) == staff.Change(date(2026, 8, 1), (0,), (1,), (2,))
    assert staff.next_change(placed[3:], today) == staff.Change(date(2027, 2, 1), (), (), (0,))
    assert staff.next_change(placed[4:], today) is None
