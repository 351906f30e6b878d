"""A medicine prescribed twice, or beside what is taken now, is found and told apart from two lines on purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ces_desktop.domain.dosing import Medicine, Prescribed, medicines
from ces_desktop.domain.ids import Id
from ces_desktop.domain.repeats import Repeat, generic, repeats
from ces_desktop.domain.visits import Dose, Line

TODAY = date(2026, 3, 16)
NPH, LOSARTAN_50, LOSARTAN_100 = (Id(bytes([number]) * 16) for number in (1, 2, 3))


def line(number: int, item: Id | None, drug: str, dose: Dose, renews: Id | None = None, days: int = 30) -> Line:
    return Line(Id(bytes([number]) * 16), item, drug, dose, "oral", days, 30, renews=renews)


def taken(*lines: Line, day: str = "2026-03-01") -> tuple[Medicine, ...]:
    return medicines([Prescribed(each, None, day) for each in lines], (), TODAY)


MORNING = line(10, NPH, "Insulina NPH 100 UI/ml", Dose(morning=40))
NIGHT = line(11, NPH, "Insulina NPH 100 UI/ml", Dose(night=24))
LOSARTAN = line(12, LOSARTAN_50, "Losartán 50 mg", Dose(morning=4))


@pytest.mark.parametrize(
    ("drug", "name"),
    [
        ("Losartán 50 mg tableta", "losartan"),
        ("INSULINA NPH 100 UI/ml", "insulina nph"),
        ("Amoxicilina/ácido clavulánico 875/125 mg", "amoxicilina acido clavulanico"),
        ("850", ""),
    ],
)
def test_the_generic_name_stands_before_the_strength(drug: str, name: str) -> None:
    assert generic(drug) == name


def test_twice_in_one_prescription_is_told_but_not_morning_and_night() -> None:
    again = line(20, LOSARTAN_50, "Losartán 50 mg", Dose(morning=4, night=4))
    stronger = line(21, LOSARTAN_100, "Losartán 100 mg", Dose(morning=4))
    assert repeats([MORNING, NIGHT], ()) == {}
    assert repeats([LOSARTAN, again], ()) == {
        LOSARTAN.id: Repeat("twice", again), again.id: Repeat("twice", LOSARTAN)
    }  # fmt: skip
    assert set(repeats([LOSARTAN, stronger], ())) == {LOSARTAN.id, stronger.id}, "another strength is the same medicine"
    assert repeats([LOSARTAN, MORNING], ()) == {}


def test_beside_what_is_taken_it_says_which_and_until_when() -> None:
    current = taken(MORNING, LOSARTAN)
    night = replace(NIGHT, id=Id(bytes([30]) * 16))
    assert repeats([night], current) == {night.id: Repeat("beside", MORNING, "2026-03-31")}
    typed = replace(MORNING, id=Id(bytes([31]) * 16))
    assert repeats([typed], current) == {typed.id: Repeat("instead", MORNING, "2026-03-31")}
    stronger = line(32, LOSARTAN_100, "Losartán 100 mg", Dose(morning=4))
    assert repeats([stronger], current) == {stronger.id: Repeat("beside", LOSARTAN, "2026-03-31")}


def test_what_is_renewed_stopped_or_used_up_is_not_repeated() -> None:
    current = taken(MORNING, LOSARTAN)
    renewed = replace(MORNING, id=Id(bytes([40]) * 16), renews=MORNING.id)
    assert repeats([renewed], current) == {}
    stronger = line(41, LOSARTAN_100, "Losartán 100 mg", Dose(morning=4))
    assert repeats([stronger], current, [LOSARTAN.id]) == {}
    assert repeats([stronger], taken(LOSARTAN, day="2026-01-20")) == {}
    both = taken(MORNING, NIGHT)
    assert repeats([renewed], both) == {renewed.id: Repeat("beside", NIGHT, "2026-03-31")}
