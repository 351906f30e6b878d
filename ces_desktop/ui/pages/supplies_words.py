"""Supplies in words: how an item stands, kinds of movement, units, months of stock, expiries."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import supply_words
from ces_desktop.reports.supply_words import kind as kind
from ces_desktop.reports.supply_words import reason as reason
from ces_desktop.reports.supply_words import source as source
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State

if TYPE_CHECKING:
    from ces_desktop.data.queries.shelf import ShelfRow
    from ces_desktop.data.queries.stock import Lot

LETTERS = ("V", "E")
"""VEN classes that have a square; the others have none."""


def name(row: ShelfRow) -> str:
    """Generic name and strength, in the language in use."""
    return row.item.name(language())


def unit(code: str, n: int = 2) -> str:
    """The smallest unit in words, for a number that stands beside it or is still to be typed: of several."""
    return supply_words.unit(code, n)


def units(n: int, code: str) -> str:
    """`412 tabletas`."""
    return f"{labels.number(n)}{labels.NBSP}{unit(code, n)}"


def months(value: float | None) -> str:
    """Months of stock: `0.6`, `12+`; an en dash where nothing says."""
    if value is None:
        return labels.DASH
    return "12+" if value > 12 else labels.number(value, 1)


def expiry(day: date | None) -> str:
    """`jul-2026` for the last day of a month, else the day."""
    if day is None:
        return labels.DASH
    ends = date.fromordinal(day.toordinal() + 1).day == 1
    return labels.day(day.isoformat()[:7]) if ends else labels.day(day)


def standing(row: ShelfRow, today: date, risk: float | None = None, out: date | None = None) -> tuple[State, str]:
    """The chip of an item: what matters most of it."""
    kind = row.standing(risk)
    if kind == "negative":
        return "bad", tr("Negative {n}: count").format(n=labels.number(row.negative))
    if kind == "out":
        if row.since is None:
            return "bad", tr("Out")
        days = (today - row.since).days
        return "bad", trn("Out for {n} day", "Out for {n} days", days).format(n=days)
    if kind == "risk":
        if risk is not None and risk >= 0.5 and out is not None:
            return "bad", tr("Runs out {day}").format(day=labels.short_day(out))
        if risk is not None:
            return "warn", tr("{n} % to run short").format(n=round(100 * risk))
        return "warn", tr("At risk")
    if kind == "expired":
        return "bad", tr("Expired {n}").format(n=labels.number(row.expired))
    if kind == "expiring":
        return "warn", tr("{n} will expire").format(n=labels.number(row.soon))
    if kind == "over":
        return "neutral", tr("Too much")
    if kind == "idle":
        return "unknown", tr("Not used")
    return "ok", tr("Enough")


def lot_chip(lot: Lot, today: date, first: bool) -> tuple[State, str]:
    """The chip of a lot."""
    if lot.id is None:
        return "bad", tr("To be counted")
    if lot.quantity < 0:
        return "bad", tr("Negative")
    if lot.expiry is not None and lot.expiry < today:
        return "bad", tr("Expired")
    if lot.expiry is not None and (lot.expiry - today).days <= 90:
        return "warn", tr("Use first") if first else tr("Expires soon")
    return "ok", tr("Use first") if first else tr("In date")


def groups() -> dict[str, str]:
    """Kinds of items of the catalogue, as a filter."""
    return {
        "": tr("All groups"),
        "medicine": tr("Medicines"),
        "material": tr("Materials"),
        "test": tr("Laboratory"),
    }
