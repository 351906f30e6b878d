"""Mentoring: what a session holds, its score, when it is closed, and when the next one is late.

Rules of the programme: at most three agreed actions a session; A from 90 %, B from 80 %, C below; a clinic without a
session for 35 days is late. Days are ISO; texts are as typed, spaces tidied.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from ces_desktop.domain.ids import Id, named_id
from ces_desktop.errors import Refused

Kind = Literal["on_site", "phone", "seminar"]
Side = Literal["mentor", "mentee"]
Result = Literal["met", "partly", "not", "not_seen"]
PointKind = Literal["topic", "strength", "problem"]
Grade = Literal["A", "B", "C"]
SessionState = Literal["open", "by_mentor", "by_mentee", "closed"]
KINDS: tuple[Kind, ...] = ("on_site", "phone", "seminar")
RESULTS: tuple[Result, ...] = ("met", "partly", "not", "not_seen")
POINTS: tuple[PointKind, ...] = ("strength", "topic", "problem")
MOST_ACTIONS = 3
MOST_OBSERVED = 10
MOST_CASES = 12
MOST_POINTS = 12
"""Of each kind."""
LATE_AFTER = 35
"""Days without a session after which a clinic is late."""
SOON_AFTER = 28
"""Days after which the next visit should be arranged: the amber of a month."""
A_FROM, B_FROM = 90, 80
"""Per cent."""
LONGEST = 2_000
"""Letters of one text."""
_POINTS_OF: Mapping[str, int | None] = {"met": 2, "partly": 1, "not": 0, "not_seen": None}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to watch for. `texts`: language → words."""

    id: Id
    code: str
    texts: Mapping[str, str]
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Checklist:
    """One version of a checklist. `names`: language → name."""

    id: Id
    code: str
    version: int
    names: Mapping[str, str]
    items: tuple[Item, ...]
    source: str = ""
    active: bool = True
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who took part. `user` None = a visitor without a sign-in; `person` is the member of staff, where known."""

    id: Id
    side: Side
    user: Id | None
    name: str
    person: Id | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """One consult that was watched; `results` maps item ids to what was seen, an item left out is not answered."""

    id: Id
    patient: Id | None
    checklist: Id
    note: str = ""
    results: Mapping[Id, Result] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Discussed:
    """A case talked over. `reason` and `facts` (JSON) as proposed; "" = the mentor's own choice."""

    id: Id
    patient: Id | None
    reason: str = ""
    facts: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A topic, a strength, a problem of the system."""

    id: Id
    kind: PointKind
    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """What was agreed: who does it until when."""

    id: Id
    text: str
    owner: Id | None
    owner_name: str
    due_on: str


@dataclass(frozen=True, slots=True)
class Session:
    """Everything that is signed. Order of the lists is the order in which they are shown."""

    id: Id
    happened_on: str
    kind: Kind
    people: tuple[Person, ...] = ()
    observed: tuple[Observed, ...] = ()
    cases: tuple[Discussed, ...] = ()
    points: tuple[Point, ...] = ()
    actions: tuple[Action, ...] = ()

    def of_side(self, side: Side) -> tuple[Person, ...]:
        """The mentors, or the mentees."""
        return tuple(person for person in self.people if person.side == side)


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody of a side signed contents with this digest on a day."""

    side: Side
    user: Id | None
    name: str
    digest: str
    day: str


@dataclass(frozen=True, slots=True)
class Score:
    """Points reached of those possible, and the critical items that were not met (in the order of the list)."""

    reached: int
    possible: int
    answered: int
    missed: tuple[Item, ...] = ()

    @property
    def percent(self) -> int | None:
        """Whole per cent, halves up; None where nothing was seen."""
        return (200 * self.reached + self.possible) // (2 * self.possible) if self.possible else None

    @property
    def grade(self) -> Grade | None:
        """A, B or C; None where nothing was seen."""
        percent = self.percent
        return None if percent is None else grade(percent)


@dataclass(frozen=True, slots=True)
class Cadence:
    """Where a clinic stands. `days` since the last session, None = there was none."""

    standing: Literal["never", "fine", "soon", "late"]
    days: int | None = None

    @property
    def late_by(self) -> int:
        """Days beyond those allowed."""
        return max(0, (self.days or 0) - LATE_AFTER)


def grade(percent: int) -> Grade:
    """The letter of a percentage."""
    return "A" if percent >= A_FROM else "B" if percent >= B_FROM else "C"


def score(observed: Iterable[Observed], checklists: Mapping[Id, Checklist]) -> Score:
    """Met counts two, partly one, not none; what was not seen does not count. Consults are added up item by item."""
    reached = possible = answered = 0
    missed: dict[Id, Item] = {}
    for consult in observed:
        known = checklists.get(consult.checklist)
        for item in known.items if known else ():
            result = consult.results.get(item.id)
            if result is None:
                continue
            answered += 1
            points = _POINTS_OF[result]
            if points is None:
                continue
            reached, possible = reached + points, possible + 2
            if item.critical and result == "not":
                missed.setdefault(item.id, item)
    return Score(reached, possible, answered, tuple(missed.values()))


def cadence(last: str | None, today: date) -> Cadence:
    """How long ago the last session was; one dated ahead counts as today's."""
    if last is None:
        return Cadence("never")
    days = max(0, (today - date.fromisoformat(last)).days)
    return Cadence("late" if days > LATE_AFTER else "soon" if days > SOON_AFTER else "fine", days)


