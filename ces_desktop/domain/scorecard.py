"""The scorecard of a clinic: four areas of 0 to 100, each with the items behind it, at the start and then yearly.

`community_mentoring.md` ("Clinic scorecard"). What each item counts, with its source: `docs/handover.md`. An item
without data has no points and takes no part in its area: "no data" is never 0. Today is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Area = Literal["staffing", "supplies", "community", "services"]
Kind = Literal["baseline", "yearly"]
How = Literal["share", "yes_no"]
AREAS: tuple[Area, ...] = ("staffing", "supplies", "community", "services")
KINDS: tuple[Kind, ...] = ("baseline", "yearly")
MOST = 100_000
"""No count is larger: a slip of the key."""
GOOD, FAIR = 80, 50
"""From so many points an area stands well, or in between. Own working lines, to be agreed with the coordinators."""


@dataclass(frozen=True, slots=True)
class Item:
    """What is looked at. `counted` by the program, else entered by hand; a "share" is `value` of `whole`."""

    code: str
    area: Area
    how: How
    counted: bool


ITEMS: tuple[Item, ...] = (
    Item("physician_today", "staffing", "yes_no", counted=True),
    Item("days_covered", "staffing", "share", counted=True),
    Item("nurse", "staffing", "yes_no", counted=False),
    Item("essential_in_stock", "supplies", "share", counted=True),
    Item("days_in_stock", "supplies", "share", counted=True),
    Item("equipment_working", "supplies", "share", counted=True),
    Item("committee_active", "community", "yes_no", counted=False),
    Item("meetings_held", "community", "share", counted=False),
    Item("agreements_kept", "community", "share", counted=False),
    Item("hypertension_controlled", "services", "share", counted=True),
    Item("diabetes_controlled", "services", "share", counted=True),
    Item("chronic_seen", "services", "share", counted=True),
    Item("results_answered", "services", "share", counted=True),
    Item("water_and_power", "services", "yes_no", counted=False),
)
"""In the order of the page and of the paper."""
BY_CODE = {item.code: item for item in ITEMS}


@dataclass(frozen=True, slots=True)
class Counted:
    """`value` of `whole`; a "yes_no" is 1 or 0 of 1. `value` None = no data; `whole` 0 = there was nothing to count."""

    value: int | None = None
    whole: int | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """An area's mean, 0 to 100, of the items with data; None = none has any."""

    points: int | None
    known: int
    items: int


def points(item: Item, found: Counted) -> int | None:
    """0 to 100, rounded half up; None where nothing is known or there was nothing to count."""
    if found.value is None:
        return None
    whole = 1 if item.how == "yes_no" else found.whole
    if not whole or not 0 <= found.value <= whole:
        return None
    return (200 * found.value + whole) // (2 * whole)


def area_points(held: Iterable[tuple[Area, int | None]], area: Area) -> Points:
    """The mean of the items of an area that have points; each weighs the same."""
    mine = [value for of, value in held if of == area]
    known = [value for value in mine if value is not None]
    mean = (2 * sum(known) + len(known)) // (2 * len(known)) if known else None
    return Points(mean, len(known), len(mine))


def change(earlier: Sequence[int | None], now: int | None) -> int | None:
    """Points more or less than on the last card that has any; None = nothing to compare with."""
    before = next((value for value in reversed(earlier) if value is not None), None)
    return None if before is None or now is None else now - before
