"""Quantities, what somebody takes today, renewal and its difference, and which diagnosis is "1a vez"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.coding import chronic, first_time
from ces_desktop.domain.dose_entry import parse_quarters
from ces_desktop.domain.dosing import Prescribed, Stopped, changes, medicines, quantity, renew
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Dose, Line
from ces_desktop.errors import Refused
from ces_desktop.reports import dose_words

TODAY = date(2026, 3, 16)
_numbers = count(1)


def fresh() -> Id:
    return Id(next(_numbers).to_bytes(16, "big"))


def line(drug: str = "Losartán 50 mg", days: int = 30, item: Id | None = None, **more: object) -> Line:
    dose = more.pop("dose", Dose(morning=4))
    assert isinstance(dose, Dose)
    return Line(fresh(), item, drug, dose, "oral", days, quantity(dose, days), **more)  # type: ignore[arg-type]


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("dose", "days", "units"),
    [
        (Dose(morning=4), 30, 30),
        (Dose(morning=4, night=2), 30, 45),
        (Dose(night=2), 15, 8),
        (Dose(morning=1), 30, 8),
        (Dose(morning=4, every_hours=8), 7, 21),
        (Dose(morning=4, every_hours=12), 1, 2),
        (Dose(morning=20, every_hours=8), 5, 75),
        (Dose(morning=4, every_hours=168), 28, 4),  # once a week is four, not none
        (Dose(morning=4, every_hours=72), 30, 10),
        (Dose(morning=4, every_hours=36), 3, 2),
        (Dose(), 10, 0),
    ],
)
def test_the_quantity_is_rounded_up_to_whole_units(dose: Dose, days: int, units: int) -> None:
    assert quantity(dose, days) == units


@given(st.tuples(*[st.integers(0, 40)] * 4), st.integers(1, 366))
def test_what_is_handed_out_lasts_and_no_unit_is_left(parts: tuple[int, ...], days: int) -> None:
    dose = Dose(*parts)
    needed = dose.quarters_a_day() * days
    assert needed <= 4 * quantity(dose, days) < needed + 4


def test_what_is_taken_once_a_week_is_renewed_with_its_quantity() -> None:
    weekly = Prescribed(line(days=28, dose=Dose(morning=4, every_hours=168)), None, ago(20))
    assert [each.quantity for each in renew(medicines([weekly], (), TODAY), 56, fresh)] == [8]


@pytest.mark.parametrize(
    ("typed", "quarters"),
    [("1", 4), ("½", 2), ("1/2", 2), (".5", 2), ("1½", 6), ("1 1/2", 6), ("1,25", 5), ("¾", 3), ("-", 0), ("", 0)],
)
def test_a_dose_is_read_in_quarters(typed: str, quarters: int) -> None:
    assert parse_quarters(typed) == quarters


@pytest.mark.parametrize("typed", ["11/2", "3/2", "2/2", "1/3", "1/0", "0.3", "101", "1-0-1", "x"])
def test_what_could_be_two_doses_or_none_is_not_read(typed: str) -> None:
    with pytest.raises(Refused, match=r"consult\.dose_unreadable"):
        parse_quarters(typed)


def test_a_dose_in_words(spanish: None) -> None:
    assert dose_words.dose(Dose(morning=4, night=2)) == "1 mañana, ½ noche"
    assert dose_words.dose(Dose(noon=6, afternoon=1)) == "1½ mediodía, ¼ tarde"
    assert dose_words.dose(Dose(morning=20, every_hours=8, as_needed=True), "ml") == "5 ml cada 8 h, si es necesario"
    assert dose_words.dose(Dose()) == ""


def test_a_dose_in_english(english: None) -> None:
    assert dose_words.dose(Dose(morning=4, night=2)) == "1 morning, ½ night"


def test_days_left_count_down_and_below_zero() -> None:
    held = [Prescribed(line(), None, ago(26)), Prescribed(line("Metformina"), None, ago(35))]
    assert [(m.line.drug, m.days_left, m.ran_out) for m in medicines(held, (), TODAY)] == [
        ("Metformina", -5, True),
        ("Losartán 50 mg", 4, False),
    ]


def test_what_ended_is_taken_no_more() -> None:
    item = fresh()
    renewed, stopped, antibiotic, old = line(), line(), line(days=7), line()
    again = line(renews=renewed.id)
    same_item, same_again = line(item=item), line("Losartán otra vez", item=item)
    held = [
        Prescribed(renewed, None, ago(40)),
        Prescribed(again, None, ago(10)),
        Prescribed(stopped, None, ago(10)),
        Prescribed(antibiotic, None, ago(8)),
        Prescribed(old, None, ago(160)),
        Prescribed(same_item, None, ago(30)),
        Prescribed(same_again, None, ago(2)),
    ]
    taken = medicines(held, [Stopped(stopped.id, ago(1))], TODAY)
    assert {m.line.id for m in taken} == {again.id, same_again.id}
    before = medicines(held, [Stopped(stopped.id, ago(1))], TODAY - timedelta(days=5))
    assert {m.line.id for m in before} == {again.id, stopped.id, antibiotic.id, same_item.id}


def test_lines_of_one_item_for_other_times_of_the_day_live_side_by_side() -> None:
    item = fresh()
    morning, night = line(item=item, dose=Dose(morning=40)), line(item=item, dose=Dose(night=24))
    held = [Prescribed(morning, None, ago(40)), Prescribed(night, None, ago(40))]
    more = replace(morning, id=fresh(), renews=morning.id, dose=Dose(morning=48))
    held.append(Prescribed(more, None, ago(10)))
    assert [m.line.id for m in medicines(held, (), TODAY)] == [night.id, more.id]
    assert [m.line.id for m in medicines(held, [Stopped(more.id, ago(1))], TODAY)] == [night.id]
    typed = replace(morning, id=fresh(), dose=Dose(morning=52))
    held.append(Prescribed(typed, None, ago(5)))
    assert [m.line.id for m in medicines(held, (), TODAY)] == [night.id, typed.id], "written anew for the morning"
    needed = line(item=item, dose=Dose(morning=4, as_needed=True))
    held.append(Prescribed(needed, None, ago(2)))
    assert [m.line.id for m in medicines(held, (), TODAY)] == [night.id, typed.id, needed.id]
    whole = line(item=item, dose=Dose(morning=40, night=20))
    held.append(Prescribed(whole, None, ago(1)))
    assert [m.line.id for m in medicines(held, (), TODAY)] == [needed.id, whole.id]


def test_two_lines_written_side_by_side_for_one_time_are_renewed_one_by_one() -> None:
    item = fresh()
    one, two = line(item=item, dose=Dose(morning=4)), line(item=item, dose=Dose(morning=2))
    held = [Prescribed(one, None, ago(40)), Prescribed(two, None, ago(40))]
    held.append(Prescribed(replace(one, id=fresh(), renews=one.id), None, ago(10)))
    assert [m.line.dose.morning for m in medicines(held, (), TODAY)] == [2, 4]


def test_a_line_typed_anew_changes_only_that_of_its_time_of_day() -> None:
    item = fresh()
    morning, night = line(item=item, dose=Dose(morning=40)), line(item=item, dose=Dose(night=24))
    current = medicines([Prescribed(each, None, ago(20)) for each in (morning, night)], (), TODAY)
    typed = line(item=item, dose=Dose(night=28))
    found = changes(current, (typed,))
    assert [(c.kind, c.before and c.before.id) for c in found] == [("kept", morning.id), ("changed", night.id)]


def test_all_the_same_renews_what_goes_on_and_leaves_a_short_course() -> None:
    held = [Prescribed(line(dose=Dose(morning=4, night=2)), None, ago(28)), Prescribed(line(days=7), None, ago(2))]
    current = medicines(held, (), TODAY)
    (again,) = renew(current, 60, fresh)
    assert (again.renews, again.days, again.quantity) == (held[0].line.id, 60, 90)
    assert [(c.kind, c.after) for c in changes(current, (again,))] == [("unchanged", again), ("kept", None)]


def test_the_difference_names_what_changed() -> None:
    item = fresh()
    old = [line("A"), line("B"), line("C", item=item)]
    current = medicines([Prescribed(each, None, ago(20)) for each in old], (), TODAY)
    changed = replace(old[0], id=fresh(), renews=old[0].id, dose=Dose(morning=4, night=4))
    by_hand = replace(old[2], id=fresh())
    added = line("D")
    found = changes(current, (changed, by_hand, added), [old[1].id])
    assert [(c.kind, (c.after or c.before or added).drug) for c in found] == [
        ("changed", "A"), ("stopped", "B"), ("unchanged", "C"), ("new", "D"),
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 90), st.booleans()), max_size=6))
def test_renewing_twice_never_doubles_a_treatment(drawn: list[tuple[int, int, bool]]) -> None:
    held = [Prescribed(line(f"M{i}", days), None, ago(since)) for i, (since, days, _) in enumerate(drawn)]
    current = medicines(held, (), TODAY)
    after = held + [Prescribed(each, None, TODAY.isoformat()) for each in renew(current, 30, fresh)]
    assert sorted(m.line.drug for m in medicines(after, (), TODAY)) == sorted(m.line.drug for m in current)


@pytest.mark.parametrize(
    ("code", "earlier", "first"),
    [
        ("I10X", [], True),
        ("I10X", [("I10X", ago(2000))], False),
        ("E119", [("E112", ago(400))], False),
        ("J00X", [("J00X", ago(31))], True),
        ("J00X", [("J00X", ago(30))], False),
        ("J00X", [("J02X", ago(3))], True),
        ("J00X", [("J00X", (TODAY + timedelta(days=1)).isoformat())], True),
    ],
)
def test_a_diagnosis_is_first_once_for_life_or_once_an_episode(
    code: str, earlier: list[tuple[str, str]], first: bool
) -> None:
    assert first_time(code, earlier, TODAY) is first


def test_what_goes_on_for_life() -> None:
    assert chronic("E119")
    assert not chronic("J00X")
