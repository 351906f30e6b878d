"""Prescriptions over time: how much to hand out, what somebody takes today, and "all the same" for another month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Literal

from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Dose, Line

LONG_TERM_DAYS = 28
"""A line for four weeks or more is a treatment that goes on; a shorter one ends by itself and is not renewed."""
LAPSED_DAYS = 120
"""How long after it ran out a treatment still counts as the person's: three missed months and some days."""


@dataclass(frozen=True, slots=True)
class Prescribed:
    """A line as it was signed, and on which day (ISO) in which consult."""

    line: Line
    encounter: Id | None
    day: str

    @property
    def ends_on(self) -> str:
        """ISO day on which nothing is left, if it was taken as written."""
        return date.fromordinal(self.ends()).isoformat()

    def ends(self) -> int:
        """The same as an ordinal."""
        return date.fromisoformat(self.day).toordinal() + self.line.days


@dataclass(frozen=True, slots=True)
class Stopped:
    """A line was stopped on a day."""

    prescription: Id
    day: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine of today. `days_left` counts down to zero and below: -5 = it ran out five days ago."""

    prescribed: Prescribed
    days_left: int

    @property
    def line(self) -> Line:
        """The line it comes from."""
        return self.prescribed.line

    @property
    def ran_out(self) -> bool:
        """Whether nothing is left by the days prescribed."""
        return self.days_left <= 0

    @property
    def long_term(self) -> bool:
        """Whether it goes on from visit to visit, so that "all the same" renews it."""
        return self.line.days >= LONG_TERM_DAYS or self.line.renews is not None


Kind = Literal["unchanged", "changed", "new", "stopped", "kept"]


@dataclass(frozen=True, slots=True)
class Change:
    """What a prescription does to one medicine; `kept` = neither renewed nor stopped, what is left goes on."""

    kind: Kind
    before: Line | None
    after: Line | None


def quantity(dose: Dose, days: int) -> int:
    """Whole units (tablets, ml) for so many days, rounded up: ½ tablet a day for 15 days is 8."""
    return ceil(dose.quarters_a_day() * days / 4)


def medicines(prescribed: Iterable[Prescribed], stops: Iterable[Stopped], today: date) -> tuple[Medicine, ...]:
    """What somebody takes on a day, the longest in use first; of one day in the order given.

    A line ends when it is stopped, when another goes on with it (`renews`), or when the same item is prescribed on a
    later day for a time of day that it has (`same_course`); a line that renews one leaves the others of its item alone.
    One that ran out still shows: long-term ones for `LAPSED_DAYS`, others not.
    """
    day, now = today.isoformat(), today.toordinal()
    held = sorted((p for p in prescribed if p.day <= day), key=_day)
    ended = {s.prescription for s in stops if s.day <= day}
    days: dict[Id, str] = {}
    by_item: dict[Id, list[Prescribed]] = {}
    for each in held:
        line = each.line
        days[line.id] = each.day
        if line.renews is not None:
            ended.add(line.renews)
        if line.item is not None:
            by_item.setdefault(line.item, []).append(each)
    found = []
    for each in held:
        medicine = Medicine(each, each.ends() - now)
        if medicine.days_left <= (-LAPSED_DAYS if medicine.long_term else 0) or each.line.id in ended:
            continue
        same = () if each.line.item is None else by_item[each.line.item]
        if len(same) < 2 or not any(_takes_over(other, each, days) for other in same):
            found.append(medicine)
    return tuple(found)


def _day(each: Prescribed) -> str:
    return each.day


def _takes_over(other: Prescribed, each: Prescribed, days: Mapping[Id, str]) -> bool:
    """Whether a later line of the item stands in the place of this one.

    One that renews a line of the same day or a later one goes on with that alone: the two were written side by side.
    """
    if other.day <= each.day or not same_course(other.line.dose, each.line.dose):
        return False
    return other.line.renews is None or days.get(other.line.renews, "") < each.day


def same_course(one: Dose, other: Dose) -> bool:
    """Whether two doses of one item are for a time of day in common, by the clock or both only if needed.

    NPH in the morning and at night are two treatments; what is taken every so many hours is for every time.
    """
    if one.as_needed != other.as_needed:
        return False
    mine, theirs = (
        [bool(dose.every_hours or part) for part in (dose.morning, dose.noon, dose.afternoon, dose.night)]
        for dose in (one, other)
    )
    return not any(mine) or not any(theirs) or any(a and b for a, b in zip(mine, theirs, strict=True))


def renew(current: Sequence[Medicine], days: int, fresh: Callable[[], Id]) -> tuple[Line, ...]:
    """ "All the same" for `days`: every long-term medicine again, as it is, with an id of its own (`fresh`)."""
    return tuple(renewed(m.line, days, fresh()) for m in current if m.long_term)


def renewed(line: Line, days: int, new: Id) -> Line:
    """The same line for another `days`, with the quantity for them."""
    again = replace(line, id=new, days=days, renews=line.id, quantity=quantity(line.dose, days))
    # What has no countable dose (a cream "where it itches") keeps the number of packs that was handed out.
    return again if line.dose.quarters_a_day() else replace(again, quantity=line.quantity)


def changes(current: Sequence[Medicine], lines: Sequence[Line], stopped: Sequence[Id] = ()) -> tuple[Change, ...]:
    """The prescription as a difference: current medicines in their order, then new lines in theirs."""
    after = {line.renews: line for line in lines if line.renews is not None}
    fresh = [line for line in lines if line.item is not None and line.renews is None]
    found: list[Change] = []
    met: set[Id] = set()
    for medicine in current:
        before = medicine.line
        next_line = after.get(before.id) or next(
            (x for x in fresh if x.item == before.item and same_course(x.dose, before.dose)), None
        )
        if before.id in stopped:
            found.append(Change("stopped", before, None))
        elif next_line is None:
            found.append(Change("kept", before, None))
        else:
            met.add(next_line.id)
            found.append(Change("unchanged" if _same(before, next_line) else "changed", before, next_line))
    return (*found, *(Change("new", None, line) for line in lines if line.id not in met))


def _same(one: Line, other: Line) -> bool:
    return (one.item, one.drug, one.dose, one.route, one.instructions) == (
        other.item,
        other.drug,
        other.dose,
        other.route,
        other.instructions,
    )
