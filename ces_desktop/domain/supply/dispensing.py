"""What remains of a prescription line, and from which sources it is given. Quantities are whole smallest units.

What remains = the quantity prescribed less the live movements that name the line: nothing is ticked off by hand, so a
movement taken back opens the line again by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ces_desktop.domain.ids import Id

LineState = Literal["waiting", "owed", "given", "declined", "unlisted"]
DECLINED = "declined"
"""Reason of a row of no units: the person does not want the line, or has it at home. It is no demand."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as the rules read it. `quantity` None = not written; `given`: net units of movements that name it.

    `unmet`: units noted as asked for and not there; `declined`: marked as not to be filled; `listed`: the medicine is
    of the catalogue, without which nothing can leave the shelf for it.
    """

    quantity: int | None
    given: int
    unmet: int = 0
    declined: bool = False
    listed: bool = True

    @property
    def remains(self) -> int:
        """Units still to be handed out; 0 where nobody wrote how many."""
        return max(0, (self.quantity or 0) - self.given)

    @property
    def state(self) -> LineState:
        """Where the line stands; `owed`: part or all was not there, and the rest is still due."""
        if not self.listed:
            return "unlisted"
        if self.declined:
            return "declined"
        if self.quantity is not None and self.remains == 0:
            return "given"
        if self.unmet:
            return "owed"
        return "waiting"


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that can be given for a line and its units in date: the one prescribed first, then its family."""

    item: Id
    usable: int


@dataclass(frozen=True, slots=True)
class Share:
    """So many units of an item."""

    item: Id
    quantity: int


def share(wanted: int, offers: Sequence[Offer]) -> tuple[list[Share], int]:
    """What is given for `wanted` units: all there is of the first offer, then of the next; and what is missing.

    The same medicine, form and strength from another source is given unit for unit.
    """
    left, given = max(0, wanted), []
    for each in offers:
        taken = min(left, max(0, each.usable))
        if taken:
            given.append(Share(each.item, taken))
            left -= taken
    return given, left