def late_from(last: str) -> date:
    """The first day on which a clinic is late after a session of this day."""
    return date.fromisoformat(last) + timedelta(days=LATE_AFTER + 1)


def result_id(observed: Id, item: Id) -> Id:
    """The id of an answer: two laptops that answer the same item of the same consult answer one row."""
    return named_id("observed_item", f"{observed.hex()}/{item.hex()}")


def tidy(text: str) -> str:
    """A text without stray spaces; lines stay."""
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(lines).strip()


def cleaned(session: Session) -> Session:
    """The same without stray spaces and without what says nothing."""
    return replace(
        session,
        people=tuple(replace(p, name=tidy(p.name)) for p in session.people),
        observed=tuple(replace(o, note=tidy(o.note)) for o in session.observed),
        cases=tuple(replace(c, note=tidy(c.note)) for c in session.cases),
        points=tuple(replace(p, text=tidy(p.text)) for p in session.points if tidy(p.text)),
        actions=tuple(
            replace(a, text=tidy(a.text), owner_name=tidy(a.owner_name)) for a in session.actions if tidy(a.text)
        ),
    )


def check(session: Session, today: date) -> None:
    """Whether it may be kept as a session under way.

    Refused: `mentoring.no_day`, `mentoring.future`, `mentoring.kind`, `mentoring.too_many_actions` (most),
    `mentoring.too_much`, `mentoring.due_before` (number), `mentoring.due_shape` (number), `mentoring.too_long` (most).
    """
    try:
        day = date.fromisoformat(session.happened_on)
    except ValueError:
        raise Refused("mentoring.no_day") from None
    if day > today:
        raise Refused("mentoring.future")
    if session.kind not in KINDS:
        raise Refused("mentoring.kind")
    if len(session.actions) > MOST_ACTIONS:
        raise Refused("mentoring.too_many_actions", most=MOST_ACTIONS)
    many = max((sum(p.kind == kind for p in session.points) for kind in POINTS), default=0)
    if len(session.observed) > MOST_OBSERVED or len(session.cases) > MOST_CASES or many > MOST_POINTS:
        raise Refused("mentoring.too_much")
    texts = [o.note for o in session.observed] + [c.note for c in session.cases] + [p.text for p in session.points]
    texts += [a.text for a in session.actions] + [a.owner_name for a in session.actions]
    if any(len(text) > LONGEST for text in texts):
        raise Refused("mentoring.too_long", most=LONGEST)
    for number, action in enumerate(session.actions, 1):
        if action.due_on:
            _check_due(action.due_on, session.happened_on, number)


def _check_due(due: str, day: str, number: int) -> None:
    try:
        date.fromisoformat(due)
    except ValueError:
        raise Refused("mentoring.due_shape", number=number) from None
    if due < day:
        raise Refused("mentoring.due_before", number=number)


def check_complete(session: Session) -> None:
    """Whether it may be signed.

    Refused: `mentoring.no_mentor`, `mentoring.no_mentee`, `mentoring.empty`, `mentoring.action_owner` (number),
    `mentoring.action_due` (number).
    """
    if not session.of_side("mentor"):
        raise Refused("mentoring.no_mentor")
    if not session.of_side("mentee"):
        raise Refused("mentoring.no_mentee")
    if not (session.observed or session.cases or session.points or session.actions):
        raise Refused("mentoring.empty")
    for number, action in enumerate(session.actions, 1):
        if not action.owner_name:
            raise Refused("mentoring.action_owner", number=number)
        if not action.due_on:
            raise Refused("mentoring.action_due", number=number)


def digest(session: Session) -> str:
    """SHA-256 (hexadecimal) over the contents in a fixed form: what a signature stands for.

    The order of the lists counts; when and by whom the rows were written does not.
    """
    held = {
        "day": session.happened_on,
        "kind": session.kind,
        "people": sorted([p.side, _hex(p.user), p.name] for p in session.people),
        "observed": [
            [
                _hex(o.patient), o.checklist.hex(), o.note,
                sorted([item.hex(), result] for item, result in o.results.items()),
            ]
            for o in session.observed
        ],
        "cases": [[_hex(c.patient), c.reason, c.facts, c.note] for c in session.cases],
        "points": sorted([p.kind, p.text] for p in session.points),
        "actions": [[a.text, _hex(a.owner), a.owner_name, a.due_on] for a in session.actions],
    }  # fmt: skip
    text = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def closed_as(signatures: Sequence[Signature]) -> str | None:
    """The digest that both sides signed; None while no contents bear both signatures.

    It depends on the set of signatures alone, so laptops that hold the same ones agree, whatever arrived first. Where
    two contents bear both (which takes four signatures on two laptops) the smaller digest stands.
    """
    sides: dict[str, set[str]] = {}
    for signature in signatures:
        sides.setdefault(signature.digest, set()).add(signature.side)
    return min((d for d, signed in sides.items() if {"mentor", "mentee"} <= signed), default=None)


def state(signatures: Sequence[Signature], now: str) -> SessionState:
    """Where a session stands whose contents have the digest `now`. A signature under other contents does not count."""
    if closed_as(signatures) is not None:
        return "closed"
    signed = {signature.side for signature in signatures if signature.digest == now}
    return "by_mentor" if "mentor" in signed else "by_mentee" if "mentee" in signed else "open"


def altered(signatures: Sequence[Signature], now: str) -> bool:
    """Whether an edit that had not seen the closing arrived afterwards from another laptop."""
    closed = closed_as(signatures)
    return closed is not None and closed != now


def _hex(value: Id | None) -> str:
    return "" if value is None else value.hex()
