"""How good what was foretold and ordered was, once the months are over: coverage, pinball loss, whose quantity fitted.

Pinball loss: Koenker, "Quantile regression" (2005); the average of three months is judged as if it were said for every
level, which is what ordering by it means. A month counts where the item was there on all its days: else nobody knows
what was needed. Losses are divided by the item's average, so that large items do not speak for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LEVELS = (0.5, 0.8, 0.95)
"""Of p50, p80 and p95."""
LEAST_SHARE = 0.2
"""Share of a month with stock under which its use says nothing about a whole month."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """One item and month, in units: quantiles, what the average of three months said, what came."""

    quantiles: tuple[float, float, float]
    average: float
    came: float


@dataclass(frozen=True, slots=True)
class Score:
    """Of a month: how many items, how many of them within the 95 % quantile, and the mean scaled losses."""

    n: int
    within: int
    loss: float
    average_loss: float

    @property
    def coverage(self) -> float:
        """Share within the 95 % quantile; .95 is right, not more."""
        return self.within / self.n if self.n else 0.0

    @property
    def better(self) -> float | None:
        """By which share the loss is smaller than that of the average of three months; below 0 = larger."""
        return 1 - self.loss / self.average_loss if self.average_loss else None


def pinball(level: float, said: float, came: float) -> float:
    """What it costs to have said so much for a level."""
    return level * (came - said) if came > said else (1 - level) * (said - came)


def score(held: Iterable[Foretold]) -> Score:
    """Of all items of a month."""
    n = within = 0
    loss = average_loss = 0.0
    for each in held:
        scale = max(each.average, each.quantiles[0], 1.0)
        n += 1
        within += each.came <= each.quantiles[2]
        pairs = list(zip(LEVELS, each.quantiles, strict=True))
        loss += sum(pinball(level, said, each.came) for level, said in pairs) / len(LEVELS) / scale
        average_loss += sum(pinball(level, each.average, each.came) for level in LEVELS) / len(LEVELS) / scale
    return Score(n, within, loss / n if n else 0.0, average_loss / n if n else 0.0)


@dataclass(frozen=True, slots=True)
class Changed:
    """A quantity that a person changed: proposed, asked for, and what turned out to be needed of it."""

    proposed: int
    requested: int
    needed: float


@dataclass(frozen=True, slots=True)
class Overrides:
    """Quantities changed that can be judged: in how many the person was nearer to what was needed, and the program."""

    n: int
    person: int
    program: int


def overrides(held: Sequence[Changed]) -> Overrides:
    """Who was nearer; the same distance counts for neither."""
    person = sum(abs(x.requested - x.needed) < abs(x.proposed - x.needed) for x in held)
    program = sum(abs(x.requested - x.needed) > abs(x.proposed - x.needed) for x in held)
    return Overrides(len(held), person, program)


def used_between(months: dict[str, tuple[int, float]], first: date, last: date) -> float | None:
    """Units needed from a day to another (both in), from months of (units, share of days with stock).

    A month with little stock is filled with the mean of the others; None where there is no other.
    """
    rates = {month: units / share for month, (units, share) in months.items() if share >= LEAST_SHARE}
    if not rates:
        return None
    usual = sum(rates.values()) / len(rates)
    total, day = 0.0, first
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        until = min(last, following - timedelta(days=1))
        length = (following - day.replace(day=1)).days
        total += rates.get(day.isoformat()[:7], usual) * ((until - day).days + 1) / length
        day = following
    return total
