"""Supplies of one month as plain numbers, as the monthly report prints them. Nobody is named.

What came after the month is not in it, so that an old month stays as it was issued.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

KEY = "V"
"""Class of the items that may never be missing."""


@dataclass(frozen=True, slots=True)
class MonthItem:
    """An item in use that was out on some day. `days`: one letter for each day: "1" had some, "0" had
    none, "-" not known: to come, or before the ledger first names it."""

    code: str
    name_es: str
    name_en: str
    ven: str
    days: str
    unmet: int

    def name(self, language: str) -> str:
        """Generic name and strength."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es

    @property
    def out(self) -> int:
        """Days without usable stock."""
        return self.days.count("0")


@dataclass(frozen=True, slots=True)
class Lost:
    """What was written off for one cause: of how many items, and the largest of them with its units."""

    cause: str
    items: int
    name_es: str
    name_en: str
    units: int
    unit: str

    def name(self, language: str) -> str:
        """Of the largest."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es


@dataclass(frozen=True, slots=True)
class MonthOrder:
    """An order and what had come of its lines by the end of the month. `came_on`: ISO day of the first of it."""

    number: str
    source: str
    sent_on: str
    came_on: str | None
    lines: int
    full: int
    part: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A piece of equipment that did not work at the end of the month. `state`: "broken", "away" or "partly"."""

    name: str
    state: str
    since: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """Forecasts of the month: items judged, within their 95 % quantile, error beside the average of three months.

    `better`: per mille by which the error was smaller, below 0 = larger, None = nothing to compare with.
    """

    n: int
    within: int
    better: int | None


@dataclass(frozen=True, slots=True)
class MonthSupplies:
    """Everything of the page. `key_there` of `key_items` had usable stock on the last day that is over; `days_out` of
    `days` are item-days; `unmet` times somebody asked in vain, for `unmet_items` items."""

    in_use: int
    key_items: int
    key_there: int
    days: int
    days_out: int
    unmet: int
    unmet_items: int
    items: tuple[MonthItem, ...] = ()
    losses: tuple[Lost, ...] = ()
    orders: tuple[MonthOrder, ...] = ()
    pieces: int = 0
    broken: tuple[Broken, ...] = ()
    forecast: Judged | None = None


def worst_first(items: Sequence[MonthItem]) -> tuple[MonthItem, ...]:
    """Vital items first, then the longest out."""
    rank = {"V": 0, "E": 1}
    return tuple(sorted(items, key=lambda x: (rank.get(x.ven, 2), -x.out, x.name_es, x.code)))
