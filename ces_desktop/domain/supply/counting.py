"""Physical counts: what a difference is while dispensing goes on.

The ledger of the moment of counting is what it says now, less what moved after the counting. So it does not matter in
which order things are written down: a line of yesterday written today belongs before the counting, a prescription
handed out a minute after it belongs after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ces_desktop.domain.ids import Id

WHAT = ("all", "due", "controlled", "medicine", "material", "test")
"""What a count may be of; "due" = not counted for `DUE_DAYS`."""
PLACE = "at:"
"""A count of one place is of "at:" and the place as it is written at its lots or items."""
DUE_DAYS = 60
HANDED_BACK = "handed_back"
"""Reason of a movement taken back because its units came back to the shelf then, not because it never was."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A live movement of one lot as counts read it. `at`: UTC ms when it was written; `act`: what it was part of."""

    id: Id
    quantity: int
    day: str
    at: int
    act: bytes
    reverses: Id | None = None
    reason: str = ""


def after_counting(moved: Sequence[Moved], counted_at: int, counted_on: str) -> int:
    """Net units that moved after a lot was counted: written later *and* of that day or a later one.

    A line that takes back another as never having been is of the time of that other, and so is what stands instead of
    it; units handed back came back when that was written. `moved`: of that day or later at least.
    """
    by_id = {m.id: m for m in moved}
    instead = {m.act: m.reverses for m in moved if m.reverses is not None and m.reason != HANDED_BACK}

    def later(each: Moved) -> bool:
        of = instead.get(each.act)
        if of is not None and each.reason != HANDED_BACK:
            return of in by_id and later(by_id[of])
        return each.at > counted_at and each.day >= counted_on

    return sum(m.quantity for m in moved if later(m))


def difference(counted: int, held_now: int, moved_after: int) -> int:
    """Units found more (+) or fewer (-) than the ledger of the moment of counting."""
    return counted - (held_now - moved_after)
