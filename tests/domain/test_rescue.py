"""The rescue list's rules: when due, how late, which tab, what risk, what waits, what comes back by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_programs import SHIPPED

from ces_desktop.domain.coding import kept_as_problem
from ces_desktop.domain.courses import Member
from ces_desktop.domain.dosing import Prescribed, Stopped
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import Reading
from ces_desktop.domain.rescue import RISKS, Case, Contact, Entry, entry, kept, medicine_days, order, risk_of
from ces_desktop.domain.visits import Dose, Line

TODAY = date(2026, 3, 16)


def day(ago: int) -> str:
    """The ISO day so many days before today."""
    return (TODAY - timedelta(days=ago)).isoformat()


def member(programme: str = "hypertension", visits: tuple[int, ...] = (), conditions: str = "", **read: int) -> Member:
    """Somebody enrolled, seen so many days ago, with one reading of each measure on the last visit."""
    on = day(min(visits)) if visits else day(20)
    return Member(
        Id(bytes(16)),
        enrolments=dict.fromkeys(programme.split(), (("2023-01-10", "enrolled"),)),
        problems={Id(code.encode()): (("2023-01-10", code, "active"),) for code in conditions.split()},
        readings={code: [Reading(code, on, value)] for code, value in read.items()},
        visits=sorted((day(ago) for ago in visits), reverse=True),
    )


def line(ago: int, days: int, number: int = 1, *, as_needed: bool = False) -> Prescribed:
    """A medicine of its own for so many days, prescribed so many days ago."""
    key = Id(number.to_bytes(16, "big"))
    return Prescribed(Line(key, key, "X", Dose(4, as_needed=as_needed), "oral", days, days), None, day(ago))


def case(
    who: Member, due: int | None = None, agreed: int = 400, *contacts: Contact, lines: tuple[Prescribed, ...] = ()
) -> Case:
    """`due` days ago is the appointment, negative = ahead."""
    appointment = None if due is None else (day(agreed), day(due))
    return Case(who, appointment, contacts, lines)


def found(one: Case, today: date = TODAY) -> Entry:
    answer = entry(one, today, SHIPPED)
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("due", "tab"),
    [(-7, None), (-6, "week"), (0, "week"), (1, "late"), (90, "late"), (91, "rescue"), (300, "rescue")],
)
def test_days_late_choose_the_tab(due: int, tab: str | None) -> None:
    one = entry(case(member(visits=(320,), systolic=120, diastolic=70), due, 320), TODAY, SHIPPED)
    assert (one.tab if one else None) == tab
    if one:
        assert one.days_late == due and one.by_appointment


def test_without_an_appointment_the_programme_says_when() -> None:
    one = found(case(member(visits=(40,))))
    assert (one.due_on, one.days_late, one.by_appointment) == ("2026-03-04", 12, False)


@pytest.mark.parametrize(("due", "tab"), [(29, "late"), (30, "rescue")])
def test_high_risk_is_to_be_rescued_after_thirty_days(due: int, tab: str) -> None:
    assert found(case(member(visits=(60,), systolic=181, diastolic=90), due, 60)).tab == tab


def test_twelve_months_without_a_visit_is_lost() -> None:
    assert found(case(member(visits=(400,), systolic=190, diastolic=90), 300)).tab == "lost"


@pytest.mark.parametrize(
    ("programme", "conditions", "read", "risk", "code"),
    [
        ("hypertension", "", {"systolic": 180, "diastolic": 70}, "high", "pressure"),
        ("hypertension", "", {"systolic": 120, "diastolic": 110}, "high", "pressure"),
        ("hypertension", "", {"systolic": 179, "diastolic": 109}, "medium", "pressure"),
        ("hypertension", "I64X", {"systolic": 140, "diastolic": 70}, "high", "pressure"),
        ("hypertension", "I64X", {"systolic": 139, "diastolic": 89}, "low", "pressure"),
        ("hypertension", "I250", {"systolic": 150, "diastolic": 89}, "medium", "pressure"),
        ("hypertension", "E119", {"systolic": 132, "diastolic": 70}, "medium", "pressure"),
        ("hypertension", "", {"systolic": 120}, "unknown", "none"),
        ("diabetes", "", {"glucose_random": 300}, "high", "glucose_random"),
        ("diabetes", "", {"glucose_unknown": 299}, "medium", "glucose_unknown"),
        ("diabetes", "", {"glucose_random": 150}, "unknown", "none"),
        ("diabetes", "", {"glucose_fasting": 200}, "high", "glucose_fasting"),
        ("diabetes", "", {"glucose_fasting": 130}, "low", "glucose_fasting"),
        ("diabetes", "", {"glucose_fasting": 60}, "medium", "glucose_fasting"),
        ("diabetes", "", {"hba1c": 90}, "high", "hba1c"),
        ("diabetes", "", {"hba1c": 70}, "medium", "hba1c"),
        ("diabetes", "", {"hba1c": 69, "glucose_random": 310}, "high", "glucose_random"),
        ("diabetes", "", {"glucose_fasting": 110, "glucose_random": 310}, "high", "glucose_random"),
        ("diabetes hypertension", "", {"systolic": 120, "diastolic": 70}, "unknown", "none"),
        ("diabetes hypertension", "", {"systolic": 170, "diastolic": 70}, "medium", "pressure"),
    ],
)
def test_the_risk_and_the_reading_it_rests_on(
    programme: str, conditions: str, read: dict[str, int], risk: str, code: str
) -> None:
    who = member(programme, (30,), conditions, **read)
    said, why = risk_of(who.course(TODAY), TODAY, SHIPPED)
    assert (said, why.code) == (risk, code)
    assert (why.day is None) == (code == "none")


def test_what_raises_the_risk_reaches_the_problem_list_by_itself() -> None:
    codes = ("I219", "I64X", "I639", "I252", "I694", "E119", "N183")
    assert all(kept_as_problem(code) for code in codes) and not kept_as_problem("J00X")


def test_a_good_reading_of_a_year_ago_says_nothing_and_a_bad_one_still_does() -> None:
    good, bad = (member(visits=(400,), systolic=value, diastolic=70) for value in (120, 200))
    assert risk_of(good.course(TODAY), TODAY, SHIPPED)[0] == "unknown"
    assert risk_of(bad.course(TODAY), TODAY, SHIPPED)[0] == "high"


@pytest.mark.parametrize(
    ("agreed", "due", "visit", "is_kept"),
    [(60, 30, 30, True), (60, 30, 37, True), (60, 30, 38, False), (60, 30, 60, False), (60, 30, 5, True)],
)
def test_who_came_in_the_week_before_has_kept_the_appointment(agreed: int, due: int, visit: int, is_kept: bool) -> None:
    assert kept((day(agreed), day(due)), day(visit)) is is_kept
    assert not kept((day(agreed), day(due)), None)


def test_a_promise_waits_until_its_day_and_returns_broken_the_day_after() -> None:
    who = member(visits=(200,), systolic=150, diastolic=95)
    promised = case(who, 120, 200, Contact(day(5), "promised", day(0)))
    waiting = found(promised)
    assert (waiting.tab, waiting.waiting_until, waiting.broken_promise) == ("waiting", day(0), False)
    back = found(promised, TODAY + timedelta(days=1))
    assert (back.tab, back.waiting_until, back.broken_promise, back.days_late) == ("rescue", None, True, 121)


def test_who_was_found_waits_thirty_days_or_until_the_day_given() -> None:
    who = member(visits=(200,))
    assert found(case(who, 120, 200, Contact(day(30), "visited"))).tab == "waiting"
    assert found(case(who, 120, 200, Contact(day(31), "visited"))).tab == "rescue"
    assert found(case(who, 120, 200, Contact(day(10), "visited", day(1)))).tab == "rescue"


@pytest.mark.parametrize("outcome", ["nobody_home", "refused", "wrong_address"])
def test_who_was_not_found_or_refused_stays_on_the_list(outcome: str) -> None:
    assert found(case(member(visits=(200,)), 120, 200, Contact(day(0), outcome))).tab == "rescue"


def test_who_came_back_after_being_looked_for_is_resolved() -> None:
    who = member(visits=(10, 200), systolic=150, diastolic=95)
    back = found(case(who, 120, 200, Contact(day(15), "promised", day(8))))
    assert (back.tab, back.broken_promise) == ("resolved", False)
    assert entry(case(who, 120, 200, Contact(day(100), "promised", day(95))), TODAY, SHIPPED) is None
    assert entry(case(who, 120, 200), TODAY, SHIPPED) is None, "nobody had looked for them"


def test_who_died_leaves_the_list_from_that_day() -> None:
    base = member(visits=(200,))
    gone = Member(base.person, enrolments=base.enrolments, visits=base.visits, statuses=((day(10), "died"),))
    assert found(case(gone, 120, 200), TODAY - timedelta(days=11)).tab == "rescue"
    assert entry(case(gone, 120, 200), TODAY, SHIPPED) is None
    assert found(case(gone, 120, 200, Contact(day(10), "died"))).tab == "resolved"


def test_who_left_the_programme_is_not_on_the_list() -> None:
    who = Member(Id(bytes(16)), enrolments={"diabetes": (("2023-01-01", "enrolled"), ("2025-01-01", "left"))})
    assert entry(case(who, 120), TODAY, SHIPPED) is None


def test_days_of_medicine_are_those_of_the_lasting_one_that_ends_first() -> None:
    held = (line(20, 30, 1), line(20, 28, 2), line(10, 7, 3), line(5, 30, 4, as_needed=True))
    assert medicine_days(held, (), TODAY) == 8
    assert medicine_days(held, (Stopped(held[1].line.id, day(1)),), TODAY) == 10
    assert medicine_days((line(10, 7),), (), TODAY) is None


def test_what_ran_out_long_ago_is_told_by_its_last_day() -> None:
    assert medicine_days((line(300, 30, 1), line(270, 30, 2)), (), TODAY) == -240
    assert medicine_days((), (), TODAY) is None


def test_the_order_is_risk_then_medicine_then_lateness() -> None:
    high = found(case(member(visits=(60,), systolic=190, diastolic=90), 40, 60, lines=(line(1, 30),)))
    unread = found(case(member(visits=(60,)), 50, 60))
    soon = found(case(member(visits=(60,), systolic=150, diastolic=90), 10, 60, lines=(line(29, 30),)))
    never = found(case(member(visits=(60,), systolic=150, diastolic=90), 45, 60))
    assert sorted([unread, never, soon, high], key=order) == [high, soon, never, unread]


ANY_CASE = st.builds(
    lambda visits, systolic, due, contact: case(
        member(visits=tuple(visits), systolic=systolic, diastolic=80), due, due + 30, *contact
    ),
    st.lists(st.integers(0, 600), max_size=4),
    st.integers(100, 220),
    st.integers(-40, 400),
    st.lists(
        st.builds(
            lambda ago, outcome, ahead: Contact(day(ago), outcome, day(ago - ahead) if outcome == "promised" else None),
            st.integers(0, 200), st.sampled_from(("visited", "promised", "nobody_home")), st.integers(0, 30),
        ),
        max_size=1,
    ),
)  # fmt: skip


def test_a_promise_broken_before_the_appointment_is_back_the_day_after_it() -> None:
    seen = member(visits=(20,), systolic=150, diastolic=80)
    promise = Contact(day(3), "promised", day(1))
    back = found(case(seen, -25, 20, promise))
    assert (back.tab, back.due_on, back.days_late, back.broken_promise) == ("late", day(1), 1, True)
    assert entry(case(seen, -25, 20, promise), TODAY - timedelta(days=1), SHIPPED) is None, "not before"
    came = member(visits=(2, 20), systolic=150, diastolic=80)
    assert not found(case(came, -2, 2, promise)).broken_promise
    late = found(case(seen, 10, 20, promise))
    assert (late.due_on, late.days_late, late.broken_promise) == (day(10), 10, True), "late as it was"
    assert entry(case(seen, -25, 20, Contact(day(15), "visited")), TODAY, SHIPPED) is None, "found, nothing promised"


@given(ANY_CASE)
def test_whoever_is_late_is_somewhere_and_whoever_waits_comes_back(one: Case) -> None:
    now = entry(one, TODAY, SHIPPED)
    if now is None:
        return
    assert now.risk in RISKS
    if now.days_late > 0 and now.tab != "resolved":
        assert now.tab in ("late", "rescue", "lost", "waiting")
    if now.tab == "waiting":
        assert now.waiting_until is not None
        back = entry(one, date.fromisoformat(now.waiting_until) + timedelta(days=1), SHIPPED)
        assert back is not None and back.tab in ("late", "rescue", "lost")
