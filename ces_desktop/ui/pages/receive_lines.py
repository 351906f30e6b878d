"""The lines of a delivery in its list: what was noted, what an order still waits for, and what of it is short."""

from __future__ import annotations

from dataclasses import dataclass

from ces_desktop.data.queries.orders import OrderLine
from ces_desktop.i18n import language, tr
from ces_desktop.ui import labels
from ces_desktop.ui.models.record_table import Cell, Column
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.pages.receive_entry import Noted


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: what was noted, or what an order still waits for."""

    noted: Noted | None
    asked: OrderLine | None


def columns() -> list[Column[Line]]:
    """The columns of the list."""
    return [
        Column(tr("Item"), _item),
        Column(tr("Lot"), lambda x: Cell(x.noted.number or labels.DASH if x.noted else ""), 150),
        Column(tr("Expires"), lambda x: Cell(words.expiry(x.noted.expiry) if x.noted else ""), 130),
        Column(tr("Quantity"), _quantity, 150, "right"),
        Column(tr("Asked for"), lambda x: Cell(labels.number(x.asked.requested) if x.asked else ""), 110, "right"),
        Column("", _chip, 170),
    ]


def missing(asked: OrderLine) -> int:
    """Units of an order's line that did not come yet; below nought where more came."""
    return asked.requested - asked.came.units - asked.came.substituted


def _item(line: Line) -> Cell:
    if line.noted is not None:
        item = line.noted.item
        return Cell(item.name(language()), words.unit(item.unit, 1), strong=True)
    assert line.asked is not None
    return Cell(line.asked.name(language()), tr("not come yet"), tone="text3")


def _quantity(line: Line) -> Cell:
    if line.noted is None:
        return Cell()
    pack = line.noted.pack
    packs = f"{line.noted.units // pack} × {pack}" if pack else ""
    return Cell(labels.number(line.noted.units), packs, strong=True)


def _chip(line: Line) -> Cell:
    if line.noted is None:
        return Cell(chip=("due", tr("Awaited")))
    if line.noted.expired:
        return Cell(chip=("bad", tr("Expired")))
    if line.asked is None:
        return Cell()
    left = missing(line.asked) - line.noted.units
    if left > 0:
        return Cell(chip=("warn", tr("{n} short").format(n=labels.number(left))))
    return Cell(chip=("ok", tr("Complete")) if left == 0 else ("neutral", tr("More came")))
