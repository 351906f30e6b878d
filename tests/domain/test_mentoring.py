"""Rules of mentoring: score and grade, critical misses, cadence, what a signature stands for, what may be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.mentoring import (
    Action,
    Checklist,
    Item,
    Observed,
    Person,
    Point,
    Result,
    Score,
    Session,
    Signature,
    altered,
    cadence,
    check,
    check_complete,
    cleaned,
    closed_as,
    digest,
    grade,
    late_from,
    result_id,
    score,
    state,
)
from ces_desktop.errors import Refused

TODAY = date(2026, 3, 17)


def key(name: str) -> Id:
    return named_id("test", name)


ITEMS = tuple(Item(key(f"item{n}"), f"i{n}", {"es": f"p{n}", "en": f"i{n}"}, n < 2) for n in range(4))
LIST = Checklist(key("list"), "chronic", 1, {"es": "Crónicos", "en": "Chronic"}, ITEMS)
LISTS = {LIST.id: LIST}


def consult(*results: Result | None, name: str = "one") -> Observed:
    found = {item.id: result for item, result in zip(ITEMS, results, strict=False) if result is not None}
    return Observed(key(name), None, LIST.id, results=found)


def session(**more: Any) -> Session:
    people = (Person(key("m"), "mentor", key("um"), "Dr. M"), Person(key("p"), "mentee", key("up"), "Dra. P"))
    known: dict[str, Any] = {"id": key("s"), "happened_on": "2026-03-17", "kind": "on_site", "people": people}
    return Session(**(known | {"observed": (consult("met", "met", "met", "met"),)} | more))


def test_met_counts_two_partly_one_and_what_was_not_seen_does_not_count() -> None:
    assert score([consult("met", "partly", "not", "not_seen")], LISTS) == Score(3, 6, 4)
    assert score([consult("met", "partly", "not", "not_seen")], LISTS).percent == 50


def test_consults_are_added_up_and_nothing_seen_has_no_score() -> None:
    three = [consult("met", "met", "met", "met"), consult("not", name="two"), consult(name="three")]
    assert score(three, LISTS) == Score(8, 10, 5, (ITEMS[0],))
    assert score(three, LISTS).grade == "B"
    nothing = score([consult("not_seen")], LISTS)
    assert (nothing.percent, nothing.grade, nothing.answered) == (None, None, 1)
    assert score([Observed(key("x"), None, key("unknown"))], LISTS) == Score(0, 0, 0)


def test_a_critical_item_not_met_is_named_once_and_one_met_in_part_is_not() -> None:
    twice = [consult("not", "partly", "not"), consult("not", name="two")]
    assert [item.code for item in score(twice, LISTS).missed] == ["i0"]


@pytest.mark.parametrize(("percent", "letter"), [(100, "A"), (90, "A"), (89, "B"), (80, "B"), (79, "C"), (0, "C")])
def test_letters(percent: int, letter: str) -> None:
    assert grade(percent) == letter


@pytest.mark.parametrize(
    ("last", "standing", "late_by"),
    [(None, "never", 0), ("2026-03-17", "fine", 0), ("2026-02-17", "fine", 0), ("2026-02-16", "soon", 0),
     ("2026-02-10", "soon", 0), ("2026-02-09", "late", 1), ("2026-04-01", "fine", 0)],
)  # fmt: skip
def test_late_after_thirty_five_days(last: str | None, standing: str, late_by: int) -> None:
    found = cadence(last, TODAY)
    assert (found.standing, found.late_by) == (standing, late_by)


def test_the_first_late_day_is_late() -> None:
    first = late_from("2026-02-09")
    assert cadence("2026-02-09", first).standing == "late"
    assert cadence("2026-02-09", date.fromordinal(first.toordinal() - 1)).standing == "soon"


def sign(side: Any, held: Session) -> Signature:
    return Signature(side, key(f"u{side}"), side, digest(held), "2026-03-17")


def test_two_signatures_of_one_contents_close_it_and_one_under_other_contents_does_not_count() -> None:
    held = session()
    changed = replace(held, points=(Point(key("t"), "topic", "Pie diabético"),))
    mentor, mentee = sign("mentor", held), sign("mentee", held)
    assert state((), digest(held)) == "open"
    assert state((mentor,), digest(held)) == "by_mentor"
    assert state((mentee,), digest(held)) == "by_mentee"
    assert state((mentor,), digest(changed)) == "open"
    assert state((mentor, sign("mentee", changed)), digest(changed)) == "by_mentee"
    assert state((mentor, mentee), digest(held)) == "closed"
    assert state((mentor, mentor), digest(held)) == "by_mentor"


def test_an_edit_that_arrives_after_the_closing_is_seen_and_the_session_stays_closed() -> None:
    held = session()
    late = replace(held, kind="phone")
    signed = (sign("mentor", held), sign("mentee", held))
    assert state(signed, digest(late)) == "closed" and altered(signed, digest(late))
    assert not altered(signed, digest(held)) and not altered(signed[:1], digest(late))


def test_what_closed_it_does_not_depend_on_the_order_of_arrival() -> None:
    one, other = session(), session(kind="phone")
    signed = [sign("mentor", one), sign("mentee", one), sign("mentor", other), sign("mentee", other)]
    assert len({closed_as(order) for order in permutations(signed)}) == 1


def test_every_part_of_the_contents_is_signed() -> None:
    whole = session(actions=(Action(key("a"), "Revisar pies", key("up"), "Dra. P", "2026-04-17"),))
    action = whole.actions[0]
    others = [
        replace(whole, happened_on="2026-03-16"), replace(whole, kind="phone"), replace(whole, people=whole.people[:1]),
        replace(whole, observed=(consult("met", "met", "met", "not"),)), replace(whole, observed=()),
        replace(whole, actions=(replace(action, due_on="2026-04-18"),)),
        replace(whole, actions=(replace(action, owner=None),)),
        replace(whole, points=(Point(key("t"), "strength", "x"),)),
    ]  # fmt: skip
    assert len({digest(each) for each in [whole, *others]}) == len(others) + 1
    assert digest(replace(whole, people=whole.people[::-1])) == digest(whole)


def test_the_answer_to_an_item_has_one_id_on_every_laptop() -> None:
    assert result_id(key("o"), key("i")) == result_id(key("o"), key("i")) != result_id(key("o"), key("j"))


@pytest.mark.parametrize(
    ("more", "code"),
    [({"happened_on": ""}, "mentoring.no_day"), ({"happened_on": "2026-03-18"}, "mentoring.future"),
     ({"kind": "letter"}, "mentoring.kind"),
     ({"actions": tuple(Action(key(f"a{n}"), "x", None, "y", "") for n in range(4))}, "mentoring.too_many_actions"),
     ({"actions": (Action(key("a"), "x", None, "y", "2026-03-16"),)}, "mentoring.due_before"),
     ({"actions": (Action(key("a"), "x", None, "y", "soon"),)}, "mentoring.due_shape"),
     ({"points": (Point(key("t"), "topic", "x" * 2_001),)}, "mentoring.too_long"),
     ({"points": tuple(Point(key(f"t{n}"), "topic", "x") for n in range(13))}, "mentoring.too_much")],
)  # fmt: skip
def test_what_may_not_be_kept(more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        check(session(**more), TODAY)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("more", "code"),
    [({"people": ()}, "mentoring.no_mentor"),
     ({"people": (Person(key("m"), "mentor", None, "Dr. M"),)}, "mentoring.no_mentee"),
     ({"observed": ()}, "mentoring.empty"),
     ({"actions": (Action(key("a"), "x", None, "", "2026-04-01"),)}, "mentoring.action_owner"),
     ({"actions": (Action(key("a"), "x", None, "y", ""),)}, "mentoring.action_due")],
)  # fmt: skip
def test_what_may_not_be_signed(more: dict[str, Any], code: str) -> None:
    check_complete(session())
    with pytest.raises(Refused) as caught:
        check_complete(session(**more))
    assert caught.value.code == code


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = cleaned(session(points=(Point(key("t"), "topic", text),)))
    assert cleaned(once) == once and all(point.text for point in once.points)
