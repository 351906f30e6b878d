"""What a consult is made of, as the form hands it over and the record gives it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ces_desktop.domain.ids import Id

Kind = Literal["consult", "emergency", "home_visit", "imported"]
Entered = Literal["live", "late"]
Prognosis = Literal["good", "guarded", "poor", "to_be_seen"]
Unmeasured = Literal["no_equipment", "declined", "forgotten"]
Time = Literal["morning", "noon", "afternoon", "night"]
TIMES: tuple[Time, ...] = ("morning", "noon", "afternoon", "night")


@dataclass(frozen=True, slots=True)
class Measured:
    """A value of a measure: an integer in its scale, or a word. `confirmed` = unlikely, and said to be right."""

    code: str
    value: int | None = None
    word: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A coded diagnosis; `first_time` = "1a vez"."""

    diagnosis: Id
    code: str
    first_time: bool
    certainty: Literal["confirmed", "presumed"] = "confirmed"


@dataclass(frozen=True, slots=True)
class Dose:
    """Quarters of the unit at each time of day (4 = one tablet, 2 = half); or one dose every so many hours."""

    morning: int = 0
    noon: int = 0
    afternoon: int = 0
    night: int = 0
    every_hours: int | None = None
    """Then `morning` alone holds the quarters of one dose."""
    as_needed: bool = False

    def quarters_a_day(self) -> int:
        """What is taken in a day, in quarters of the unit."""
        if self.every_hours:
            return self.morning * 24 // self.every_hours
        return self.morning + self.noon + self.afternoon + self.night


@dataclass(frozen=True, slots=True)
class Line:
    """One medicine of a prescription. `quantity` in whole units to hand out; `renews` = the line it goes on with."""

    id: Id
    item: Id | None
    drug: str
    """Generic name and strength, as printed."""
    dose: Dose
    route: str
    days: int
    quantity: int
    instructions: str = ""
    renews: Id | None = None


@dataclass(frozen=True, slots=True)
class Requested:
    """A laboratory test (a measure code) or an image ("imaging", said in `detail`)."""

    id: Id
    test: str
    detail: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """The words of the consult; "" = nothing written."""

    subjective: str = ""
    objective: str = ""
    assessment: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A consult ready to be signed. `encounter` is made when the form opens: the same visit twice is signed once.

    `happened_on` and `next_on` are ISO days, `started_at` UTC milliseconds (None: entered late from paper).
    `programmes` are the codes the person is enrolled in by this visit; `stopped` the lines that end with it.
    """

    encounter: Id
    patient: Id
    happened_on: str
    kind: Kind = "consult"
    entered: Entered = "live"
    started_at: int | None = None
    referred_by: str = ""
    note: Note = Note()
    measured: tuple[Measured, ...] = ()
    diagnoses: tuple[Diagnosed, ...] = ()
    prognosis: Prognosis | None = None
    lines: tuple[Line, ...] = ()
    stopped: tuple[Id, ...] = ()
    requests: tuple[Requested, ...] = ()
    programmes: tuple[str, ...] = ()
    next_on: str | None = None
    next_reason: str = ""
    unmeasured: Unmeasured | None = None
    author_name: str = ""
