"""The most that two registrations can score, told cheaply: most pairs of a large register need no comparing.

`Bound.most` is never below the score of `matching.compare`, so that leaving out pairs below the alert changes nothing
that is found. A register of 20,000 rows is looked over beside 10,000 people with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ces_desktop.domain import matching
from ces_desktop.domain.identity import Identity

_ROUNDING = 1e-6
"""Sums taken in another order differ in their last digits."""
_WORD = 3.0
"""The most that one given name in common is worth."""
_SLIP = 4.0
"""The most that two exact births can be worth that are neither equal nor swapped."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What the bound reads of one person, worked out once. `given` and `nickname` are sets of sounds as bits."""

    family: tuple[str, ...]
    given: int
    words: int
    nickname: int
    born: tuple[int, int] | None
    """First and last possible day, as ordinals."""
    day: tuple[int, int, int] | None
    """Year, month and day where the birth is exact."""
    sex: str
    mother: bool
    phone: str
    curp: str | None


class Bound:
    """Bounds for the people of one register; keeps what it worked out about single names. `frequency` as `compare`."""

    def __init__(self, frequency: Callable[[str], float]) -> None:
        self._frequency = frequency
        self._bits: dict[str, int] = {}
        self._given: dict[str, tuple[int, int]] = {}
        self._pairs: dict[tuple[str, str], float] = {}

    def traits(self, who: Identity) -> Traits:
        """What the bound reads of a person."""
        given, words = self._sounds(who.given)
        span = who.birth.span()
        exact = span is not None and who.birth.precision == "day"
        return Traits(
            matching.surname_keys(who), given, words, self._sounds(who.nickname)[0] if who.nickname else 0,
            (span[0].toordinal(), span[1].toordinal()) if span else None,
            (span[0].year, span[0].month, span[0].day) if span and exact else None,
            who.sex, bool(who.mother_name), (who.phone or "")[-7:], who.curp or None,
        )  # fmt: skip

    def may_alert(self, a: Traits, b: Traits) -> bool:
        """Whether `compare` could make an alert of the two; False is certain."""
        if a.curp is not None and a.curp == b.curp:
            return True
        return self.most(a, b) >= matching.ALERT_SCORE

    def most(self, a: Traits, b: Traits) -> float:
        """The most that `compare` can score these two, CURP apart."""
        score = _most_of_birth(a, b) + _most_of_given(a, b) + _ROUNDING
        if {a.sex, b.sex} == {"female", "male"}:
            score -= 6
        elif a.sex == b.sex:
            score += matching.SAME_SEX
        if a.mother and b.mother:
            score += matching.SAME_MOTHER
        if a.phone and a.phone == b.phone:
            score += matching.SAME_PHONE
        if score + matching.MOST_OF_SURNAMES < matching.ALERT_SCORE:
            return score + matching.MOST_OF_SURNAMES
        return score + self._family(a.family, b.family)

    def _sounds(self, names: str) -> tuple[int, int]:
        """Every sound by which one of the names may be found equal to another, as bits; and how many names."""
        held = self._given.get(names)
        if held is None:
            sounds, words = matching.given_sounds(names)
            bits = 0
            for sound in sounds:
                bits |= self._bits.setdefault(sound, 1 << len(self._bits))
            held = self._given[names] = (bits, words)
        return held

    def _family(self, a: tuple[str, ...], b: tuple[str, ...]) -> float:
        """The score of the surnames, the better of straight and crossed."""
        if not a or not b:
            return 0.0
        if len(a) == len(b) == 1:
            return self._pair(a[0], b[0])
        if len(a) == 1 or len(b) == 1:
            return max(self._pair(a[0], b[0]), self._pair(a[-1], b[-1]) - matching.CROSSED)
        straight = self._pair(a[0], b[0]) + self._pair(a[1], b[1])
        return max(straight, self._pair(a[0], b[1]) + self._pair(a[1], b[0]) - matching.CROSSED)

    def _pair(self, a: str, b: str) -> float:
        held = self._pairs.get((a, b))
        if held is None:
            held = self._pairs[a, b] = matching.pair_score(a, b, self._frequency)
        return held


def _most_of_given(a: Traits, b: Traits) -> float:
    if not a.words or not b.words:
        return 0.0
    if a.given & b.given:
        return _WORD * min(a.words, b.words, 2)
    return matching.CALLED if a.nickname & b.given or b.nickname & a.given else matching.NEAR


def _most_of_birth(a: Traits, b: Traits) -> float:
    if a.born is None or b.born is None:
        return 0.0
    if a.day is not None and b.day is not None:
        return _most_of_days(a.day, b.day)
    years = (max(0, b.born[0] - a.born[1], a.born[0] - b.born[1]) + 364) // 365
    return (5.0, 2.0, 1.0, 0.0)[years] if years <= 3 else -5.0


def _most_of_days(a: tuple[int, int, int], b: tuple[int, int, int]) -> float:
    if a == b:
        return 9.0
    if a[0] == b[0]:
        if a[1] == b[2] and a[2] == b[1]:
            return 6.0
        return _SLIP if a[1] == b[1] or a[2] == b[2] else -3.0
    return _SLIP if a[1:] == b[1:] else -6.0
