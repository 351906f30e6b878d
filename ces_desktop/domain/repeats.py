"""The same medicine twice: within a prescription, or beside one that the person takes and that is not renewed by it.

It is told, never forbidden: insulin in the morning and at night is two lines on purpose.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from ces_desktop.domain.dosing import Medicine, same_course
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Line


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a line repeats. `kind`: "twice" = a line of the same prescription; of what is taken now, "instead" = the
    line takes its place, "beside" = both go on. `until` = the ISO day until which that lasts, "" of the same
    prescription.
    """

    kind: Literal["twice", "instead", "beside"]
    other: Line
    until: str = ""


def generic(drug: str) -> str:
    """The medicine without its strength, accents and case left out: `Losartán 50 mg` → losartan."""
    words: list[str] = []
    for word in fold(drug).split():
        if any(mark.isdigit() for mark in word):
            break
        words.append(word)
    return " ".join(words)


def same_medicine(one: Line, other: Line) -> bool:
    """Whether both are of one item, or of one generic name whatever the strength."""
    if one.item is not None and one.item == other.item:
        return True
    name = generic(one.drug)
    return bool(name) and name == generic(other.drug)


def repeats(lines: Sequence[Line], current: Sequence[Medicine], stopped: Collection[Id] = ()) -> dict[Id, Repeat]:
    """By id of a line, what it repeats; a line without is not in it.

    Of one prescription only what is for the same time of day; of what is taken, everything that has not run out, that
    no line renews and that is not stopped by the prescription.
    """
    renewed = {line.renews for line in lines}
    left = [m for m in current if not m.ran_out and m.line.id not in renewed and m.line.id not in stopped]
    found: dict[Id, Repeat] = {}
    for line in lines:
        twice = next(
            (x for x in lines if x.id != line.id and same_medicine(x, line) and same_course(x.dose, line.dose)), None
        )
        taken = next((m for m in left if same_medicine(m.line, line)), None)
        if twice is not None:
            found[line.id] = Repeat("twice", twice)
        elif taken is not None:
            over = taken.line.item == line.item is not None and same_course(taken.line.dose, line.dose)
            instead = over and line.renews is None
            found[line.id] = Repeat("instead" if instead else "beside", taken.line, taken.prescribed.ends_on)
    return found
